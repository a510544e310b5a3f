import { setImmediate as nextTurn } from 'node:timers/promises';
import { makeOwnCode } from '../../../shared/codes/ownCodes.ts';
import type { ImportCounts, UndoCounts } from '../../../shared/contract/imports.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Person } from '../../../shared/model/person.ts';
import type { ImportKind } from '../../db/imports.ts';
import { holdFolding, sqliteCode, transactUnsynced } from '../../db/open.ts';
import { createLearner, type Learner, patternPart, writeLessons } from '../kits/patterns.ts';
import { addRange } from '../kits/rangeLessons.ts';
import { audit, type Station, today } from '../station.ts';
import { type ManifestKit, runsOf, serialHeadOfRun } from './manifest.ts';
import { rememberMapping } from './mapping.ts';
import { type Joining, kindOfNew } from './members.ts';
import type { Prepared } from './prepare.ts';
import { writeProducts } from './products.ts';
import { isSame, merge } from './roster.ts';

/** Rows of a piece to begin with, and of what a commit leaves to do; from then on as many as fit its time. */
const pieceRows = 250;
const fewestRows = 25;
const mostRows = 2_000;
/**
 * A piece with its commit, in ms: whoever asks in the middle of one waits for its end. Longer ones write each page of the
 * indexes less often, and are for when nobody has asked for a while.
 */
const stagingMs = { busy: 25, quiet: 60 } as const;
const indexingMs = { busy: 12, quiet: 40 } as const;
const quietFromMs = 1_500;
/** Pieces after which the log is folded beside the desk, and those that it holds at most. */
const piecesPerFold = 16;
const piecesInLog = 64;
/** Changes of known people that the commit itself makes; the others follow in pieces. */
const changesInCommit = 250;

export type Staged = Prepared & {
  readonly learner: Learner;
  /** The register's own id of this import: the page may use one of its ids again for another file. */
  readonly rowId: string;
  readonly operatorId: string;
  /** The organisations of `joining.targets` by their ids, those that the commit makes too. */
  readonly organisationIds: readonly string[];
  /** Who was entered or changed at the desk since the rows were compared. */
  readonly touched: ReadonlySet<string>;
};

/** What staging needs besides: its import's id for the page, and a look whether somebody stopped it (throws). */
export type Way = { readonly importId: string; readonly operatorId: string; readonly goOn: () => void };

/**
 * Writes what a file brings, in short pieces that nobody sees. Throws what `goOn` throws, and whatever a disk says; nothing
 * is left of it then.
 */
