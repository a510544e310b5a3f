import { StationError } from '../../../shared/errors.ts';
import { type Capability, leastRole, type Standing, standingOf } from '../../../shared/model/rights.ts';
import type { Operator } from '../../../shared/model/staff.ts';
import type { WrittenApproval } from '../../db/tests.ts';
import { type Station, signedIn } from '../station.ts';

/**
 * Who sits at the desk, when they may do this, or when somebody who may has approved it for this one act. Throws
 * NOT_SIGNED_IN, or FORBIDDEN with `needs`: the lowest role that may, and `approvable`: whether such a person's approval
 * on the spot would do.
 */
export function allow(station: Station, capability: Capability): Operator {
  const operator = signedIn(station);
  const standing = standingOf(operator.role, capability);
  if (standing === 'may') return operator;
  const approved = station.approval.get();
  const isApproved = standing === 'approved' && approved !== null && standingOf(approved.by.role, capability) === 'may';
  if (isApproved) return operator;
  throw forbidden(capability, standing, approved?.by ?? null);
}

/** Before a call's handler runs: throws as `allow` does, except that an approval that came with it is looked at later. */
export function admit(station: Station, right: Capability | 'anyone', hasApproval: boolean): void {
  if (right === 'anyone') return;
  const standing = standingOf(signedIn(station).role, right);
  if (standing === 'may' || (standing === 'approved' && hasApproval)) return;
  throw forbidden(right, standing, null);
}

/** As `allow`; answers who approved and why, for the record, or null where the one at the desk may do it themselves. */
export function approvalOf(station: Station, capability: Capability): WrittenApproval | null {
  const { role } = allow(station, capability);
  const approved = station.approval.get();
  return standingOf(role, capability) === 'may' || approved === null
    ? null
    : { by: approved.by.id, reason: approved.reason };
}

function forbidden(capability: Capability, standing: Standing, by: Operator | null): StationError {
  return new StationError('FORBIDDEN', {
    capability,
    needs: leastRole(capability),
    approvable: standing === 'approved',
    // Somebody did approve, who may not do it either.
    ...(by === null ? {} : { approvedBy: by.role }),
  });
}
