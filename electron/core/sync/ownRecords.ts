import { z } from 'zod';
import { canonicalJson, type JsonValue } from '../../../shared/canonicalJson.ts';
import {
  announceReplySchema,
  type OwnRecordsReply,
  ownRecordsReplySchema,
} from '../../../shared/central/installations.ts';
import { bodyLimitBytes, type CentralRecord, problemSchema, routes } from '../../../shared/central.ts';
import { hour, second } from '../../../shared/time.ts';
import type { CellOwner } from '../cell.ts';
import { inTransaction } from '../dispatch.ts';
import { followResult, followVoid } from '../followUps/followUps.ts';
import { audit, type Station } from '../station.ts';
import type { Connection } from './connection.ts';
import { contentHash } from './enqueue.ts';
import { faultOf } from './faultOf.ts';
import type { SyncEvent } from './machine.ts';
import { readAnswer } from './readAnswer.ts';

/**
 * After a restore, or in another place, the register lacks what it had sent since. Before anything is sent the service is
 * told of the new installation, which ends the one before, and is asked for this station's own records. What can be taken
 * whole is: results and voids of tests that the register has. Of tests that it does not have only the kit is kept, so that
 * no kit is bound twice; they stay with the central service and count in no summary here.
 */
const owedSchema = z.object({
  /** Since when the register has been without them. */
  atMs: z.int(),
  /** Records made before this are in the register. */
  sinceMs: z.int(),
  cursor: z.string().nullable(),
  taken: z.int(),
  kits: z.int(),
  left: z.int(),
});
type Owed = z.infer<typeof owedSchema>;

/** What came of it, kept for the sync screen. */
const fetchedSchema = z.object({
  owedAtMs: z.int(),
  atMs: z.int(),
  taken: z.int(),
  kits: z.int(),
  left: z.int(),
});

/** Ids are made by the station's clock, which may have been wrong: so much is read twice. */
const marginMs = 48 * hour;
const replyBytes = 4 * bodyLimitBytes;

/** In the transaction that opens a register which is no longer the one that this installation went on with. */
export function oweOwnRecords(station: Station, nowMs: number): void {
  const newest = station.tables.outbox.newestAtMs();
  const sinceMs = newest === null ? 0 : Math.max(0, newest - marginMs);
  const owed: Owed = { atMs: nowMs, sinceMs, cursor: null, taken: 0, kits: 0, left: 0 };
  station.tables.settings.set('own.owed', JSON.stringify(owed));
}

