import {
  type Batch,
  type BatchReply,
  batchLimit,
  batchReplySchema,
  type CentralRecord,
  healthReplySchema,
  type Receipt,
  replyLimitBytes,
  routes,
  statsReplySchema,
} from '../../../shared/central.ts';
import { minute, second } from '../../../shared/time.ts';
import { sqliteCode } from '../../db/open.ts';
import type { OutboxRow } from '../../db/outbox.ts';
import { createHeadSender } from '../audit/sendHeads.ts';
import type { CellOwner } from '../cell.ts';
import { inTransaction } from '../dispatch.ts';
import { audit, type Station } from '../station.ts';
import { type Connection, readConnection } from './connection.ts';
import { AnswerTooLong, readAnswer } from './readAnswer.ts';
import type { SyncStatus } from './status.ts';
import { syncView } from './view.ts';

export type Uploader = {
  /** There may be something to send. */
  readonly nudge: () => void;
  /** Tries at once, whatever the back-off or a pause says; settles when that try is over. */
  readonly sendNow: () => Promise<void>;
  readonly test: () => Promise<{ reachable: boolean; accepted: boolean; ms: number; problem: string | null }>;
  readonly status: () => SyncStatus;
  readonly stop: () => Promise<void>;
};

const requestTimeoutMs = 30 * second;
const firstBackoffMs = 1 * second;
const longestBackoffMs = 5 * minute;
/** After sign-in trouble a try now and then, in case somebody mended it at the other end. */
const pausedRetryMs = 15 * minute;
/** A record answered "an earlier one is missing" this often is parked: somebody must look. */
const outOfOrderTries = 5;

/** How a post ended, when it did not end in receipts. */
type Trouble =
  | { readonly kind: 'offline' | 'server' | 'slow'; readonly retryAfterMs: number | null }
  | { readonly kind: 'signIn' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'tooLarge'; readonly message: string }
  | { readonly kind: 'badRequest'; readonly message: string };

/**
 * Sends what waits in the outbox: due rows are claimed, posted with no transaction open across the wait, and each is
 * settled by its own receipt. Nothing waits for it, and nothing it does can undo a fact.
 */
