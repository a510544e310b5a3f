import { spotOf } from '../../../shared/codes/kitSpan.ts';
import { tailOf } from '../desk/cards.ts';
import { type HeldKit, type Refusal, refusal } from '../desk/deskState.ts';
import type { Station } from '../station.ts';

/** A kit by what its code says and the lists know. */
type KitNamed = Pick<HeldKit, 'kitKey' | 'serial' | 'lot'> & { readonly productId: string | null };

/**
 * Why a kit that nobody is bound to may not be used any more: spoiled, sent to another site, used before this register
 * was restored from an older backup, or recalled by itself or with
 * its lot. Asked when it is scanned and once more when it is bound, since a kit may wait on the stage meanwhile.
 */
export function kitGone({ tables }: Station, { kitKey, serial, productId, lot }: KitNamed): Refusal | null {
  const spoiled = tables.stock.findSpoil(kitKey);
  if (spoiled !== null) return refusal('kitSpoiled', { reason: spoiled.code, tail: tailOf(serial) });
  const away = tables.stock.findAway(spotOf(kitKey));
  if (away !== null) return refusal('kitAway', { site: away.site, sentAtMs: away.atMs, tail: tailOf(serial) });
  const servedAtMs = tables.servedKits.findBoundAtMs(kitKey);
  if (servedAtMs !== null) return refusal('kitServed', { boundAtMs: servedAtMs, tail: tailOf(serial) });
  const recalled = tables.recalls.findStanding(productId, lot, spotOf(kitKey));
  if (recalled === null) return null;
  return refusal('kitRecalled', { lot: lot ?? '', reason: recalled.reason, tail: tailOf(serial) });
}