export async function stageImport(
  station: Station,
  ready: Prepared,
  touched: ReadonlySet<string>,
  { importId, operatorId, goOn }: Way,
  rowId: string,
): Promise<Staged> {
  const { tables } = station;
  const { kind, fileName } = ready.preview;
  const learner = createLearner();
  // A list of products is short and is written by its commit.
  if (kind === 'products') return { ...ready, learner, rowId, operatorId, organisationIds: [], touched };
  const { fresh, changed } = ready.people;
  const members = ready.joining?.members ?? [];
  const organisationIds = idsOf(station, ready.joining);
  const total = fresh.length + changed.length + members.length + ready.kits.length;
  let done = 0;
  const pace = createPace(station, stagingMs);
  const inPieces = async <T>(rows: readonly T[], write: (row: T, n: number) => void): Promise<void> => {
    for (let from = 0; from < rows.length; ) {
      const piece = rows.slice(from, from + pace.rows());
      const startedMs = performance.now();
      // What nobody was told of needs no sync: the commit's own makes it last, and without it all of it goes.
      transactUnsynced(station.db, () => {
        piece.forEach((row, index) => {
          write(row, from + index);
        });
      });
      const spentMs = performance.now() - startedMs;
      from += piece.length;
      done += piece.length;
      pace.note(piece.length, spentMs);
      station.emit('imports.progressed', { importId, phase: 'committing', done, total });
      await nextTurn();
      await folds.note();
      goOn();
    }
  };
  tables.imports.start({ id: rowId, kind, fileName, startedAtMs: station.clock.now(), operatorId });
  const folds = createFolds(station);
  try {
    await inPieces(fresh, (person) => {
      const code = makeOwnCode('YP', station.random);
      tables.people.insert({ ...person, code, source: 'roster', importId: rowId, atMs: station.clock.now() });
    });
    await inPieces(changed, (person, n) => tables.imports.addChange(rowId, n, person.id, person));
    await inPieces(members, ({ personId, target }, n) =>
      tables.imports.addMember(rowId, n, organisationIds[target] ?? '', personId),
    );
    const lotIds = new Map<string, string>();
    await inPieces(runsOf(ready.kits), (run) => {
      const { kit, span } = run;
      const isLotNew = kit.lot !== null && tables.products.findLot(kit.productId, kit.lot) === null;
      const lotId = lotIdOf(station, kit, rowId, lotIds);
      const isSingle = span.first === span.last;
      if (isSingle) tables.kits.insert({ ...kit, lotId, importId: rowId });
      // Boxes that came in while the file was looked at may have brought some of its kits.
      else if (tables.kits.findOverlap(span) !== null) throw new StationError('IMPORT_GONE');
      else {
        const { productId } = kit;
        const serialHead = serialHeadOfRun(run);
        tables.kits.insertRange({ ...span, productId, lotId, serialHead, boxId: null, importId: rowId });
      }
      const { productId, serial } = kit;
      const part = patternPart(kit.kitKey);
      if (part !== null && isSingle) learner.add({ productId, lotId, part, text: serial });
      if (part !== null && !isSingle) addRange(learner, { productId, lotId, part }, serialHeadOfRun(run), span);
      if (isLotNew && kit.lot !== null) learner.add({ productId, lotId: null, part: 'lot', text: kit.lot });
    });
  } catch (error) {
    try {
      await clearStaged(station, rowId, kind);
    } catch (left) {
      // A full disk takes no deletions either. Nobody sees what is staged; the next try and the next start clear it.
      station.log('import.notCleared', { code: sqliteCode(left) ?? '' });
    }
    throw error;
  } finally {
    await folds.end();
  }
  return { ...ready, learner, rowId, operatorId, organisationIds, touched };
}

/**
 * Makes a staged import visible, inside the caller's transaction: one row says so. Whoever came to the desk since the rows
 * were compared is there once all the same. Throws IMPORT_GONE where another call has committed it.
 */
export function commitStaged(station: Station, ready: Staged): ImportCounts {
  const { tables } = station;
  const { rowId } = ready;
  if (ready.preview.kind === 'products') return commitProducts(station, ready);
  const met = takeOverMet(station, ready);
  if (!tables.imports.commit(rowId)) throw new StationError('IMPORT_GONE');
  makeOrganisations(station, ready);
  applyPiece(station, rowId, changesInCommit);
  joinPiece(station, rowId, changesInCommit);
  writeLessons(station, ready.learner, 'listed');
  station.rosterCount.set(null);
  const { fresh, changed, ...others } = ready.preview.counts;
  const counts = { ...others, fresh: fresh - met, changed: changed + met };
  tables.imports.noteCommit(rowId, station.clock.now(), today(station), counts);
  rememberMapping(station, ready.preview.kind, ready.mapped);
  audit(station, 'import.commit', `import:${rowId}`, { kind: ready.preview.kind, ...figuresOf(counts) });
  return counts;
}

function commitProducts(station: Station, { rowId, operatorId, preview, mapped, products }: Staged): ImportCounts {
  const { counts, fileName, kind } = preview;
  const row = { id: rowId, fileName, atMs: station.clock.now(), day: today(station), operatorId, counts };
  if (!station.tables.imports.noteProducts(row)) throw new StationError('IMPORT_GONE');
  writeProducts(station, products, fileName.slice(0, 200), operatorId);
  rememberMapping(station, kind, mapped);
  audit(station, 'import.commit', `import:${rowId}`, { kind, ...figuresOf(counts) });
  return counts;
}

