import { IconAlertTriangle, IconCircleCheck, IconCirclePlus } from '@tabler/icons-react';
import { Fragment } from 'react';
import type { DayFigures } from '../../shared/model/daySummary.ts';
import { figure } from '../lists/formats.ts';
import { type Text, useText } from '../text/index.ts';
import { type Imbalance, imbalances, terms } from './equation.ts';
import look from './today.module.css';

/** registered = negative + positive + invalid + pending + void, written as an equation, with the verdict beside it. */
export function Equation(props: { readonly figures: DayFigures }) {
  const t = useText();
  const { total } = props.figures;
  const faults = imbalances(props.figures);
  const isOff = faults.length > 0;
  const words = t('today.spoken', {
    registered: total.registered,
    negative: total.negative,
    positive: total.positive,
    invalid: total.invalid,
    pending: total.pending,
    voided: total.void,
  });
  return (
    <>
      <div className={look['equationRow']}>
        <div className={look['equation']} role="img" aria-label={words}>
          <Term n={total.registered} word={t('today.registered')} />
          <span className={look['sign']}>{faults.some((fault) => fault.kind === 'total') ? '≠' : '='}</span>
          {terms.map((term, index) => (
            <Fragment key={term}>
              {index > 0 && <span className={look['sign']}>+</span>}
              <Term n={total[term]} word={t(`today.${term}`)} isPositive={term === 'positive' && total.positive > 0} />
            </Fragment>
          ))}
        </div>
        <div className={look['verdict']} data-off={isOff || undefined} role="status">
          {isOff ? <IconAlertTriangle size="1.75rem" aria-hidden /> : <IconCircleCheck size="1.75rem" aria-hidden />}
          {t(isOff ? 'today.unbalanced' : 'today.balanced')}
        </div>
      </div>
      {isOff && (
        <ul className={look['faults']}>
          {faults.map((fault) => (
            <li key={JSON.stringify(fault)}>{faultWords(t, fault)}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Term(props: { readonly n: number; readonly word: string; readonly isPositive?: boolean }) {
  return (
    <span className={look['term']} data-positive={props.isPositive || undefined}>
      <span className={look['termFigure']}>{figure(props.n)}</span>
      <span className={look['termWord']}>
        {props.isPositive === true && <IconCirclePlus size="1em" aria-hidden />}
        {props.word}
      </span>
    </span>
  );
}

/** Where it does not add up, in one sentence. */
function faultWords(t: Text, fault: Imbalance): string {
  if (fault.kind === 'total') {
    return t(fault.by > 0 ? 'today.unbalancedMore' : 'today.unbalancedLess', { sum: fault.sum, n: Math.abs(fault.by) });
  }
  const table = t(`today.${fault.table}`);
  const where =
    fault.kind === 'line'
      ? `${table}: ${t('today.groupUnbalanced', { label: fault.label })}`
      : t('today.sumUnequal', { table, sum: fault.sum, total: fault.total });
  return t('today.unbalancedWhere', { where });
}
