import type { KitBalance } from '../../shared/model/daySummary.ts';
import { figure } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { useText } from '../text/index.ts';

const terms = ['opening', 'received', 'used', 'spoiled'] as const;

/** Kits as they were counted on the day, lot by lot: what came, what went, what was there, what differs and why. */
export function KitTable(props: { readonly lines: readonly KitBalance[] }) {
  const t = useText();
  return (
    <div className={css['scrolls']}>
      <table className={css['figures']} aria-label={t('stock.dayTitle')}>
        <thead>
          <tr>
            <th scope="col">{t('today.productLot')}</th>
            {terms.map((term) => (
              <th key={term} scope="col">
                {t(`stock.${term}`)}
              </th>
            ))}
            <th scope="col">{t('stock.moved')}</th>
            <th scope="col">{t('stock.dayLeft')}</th>
            <th scope="col">{t('stock.dayDifference')}</th>
          </tr>
        </thead>
        <tbody>
          {props.lines.map((line) => (
            <tr key={`${line.productName} ${line.lot}`}>
              <td>{[line.productName, line.lot === '' ? t('stock.noLot') : line.lot].join(' · ')}</td>
              {terms.map((term) => (
                <td key={term} data-zero={line[term] === 0 || undefined}>
                  {figure(line[term])}
                </td>
              ))}
              <td data-zero={line.movedIn === line.movedOut || undefined}>{figure(line.movedIn - line.movedOut)}</td>
              <td>{figure(line.left)}</td>
              <td data-zero={line.difference === 0 || undefined}>
                {[
                  figure(line.difference),
                  ...line.reasons.map(({ code, text }) => text || t(`stock.differenceReasons.${code}`)),
                ].join(' · ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
