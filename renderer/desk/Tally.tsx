import type { Tally as TallyFigures } from '../../shared/model/daySummary.ts';
import { figure } from '../lists/formats.ts';
import { useText } from '../text/index.ts';
import css from './desk.module.css';

const terms = ['negative', 'positive', 'invalid', 'pending', 'void', 'registered'] as const;

/** The day's equation at a glance. */
export function Tally(props: { readonly tally: TallyFigures }) {
  const t = useText();
  return (
    <dl className={css['tally']} aria-label={t('desk.wall.count')}>
      {terms.map((term) => (
        <div key={term} className={css['term']} data-term={term} data-is-none={props.tally[term] === 0}>
          <dt>
            {term === 'positive' && <span aria-hidden>⊕ </span>}
            {t(`desk.tally.${term}`)}
          </dt>
          <dd>{figure(props.tally[term])}</dd>
        </div>
      ))}
    </dl>
  );
}
