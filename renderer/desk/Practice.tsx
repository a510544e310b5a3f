import { maskName } from '../../shared/codes/mask.ts';
import type { Stage } from '../../shared/model/desk.ts';
import { useHides } from '../privacy/privacy.ts';
import { useStation } from '../station.ts';
import { useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import css from './desk.module.css';
import { desk } from './deskStore.ts';

/** Sample codes to press where no gun is at hand; what comes of them is exactly what a scan does. */
export function Practice(props: { readonly stage: Stage }) {
  const t = useText();
  const hides = useHides();
  const codes = useStation('practice.codes', {}, { keepFormer: true }).data;
  if (codes === undefined) return null;
  const isEmpty = codes.people.length === 0 && codes.kits.length === 0;
  const offers = (
    [
      ['people', codes.people],
      ['kits', codes.kits],
    ] as const
  ).filter(([kind]) =>
    props.stage.kind === 'person' ? kind === 'kits' : props.stage.kind === 'kit' ? kind === 'people' : true,
  );
  return (
    <section className={css['practice']} aria-label={t('desk.practice.word')}>
      <p className={css['practiceHint']}>
        {isEmpty ? t('desk.practice.empty') : t('desk.practice.hint')} <Kbd>F1</Kbd>
      </p>
      {!isEmpty &&
        offers.map(([kind, list]) => (
          <fieldset key={kind} className={css['practiceRow']} aria-label={t(`desk.practice.${kind}`)}>
            <span className={css['practiceLabel']}>{t(`desk.practice.${kind}`)}</span>
            {list.map((code) => (
              <button
                key={code.text}
                type="button"
                className={css['practiceCode']}
                onClick={(event) => {
                  event.currentTarget.blur();
                  void desk.scan(code.text, { source: 'gun' });
                }}
              >
                {hides && kind === 'people' ? maskName(code.label) : code.label}
              </button>
            ))}
          </fieldset>
        ))}
    </section>
  );
}
