import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../shared/canonicalJson.ts';
import { StationError } from '../../../shared/errors.ts';
import {
  type Destruction,
  type DestructionPiece,
  heldBackReasons,
  type PurgePreview,
  type RetentionPeriods,
  retentionPeriodsSchema,
} from '../../../shared/model/retention.ts';
import { hour, localDay } from '../../../shared/time.ts';
import type { DestructionRow } from '../../db/retention.ts';
import type { Tables } from '../../db/tables.ts';
import { countBefore } from '../audit/checkpoint.ts';
import { clearOld } from '../desk/state.ts';
import { answersKeptMs, change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station } from '../station.ts';
import { resendDays } from '../sync/epoch.ts';
import { auditPiece, purge } from './purge.ts';

const key = 'retention';
const listed = 200;
/** A clock that differs so much from the central service's, in ms, decides nothing that cannot be undone. */
const mostOffsetMs = 36 * hour;

/** What somebody has seen to be due, and means. */
type Shown = { readonly tests: number; readonly people: number; readonly entries: number };

/** How long tests and what was sent of them are kept, in days; null for as long as the register lives. */
export function testsKeptDays(tables: Tables): number | null {
  return readPeriods(tables).testsDays;
}

function readPeriods(tables: Tables): RetentionPeriods {
  const text = tables.settings.get(key);
  return text === null
    ? { testsDays: null, peopleDays: null, auditDays: null }
    : retentionPeriodsSchema.parse(JSON.parse(text));
}

/** Before which moment and day the periods are over. Kept is a day's test through its last day, whatever the hour. */
function limitsOf(station: Station, { testsDays, peopleDays, auditDays }: RetentionPeriods) {
  const before = (days: number) => station.clock.now() - days * 24 * hour;
  return {
    testsBefore: testsDays === null ? null : localDay(before(testsDays), station.settings.get().zone),
    peopleBeforeMs: peopleDays === null ? null : before(peopleDays),
    auditBeforeMs: auditDays === null ? null : before(auditDays),
  };
}

function preview(station: Station, limits: ReturnType<typeof limitsOf>): PurgePreview {
  const { retention } = station.tables;
  const { testsBefore, peopleBeforeMs, auditBeforeMs } = limits;
  const days = testsBefore === null ? [] : retention.listDueDays(testsBefore);
  const free = days.filter(({ heldBy }) => heldBy === null);
  return {
    testsBefore,
    tests: {
      days: free.length,
      tests: free.reduce((sum, { tests }) => sum + tests, 0),
      fromDay: free.at(-1)?.day ?? null,
      toDay: free[0]?.day ?? null,
    },
    heldBack: heldBackReasons.flatMap((reason) => {
      const held = days.filter(({ heldBy }) => heldBy === reason);
      const first = held.at(-1);
      if (first === undefined) return [];
      return [
        { reason, days: held.length, tests: held.reduce((sum, { tests }) => sum + tests, 0), firstDay: first.day },
      ];
    }),
    peopleBeforeMs,
    people:
      peopleBeforeMs === null
        ? 0
        : retention.countDuePeople(
            peopleBeforeMs,
            free.map(({ day }) => day),
          ),
    auditBeforeMs,
    entries: auditBeforeMs === null ? 0 : countBefore(station, auditBeforeMs),
  };
}

function toDestruction(row: DestructionRow, pieces: readonly DestructionPiece[]): Destruction {
  const sum = (table: string) => pieces.reduce((all, { counts }) => all + (counts[table] ?? 0), 0);
  const { seq, id, ...rest } = row;
  return {
    ...rest,
    destructionId: id,
    number: seq,
    tests: sum('tests'),
    people: sum('people'),
    entries: sum('audit'),
    days: pieces.filter(({ kind }) => kind === 'tests').length,
  };
}

function mustFind(station: Station, id: string): { destruction: Destruction; pieces: DestructionPiece[] } {
  const { retention } = station.tables;
  const row = retention.find(id);
  if (row === null) throw new StationError('NOT_FOUND', { what: 'destruction' });
  const pieces = retention.listPieces(id);
  return { destruction: toDestruction(row, pieces), pieces };
}

/** Over everything that the record says but its own end: with the register at hand anybody can work it out again. */
export function destructionHash(destruction: Destruction, pieces: readonly DestructionPiece[]): string {
  const { endedAtMs: _end, sha256: _hash, ...asked } = destruction;
  return createHash('sha256')
    .update(canonicalJson({ ...asked, periods: { ...asked.periods }, pieces: pieces.map((piece) => ({ ...piece })) }))
    .digest('hex');
}

