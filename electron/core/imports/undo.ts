import { setImmediate as nextTurn } from 'node:timers/promises';
import type { UndoCounts } from '../../../shared/contract/imports.ts';
import { StationError } from '../../../shared/errors.ts';
import type { CommittedImport, StayReason } from '../../db/imports.ts';
import { audit, type Station, today } from '../station.ts';
import { isSame } from './roster.ts';
import { applyRest, figuresOf } from './staging.ts';

/** Rows a piece: short enough that a scan between two pieces is not felt. */
const pieceRows = 250;

export type UndoStanding = 'can' | 'later' | 'tooLate' | 'was' | 'never' | 'inUse';

/** Whether an import can be taken back now. */
export function undoStanding(station: Station, { id, kind, day, undoneAtMs, undone }: CommittedImport): UndoStanding {
  if (undone !== null) return 'was';
  // Begun and broken off by a full disk: it is gone on with, whatever the day.
  if (undoneAtMs !== null) return 'can';
  // Tests may have been bound by what a list of products said: it is corrected by another list.
  if (kind === 'products') return 'never';
  if (day !== today(station)) return 'tooLate';
  if (station.tables.imports.countLater(id, kind) > 0) return 'later';
  return kind === 'manifest' && isInUse(station, id) ? 'inUse' : 'can';
}

/** Whether a kit of a list was used, spoiled or moved between sites. */
function isInUse({ tables: { kits, stock } }: Station, importId: string): boolean {
  return (
    kits.isImportTouched(importId) || kits.listRangesOfImport(importId).some((span) => stock.findGone(span) !== null)
  );
}

/** Throws NOT_FOUND, NOTHING_TO_UNDO, UNDO_TOO_LATE, IMPORT_NOT_NEWEST or KITS_IN_USE. */
export function mustUndo(station: Station, importId: string): CommittedImport {
  const found = station.tables.imports.find(importId);
  if (found === null) throw new StationError('NOT_FOUND', { what: 'import' });
  switch (undoStanding(station, found)) {
    case 'can':
      return found;
    case 'later':
      throw new StationError('IMPORT_NOT_NEWEST');
    case 'inUse':
      throw new StationError('KITS_IN_USE');
    case 'tooLate':
      throw new StationError('UNDO_TOO_LATE');
    default:
      throw new StationError('NOTHING_TO_UNDO');
  }
}

type Tally = { -readonly [K in keyof UndoCounts]: number };
const stayOf = {
  tested: 'stayTested',
  edited: 'stayEdited',
  merged: 'stayMerged',
  used: 'stayUsed',
} as const satisfies Record<StayReason, keyof UndoCounts>;

/**
 * Takes an import back, in short pieces: each is whole in itself, so that one that was broken off is gone on with. People
 * whom it brought go, unless somebody has done something with them since; people whom it changed become what they were,
 * unless they are something else by now. Answers what came of it; the caller ends it in the log.
 */
export async function takeBack(station: Station, importId: string, progressId: string): Promise<UndoCounts> {
  const { imports, kits, organisations, people } = station.tables;
  // What a commit had left to do comes first: it is taken back like the rest.
  await applyRest(station, importId);
  const counts: Tally = {
    removed: 0,
    putBack: 0,
    stayTested: 0,
    stayEdited: 0,
    stayMerged: 0,
    stayUsed: 0,
    stayAtDesk: 0,
    changedSince: 0,
  };
  const before = imports.find(importId)?.counts;
  const total = (before?.fresh ?? 0) + (before?.changed ?? 0) + (before?.joining ?? 0);
  let done = 0;
  const wrote = async (rows: number): Promise<void> => {
    done += rows;
    station.emit('imports.progressed', { importId: progressId, phase: 'undoing', done, total: Math.max(total, done) });
    await nextTurn();
  };

  if (imports.find(importId)?.kind === 'manifest') {
    for (;;) {
      const gone = station.db.transaction(() => kits.deleteStaged(importId, pieceRows)).immediate();
      if (gone === 0) break;
      counts.removed += gone;
      await wrote(gone);
    }
    station.db.transaction(() => imports.removeLots(importId)).immediate();
    station.patterns.set(null);
    return counts;
  }
  for (let after = -1; ; ) {
    const piece = station.db
      .transaction(() => {
        const rows = imports.listApplied(importId, after, pieceRows);
        for (const { personId, was, became, wasUpdatedAtMs } of rows) {
          const now = people.find(personId);
          if (now === null) continue;
          if (isSame(now, became)) {
            people.update(was, wasUpdatedAtMs);
            counts.putBack += 1;
          } else if (!isSame(now, was)) counts.changedSince += 1;
        }
        return rows;
      })
      .immediate();
    if (piece.length === 0) break;
    after = piece.at(-1)?.n ?? after;
    await wrote(piece.length);
  }
  for (let after = -1; ; ) {
    const piece = station.db
      .transaction(() => {
        const held = station.desk.get().heldPerson?.personId ?? null;
        const rows = imports.listBrought(importId, after, pieceRows);
        for (const { id, stays } of rows) {
          if (stays !== null) counts[stayOf[stays]] += 1;
          else if (id === held) counts.stayAtDesk += 1;
          else {
            imports.deletePerson(id);
            counts.removed += 1;
          }
        }
        return rows;
      })
      .immediate();
    if (piece.length === 0) break;
    after = piece.at(-1)?.place ?? after;
    await wrote(piece.length);
  }
  // Whoever went left their organisations with it; those who stay leave the ones it put them into.
  let released = 0;
  for (let after = -1; ; ) {
    const piece = station.db
      .transaction(() => {
        const rows = imports.listJoined(importId, after, pieceRows);
        // By exactly this person: whoever was merged into them keeps what is theirs.
        for (const { n, organisationId, personId } of rows) {
          if (organisations.leave(organisationId, personId)) released += 1;
          imports.noteJoined(importId, n, false);
        }
        return rows;
      })
      .immediate();
    if (piece.length === 0) break;
    after = piece.at(-1)?.n ?? after;
    await wrote(piece.length);
  }
  // What it made and nobody has used since.
  for (const id of imports.listOrganisations(importId))
    station.db
      .transaction(() => {
        const isUsed = organisations.hasPeople(id) || organisations.listContacts(id).length > 0;
        if (isUsed || organisations.find(id) === null) return;
        organisations.remove(id);
        audit(station, 'organisation.remove', `organisation:${id}`);
      })
      .immediate();
  return before?.joining === undefined ? counts : { ...counts, released };
}

/** Writes down how an undo ended, inside the caller's transaction. */
export function endUndo(station: Station, importId: string, counts: UndoCounts): void {
  station.rosterCount.set(null);
  station.tables.imports.endUndo(importId, station.clock.now(), counts);
  audit(station, 'import.undo', `import:${importId}`, figuresOf(counts));
}
