import { StationError } from '../../../shared/errors.ts';
import { type Capability, leastRole, standingOf } from '../../../shared/model/rights.ts';
import type { Operator } from '../../../shared/model/staff.ts';
import { type Station, signedIn } from '../station.ts';

/**
 * Who sits at the desk, when they may do this. Throws NOT_SIGNED_IN, or FORBIDDEN with `needs`: the lowest role that may,
 * and `approvable`: whether such a person's approval on the spot would do.
 */
export function allow(station: Station, capability: Capability): Operator {
  const operator = signedIn(station);
  const standing = standingOf(operator.role, capability);
  if (standing === 'may') return operator;
  throw new StationError('FORBIDDEN', {
    capability,
    needs: leastRole(capability),
    approvable: standing === 'approved',
  });
}