/** How long what is kept, and the destruction of what is over its time. */
export function retentionHandlers(): Handlers<
  'retention.get' | 'retention.set' | 'retention.purge' | 'retention.find'
> {
  let isRunning = false;

  /** The destruction to go on with: the one that was broken off, or a new one for exactly what was shown. */
  const begin = (station: Station, id: string, shown: Shown): DestructionRow => {
    const { retention } = station.tables;
    const open = retention.findOpen();
    if (open !== null) return open;
    const periods = readPeriods(station.tables);
    const limits = limitsOf(station, periods);
    const due = preview(station, limits);
    const found: Shown = { tests: due.tests.tests, people: due.people, entries: due.entries };
    if (found.tests + found.people + found.entries === 0) throw new StationError('PURGE_NOTHING');
    // The newest entry of the log always stays: where all are old, one more is due as soon as another is written.
    if (found.tests !== shown.tests || found.people !== shown.people || found.entries < shown.entries)
      throw new StationError('PURGE_CHANGED', found);
    const { siteName, stationName } = station.settings.get();
    station.db
      .transaction(() => {
        const operatorId = allow(station, 'retention.purge').id;
        const startedAtMs = station.clock.now();
        retention.insert({ id, startedAtMs, operatorId, siteName, stationName, periods, ...limits });
        audit(station, 'retention.begin', `destruction:${id}`, { ...periods, ...limits });
      })
      .immediate();
    const begun = retention.find(id);
    if (begun === null) throw new Error('a destruction that was just written is not there');
    return begun;
  };

  const destroy = async (station: Station, input: Shown & { readonly requestId: string }) => {
    allow(station, 'retention.purge');
    if (isRunning)
      throw new StationError('PURGE_CHANGED', { tests: input.tests, people: input.people, entries: input.entries });
    if (station.clock.behind() !== null || Math.abs(station.centralOffsetMs.get() ?? 0) > mostOffsetMs)
      throw new StationError('CLOCK_WRONG');
    isRunning = true;
    try {
      const destruction = begin(station, input.requestId, input);
      await purge(station, destruction, input.tests + input.people + input.entries);
      return destruction.id;
    } finally {
      isRunning = false;
    }
  };

  return {
    'retention.get': look((station) => {
      allow(station, 'retention.edit');
      const { retention } = station.tables;
      const periods = readPeriods(station.tables);
      return {
        periods,
        due: preview(station, limitsOf(station, periods)),
        destructions: retention.list(listed).map((row) => toDestruction(row, retention.listPieces(row.id))),
      };
    }),
    'retention.set': change({
      run: (station, { periods }) => {
        allow(station, 'retention.edit');
        const days = resendDays(station);
        // What was destroyed cannot be sent again.
        if (periods.testsDays !== null && periods.testsDays < days)
          throw new StationError('KEPT_SHORTER_THAN_RESENT', { days }, 'testsDays');
        const former = readPeriods(station.tables);
        station.tables.settings.set(key, JSON.stringify(periods));
        audit(station, 'retention.set', 'station', { from: { ...former }, to: { ...periods } });
        return periods;
      },
      answer: (_station, periods) => ({ periods }),
    }),
    'retention.purge': change({
      prepare: destroy,
      run: (station, _input, id) => {
        const row = station.tables.retention.find(id);
        if (row === null || row.endedAtMs !== null) return id;
        const ofAudit = auditPiece(station, row);
        if (ofAudit !== null) station.tables.retention.addPiece(id, ofAudit);
        const { destruction, pieces } = mustFind(station, id);
        const hash = destructionHash(destruction, pieces);
        station.tables.retention.end(id, station.clock.now(), hash);
        const dayAgoMs = station.clock.now() - answersKeptMs;
        while (station.tables.requests.forget(dayAgoMs) > 0);
        clearOld(station, dayAgoMs);
        station.rosterCount.set(null);
        const { tests, people, days, entries } = destruction;
        audit(station, 'retention.purge', `destruction:${id}`, { tests, people, days, entries, sha256: hash });
        return id;
      },
      answer: (station, id) => {
        station.emit('desk.changed', { why: 'other' });
        // Former versions of the pages stand in the log until it is emptied.
        const [outcome] = station.db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
        return { destruction: mustFind(station, id).destruction, logCleared: outcome?.busy === 0 };
      },
    }),
    'retention.find': look((station, { destructionId }) => {
      allow(station, 'retention.edit');
      return mustFind(station, destructionId);
    }),
  };
}
