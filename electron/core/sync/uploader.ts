import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  type Batch,
  type BatchReply,
  batchReplySchema,
  healthReplySchema,
  problemSchema,
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
import { createKeyExchange } from '../handover/serviceKey.ts';
import type { Station } from '../station.ts';
import { type Connection, readConnection } from './connection.ts';
import { noteEpoch } from './epoch.ts';
import { faultOf } from './faultOf.ts';
import { type Act, beginning, type Memory, type SyncEvent, stepOf } from './machine.ts';
import { createOwnRecords } from './ownRecords.ts';
import { readAnswer } from './readAnswer.ts';
import { setAside, settleRecord, toRecord } from './settle.ts';
import { createSpeed, type Speed } from './speed.ts';
import type { SyncStatus } from './status.ts';
import { renewToken } from './token.ts';
import { syncView } from './view.ts';

export type ConnectionTest = {
  readonly reachable: boolean;
  readonly accepted: boolean;
  readonly ms: number;
  readonly problem: string | null;
  /** The service's clock minus this computer's, where they are too far apart; null otherwise. */
  readonly clockOffMs: number | null;
};

export type Uploader = {
  /** There may be something to send. */
  readonly nudge: () => void;
  /** Tries at once, whatever the back-off or a pause says; settles when that try is over. */
  readonly sendNow: () => Promise<void>;
  readonly test: () => Promise<ConnectionTest>;
  readonly status: () => SyncStatus;
  readonly speed: () => Speed | null;
  readonly stop: () => Promise<void>;
};

const requestTimeoutMs = 30 * second;
/** How often a station with nothing to send asks whether the service still lives the same life. */
const lookAtServiceMs = 10 * minute;
/** Clocks this far apart are told. */
const clockFarMs = 2 * minute;
/** Below it packing gains nothing. */
const smallestPackedBytes = 1024;

const pack = promisify(gzip);

type Ended = Exclude<SyncEvent, { kind: 'nudged' | 'asked' | 'waited' }>;