/** Counts as the log takes them: those that are there. */
export function figuresOf(counts: ImportCounts | UndoCounts): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(counts).flatMap(([name, n]): [string, number][] => (n === undefined ? [] : [[name, n]])),
  );
}

/** People who are staged as new and came to the desk meanwhile: the desk's stay, the file's words about them are taken. */
function takeOverMet(station: Station, { people, touched, rowId }: Staged): number {
  if (touched.size === 0) return 0;
  const { tables } = station;
  const byId = new Map<string, Person>();
  let n = people.changed.length;
  for (const id of touched) {
    const person = tables.people.find(id);
    const stagedId = person === null ? null : tables.imports.findStaged(rowId, person);
    if (person === null || stagedId === null) continue;
    // Made only where somebody has come: a map of a whole roster is not small.
    if (byId.size === 0) for (const each of people.fresh) byId.set(each.id, each);
    const read = byId.get(stagedId);
    tables.imports.moveMember(rowId, stagedId, id);
    tables.imports.deletePerson(stagedId);
    if (read === undefined) continue;
    tables.imports.addChange(rowId, n, id, { ...read, id });
    n += 1;
  }
  return n - people.changed.length;
}

/** Applies the next changes of an import and writes down what was before. Answers how many there were to look at. */
function applyPiece(station: Station, rowId: string, limit: number): number {
  const { people, imports } = station.tables;
  const rows = imports.listWaiting(rowId, limit);
  const atMs = station.clock.now();
  for (const { n, personId, read } of rows) {
    const was = people.find(personId);
    // Somebody who became part of another since is found as the other, whom the file does not speak of.
    const became = was === null || was.id !== personId ? null : merge(was, read);
    const wasUpdatedAtMs = imports.updatedAtMs(personId);
    if (was === null || became === null || wasUpdatedAtMs === null || isSame(was, became)) {
      imports.notePassed(rowId, n, atMs);
      continue;
    }
    people.update(became, atMs);
    imports.noteApplied(rowId, { n, personId, was, became, wasUpdatedAtMs, appliedAtMs: atMs });
  }
  return rows.length;
}

/** Ids for the organisations that a file names: those that are there, and new ones for those to be made. */
function idsOf(station: Station, joining: Joining | null): readonly string[] {
  const there = new Map(station.tables.organisations.list().map(({ id, name }) => [name, id]));
  return (joining?.targets ?? []).map(({ id, name }) => id ?? there.get(name) ?? station.newId());
}

/** Throws IMPORT_GONE where somebody has made one of the same name since: the next try takes that one. */
function makeOrganisations(station: Station, { joining, organisationIds, rowId }: Staged): void {
  const { organisations, imports } = station.tables;
  const used = new Set(joining?.members.map(({ target }) => target));
  for (const [target, { id, name }] of (joining?.targets ?? []).entries()) {
    const newId = organisationIds[target];
    if (id !== null || newId === undefined || !used.has(target) || organisations.find(newId) !== null) continue;
    if (organisations.findByName(name) !== null) throw new StationError('IMPORT_GONE');
    const kind = kindOfNew(name);
    organisations.save({ id: newId, kind, name, creditCode: null }, station.clock.now());
    imports.addOrganisation(rowId, newId);
    audit(station, 'organisation.add', `organisation:${newId}`, { kind, contacts: 0, import: rowId });
  }
}

/** The next who join their organisation. Answers how many there were to look at. */
function joinPiece(station: Station, rowId: string, limit: number): number {
  const { imports, organisations } = station.tables;
  const rows = imports.listWaitingMembers(rowId, limit);
  const atMs = station.clock.now();
  const operatorId = station.operator.get()?.id ?? null;
  for (const { n, organisationId, personId } of rows) {
    const isThere = organisations.find(organisationId) !== null;
    imports.noteJoined(rowId, n, isThere && organisations.enlist({ organisationId, personId, atMs, operatorId }));
  }
  return rows.length;
}

