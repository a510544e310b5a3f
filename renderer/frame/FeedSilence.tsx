import { IconAccessPointOff } from '@tabler/icons-react';
import type { DownView } from '../../shared/model/desk.ts';
import { clockOf } from '../lists/formats.ts';
import { useText } from '../text/index.ts';
import css from './frame.module.css';

/** In the bar of every screen: the site's other desks are not heard. What they bind meanwhile is not known here. */
export function FeedSilence(props: { readonly down: DownView; readonly zone: string }) {
  const t = useText();
  const { isSilent, heardAtMs } = props.down;
  if (!isSilent) return null;
  return (
    <span className={css['trouble']} role="status" data-feed-silent title={t('frame.feedSilentMeans')}>
      <IconAccessPointOff size="1rem" aria-hidden />
      {heardAtMs === null ? t('frame.feedNeverHeard') : t('frame.feedSilent', { time: clockOf(heardAtMs, props.zone) })}
    </span>
  );
}
