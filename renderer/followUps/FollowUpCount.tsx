import { useStation } from '../station.ts';
import { useText } from '../text/index.ts';
import look from './followUps.module.css';

/** How many follow-ups are open, on the rail; marked where one is overdue. Nothing where there is none. */
export function FollowUpCount(props: { readonly id: string }) {
  const t = useText();
  const { data } = useStation('followUps.count', {});
  if (data === undefined || data.open === 0) return null;
  const { open: n, overdue } = data;
  const words = t(overdue > 0 ? 'followUps.countOverdue' : 'followUps.count', { n, overdue });
  // What the button is called stays; these words describe it.
  return (
    <span className={look['count']} data-overdue={overdue > 0} title={words} aria-hidden>
      {overdue > 0 ? `${n} !` : n}
      <span id={props.id} className={look['unseen']}>
        {words}
      </span>
    </span>
  );
}
