import type { Recall } from '../../../shared/model/recall.ts';
import { figure } from '../../lists/formats.ts';
import type { Text } from '../../text/index.ts';

/** What a recall stops: a lot, or kits by what their codes read. */
export function reachWords(t: Text, { lot, kits }: Pick<Recall, 'lot' | 'kits'>): string {
  if (kits === null) return t('recalls.wholeLot', { lot: lot ?? '' });
  if (kits.count === 1) return t('recalls.oneKit', { from: kits.from });
  return t('recalls.kits', { from: kits.from, to: kits.to, n: figure(kits.count) });
}
