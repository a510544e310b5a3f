import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import type { DeskView, RailItem } from '../../shared/model/desk.ts';
import { refusalCodes } from '../../shared/model/desk.ts';
import { clockWithSeconds } from '../lists/formats.ts';
import { type Text, useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import css from './desk.module.css';
import { useNowMs } from './deskStore.ts';
import { useHand } from './hand.ts';

/** As core has it; a clock that was put back must not promise more. */
const undoSeconds = 10;

const icons = { done: IconCheck, refused: IconX, attention: IconAlertTriangle, waiting: IconCheck, neutral: IconCheck };

/** What was done last, the newest first, with undo for as long as there is one. */
export function LastOutcomes(props: { readonly items: readonly RailItem[]; readonly undo: DeskView['undo'] }) {
  const t = useText();
  const nowMs = useNowMs();
  const { items, undo } = props;
  const leftMs = undo === null ? 0 : undo.untilMs - nowMs;
  const undoAt = leftMs > 0 ? items.findIndex((item) => item.what === 'bound') : -1;
  return (
    <section className={css['last']} aria-label={t('desk.rail.title')}>
      {items.length === 0 && <span className={css['lastEmpty']}>{t('desk.rail.empty')}</span>}
      {items.map((item, index) => (
        <Item key={item.id} item={item} undoLeftMs={index === undoAt ? leftMs : null} />
      ))}
    </section>
  );
}

function Item(props: { readonly item: RailItem; readonly undoLeftMs: number | null }) {
  const t = useText();
  const hand = useHand();
  const { item, undoLeftMs } = props;
  const Icon = icons[item.tone];
  const { strong, more } = words(t, item);
  return (
    <div className={css['lastItem']} data-tone={item.tone} data-what={item.what}>
      <Icon className={css['lastIcon']} size="1.0625rem" stroke={2.2} aria-hidden />
      <span>{clockWithSeconds(item.atMs, hand.zone)}</span>
      {strong !== '' && <b>{strong}</b>}
      {more !== '' && <span>{more}</span>}
      {undoLeftMs !== null && (
        <button
          type="button"
          className={css['undo']}
          onClick={(event) => {
            event.currentTarget.blur();
            hand.undo();
          }}
        >
          {t('desk.keys.undo')} <Kbd>F9</Kbd>
          <span className={css['undoLeft']}>
            {t('desk.rail.undoLeft', { n: Math.min(undoSeconds, Math.ceil(undoLeftMs / 1_000)) })}
          </span>
        </button>
      )}
    </div>
  );
}

function words(t: Text, item: RailItem): { readonly strong: string; readonly more: string } {
  const tail = item.kitTail ?? '';
  const what = (['bound', 'dropped', 'result', 'void', 'undone'] as const).find((each) => each === item.what);
  if (what !== undefined) return { strong: item.personMasked ?? '', more: t(`desk.rail.${what}`, { tail }) };
  const code = refusalCodes.find((each) => `refused:${each}` === item.what);
  return {
    strong: code === undefined ? item.what : t(`refusals.${code}.title`),
    more: tail === '' ? '' : t('desk.rail.tail', { tail }),
  };
}