function read<T>(schema: z.ZodType<T>, text: string | null): T | null {
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Whether this station's own records are still to be fetched, or what was fetched; null where it was never needed. */
export function ownRecordsView(
  station: Station,
): { owedSinceMs: number; fetchedAtMs: number | null; taken: number; kits: number; left: number } | null {
  const { settings } = station.tables;
  const owed = read(owedSchema, settings.get('own.owed'));
  if (owed !== null)
    return { owedSinceMs: owed.atMs, fetchedAtMs: null, taken: owed.taken, kits: owed.kits, left: owed.left };
  const fetched = read(fetchedSchema, settings.get('own.fetched'));
  if (fetched === null) return null;
  const { owedAtMs, atMs, taken, kits, left } = fetched;
  return { owedSinceMs: owedAtMs, fetchedAtMs: atMs, taken, kits, left };
}

type Trouble = Extract<SyncEvent, { kind: 'failed' | 'refused' }>;

export function createOwnRecords(station: Station, cells: CellOwner, ports: { readonly fetch: typeof fetch }) {
  const ask = async (
    connection: Connection,
    path: string,
    body: object | null,
    signal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly trouble: Trouble }> => {
    const failed = (why: Extract<Trouble, { kind: 'failed' }>['why']) =>
      ({ ok: false, trouble: { kind: 'failed', why, retryAfterMs: null } }) as const;
    try {
      const response = await ports.fetch(`${connection.url}${path}`, {
        method: body === null ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${connection.token}`,
          ...(body === null ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(30 * second)]),
      });
      const value = JSON.parse(await readAnswer(response, replyBytes)) as unknown;
      if (response.ok) return { ok: true, value };
      if (response.status === 401) return { ok: false, trouble: { kind: 'refused', why: 'signIn' } };
      if (response.status === 403) {
        const problem = problemSchema.safeParse(value);
        const why = problem.success && problem.data.code === 'installationEnded' ? 'installationEnded' : 'forbidden';
        return { ok: false, trouble: { kind: 'refused', why } };
      }
      return failed(response.status === 429 ? 'busy' : response.status >= 500 ? 'server' : 'contract');
    } catch (error) {
      return failed(error instanceof SyntaxError ? 'otherService' : faultOf(error));
    }
  };

  return {
    /** Fetches what is owed, a page a transaction; resumes where it was broken off. Null when nothing is owed (any more). */
    fetchOwed: async (connection: Connection, signal: AbortSignal): Promise<Trouble | null> => {
      for (;;) {
        const owed = read(owedSchema, station.tables.settings.get('own.owed'));
        if (owed === null) return null;
        if (owed.cursor === null) {
          const said = await ask(connection, routes.installations, { installationId: station.installationId }, signal);
          if (!said.ok) return said.trouble;
          if (!announceReplySchema.safeParse(said.value).success)
            return { kind: 'failed', why: 'otherService', retryAfterMs: null };
        }
        const from = owed.cursor === null ? `since=${owed.sinceMs}` : `cursor=${encodeURIComponent(owed.cursor)}`;
        const answer = await ask(connection, `${routes.ownRecords}?${from}`, null, signal);
        if (signal.aborted) return { kind: 'failed', why: 'offline', retryAfterMs: null };
        if (!answer.ok) return answer.trouble;
        const page = ownRecordsReplySchema.safeParse(answer.value);
        if (!page.success) return { kind: 'failed', why: 'otherService', retryAfterMs: null };
        if (page.data.cursor !== null && page.data.cursor === owed.cursor)
          return { kind: 'failed', why: 'contract', retryAfterMs: null };
        take(owed, page.data);
        station.emit('desk.changed', { why: 'sync' });
      }
    },
  };

  function take(owed: Owed, page: OwnRecordsReply): void {
    inTransaction(station, cells, () => {
      let { taken, kits, left } = owed;
      // Each test's records in their order; keys may stand otherwise where a clock was set back.
      for (const record of page.records.toSorted((a, b) => a.seq - b.seq)) {
        const what = takeOne(record);
        if (what === 'taken') taken += 1;
        else if (what === 'kit') kits += 1;
        else if (what === 'left') left += 1;
      }
      const { settings } = station.tables;
      if (page.cursor !== null) {
        settings.set('own.owed', JSON.stringify({ ...owed, cursor: page.cursor, taken, kits, left }));
        return;
      }
      const atMs = station.clock.now();
      settings.forget('own.owed');
      settings.set('own.fetched', JSON.stringify({ owedAtMs: owed.atMs, atMs, taken, kits, left }));
      audit(station, 'sync.ownRecords', 'station', { taken, kits, left });
    });
  }

  function takeOne(record: CentralRecord): 'known' | 'taken' | 'kit' | 'noted' | 'left' {
    const { tables } = station;
    if (tables.outbox.findByKey(record.key) !== null) return 'known';
    const test = tables.tests.find(record.testId);
    if (test === null) return takeKit(record);
    const chainOf = tables.outbox.listOfTest(record.testId, station.clock.now());
    const isNext = record.seq === test.chain + 1 && !chainOf.some(({ chain }) => chain === record.seq);
    if (!isNext || test.status === 'void' || test.status === 'undone') return 'left';
    if (record.kind !== 'test.resulted' && record.kind !== 'test.voided') return 'left';
    const { operator } = record.payload;
    const confirmedBy = record.kind === 'test.resulted' ? record.payload.confirmedBy : null;
    // Somebody who was enrolled after the backup: the register does not know them.
    for (const who of [operator, confirmedBy])
      if (who !== null && tables.operators.find(who.id) === null) return 'left';
    if (record.kind === 'test.resulted') {
      const { payload } = record;
      if (payload.revision !== test.revision + 1) return 'left';
      if (payload.revision > 1 && payload.reason === null) return 'left';
      tables.tests.insertResult({
        testId: test.id,
        revision: payload.revision,
        outcome: payload.outcome,
        readAtMs: payload.readAtMs,
        readDay: payload.readDay,
        operatorId: payload.operator.id,
        confirmedBy: payload.confirmedBy?.id ?? null,
        reasonCode: payload.reason?.code ?? null,
        reasonText: payload.reason?.text ?? null,
        overrideCode: payload.overrideReason?.code ?? null,
        overrideText: payload.overrideReason?.text ?? null,
        approvedBy: null,
        approvalReason: null,
        clockOffsetMs: payload.clockOffsetMs,
      });
      tables.tests.setStatus(test.id, payload.outcome, payload.revision, record.seq);
      followResult(station, test.id, payload.outcome);
    } else {
      const { payload } = record;
      tables.tests.insertVoid({
        testId: test.id,
        atMs: payload.voidedAtMs,
        operatorId: payload.operator.id,
        reasonCode: payload.reason.code,
        reasonText: payload.reason.text,
        clockOffsetMs: payload.clockOffsetMs,
      });
      tables.tests.setStatus(test.id, 'void', test.revision, record.seq);
      followVoid(station, test.id);
    }
    const text = canonicalJson(record.payload as unknown as JsonValue);
    tables.outbox.insertSent({
      recordKey: record.key,
      testId: record.testId,
      chain: record.seq,
      kind: record.kind,
      payload: text,
      contentHash: contentHash(record),
      atMs: station.clock.now(),
    });
    audit(station, 'sync.takeBack', `test:${record.testId}`, { record: record.key, kind: record.kind });
    return 'taken';
  }

  function takeKit(record: CentralRecord): 'kit' | 'noted' | 'left' {
    const { servedKits } = station.tables;
    switch (record.kind) {
      case 'test.bound': {
        const { kit, day, boundAtMs } = record.payload;
        return servedKits.insert({ testId: record.testId, kitKey: kit.key, day, boundAtMs }) ? 'kit' : 'noted';
      }
      case 'test.resulted':
        return servedKits.note(record.testId, 'resulted') ? 'noted' : 'left';
      case 'test.voided':
        return servedKits.note(record.testId, 'void') ? 'noted' : 'left';
      case 'test.kitCorrected':
        return servedKits.move(record.testId, record.payload.kit.key) ? 'noted' : 'left';
    }
  }
}
