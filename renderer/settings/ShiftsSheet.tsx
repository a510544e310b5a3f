import type { Shift } from '../../shared/model/staff.ts';
import { clockOf, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { useSite } from '../lists/site.ts';
import { useText } from '../text/index.ts';
import look from './settings.module.css';

/** Who sat at this desk, from when to when, the newest first. */
export function ShiftsSheet(props: { readonly shifts: readonly Shift[] }) {
  const t = useText();
  const { zone, language, today } = useSite();
  return (
    <ol className={look['shifts']}>
      {props.shifts.map((shift) => (
        <li key={`${shift.fromMs} ${shift.operatorName}`}>
          <span className={css['strong']}>{shift.operatorName}</span>
          <span>
            {momentWords(shift.fromMs, zone, language, today)} –{' '}
            {shift.toMs === null ? t('settings.staff.shiftNow') : clockOf(shift.toMs, zone)}
          </span>
          <span className={css['quiet']}>
            {shift.endedBy === null ? '' : t(`settings.staff.shiftEnded.${shift.endedBy}`)}
          </span>
        </li>
      ))}
    </ol>
  );
}
