import { randomBytes } from 'node:crypto';
import { classify } from '../../../shared/codes/classify.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Approval } from '../../../shared/model/staff.ts';
import { refusePersonal } from '../people/reasons.ts';
import { type Approved, type Station, today } from '../station.ts';
import { isRightPin, pinLogN } from './pin.ts';
import { pinWaitMs } from './pinWait.ts';

/** Wrong approvals of this desk since the last right one, in a row, whoever's badge it was. */
const key = 'approval.failures';
type Failures = { readonly count: number; readonly lastMs: number };

/** For a badge that is nobody's the same work is done, so that the time it takes tells nothing. */
const nobody = { pinSalt: randomBytes(16), pinHash: randomBytes(32), pinCost: pinLogN };

/**
 * Checks badge and PIN of whoever approves. Throws APPROVAL_REFUSED with `waitMs`, the same for an unknown badge and a
 * wrong PIN; each wrong try makes the desk, and the badge's owner, wait longer.
 */
export async function checkApproval(station: Station, approval: Approval): Promise<Approved> {
  refusePersonal(approval.reason, 'approval.reason');
  const { operators, settings } = station.tables;
  const nowMs = station.clock.now();
  const failures = JSON.parse(settings.get(key) ?? '{"count":0,"lastMs":0}') as Failures;
  const badge = classify(approval.badge.trim(), { today: today(station) });
  const by = badge.ok && badge.kind === 'staffBadge' ? operators.findByBadge(badge.fields['code'] ?? badge.raw) : null;
  const secret = by === null ? null : operators.findSecret(by.id);
  const waitMs = Math.max(
    pinWaitMs(failures.count, failures.lastMs, nowMs),
    secret === null ? 0 : pinWaitMs(secret.failedPins, secret.lastFailedMs, nowMs),
  );
  if (waitMs > 0) throw new StationError('APPROVAL_REFUSED', { waitMs }, 'approval');
  // Counted before it is checked: a program killed in between has not given a free try.
  settings.set(key, JSON.stringify({ count: failures.count + 1, lastMs: nowMs }));
  if (by !== null) operators.notePinFailure(by.id, nowMs);
  if (!(await isRightPin(approval.pin, secret ?? nobody)) || by === null)
    throw new StationError('APPROVAL_REFUSED', { waitMs: pinWaitMs(failures.count + 1, nowMs, nowMs) }, 'approval');
  settings.set(key, JSON.stringify({ count: 0, lastMs: 0 }));
  operators.clearPinFailures(by.id);
  return { by, reason: approval.reason };
}
