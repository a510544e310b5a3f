import type { DaySummary } from '../../shared/model/daySummary.ts';
import { figure, share } from '../lists/formats.ts';
import { useText } from '../text/index.ts';
import look from './today.module.css';

const rows = [
  'revised',
  'secondTests',
  'unknownPeople',
  'typedCodes',
  'undone',
  'followUps',
  'readTodayOfEarlierDays',
  'readLaterOfToday',
  'unsent',
  'conflicts',
] as const;

/** What the balance does not say: corrections, second tests, work of other days, what is not uploaded. */
export function BesideFigures(props: { readonly summary: DaySummary }) {
  const t = useText();
  const { figures: counted, delivery } = props.summary;
  const figures = { ...counted, ...delivery };
  const hints: Partial<Record<(typeof rows)[number], string>> = {
    undone: t('today.undoneHint'),
    readTodayOfEarlierDays: t('today.readTodayHint'),
    readLaterOfToday: t('today.readLaterHint'),
  };
  const typedShare = share(figures.typedCodes, figures.total.registered);
  if (typedShare !== null && figures.typedCodes > 0) hints.typedCodes = t('today.typedShare', { share: typedShare });
  return (
    <dl className={look['beside']}>
      {rows.map((row) => {
        const needsCare = (row === 'unsent' || row === 'conflicts') && figures[row] > 0;
        return (
          <div key={row}>
            <dt>
              {t(`today.${row}`)}
              {hints[row] !== undefined && figures[row] > 0 && <small>{hints[row]}</small>}
            </dt>
            <dd data-zero={figures[row] === 0 || undefined} data-care={needsCare || undefined}>
              {figure(figures[row])}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
