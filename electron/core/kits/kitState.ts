import { spotOf } from '../../../shared/codes/kitSpan.ts';
import { tailOf } from '../desk/cards.ts';
import { type Refusal, refusal } from '../desk/deskState.ts';
import type { Station } from '../station.ts';

/**
 * Why a kit that nobody is bound to may not be used any more: spoiled, or sent to another site. Asked when it is scanned and
 * once more when it is bound, since a kit may wait on the stage meanwhile.
 */
export function kitGone({ tables }: Station, kitKey: string, serial: string): Refusal | null {
  const spoiled = tables.stock.findSpoil(kitKey);
  if (spoiled !== null) return refusal('kitSpoiled', { reason: spoiled.code, tail: tailOf(serial) });
  const away = tables.stock.findAway(spotOf(kitKey));
  if (away === null) return null;
  return refusal('kitAway', { site: away.site, sentAtMs: away.atMs, tail: tailOf(serial) });
}