/**
 * Sends what waits in the outbox: due rows are claimed, posted with no transaction open across the wait, and each is
 * settled by its own receipt. What happens when is the table's in `machine.ts`. Nothing waits for it, and nothing it does
 * can undo a fact.
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
  let memory: Memory = beginning;
  let lastContactAtMs: number | null = null;
  let nextTryAtMs: number | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let running: Promise<void> | null = null;
  let isNudged = false;
  let isAsked = false;
  let isStopped = false;
  /** What was last found due; sent by the next act. */
  let found: { readonly connection: Connection; readonly rows: readonly OutboxRow[] } | null = null;
  let lastLookMs = Number.NEGATIVE_INFINITY;
  /** Ends what is asked of the service while nothing is due; null while something is. */
  let resting: AbortController | null = null;
  const aborter = new AbortController();
  const heads = createHeadSender(station, cells, ports);
  const own = createOwnRecords(station, cells, ports);
  const keys = createKeyExchange(station, cells, ports);
  const speed = createSpeed();

  const status = (): SyncStatus => ({ state: memory.state, trouble: memory.trouble, lastContactAtMs, nextTryAtMs });
  const show = () => station.emit('sync.changed', syncView(station));

  const schedule = (inMs: number) => {
    if (isStopped) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(
      () => {
        timer = null;
        run({ kind: 'waited' });
      },
      Math.max(0, Math.min(inMs, 2 ** 31 - 1)),
    );
    timer.unref?.();
  };

  /** Runs an event through, and whatever follows from it. While one runs, others are remembered. */
  const run = (first: SyncEvent) => {
    if (isStopped) return;
    if (running !== null) {
      isNudged = true;
      // What is due does not wait for what is done while nothing is.
      if (resting !== null && hasDue()) resting.abort();
      return;
    }
    running = follow(first)
      .catch((error: unknown) => {
        if (isStopped) return;
        station.log('sync.bug', {
          kind: error instanceof Error ? error.name : typeof error,
          code: sqliteCode(error) ?? '',
        });
        ports.onFault(error);
        // A register that was just found damaged is not even read any more.
        if (isStopped) return;
        const act = take({ kind: 'failed', why: 'server', retryAfterMs: null });
        if (act.kind === 'wait' && act.ms !== null) schedule(act.ms);
      })
      .finally(() => {
        running = null;
        const next = isAsked ? 'asked' : isNudged ? 'nudged' : null;
        isAsked = false;
        isNudged = false;
        if (next !== null) run({ kind: next });
      });
  };

  const take = (event: SyncEvent): Act => {
    const before = memory;
    const step = stepOf(memory, event, ports.random());
    memory = step.memory;
    const isWaiting = step.act.kind === 'wait' && step.act.ms !== null && memory.trouble !== null;
    if (isWaiting && step.act.kind === 'wait' && step.act.ms !== null) {
      nextTryAtMs = station.clock.now() + Math.round(step.act.ms);
      show();
    } else if (before.state !== memory.state || before.trouble !== memory.trouble) {
      nextTryAtMs = null;
      show();
    }
    return step.act;
  };

  const follow = async (first: SyncEvent): Promise<void> => {
    let event: SyncEvent | null = first;
    while (event !== null && !isStopped) event = await does(take(event));
  };

  /** Does an act and answers what came of it; null where nothing follows by itself. */
  const does = async (act: Act): Promise<SyncEvent | null> => {
    switch (act.kind) {
      case 'nothing':
        return null;
      case 'wait':
        if (memory.state === 'idle') await rest(act.ms);
        else if (act.ms !== null) schedule(act.ms);
        return null;
      case 'park':
        parkOne();
        return lookForDue();
      case 'look':
        return lookForDue();
      case 'send':
        return found === null ? lookForDue() : send(found.connection, found.rows);
    }
  };

  /** With nothing to send: the log's heads, and now and then a look whether the service was restored. */
  const rest = async (againInMs: number | null): Promise<void> => {
    const connection = readConnection(station.tables);
    if (connection === null) return;
    resting = new AbortController();
    const signal = AbortSignal.any([aborter.signal, resting.signal]);
    const headsAgainMs = await heads.send(connection, signal);
    if (!signal.aborted) await keys.exchange(connection, signal);
    if (!signal.aborted && performance.now() - lastLookMs >= lookAtServiceMs) await lookAtService(connection, signal);
    resting = null;
    if (isStopped) return;
    if (hasDue()) isNudged = true;
    schedule(Math.min(againInMs ?? lookAtServiceMs, headsAgainMs ?? lookAtServiceMs, lookAtServiceMs));
  };

  const lookAtService = async (connection: Connection, signal: AbortSignal): Promise<void> => {
    lastLookMs = performance.now();
    try {
      const response = await get(connection, routes.health, {}, signal);
      const health = healthReplySchema.safeParse(parseJson(await readAnswer(response, replyLimitBytes)));
      if (!health.success || isStopped) return;
      lastContactAtMs = station.clock.now();
      inTransaction(station, cells, () => noteEpoch(station, health.data.epoch));
      show();
      await renewToken(station, cells, connection, ports.fetch);
    } catch {
      // Not even a trouble: nothing waits to be sent. Where that ended it, the next answer tells as much.
    }
  };

  const hasDue = (): boolean => station.tables.outbox.listDue(station.clock.now(), 1).length > 0;

  const lookForDue = async (): Promise<Ended> => {
    found = null;
    const connection = readConnection(station.tables);
    if (connection === null) return { kind: 'disconnected' };
    const owed = await own.fetchOwed(connection, aborter.signal);
    if (owed !== null) return owed;
    const rows = station.tables.outbox.listDue(station.clock.now(), memory.batchSize);
    if (rows.length > 0) {
      found = { connection, rows };
      return { kind: 'due' };
    }
    const nextDueAtMs = station.tables.outbox.nextDueAtMs();
    const againInMs = nextDueAtMs === null ? null : Math.min(minute, Math.max(100, nextDueAtMs - station.clock.now()));
    return { kind: 'nothingDue', againInMs };
  };

  const send = async (connection: Connection, rows: readonly OutboxRow[]): Promise<Ended> => {
    inTransaction(station, cells, () => station.tables.outbox.claim(rows));
    const batch: Batch = {
      batchId: station.newId(),
      installationId: station.installationId,
      sentAtMs: station.clock.now(),
      records: rows.map(toRecord),
    };
    const startedMs = performance.now();
    const posted = await post(connection, batch);
    if (isStopped) return { kind: 'failed', why: 'offline', retryAfterMs: null };
    if ('kind' in posted) {
      if (posted.kind === 'notTaken') refusedWith = posted;
      return posted;
    }
    speed.note(rows.length, performance.now() - startedMs);
    settle(rows, posted);
    await keys.exchange(connection, aborter.signal);
    return { kind: 'answered' };
  };

  /** What the service said of the batch that it did not take. */
  let refusedWith: { readonly code: string; readonly message: string } | null = null;

  type Failed =
    | Extract<SyncEvent, { kind: 'failed' | 'refused' | 'notUnpacked' }>
    | (Extract<SyncEvent, { kind: 'notTaken' }> & { readonly code: string; readonly message: string });

  const post = async (connection: Connection, batch: Batch): Promise<BatchReply | Failed> => {
    const startedMs = station.clock.now();
    const text = JSON.stringify(batch);
    const isPacked = !memory.isPlain && text.length >= smallestPackedBytes;
    let response: Response;
    let answer: string;
    try {
      const body = isPacked ? new Uint8Array(await pack(text, { level: 3 })) : text;
      response = await ports.fetch(`${connection.url}${routes.batches}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${connection.token}`,
          'content-type': 'application/json',
          ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
        },
        body,
        redirect: 'error',
        signal: AbortSignal.any([aborter.signal, AbortSignal.timeout(requestTimeoutMs)]),
      });
      answer = await readAnswer(response, replyLimitBytes);
    } catch (error) {
      return { kind: 'failed', why: faultOf(error), retryAfterMs: null };
    }
    const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), station.clock.now());
    const failed = failureOf(response.status, answer, retryAfterMs);
    if (failed !== null) {
      if (failed !== 'notTaken') return failed;
      // One record is never too large for the service: it is somebody on the way who says so.
      if (batch.records.length === 1 && !problemSchema.safeParse(parseJson(answer)).success)
        return { kind: 'failed', why: 'otherService', retryAfterMs };
      const code = response.status === 413 ? 'tooLarge' : 'badRequest';
      return { kind: 'notTaken', records: batch.records.length, code, message: problemOf(answer) };
    }
    // A proxy's page with status 200 is not an answer: only receipts for this very batch are.
    const reply = batchReplySchema.safeParse(parseJson(answer));
    if (!reply.success || reply.data.batchId !== batch.batchId)
      return { kind: 'failed', why: 'otherService', retryAfterMs };
    const nowMs = station.clock.now();
    station.centralOffsetMs.set(Math.round(reply.data.serverAtMs - (startedMs + nowMs) / 2));
    lastContactAtMs = nowMs;
    lastLookMs = performance.now();
    return reply.data;
  };

  const settle = (rows: readonly OutboxRow[], reply: BatchReply) => {
    const receipts = new Map(reply.receipts.map((receipt) => [receipt.key, receipt]));
    let isConflictNew = false;
    inTransaction(station, cells, () => {
      // Before this batch is settled: what was settled earlier is what another life of the service may have lost.
      noteEpoch(station, reply.epoch);
      for (const row of rows) {
        const receipt = receipts.get(row.recordKey);
        // No receipt, no settlement: the record is sent again.
        if (receipt !== undefined) isConflictNew = settleRecord(station, row, receipt) || isConflictNew;
        else station.tables.outbox.delay(row.seq, station.clock.now() + minute);
      }
    });
    show();
    if (isConflictNew) station.emit('desk.changed', { why: 'sync' });
  };

  /** The record that was not taken by itself. */
  const parkOne = () => {
    const row = found?.rows[0];
    const said = refusedWith;
    refusedWith = null;
    if (row === undefined) return;
    inTransaction(station, cells, () => setAside(station, row, said?.code ?? 'badRequest', said?.message ?? ''));
    show();
  };

  const get = (
    connection: Connection,
    path: string,
    headers: Record<string, string>,
    signal: AbortSignal | null = null,
  ): Promise<Response> => {
    const timeout = AbortSignal.timeout(10 * second);
    return ports.fetch(`${connection.url}${path}`, {
      headers,
      redirect: 'error',
      signal: signal === null ? timeout : AbortSignal.any([signal, timeout]),
    });
  };

  const test = async (): Promise<ConnectionTest> => {
    const connection = readConnection(station.tables);
    if (connection === null) return { reachable: false, accepted: false, ms: 0, problem: 'off', clockOffMs: null };
    const startedMs = performance.now();
    const ended = (reachable: boolean, problem: string | null, clockOffMs: number | null = null): ConnectionTest => {
      const accepted = reachable && problem === null;
      return { reachable, accepted, ms: performance.now() - startedMs, problem, clockOffMs };
    };
    try {
      const answered = await get(connection, routes.health, {});
      const text = await readAnswer(answered, replyLimitBytes);
      const health = healthReplySchema.safeParse(parseJson(text));
      if (!health.success) {
        // Its own words for "not now" count as the service; anything else is somebody in its place.
        const isService = problemSchema.safeParse(parseJson(text)).success;
        return ended(isService, isService ? 'server' : 'otherService');
      }
      const offMs = health.data.serverAtMs - station.clock.now();
      const clockOffMs = Math.abs(offMs) > clockFarMs ? offMs : null;
      const stats = await get(connection, routes.stats, { authorization: `Bearer ${connection.token}` });
      const said = await readAnswer(stats, replyLimitBytes);
      const isTaken = stats.ok && statsReplySchema.safeParse(parseJson(said)).success;
      if (isTaken) {
        const isEnded = memory.state === 'paused' && memory.trouble === 'installationEnded';
        return ended(true, isEnded ? 'installationEnded' : null, clockOffMs);
      }
      const failed = failureOf(stats.status, said, null);
      const problem = failed === null || failed === 'notTaken' || failed.kind === 'notUnpacked' ? 'server' : failed.why;
      return ended(true, problem, clockOffMs);
    } catch (error) {
      return ended(false, faultOf(error));
    }
  };

  return {
    nudge: () => run({ kind: 'nudged' }),
    sendNow: async () => {
      heads.hurry();
      keys.hurry();
      lastLookMs = Number.NEGATIVE_INFINITY;
      if (running === null) run({ kind: 'asked' });
      else {
        isAsked = true;
        resting?.abort();
      }
      while (running !== null) await running;
    },
    test,
    status,
    speed: speed.get,
    stop: async () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      aborter.abort();
      // However it ends: whoever stops it wants it still, not well.
      await running?.catch(() => undefined);
    },
  };
}

