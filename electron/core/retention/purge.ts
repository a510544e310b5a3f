import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { canonicalJson, type JsonValue } from '../../../shared/canonicalJson.ts';
import type { DestructionPiece } from '../../../shared/model/retention.ts';
import type { DestructionRow } from '../../db/retention.ts';
import { checkpointAudit } from '../audit/checkpoint.ts';
import type { Station } from '../station.ts';
import { dayFigures } from '../summary/summary.ts';

/** People a transaction: short enough that a scan between two is hardly felt. */
const peopleAPiece = 1_000;

/**
 * Destroys what a destruction still has to, a day's tests or some people in each transaction, which also writes down what
 * it destroyed: killed in between, the next purge goes on where this one stopped. The desk goes on between two pieces.
 */
export async function purge(station: Station, destruction: DestructionRow, total: number): Promise<void> {
  const { retention } = station.tables;
  let done = 0;
  const wrote = async (rows: number): Promise<void> => {
    done += rows;
    station.emit('retention.progressed', { destructionId: destruction.id, done, total: Math.max(done, total) });
    await nextTurn();
  };
  const { testsBefore, peopleBeforeMs, auditBeforeMs } = destruction;
  for (const { day, tests, heldBy } of testsBefore === null ? [] : retention.listDueDays(testsBefore)) {
    if (heldBy === null && destroyDay(station, destruction.id, day)) await wrote(tests);
  }
  while (peopleBeforeMs !== null) {
    const people = destroyPeople(station, destruction.id, peopleBeforeMs);
    if (people === 0) break;
    await wrote(people);
  }
  if (auditBeforeMs === null) return;
  const { entries } = await checkpointAudit(station, auditBeforeMs);
  await wrote(entries);
}

/**
 * What the audit log lost in this destruction, for its record: read off the checkpoints that were made since it began, so
 * that one that was broken off and finished later counts each once. Null where it lost nothing.
 */
export function auditPiece(station: Station, { startedAtMs }: DestructionRow): Omit<DestructionPiece, 'n'> | null {
  const checkpoints = station.tables.auditHeads.listCheckpointsSince(startedAtMs);
  if (checkpoints.length === 0) return null;
  return {
    kind: 'audit',
    day: null,
    counts: { audit: checkpoints.reduce((sum, { count }) => sum + count, 0) },
    rowsSha256: sha256(checkpoints.map(({ hash }) => `${hash}\n`)),
    recordsSha256: null,
    atMs: station.clock.now(),
  };
}

/** False where the day must wait after all: one of its results was revised a moment ago, and that is unsent. */
function destroyDay(station: Station, destructionId: string, day: string): boolean {
  const { retention } = station.tables;
  return station.db
    .transaction(() => {
      if (retention.isHeld(day)) return false;
      const figures = dayFigures(station, day);
      const rows = retention.readDay(day);
      const records = retention.listSentRecords(day);
      retention.keepOfDay(day, figures, destructionId);
      retention.whilePurging(destructionId, () => retention.deleteDay(day));
      retention.addPiece(destructionId, {
        kind: 'tests',
        day,
        ...summed(rows),
        recordsSha256: sha256(records.map(({ recordKey, contentHash }) => `${recordKey} ${contentHash}\n`)),
        atMs: station.clock.now(),
      });
      return true;
    })
    .immediate();
}

/** How many it was; 0 when none are left. */
function destroyPeople(station: Station, destructionId: string, beforeMs: number): number {
  const { retention } = station.tables;
  const held = station.desk.get().heldPerson?.personId ?? null;
  return station.db
    .transaction(() => {
      const rows = retention.listDuePeople(beforeMs, held, peopleAPiece);
      if (rows.length === 0) return 0;
      const tables = new Map<string, Record<string, unknown>[]>([['people', []]]);
      retention.whilePurging(destructionId, () => {
        for (const { id } of rows) {
          for (const own of retention.readPerson(String(id))) {
            const former = tables.get(own.table);
            if (former !== undefined) former.push(...own.rows);
            else if (own.rows.length > 0) tables.set(own.table, [...own.rows]);
          }
          retention.deletePerson(String(id));
        }
      });
      retention.addPiece(destructionId, {
        kind: 'people',
        day: null,
        ...summed([...tables].map(([table, own]) => ({ table, rows: own }))),
        recordsSha256: null,
        atMs: station.clock.now(),
      });
      return rows.length;
    })
    .immediate();
}

function summed(
  tables: readonly { readonly table: string; readonly rows: readonly Record<string, unknown>[] }[],
): Pick<DestructionPiece, 'counts' | 'rowsSha256'> {
  const lines = tables.flatMap(({ table, rows }) =>
    rows.map((row) => `${table} ${canonicalJson(row as { [column: string]: JsonValue })}\n`),
  );
  return {
    counts: Object.fromEntries(tables.map(({ table, rows }) => [table, rows.length])),
    rowsSha256: sha256(lines),
  };
}

function sha256(lines: readonly string[]): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line);
  return hash.digest('hex');
}
