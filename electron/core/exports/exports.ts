import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Output, ParsedInput } from '../../../shared/contract.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Person } from '../../../shared/model/person.ts';
import { maskedPerson, snapshotOf, testCard } from '../desk/cards.ts';
import { type Handlers, look } from '../dispatch.ts';
import { recalledKits } from '../kits/recalls.ts';
import { refusePersonal } from '../people/reasons.ts';
import type { Boards } from '../rounds/board.ts';
import { currentRound, isWanted, notTestedRow, repeatedTest } from '../rounds/rounds.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, today } from '../station.ts';
import { exportWords, notTestedColumns, peopleColumns, testColumns } from './columns.ts';
import { beginTable, type TableFile } from './tableFile.ts';
import { notWritten } from './wholeFile.ts';

/** Rows a piece: short enough that a scan between two pieces is not felt. */
const pieceRows = 100;
/** Bindings that a piece looks through, whether they are in the list or not. */
const pieceSpan = 500;

/** Numbers of found people a piece. */
const matchingPiece = 5_000;

type Common = Pick<ParsedInput<'exports.people'>, 'exportId' | 'path' | 'language' | 'inClear' | 'query'>;

/** Says how far it has come and lets the desk go on; throws when the export was cancelled or somebody else sits here. */
type Breathe = (done: number, total: number) => Promise<void>;

/** Lists as files: read in short pieces, written whole or not at all, each with its entry in the audit log. */
export function createExports(
  boards: Boards,
): Handlers<'exports.people' | 'exports.tests' | 'exports.notTested' | 'exports.cancel'> {
  const running = new Set<string>();
  const cancelled = new Set<string>();

  async function run(
    station: Station,
    kind: 'people' | 'tests' | 'notTested',
    input: Common,
    filter: {
      readonly day: string | null;
      readonly status: string | null;
      readonly round?: string;
      readonly recall?: string;
    },
    make: (lines: Lines, breathe: Breathe) => Promise<void>,
  ): Promise<Output<'exports.people'>> {
    const { exportId, path, inClear, query } = input;
    const operator = allow(station, inClear === null ? 'desk.work' : 'people.exportInClear');
    if (inClear !== null) refusePersonal(inClear.text, 'inClear.text');
    if (running.has(exportId)) throw new StationError('REQUEST_REUSED');
    running.add(exportId);
    cancelled.delete(exportId);
    const goOn = (): void => {
      const isSame = station.operator.get()?.id === operator.id;
      if (cancelled.has(exportId) || !isSame || !station.db.open) throw new StationError('EXPORT_CANCELLED');
    };
    try {
      const table = await begun(path);
      const lines = counted(table);
      let file: Awaited<ReturnType<TableFile['end']>>;
      try {
        await make(lines, async (done, total) => {
          station.emit('exports.progressed', { exportId, done, total });
          await nextTurn();
          goOn();
        });
        file = await table.end();
      } catch (error) {
        await table.discard();
        throw notWritten(error);
      }
      // The heading is none of them.
      const rows = lines.count() - 1;
      const { sha256 } = file;
      try {
        goOn();
        // Before anybody can have the file. By reference: what was searched for may be somebody's name.
        record(station, `export.${kind}`, exportId, {
          rows,
          sha256,
          inClear: inClear !== null,
          reason: inClear?.code ?? null,
          words: inClear?.text ?? null,
          searched: query.trim() !== '',
          ...filter,
        });
      } catch (error) {
        await file.discard();
        throw error;
      }
      try {
        await file.show();
      } catch (error) {
        await file.discard();
        record(station, 'export.notWritten', exportId, { sha256 });
        throw notWritten(error);
      }
      return { path, rows, sha256 };
    } finally {
      running.delete(exportId);
      cancelled.delete(exportId);
    }
  }

  return {
    'exports.people': look((station, input) =>
      run(station, 'people', input, { day: null, status: null }, (lines, breathe) =>
        makePeople(station, input, lines, breathe),
      ),
    ),
    'exports.tests': look((station, input) => {
      const { day = null, status = null, recallId } = input;
      const filter = { day, status, ...(recallId === undefined ? {} : { recall: recallId }) };
      return run(station, 'tests', input, filter, (lines, breathe) => makeTests(station, input, lines, breathe));
    }),
    'exports.notTested': look((station, input) => {
      const filter = { day: null, status: null, round: input.roundId };
      return run(station, 'notTested', { ...input, query: '' }, filter, (lines, breathe) =>
        makeNotTested(station, boards, input, lines, breathe),
      );
    }),
    'exports.cancel': look((_station, { exportId }) => {
      if (running.has(exportId)) cancelled.add(exportId);
      return {};
    }),
  };
}