/** Applies what a commit has left to do, in short pieces. A register that was closed meanwhile goes on when it is opened. */
export async function applyRest(station: Station, rowId: string): Promise<void> {
  for (;;) {
    await nextTurn();
    if (!station.db.open) return;
    const piece = () => applyPiece(station, rowId, pieceRows) + joinPiece(station, rowId, pieceRows);
    if (transactUnsynced(station.db, piece) === 0) return;
  }
}

/** How many rows the next piece may have, by how fast the last ones were and whether somebody is waiting. */
function createPace(station: Station, aimMs: { readonly busy: number; readonly quiet: number }) {
  let perMs: number | null = null;
  return {
    rows: (): number => {
      if (perMs === null) return pieceRows;
      const fitting = perMs * (station.quietMs() < quietFromMs ? aimMs.busy : aimMs.quiet);
      return Math.round(Math.min(mostRows, Math.max(fewestRows, fitting)));
    },
    note: (rows: number, spentMs: number): void => {
      const now = rows / Math.max(1, spentMs);
      // Half the way: one slow write does not make the next hundred pieces tiny.
      perMs = perMs === null ? now : (perMs + now) / 2;
    },
  };
}

/**
 * Counts pieces, and folds the log beside the desk after some of them: no commit does meanwhile, for the pieces write the
 * same pages again and again, and a scan would wait for the disk.
 */
function createFolds(station: Station) {
  const release = holdFolding(station.db);
  let written = 0;
  return {
    note: async (): Promise<void> => {
      written += 1;
      if (written % piecesPerFold !== 0) return;
      const folded = station.fold();
      if (written % piecesInLog !== 0) return;
      // Once all of it is folded the log begins anew; the first one may have begun before the newest pieces.
      await folded;
      await station.fold();
    },
    end: async (): Promise<void> => {
      // What is left in the log would be folded by the desk's next commit.
      if (written >= piecesPerFold) await station.fold();
      release();
    },
  };
}

/** Puts the people whom committed imports brought into the search index, in short pieces; until then they are found without. */
export async function indexRest(station: Station): Promise<void> {
  if (!station.tables.people.isAnyWaiting()) return;
  const pace = createPace(station, indexingMs);
  const folds = createFolds(station);
  try {
    for (;;) {
      await nextTurn();
      if (!station.db.open) return;
      const rows = pace.rows();
      const startedMs = performance.now();
      const done = transactUnsynced(station.db, () => station.tables.people.indexWaiting(rows));
      if (done === 0) return;
      pace.note(done, performance.now() - startedMs);
      await folds.note();
    }
  } finally {
    await folds.end();
  }
}

function lotIdOf(station: Station, kit: ManifestKit, importId: string, lotIds: Map<string, string>): string | null {
  if (kit.lot === null) return null;
  const name = JSON.stringify([kit.productId, kit.lot]);
  const known = lotIds.get(name) ?? station.tables.products.findLot(kit.productId, kit.lot)?.id;
  if (known !== undefined) return known;
  const id = station.newId();
  station.tables.products.insertLot({ id, productId: kit.productId, lot: kit.lot, expiresOn: kit.expiresOn, importId });
  lotIds.set(name, id);
  return id;
}

/** Takes away what an import had staged, in short pieces too. */
export async function clearStaged(station: Station, importId: string, kind: ImportKind): Promise<void> {
  const { people, kits, imports } = station.tables;
  const piece = () => (kind === 'roster' ? people.deleteStaged(importId, 1000) : kits.deleteStaged(importId, 1000));
  while (piece() > 0) await nextTurn();
  station.db.transaction(() => imports.remove(importId))();
}
