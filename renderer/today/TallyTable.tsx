import type { Tally } from '../../shared/model/daySummary.ts';
import { figure } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { useText } from '../text/index.ts';
import { terms } from './equation.ts';
import look from './today.module.css';

/** The figures of one grouping, for the reader and the printer; the last line is the day's total. */
export function TallyTable(props: {
  readonly label: string;
  readonly heading: string;
  readonly lines: readonly { readonly key: string; readonly label: string; readonly tally: Tally }[];
  readonly total: Tally;
}) {
  const t = useText();
  const columns = ['registered', ...terms] as const;
  const cells = (tally: Tally) =>
    columns.map((column) => (
      <td key={column} data-zero={tally[column] === 0 || undefined}>
        {column === 'positive' && tally.positive > 0 ? (
          <span className={look['positive']}>{figure(tally.positive)}</span>
        ) : (
          figure(tally[column])
        )}
      </td>
    ));
  return (
    <div className={css['scrolls']}>
      <table className={css['figures']} aria-label={props.label}>
        <thead>
          <tr>
            <th scope="col">{props.heading}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {t(`today.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.lines.map((line) => (
            <tr key={line.key}>
              <td>{line.label}</td>
              {cells(line.tally)}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('today.sum')}</th>
            {cells(props.total)}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
