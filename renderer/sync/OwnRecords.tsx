import type { SyncView } from '../../shared/model/desk.ts';
import { figure, momentWords } from '../lists/formats.ts';
import { Notice } from '../lists/Notice.tsx';
import { useSite } from '../lists/site.ts';
import { useText } from '../text/index.ts';

/** After a restore: whether this station's own records came back, how many, and since when they are missing. */
export function OwnRecords(props: { readonly own: NonNullable<SyncView['ownRecords']> }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const { own } = props;
  const moment = (atMs: number): string => momentWords(atMs, zone, language, today);
  return own.fetchedAtMs === null ? (
    <Notice tone="attention">
      <strong>{t('sync.owedTitle')}</strong>
      <p>{t('sync.owed', { time: moment(own.owedSinceMs) })}</p>
    </Notice>
  ) : (
    <Notice tone={own.left > 0 ? 'attention' : 'done'}>
      <strong>{t('sync.fetchedTitle')}</strong>
      <p>{t('sync.fetchedAt', { time: moment(own.fetchedAtMs) })}</p>
      {own.taken + own.kits + own.left === 0 && <p>{t('sync.fetchedNothing')}</p>}
      {own.taken > 0 && <p>{t('sync.fetchedTaken', { n: figure(own.taken) })}</p>}
      {own.kits > 0 && <p>{t('sync.fetchedKits', { n: figure(own.kits) })}</p>}
      {own.left > 0 && <p>{t('sync.fetchedLeft', { n: figure(own.left) })}</p>}
    </Notice>
  );
}
