import type { Tally as TallyFigures } from '../../shared/model/daySummary.ts';
import { figure } from '../lists/formats.ts';
import { useHides } from '../privacy/privacy.ts';
import { useText } from '../text/index.ts';
import css from './desk.module.css';

/** Read, whatever was read: where the queue looks on, a figure that moves with a kit would tell its result. */
const together = ['read', 'pending', 'void', 'registered'] as const;
const terms = ['negative', 'positive', 'invalid', 'pending', 'void', 'registered'] as const;

/** The day's equation at a glance. */
export function Tally(props: { readonly tally: TallyFigures }) {
  const t = useText();
  const hides = useHides();
  const { negative, positive, invalid } = props.tally;
  const figures = { ...props.tally, read: negative + positive + invalid };
  return (
    <dl className={css['tally']} aria-label={t('desk.wall.count')}>
      {(hides ? together : terms).map((term) => (
        <div key={term} className={css['term']} data-term={term} data-is-none={figures[term] === 0}>
          <dt>
            {term === 'positive' && <span aria-hidden>⊕ </span>}
            {t(`desk.tally.${term}`)}
          </dt>
          <dd>{figure(figures[term])}</dd>
        </div>
      ))}
    </dl>
  );
}
