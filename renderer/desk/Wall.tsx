import { IconAlertTriangle, IconClock, IconClockX, IconDroplet, IconEye, type TablerIcon } from '@tabler/icons-react';
import { memo } from 'react';
import type { WallRow } from '../../shared/model/desk.ts';
import { addressWords } from '../lists/words.ts';
import { useText } from '../text/index.ts';
import css from './desk.module.css';
import { desk, useNowMs } from './deskStore.ts';
import { type WallLine, type WallState, wallLines } from './wallRows.ts';
import { countdown } from './words.ts';

const icons: Readonly<Record<WallState, TablerIcon>> = {
  late: IconClockX,
  closing: IconAlertTriangle,
  open: IconEye,
  toCome: IconClock,
  awaitsDrop: IconDroplet,
};

/** The running tests, what can be read now on top. */
export function Wall(props: { readonly rows: readonly WallRow[]; readonly more: number }) {
  const t = useText();
  const lines = wallLines(props.rows, useNowMs());
  const count = (...states: readonly WallState[]) => lines.filter((line) => states.includes(line.state)).length;
  const late = count('late');
  return (
    <section className={css['wall']} aria-label={t('desk.wall.title')}>
      <header className={css['wallHead']}>
        <h2 className={css['wallTitle']}>{t('desk.wall.title')}</h2>
        <span className={css['wallCounts']}>
          {late > 0 && <span className={css['wallLate']}>{t('desk.wall.late', { n: late })}</span>}
          <span>{t('desk.wall.readable', { n: count('closing', 'open') })}</span>
          <span>{t('desk.wall.waiting', { n: count('toCome', 'awaitsDrop') + props.more })}</span>
        </span>
      </header>
      {lines.length === 0 ? (
        <div className={css['wallEmpty']}>
          <IconClock className={css['wallEmptyIcon']} size="1.75rem" stroke={1.4} aria-hidden />
          <p>{t('desk.wall.empty')}</p>
          <p className={css['faint']}>{t('desk.wall.emptyHint')}</p>
        </div>
      ) : (
        <ul className={css['wallRows']}>
          {lines.map((line) => (
            <Line key={line.row.testId} row={line.row} state={line.state} time={timeOf(line)} />
          ))}
          {props.more > 0 && <li className={css['wallMore']}>{t('desk.wall.more', { n: props.more })}</li>}
        </ul>
      )}
    </section>
  );
}

function timeOf({ state, ms }: WallLine): string {
  return state === 'late' || state === 'awaitsDrop' ? '' : countdown(ms);
}

const Line = memo(function Line(props: { readonly row: WallRow; readonly state: WallState; readonly time: string }) {
  const t = useText();
  const { row, state, time } = props;
  const Icon = icons[state];
  const words = {
    late: t('desk.wall.over'),
    closing: t('desk.wall.closing', { time }),
    open: t('desk.wall.open', { time }),
    toCome: t('desk.wall.toGo', { time }),
    awaitsDrop: t('desk.wall.awaitsDrop'),
  };
  const address = addressWords(t, { building: row.building, unit: '', room: row.room });
  const place = [address, t('desk.wall.tail', { tail: row.kitTail })].filter((part) => part !== '').join(' · ');
  return (
    <li>
      <button
        type="button"
        className={css['wallRow']}
        data-state={state}
        data-test-id={row.testId}
        onClick={(event) => {
          if (event.detail > 0) event.currentTarget.blur();
          void desk.act('desk.showTest', { testId: row.testId });
        }}
      >
        <Icon className={css['wallIcon']} size="1.25rem" stroke={1.9} aria-hidden />
        <span className={css['wallName']}>{row.personMasked}</span>
        <span className={css['wallPlace']}>{place}</span>
        <span className={css['wallTime']}>{words[state]}</span>
      </button>
    </li>
  );
});