export function createUploader(
  station: Station,
  cells: CellOwner,
  ports: {
    readonly fetch: typeof fetch;
    readonly random: () => number;
    /** Told what was thrown while sending: it may be a fault of the register. */
    readonly onFault: (thrown: unknown) => void;
  },
): Uploader {
  let status: SyncStatus = { state: 'idle', trouble: null, lastContactAtMs: null, nextTryAtMs: null };
  let failures = 0;
  let notBeforeMs = 0;
  let batchSize = batchLimit;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let running: Promise<void> | null = null;
  let isAskedAgain = false;
  let isStopped = false;
  const aborter = new AbortController();
  const heads = createHeadSender(station, cells, ports);

  /** Real time: waiting has nothing to do with the test clock. */
  const monotonic = () => performance.now();

  const show = (next: Partial<SyncStatus>) => {
    status = { ...status, ...next };
    station.emit('sync.changed', syncView(station));
  };

  const schedule = (inMs: number) => {
    if (isStopped) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(
      () => {
        timer = null;
        nudge();
      },
      Math.max(0, inMs),
    );
    timer.unref?.();
  };

  const nudge = () => {
    if (isStopped) return;
    if (running !== null) {
      isAskedAgain = true;
      return;
    }
    const waitMs = notBeforeMs - monotonic();
    if (waitMs > 0) {
      schedule(waitMs);
      return;
    }
    running = pump()
      .catch((error: unknown) => {
        if (isStopped) return;
        station.log('sync.bug', {
          kind: error instanceof Error ? error.name : typeof error,
          code: sqliteCode(error) ?? '',
        });
        ports.onFault(error);
        // A register that was just found damaged is not even read any more.
        if (!isStopped) backOff('server', null);
      })
      .finally(() => {
        running = null;
        if (isAskedAgain) {
          isAskedAgain = false;
          nudge();
        }
      });
  };

  const backOff = (trouble: 'offline' | 'server' | 'slow', retryAfterMs: number | null) => {
    failures += 1;
    const grown = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(failures - 1, 20));
    // Full half jitter: a hundred desks that lost the same network do not come back in the same second.
    const waitMs = Math.max(retryAfterMs ?? 0, grown * (0.5 + 0.5 * ports.random()));
    waitFor(waitMs, trouble === 'offline' ? 'offline' : 'backingOff', trouble);
  };

  const waitFor = (waitMs: number, state: SyncStatus['state'], trouble: string) => {
    notBeforeMs = monotonic() + waitMs;
    show({ state, trouble, nextTryAtMs: station.clock.now() + Math.round(waitMs) });
    schedule(waitMs);
  };

  /** Sends until nothing is due or something is in the way. */
  const pump = async () => {
    for (;;) {
      const connection = readConnection(station.tables);
      if (connection === null) {
        if (status.state !== 'off') show({ state: 'off', trouble: null, nextTryAtMs: null });
        return;
      }
      const rows = station.tables.outbox.listDue(station.clock.now(), batchSize);
      if (rows.length === 0) {
        if (status.state !== 'idle') show({ state: 'idle', trouble: null, nextTryAtMs: null });
        const headsAgainMs = await heads.send(connection, aborter.signal);
        if (isStopped) return;
        const nextDueAtMs = station.tables.outbox.nextDueAtMs();
        if (nextDueAtMs !== null) schedule(Math.min(minute, Math.max(100, nextDueAtMs - station.clock.now())));
        else if (headsAgainMs !== null) schedule(headsAgainMs);
        return;
      }
      inTransaction(station, cells, () => station.tables.outbox.claim(rows));
      if (status.state !== 'sending') show({ state: 'sending', trouble: null, nextTryAtMs: null });
      const trouble = await send(connection, rows);
      if (isStopped) return;
      if (trouble === null) continue;
      if (trouble.kind === 'signIn' || trouble.kind === 'forbidden') {
        waitFor(pausedRetryMs, 'paused', trouble.kind);
        return;
      }
      if (trouble.kind === 'tooLarge' || trouble.kind === 'badRequest') {
        if (rows.length > 1) {
          // Something in this batch is not to the service's liking: smaller ones find it, and the rest goes through.
          batchSize = Math.max(1, Math.floor(rows.length / 2));
          continue;
        }
        const [row] = rows;
        if (row !== undefined) park(row, trouble.kind, trouble.message);
        batchSize = batchLimit;
        continue;
      }
      backOff(trouble.kind, trouble.retryAfterMs);
      return;
    }
  };

  const send = async (connection: Connection, rows: readonly OutboxRow[]): Promise<Trouble | null> => {
    const batch: Batch = {
      batchId: station.newId(),
      installationId: station.installationId,
      sentAtMs: station.clock.now(),
      records: rows.map(toRecord),
    };
    const posted = await post(connection, batch);
    if ('kind' in posted) return posted;
    settle(rows, posted);
    failures = 0;
    batchSize = Math.min(batchLimit, batchSize * 2);
    return null;
  };

  const post = async (connection: Connection, batch: Batch): Promise<BatchReply | Trouble> => {
    const startedMs = station.clock.now();
    let response: Response;
    let text: string;
    try {
      response = await ports.fetch(`${connection.url}${routes.batches}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${connection.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(batch),
        redirect: 'error',
        signal: AbortSignal.any([aborter.signal, AbortSignal.timeout(requestTimeoutMs)]),
      });
      text = await readAnswer(response, replyLimitBytes);
    } catch (error) {
      if (error instanceof AnswerTooLong) return { kind: 'server', retryAfterMs: null };
      const isSlow = error instanceof Error && error.name === 'TimeoutError';
      return { kind: isSlow ? 'slow' : 'offline', retryAfterMs: null };
    }
    const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), station.clock.now());
    if (response.status === 401) return { kind: 'signIn' };
    if (response.status === 403) return { kind: 'forbidden' };
    if (response.status === 413) return { kind: 'tooLarge', message: '' };
    if (response.status === 400 || response.status === 422) return { kind: 'badRequest', message: problemOf(text) };
    if (!response.ok) return { kind: 'server', retryAfterMs };
    // A proxy's page with status 200 is not an answer: only receipts for this very batch are.
    const reply = batchReplySchema.safeParse(parseJson(text));
    if (!reply.success || reply.data.batchId !== batch.batchId) return { kind: 'server', retryAfterMs };
    const nowMs = station.clock.now();
    station.centralOffsetMs.set(Math.round(reply.data.serverAtMs - (startedMs + nowMs) / 2));
    show({ lastContactAtMs: nowMs });
    return reply.data;
  };

  const settle = (rows: readonly OutboxRow[], reply: BatchReply) => {
    const receipts = new Map(reply.receipts.map((receipt) => [receipt.key, receipt]));
    let isConflictNew = false;
    inTransaction(station, cells, () => {
      for (const row of rows) {
        const receipt = receipts.get(row.recordKey);
        // No receipt, no settlement: the record is sent again.
        if (receipt !== undefined) isConflictNew = settleOne(row, receipt) || isConflictNew;
      }
      const missing = rows.filter((row) => !receipts.has(row.recordKey));
      for (const row of missing) station.tables.outbox.delay(row.recordKey, station.clock.now() + minute);
    });
    station.emit('sync.changed', syncView(station));
    if (isConflictNew) station.emit('desk.changed', { why: 'sync' });
  };

  /** Answers whether it brought a conflict that was not known before. */
  const settleOne = (row: OutboxRow, receipt: Receipt): boolean => {
    const { outbox, conflicts } = station.tables;
    const nowMs = station.clock.now();
    if (receipt.status === 'rejected') {
      if ((receipt.code === 'outOfOrder' || receipt.code === 'testUnknown') && row.attempts < outOfOrderTries) {
        outbox.delay(row.recordKey, nowMs + 10 * second * 2 ** row.attempts);
        return false;
      }
      outbox.settle(row.recordKey, 'parked', nowMs, receipt.code ?? 'malformed', receipt.message ?? '');
      audit(station, 'sync.park', `record:${row.recordKey}`, { code: receipt.code ?? 'malformed' });
      return false;
    }
    outbox.settle(row.recordKey, 'sent', nowMs, receipt.status, null);
    if (receipt.status !== 'conflict' || receipt.other === undefined) return false;
    const isNew = conflicts.insert({
      id: station.newId(),
      testId: row.testId,
      otherTestId: receipt.other.testId,
      otherSite: receipt.other.site,
      otherStation: receipt.other.station,
      otherBoundAtMs: receipt.other.boundAtMs,
      otherPersonMasked: receipt.other.personMasked,
      seenAtMs: nowMs,
      chain: row.chain,
    });
    if (isNew) audit(station, 'sync.conflict', `test:${row.testId}`, { other: receipt.other.testId });
    return isNew;
  };

  const park = (row: OutboxRow, code: string, message: string) => {
    inTransaction(station, cells, () => {
      station.tables.outbox.settle(row.recordKey, 'parked', station.clock.now(), code, message);
      audit(station, 'sync.park', `record:${row.recordKey}`, { code });
    });
  };

  return {
    nudge,
    sendNow: async () => {
      notBeforeMs = 0;
      failures = 0;
      heads.hurry();
      nudge();
      while (running !== null) await running;
    },
    test: async () => {
      const connection = readConnection(station.tables);
      if (connection === null) return { reachable: false, accepted: false, ms: 0, problem: 'off' };
      const startedMs = monotonic();
      const get = async (path: string, headers: Record<string, string>) =>
        ports.fetch(`${connection.url}${path}`, {
          headers,
          redirect: 'error',
          signal: AbortSignal.timeout(10 * second),
        });
      try {
        const health = await get(routes.health, {});
        if (!healthReplySchema.safeParse(parseJson(await readAnswer(health, replyLimitBytes))).success) {
          return { reachable: false, accepted: false, ms: monotonic() - startedMs, problem: 'otherService' };
        }
        const stats = await get(routes.stats, { authorization: `Bearer ${connection.token}` });
        const isAccepted =
          stats.ok && statsReplySchema.safeParse(parseJson(await readAnswer(stats, replyLimitBytes))).success;
        const problem = isAccepted
          ? null
          : stats.status === 401
            ? 'signIn'
            : stats.status === 403
              ? 'forbidden'
              : 'server';
        return { reachable: true, accepted: isAccepted, ms: monotonic() - startedMs, problem };
      } catch {
        return { reachable: false, accepted: false, ms: monotonic() - startedMs, problem: 'offline' };
      }
    },
    status: () => status,
    stop: async () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      aborter.abort();
      // However it ends: whoever stops it wants it still, not well.
      await running?.catch(() => undefined);
    },
  };
}

function toRecord(row: OutboxRow): CentralRecord {
  return {
    key: row.recordKey,
    testId: row.testId,
    seq: row.chain,
    contentHash: row.contentHash,
    kind: row.kind,
    payload: JSON.parse(row.payload),
  } as CentralRecord;
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3), as milliseconds from now; at most an hour, null when absent or unreadable. */
export function readRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const seconds = /^\d{1,9}$/.test(header.trim()) ? Number(header) : null;
  const ms = seconds === null ? Date.parse(header) - nowMs : seconds * second;
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, 60 * minute) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function problemOf(text: string): string {
  const problem = parseJson(text) as { message?: unknown } | null;
  return typeof problem?.message === 'string' ? problem.message.slice(0, 300) : '';
}
