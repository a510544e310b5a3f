import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ImportCounts, UndoCounts } from '../../../shared/contract/imports.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Capability } from '../../../shared/model/rights.ts';
import type { ImportKind } from '../../db/imports.ts';
import { sqliteCode } from '../../db/open.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, today } from '../station.ts';
import { saveFaults } from './faultFile.ts';
import { type OrganisationWish, usualWish } from './members.ts';
import { type Prepared, prepareImport } from './prepare.ts';
import { readTable } from './readTable.ts';
import { applyRest, clearStaged, commitStaged, figuresOf, indexRest, type Staged, stageImport } from './staging.ts';
import { endUndo, mustUndo, takeBack, undoStanding } from './undo.ts';

const importing = { roster: 'people.import', manifest: 'kits.import' } as const satisfies Record<
  ImportKind,
  Capability
>;
/** Rows of what is no longer of use that are deleted at a time. */
const forgetRows = 1_000;

type Watch = ReturnType<Station['tables']['people']['watch']>;

/**
 * Imports of one run of core: what was read and checked, waiting to be committed or cancelled. Rows are staged in short
 * pieces that nobody sees, and become visible by one small commit.
 */
export function createImports(): Handlers<
  | 'imports.preview'
  | 'imports.map'
  | 'imports.commit'
  | 'imports.cancel'
  | 'imports.saveFaults'
  | 'imports.list'
  | 'imports.undo'
> {
  const prepared = new Map<string, Prepared>();
  /** Who came to the desk since an import's rows were compared. */
  const watches = new Map<string, Watch>();
  const finished = new Set<string>();
  const cancelled = new Set<string>();
  /** Imports that are being staged: whoever commits the same one meanwhile waits for it. */
  const staging = new Map<string, Promise<Staged>>();
  /** The row that each import was last staged under. */
  const stagedAs = new Map<string, string>();
  const undoing = new Map<string, Promise<UndoCounts>>();
  /** Goes up whenever an import has changed the register: what was compared with it before is compared with another. */
  let epoch = 0;

  const goOn = (importId: string): void => {
    if (cancelled.delete(importId)) throw new StationError('IMPORT_CANCELLED');
  };
  const endWatch = (importId: string): void => {
    watches.get(importId)?.end();
    watches.delete(importId);
  };
  /** What is being staged is watched on to its end. */
  const letGo = (importId: string): boolean => {
    if (!staging.has(importId)) endWatch(importId);
    return prepared.delete(importId);
  };
  const mustBePrepared = (station: Station, importId: string): Prepared => {
    const ready = prepared.get(importId);
    if (ready === undefined) throw new StationError('IMPORT_GONE');
    allow(station, importing[ready.preview.kind]);
    return ready;
  };

  const read = async (
    station: Station,
    importId: string,
    wish: {
      readonly kind: ImportKind;
      readonly path: string;
      readonly sheet: string | null;
      readonly table: Prepared['table'] | null;
      readonly fields: readonly (string | null)[] | null;
      readonly organisations: OrganisationWish;
    },
  ): Promise<Prepared> => {
    cancelled.delete(importId);
    // From here on: whoever comes to the desk is compared at the commit.
    const watch = station.tables.people.watch();
    try {
      let told = -1;
      const table =
        wish.table ??
        (await readTable(wish.path, wish.sheet, (share) => {
          goOn(importId);
          const percent = Math.floor(share * 100);
          if (percent === told) return;
          told = percent;
          station.emit('imports.progressed', { importId, phase: 'opening', done: percent, total: 100 });
        }));
      const { kind, path, fields, organisations } = wish;
      const ready = await prepareImport(station, {
        importId,
        kind,
        path,
        table,
        fields,
        organisations,
        epoch,
        goOn: () => goOn(importId),
      });
      for (const former of [...prepared.keys()]) if (!staging.has(former)) letGo(former);
      prepared.set(importId, ready);
      watches.set(importId, watch);
      record(station, 'import.preview', importId, { kind, ...figuresOf(ready.preview.counts) });
      return ready;
    } catch (error) {
      watch.end();
      throw error;
    }
  };

  const stage = (station: Station, importId: string): Promise<Staged> => {
    const running = staging.get(importId);
    if (running !== undefined) return running;
    const fresh = stageAlone(station, importId)
      .catch((error: unknown) => {
        // Stopped: nobody will ask for it again.
        if (!prepared.has(importId)) endWatch(importId);
        throw error;
      })
      .finally(() => staging.delete(importId));
    staging.set(importId, fresh);
    return fresh;
  };

  const stageAlone = async (station: Station, importId: string): Promise<Staged> => {
    const ready = mustBePrepared(station, importId);
    if (ready.preview.missing.length > 0)
      throw new StationError('COLUMNS_MISSING', { missing: [...ready.preview.missing] });
    cancelled.delete(importId);
    const operatorId = allow(station, importing[ready.preview.kind]).id;
    if ((ready.joining?.members.length ?? 0) > 0) allow(station, 'organisations.edit');
    // One after the other: an import that was compared before another came in would double its people.
    for (;;) {
      const others = [...staging].filter(([id]) => id !== importId).map(([, promise]) => promise);
      const busy = [...others, ...undoing.values()];
      if (busy.length === 0) break;
      await Promise.allSettled(busy);
      await nextTurn();
      goOn(importId);
    }
    if (ready.epoch !== epoch) {
      letGo(importId);
      throw new StationError('IMPORT_GONE');
    }
    // A commit that failed (a full disk) and is tried again: what it had staged goes first.
    const former = stagedAs.get(importId);
    if (former !== undefined && station.tables.imports.listUnfinished().some(({ id }) => id === former))
      await clearStaged(station, former, ready.preview.kind);
    const rowId = station.newId();
    stagedAs.set(importId, rowId);
    const way = { importId, operatorId, goOn: () => goOn(importId) };
    return stageImport(station, ready, watches.get(importId)?.ids ?? new Set(), way, rowId);
  };

  /** The pieces of an undo; a call that comes twice waits for the same. */
  const undo = (station: Station, importId: string): Promise<UndoCounts> => {
    const running = undoing.get(importId);
    if (running !== undefined) return running;
    if (staging.size > 0) throw new StationError('IMPORT_NOT_NEWEST');
    mustUndo(station, importId);
    const operatorId = allow(station, 'people.import').id;
    station.db
      .transaction(() => station.tables.imports.beginUndo(importId, station.clock.now(), operatorId))
      .immediate();
    epoch += 1;
    const fresh = takeBack(station, importId, importId).finally(() => undoing.delete(importId));
    undoing.set(importId, fresh);
    return fresh;
  };

  return {
    'imports.preview': look(async (station, { importId, kind, path }) => {
      allow(station, importing[kind]);
      return (
        await read(station, importId, { kind, path, sheet: null, table: null, fields: null, organisations: usualWish })
      ).preview;
    }),
    'imports.map': look(async (station, { importId, sheet, fields, organisations }) => {
      const ready = mustBePrepared(station, importId);
      const isOther = sheet !== undefined && sheet !== ready.table.sheet;
      const wish = {
        kind: ready.preview.kind,
        path: ready.path,
        sheet: sheet ?? ready.table.sheet,
        table: isOther ? null : ready.table,
        // Another sheet has columns of its own.
        fields: isOther ? null : (fields ?? ready.mapped.sheet.fields),
        organisations: organisations ?? (isOther ? usualWish : ready.organisations),
      };
      return (await read(station, importId, wish)).preview;
    }),
    'imports.commit': change({
      prepare: (station, { importId }) => stage(station, importId),
      run: (station, _input, ready): { readonly counts: ImportCounts; readonly rowId: string } => ({
        counts: commitStaged(station, ready),
        rowId: ready.rowId,
      }),
      answer: (station, { counts, rowId }, { importId }) => {
        letGo(importId);
        endWatch(importId);
        if (!finished.has(rowId)) {
          finished.add(rowId);
          epoch += 1;
          void finishCommit(station, rowId);
        }
        station.emit('desk.changed', { why: 'import' });
        return { counts };
      },
    }),
    'imports.cancel': look((station, { importId }) => {
      cancelled.add(importId);
      if (letGo(importId)) record(station, 'import.cancel', importId, {});
      return {};
    }),
    'imports.saveFaults': look(async (station, { importId, path, language }) => {
      const ready = mustBePrepared(station, importId);
      const rows = await saveFaults(station, ready, importId, path, language);
      return { path, rows };
    }),
    'imports.list': look((station, { kind, limit }) => {
      allow(station, importing[kind]);
      return {
        rows: station.tables.imports.list(kind, limit).map((row) => ({
          importId: row.id,
          fileName: row.fileName,
          operatorName: row.operatorName,
          atMs: row.atMs,
          counts: row.counts,
          undo: undoStanding(station, row),
          undoneAtMs: row.undoneAtMs,
          undone: row.undone,
        })),
      };
    }),
    'imports.undo': change({
      prepare: (station, { importId }) => undo(station, importId),
      run: (station, { importId }, counts): UndoCounts => {
        endUndo(station, importId, counts);
        return counts;
      },
      answer: (station, counts) => {
        station.emit('desk.changed', { why: 'import' });
        return { counts };
      },
    }),
  };
}