/** What a status means, or null for one that may hold receipts. */
function failureOf(
  status: number,
  answer: string,
  retryAfterMs: number | null,
): Extract<SyncEvent, { kind: 'failed' | 'refused' | 'notUnpacked' }> | 'notTaken' | null {
  if (status >= 200 && status < 300) return null;
  const failed = (why: Extract<SyncEvent, { kind: 'failed' }>['why']) =>
    ({ kind: 'failed', why, retryAfterMs }) as const;
  const problem = problemSchema.safeParse(parseJson(answer));
  switch (status) {
    case 401:
      return { kind: 'refused', why: 'signIn' };
    case 403:
      return {
        kind: 'refused',
        why: problem.success && problem.data.code === 'installationEnded' ? 'installationEnded' : 'forbidden',
      };
    case 408:
    case 504:
      return failed('slow');
    case 413:
      return 'notTaken';
    case 400:
    case 422:
      // A proxy's own refusal says nothing of the records.
      return problem.success ? 'notTaken' : failed('otherService');
    case 415:
      return { kind: 'notUnpacked' };
    case 407:
    case 511:
      return failed('otherService');
    case 429:
      return failed('busy');
    case 404:
    case 405:
    case 406:
      return failed(problem.success ? 'contract' : 'otherService');
    default:
      return failed(status >= 500 ? 'server' : 'otherService');
  }
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
