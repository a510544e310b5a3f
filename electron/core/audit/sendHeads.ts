import { type AuditHeadsReply, auditHeadsAnswerSchema, auditHeadsLimit, routes } from '../../../shared/central.ts';
import type { SignedHead } from '../../../shared/model/audit.ts';
import { minute, second } from '../../../shared/time.ts';
import type { CellOwner } from '../cell.ts';
import { inTransaction } from '../dispatch.ts';
import { audit, type Station } from '../station.ts';
import type { Connection } from '../sync/connection.ts';
import { ensureKey } from './keys.ts';

const firstWaitMs = 1 * minute;
const longestWaitMs = 60 * minute;

/**
 * Sends signed heads when the outbox is empty: test records never wait for them, and what goes wrong here is tried again
 * later without a word on the desk. Answers in how many ms there is something to try again, or null.
 */
export function createHeadSender(station: Station, cells: CellOwner, ports: { readonly fetch: typeof fetch }) {
  let failures = 0;
  let notBeforeMs = 0;

  const send = async (connection: Connection, signal: AbortSignal): Promise<number | null> => {
    const waitMs = notBeforeMs - performance.now();
    if (waitMs > 0) return waitMs;
    for (;;) {
      const heads = station.tables.auditHeads.listWaiting(station.installationId, auditHeadsLimit);
      if (heads.length === 0) return null;
      const answer = await post(connection, heads, signal);
      if (signal.aborted) return null;
      if (answer === null || !settle(heads, answer)) {
        failures += 1;
        const againMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 10));
        notBeforeMs = performance.now() + againMs;
        return againMs;
      }
      failures = 0;
    }
  };

  const post = async (
    connection: Connection,
    heads: readonly SignedHead[],
    signal: AbortSignal,
  ): Promise<AuditHeadsReply | null> => {
    try {
      const { publicKey } = ensureKey(station);
      const response = await ports.fetch(`${connection.url}${routes.auditHeads}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${connection.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ installationId: station.installationId, publicKey, heads }),
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(30 * second)]),
      });
      if (!response.ok) return null;
      const parsed = auditHeadsAnswerSchema.safeParse(await response.json());
      return parsed.success ? parsed.data : null;
    } catch {
      return null;
    }
  };

  /** Each head by its own receipt. False when none was for any of them. */
  const settle = (heads: readonly SignedHead[], { receipts }: AuditHeadsReply): boolean =>
    inTransaction(station, cells, () => {
      const nowMs = station.clock.now();
      let settled = 0;
      for (const head of heads) {
        const receipt = receipts.find(({ n }) => n === head.n);
        if (receipt === undefined) continue;
        settled += 1;
        const isTaken = receipt.status === 'stored' || receipt.status === 'duplicate';
        const code = receipt.code ?? null;
        station.tables.auditHeads.settle(head, isTaken ? 'received' : 'refused', code, nowMs);
        if (!isTaken) audit(station, 'audit.headRefused', `entry:${head.seq}`, { n: head.n, code });
      }
      return settled > 0;
    });

  return {
    send,
    /** Tries at once, whatever the wait. */
    hurry: (): void => {
      notBeforeMs = 0;
    },
  };
}