function record(
  station: Station,
  action: Parameters<typeof audit>[1],
  exportId: string,
  detail: Parameters<typeof audit>[3],
): void {
  station.db.transaction(() => audit(station, action, `export:${exportId}`, detail)).immediate();
}

async function makePeople(
  station: Station,
  input: ParsedInput<'exports.people'>,
  lines: Lines,
  breathe: Breathe,
): Promise<void> {
  const { people, consents } = station.tables;
  const words = exportWords[input.language];
  const { zone } = station.settings.get();
  const day = today(station);
  const round = currentRound(station);
  const query = input.query.normalize('NFKC').trim();
  const total = people.count();
  const found = query === '' ? null : await allMatching(station, query, () => breathe(0, total));
  await lines.add([peopleColumns.map(({ heading }) => heading[input.language])]);
  let last: Person | null = null;
  let done = 0;
  for (;;) {
    await breathe(done, total);
    const piece = people.listPiece(last, pieceRows);
    await lines.add(
      piece
        .filter(({ n }) => found === null || (n !== null && found.has(n)))
        .map(({ person }) => {
          const row = {
            masked: maskedPerson(person, day),
            full: input.inClear === null ? null : person,
            isTested: repeatedTest(station, person.id, round) !== null,
            consent: consents.findNewest(person.id),
          };
          return peopleColumns.map(({ cell }) => cell(row, words, zone));
        }),
    );
    done += piece.length;
    last = piece.at(-1)?.person ?? last;
    if (piece.length < pieceRows) return;
  }
}

/** Everybody whom a search finds, beyond what a list of it counts. */
async function allMatching(
  station: Station,
  query: string,
  breathe: () => Promise<void>,
): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (let last = -1; ; ) {
    const piece = station.tables.people.listMatching(query, last, matchingPiece);
    for (const n of piece) found.add(n);
    last = piece.at(-1) ?? last;
    if (piece.length < matchingPiece) return found;
    await breathe();
  }
}

async function makeTests(
  station: Station,
  input: ParsedInput<'exports.tests'>,
  lines: Lines,
  breathe: Breathe,
): Promise<void> {
  const { tests } = station.tables;
  const words = exportWords[input.language];
  const { zone } = station.settings.get();
  const filter = {
    day: input.day ?? null,
    status: input.status ?? null,
    query: input.query.normalize('NFKC').trim(),
    reach: input.recallId === undefined ? null : recalledKits(station, input.recallId),
  };
  const total = tests.lastSeq();
  await lines.add([testColumns.map(({ heading }) => heading[input.language])]);
  for (let from = 0; from < total; from += pieceSpan) {
    const rows = tests.listPiece(filter, from, Math.min(total, from + pieceSpan));
    for (let at = 0; at < Math.max(1, rows.length); at += pieceRows) {
      await breathe(from, total);
      await lines.add(
        rows.slice(at, at + pieceRows).map((row) => {
          const out = { test: testCard(station, row), full: input.inClear === null ? null : snapshotOf(row) };
          return testColumns.map(({ cell }) => cell(out, words, zone));
        }),
      );
    }
  }
}

async function makeNotTested(
  station: Station,
  boards: Boards,
  input: ParsedInput<'exports.notTested'>,
  lines: Lines,
  breathe: Breathe,
): Promise<void> {
  const words = exportWords[input.language];
  const { zone } = station.settings.get();
  const round = station.tables.rounds.find(input.roundId);
  if (round === null) throw new StationError('NOT_FOUND', { what: 'round' });
  const board = await boards.look(station, round);
  const entries = board.entries.filter((entry) => isWanted(entry, input));
  await lines.add([notTestedColumns.map(({ heading }) => heading[input.language])]);
  for (let at = 0; at < entries.length; at += pieceRows) {
    await breathe(at, entries.length);
    await lines.add(
      entries.slice(at, at + pieceRows).flatMap((entry) =>
        notTestedRow(station, round, entry).map(({ floor, absence, ...masked }) => {
          const row = {
            masked,
            full: input.inClear === null ? null : station.tables.people.find(entry.id),
            floor,
            absence,
          };
          return notTestedColumns.map(({ cell }) => cell(row, words, zone));
        }),
      ),
    );
  }
}

type Lines = ReturnType<typeof counted>;

function counted(table: TableFile) {
  let count = 0;
  return {
    add: async (rows: readonly (readonly string[])[]): Promise<void> => {
      count += rows.length;
      await table.add(rows);
    },
    count: () => count,
  };
}

async function begun(path: string): Promise<TableFile> {
  try {
    return await beginTable(path);
  } catch (error) {
    throw notWritten(error);
  }
}
