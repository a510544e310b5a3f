import type { CoreMethod } from '../../../shared/contract.ts';
import type { ErrorCode, Reply } from '../../../shared/errors.ts';
import type { AuditAction } from '../../../shared/model/audit.ts';
import { minute } from '../../../shared/time.ts';
import type { Station } from '../station.ts';

/** What is written down when it is refused: somebody tried what is not theirs. */
const noted: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['FORBIDDEN', 'PIN_WRONG', 'APPROVAL_REFUSED']);

type Kind = {
  readonly action: AuditAction;
  readonly operatorId: string | null;
  readonly subject: string;
  readonly code: string;
  readonly needs: string | null;
};
type Running = Kind & { readonly sinceMs: number; readonly firstMs: number; readonly more: number };

/**
 * Refused calls in the audit log. The first of a kind (who, what, why) is an entry at once; those of the same kind within
 * the minute after it are counted, and one more entry gives their number: a stuck key does not flood the log.
 */
export function createRefusals() {
  const running = new Map<string, Running>();

  const write = (
    station: Station,
    { action, operatorId, subject, code, needs }: Kind,
    count: number,
    sinceMs: number,
  ) => {
    const more = count === 1 ? {} : { count, sinceMs };
    station.db
      .transaction(() =>
        station.tables.audit.append({
          atMs: station.clock.now(),
          operatorId,
          action,
          subject,
          detail: { code, ...(needs === null ? {} : { needs }), ...more },
          installationId: station.installationId,
        }),
      )
      .immediate();
  };

  /** Writes the numbers of the minutes that are over; of all when the register is being closed. */
  const flush = (station: Station, all = false): void => {
    if (running.size === 0) return;
    const nowMs = station.clock.now();
    for (const [key, kind] of running) {
      if (!all && nowMs - kind.sinceMs < minute) continue;
      running.delete(key);
      if (kind.more > 0) write(station, kind, kind.more, kind.firstMs);
    }
  };

  return {
    flush,
    note: (station: Station, method: CoreMethod, input: unknown, reply: Reply<unknown>): void => {
      flush(station);
      const kind = kindOf(station, method, input, reply);
      if (kind === null) return;
      const key = JSON.stringify(kind);
      const former = running.get(key);
      const nowMs = station.clock.now();
      if (former !== undefined) {
        running.set(key, { ...former, firstMs: former.more === 0 ? nowMs : former.firstMs, more: former.more + 1 });
        return;
      }
      write(station, kind, 1, nowMs);
      running.set(key, { ...kind, sinceMs: nowMs, firstMs: nowMs, more: 0 });
    },
  };
}

function kindOf(station: Station, method: CoreMethod, input: unknown, reply: Reply<unknown>): Kind | null {
  const operatorId = station.operator.get()?.id ?? null;
  if (reply.ok) {
    // A badge that is nobody's is an outcome at the desk, not an error.
    const { stage } = (reply.value ?? {}) as { readonly stage?: { readonly kind?: string; readonly code?: string } };
    const isBadge = method === 'desk.scan' && stage?.kind === 'refused' && stage.code === 'badgeUnknown';
    return isBadge
      ? { action: 'refused.call', operatorId, subject: 'call:desk.scan', code: 'badgeUnknown', needs: null }
      : null;
  }
  const { code, params } = reply.error;
  if (!noted.has(code)) return null;
  if (code !== 'PIN_WRONG') {
    const needs = params['capability'] ?? params['needs'];
    return {
      action: code === 'FORBIDDEN' ? 'refused.call' : 'refused.approval',
      operatorId,
      subject: `call:${method}`,
      code,
      needs: typeof needs === 'string' ? needs : null,
    };
  }
  const { operatorId: tried } = (input ?? {}) as { readonly operatorId?: unknown };
  // Only somebody who is on the list: an id that nobody has may be anything that was typed.
  const isStaff = typeof tried === 'string' && station.tables.operators.find(tried) !== null;
  return {
    action: 'refused.pin',
    operatorId,
    subject: isStaff ? `operator:${tried}` : `call:${method}`,
    code,
    needs: null,
  };
}