/** What a commit has left to do, and what is of no use any more. What fails here is done at the next start. */
async function finishCommit(station: Station, rowId: string): Promise<void> {
  try {
    await applyRest(station, rowId);
    await forgetOld(station);
    if (station.db.open) station.emit('desk.changed', { why: 'import' });
  } catch (error) {
    station.log('import.notFinished', { code: sqliteCode(error) ?? '' });
  }
  await indexAll(station);
}

/** Nobody waits for it: people are found without. What fails here goes on at the next start. */
async function indexAll(station: Station): Promise<void> {
  try {
    await indexRest(station);
  } catch (error) {
    station.log('import.notFinished', { code: sqliteCode(error) ?? '' });
  }
}

/** What imports of former days changed: nobody can take it back any more, and it holds people as they were. */
async function forgetOld(station: Station): Promise<void> {
  const day = today(station);
  while (station.db.open && station.tables.imports.forgetChanges(day, forgetRows) > 0) await nextTurn();
  while (station.db.open && station.tables.imports.forgetMembers(day, forgetRows) > 0) await nextTurn();
}

/** After a power cut: what was staged goes, what was committed or taken back is done to its end. */
export async function settleImports(station: Station): Promise<void> {
  const { imports } = station.tables;
  for (const { id, kind } of imports.listUnfinished()) await clearStaged(station, id, kind);
  for (const id of new Set([...imports.listUnapplied(), ...imports.listUnjoined()])) await applyRest(station, id);
  for (const id of imports.listOpenUndos()) {
    const counts = await takeBack(station, id, id);
    station.db.transaction(() => endUndo(station, id, counts)).immediate();
  }
  await forgetOld(station);
  void indexAll(station);
}

function record(
  station: Station,
  action: 'import.preview' | 'import.cancel',
  importId: string,
  detail: Parameters<typeof audit>[3],
): void {
  station.db.transaction(() => audit(station, action, `import:${importId}`, detail)).immediate();
}
