import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { maskBirthDate } from '../../../shared/codes/mask.ts';
import { makeOwnCode } from '../../../shared/codes/ownCodes.ts';
import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import type { ImportCounts, ImportPreview } from '../../../shared/contract/imports.ts';
import { StationError } from '../../../shared/errors.ts';
import { importFaultText } from '../../../shared/importFaults.ts';
import type { Person } from '../../../shared/model/person.ts';
import type { Capability } from '../../../shared/model/rights.ts';
import { sqliteCode } from '../../db/open.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { csvLine } from '../exports/csvLine.ts';
import { createLearner, type Learner, patternPart, writeLessons } from '../kits/patterns.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, today } from '../station.ts';
import { readSheet, type Sheet } from './csv.ts';
import { type ManifestKit, planManifest } from './manifest.ts';
import { type Plan, RowFault } from './plan.ts';
import { findKnown, merge, planRoster } from './roster.ts';

/** Rows a piece: short enough that a scan between two pieces is not felt. */
const pieceRows = 250;
const sampleRows = 20;
const shownFaults = 200;

type Fault = {
  readonly row: number;
  readonly line: number;
  readonly column: string;
  readonly code: string;
  readonly params: Record<string, string>;
};

type Prepared = {
  readonly preview: ImportPreview;
  readonly sheet: Sheet;
  readonly faults: readonly Fault[];
  readonly people: { readonly fresh: readonly Person[]; readonly changed: readonly Person[] };
  readonly kits: readonly ManifestKit[];
};

type Staged = Prepared & {
  readonly learner: Learner;
  /** The register's own id of this import: the page may use one of its ids again for another file. */
  readonly rowId: string;
  /** People who were new in the preview and have been registered at the desk since. */
  readonly met: readonly Person[];
};

const importing = { roster: 'people.import', manifest: 'kits.import' } as const satisfies Record<string, Capability>;

/**
 * Imports of one run of core: what was read and checked, waiting to be committed or cancelled. Rows are staged in short
 * pieces that nobody sees, and become visible by one small commit.
 */
export function createImports() {
  const prepared = new Map<string, Prepared>();
  const cancelled = new Set<string>();
  /** Imports that are being staged: whoever commits the same one meanwhile waits for it. */
  const staging = new Map<string, Promise<Staged>>();
  /** The row that each import was last staged under. */
  const stagedAs = new Map<string, string>();

  const goOn = (importId: string) => {
    if (cancelled.delete(importId)) throw new StationError('IMPORT_CANCELLED');
  };

  const prepare = async (
    station: Station,
    importId: string,
    kind: 'roster' | 'manifest',
    path: string,
  ): Promise<Prepared> => {
    cancelled.delete(importId);
    const day = today(station);
    const sheet = await readSheet(path);
    const faults: Fault[] = [];
    const counts = { rows: sheet.rows.length, fresh: 0, same: 0, changed: 0, faulty: 0, doubled: 0 };
    const people = { fresh: [] as Person[], changed: [] as Person[] };
    const kits: ManifestKit[] = [];
    const readAll = async <T>(plan: Plan<T>, keep: (kind: 'fresh' | 'changed', value: T) => void) => {
      for (const [row, { line, cells }] of sheet.rows.entries()) {
        if (row % pieceRows === 0) {
          station.emit('imports.progressed', { importId, phase: 'reading', done: row, total: sheet.rows.length });
          await nextTurn();
          goOn(importId);
        }
        try {
          if (cells.slice(sheet.headings.length).some((cell) => cell !== '')) throw new RowFault('tooManyColumns', '');
          const step = plan.read(cells, line);
          counts[step.kind] += 1;
          if (step.kind === 'fresh' || step.kind === 'changed') keep(step.kind, step.value);
        } catch (error) {
          if (!(error instanceof RowFault)) throw error;
          counts.faulty += 1;
          faults.push({ row, line, column: error.column, code: error.code, params: { ...error.params } });
        }
      }
      return plan;
    };
    const plan: Plan<unknown> =
      kind === 'roster'
        ? ((await readAll(planRoster(station, sheet, day), (step, person) =>
            people[step].push(person),
          )) as Plan<unknown>)
        : ((await readAll(planManifest(station, sheet, day), (_step, kit) => kits.push(kit))) as Plan<unknown>);
    // A roster without headings has its first person where they should stand, and a shifted column has them anywhere.
    const shown = kind === 'roster' ? maskPersonalNumbers : (text: string) => text;
    const result: Prepared = {
      sheet,
      faults,
      people,
      kits,
      preview: {
        importId,
        kind,
        fileName: basename(path),
        encoding: sheet.encoding,
        delimiter: sheet.delimiter,
        columns: plan.columns.map(({ heading, field }) => ({ heading: shown(heading), field })),
        counts,
        sample: sheet.rows.slice(0, sampleRows).map(({ cells }) => plan.describe(cells)),
        faults: faults.slice(0, shownFaults).map(({ row: _row, params, ...fault }) => ({
          ...fault,
          params: Object.fromEntries(
            Object.entries(params).map(([name, text]) => [name, name === 'own' ? maskBirthDate(text) : shown(text)]),
          ),
        })),
      },
    };
    prepared.clear();
    prepared.set(importId, result);
    return result;
  };

  const stage = (station: Station, importId: string): Promise<Staged> => {
    const running = staging.get(importId);
    if (running !== undefined) return running;
    const fresh = stageAll(station, importId).finally(() => staging.delete(importId));
    staging.set(importId, fresh);
    return fresh;
  };

  const stageAll = async (station: Station, importId: string): Promise<Staged> => {
    const ready = prepared.get(importId);
    if (ready === undefined) throw new StationError('IMPORT_GONE');
    cancelled.delete(importId);
    const rowId = station.newId();
    const met: Person[] = [];
    const { tables } = station;
    // A commit that failed (a full disk) and is tried again: what it had staged goes first.
    const former = stagedAs.get(importId);
    if (former !== undefined && tables.imports.listUnfinished().some(({ id }) => id === former))
      await clearStaged(station, former, ready.preview.kind);
    stagedAs.set(importId, rowId);
    const operatorId = allow(station, importing[ready.preview.kind]).id;
    const learner = createLearner();
    const total = ready.people.fresh.length + ready.kits.length;
    tables.imports.start({
      id: rowId,
      kind: ready.preview.kind,
      fileName: ready.preview.fileName,
      startedAtMs: station.clock.now(),
      operatorId,
    });
    try {
      let done = 0;
      const inPieces = async <T>(rows: readonly T[], write: (row: T) => void) => {
        for (let from = 0; from < rows.length; from += pieceRows) {
          const piece = rows.slice(from, from + pieceRows);
          station.db.transaction(() => {
            for (const row of piece) write(row);
          })();
          done += piece.length;
          station.emit('imports.progressed', { importId, phase: 'committing', done, total });
          await nextTurn();
          goOn(importId);
        }
      };
      await inPieces(ready.people.fresh, (person) => {
        const known = findKnown(station, person);
        if (known !== null) {
          met.push(merge(known, person));
          return;
        }
        const atMs = station.clock.now();
        tables.people.insert({
          ...person,
          code: makeOwnCode('YP', station.random),
          source: 'roster',
          importId: rowId,
          atMs,
        });
      });
      const lotIds = new Map<string, string>();
      await inPieces(ready.kits, (kit) => {
        const isLotNew = kit.lot !== null && tables.products.findLot(kit.productId, kit.lot) === null;
        const lotId = lotIdOf(station, kit, rowId, lotIds);
        tables.kits.insert({ ...kit, lotId, importId: rowId });
        const { productId, serial } = kit;
        const part = patternPart(kit.kitKey);
        if (part !== null) learner.add({ productId, lotId, part, text: serial });
        if (isLotNew && kit.lot !== null) learner.add({ productId, lotId: null, part: 'lot', text: kit.lot });
      });
    } catch (error) {
      try {
        await clearStaged(station, rowId, ready.preview.kind);
      } catch (left) {
        // A full disk takes no deletions either. Nobody sees what is staged; the next try and the next start clear it.
        station.log('import.notCleared', { code: sqliteCode(left) ?? '' });
      }
      throw error;
    }
    return { ...ready, learner, rowId, met };
  };

  const handlers: Handlers<'imports.preview' | 'imports.commit' | 'imports.cancel' | 'imports.saveFaults'> = {
    'imports.preview': look(async (station, { importId, kind, path }) => {
      allow(station, importing[kind]);
      const { preview } = await prepare(station, importId, kind, path);
      record(station, 'import.preview', importId, { kind, ...preview.counts });
      return preview;
    }),
    'imports.commit': change({
      prepare: (station, { importId }) => stage(station, importId),
      run: (station, _input, ready): ImportCounts => {
        const { tables } = station;
        // Another call may have committed it while this one waited for the same staging.
        if (!tables.imports.commit(ready.rowId)) throw new StationError('IMPORT_GONE');
        for (const person of [...ready.people.changed, ...ready.met]) tables.people.update(person, station.clock.now());
        writeLessons(station, ready.learner, 'listed');
        station.rosterCount.set(null);
        const { fresh, changed, ...others } = ready.preview.counts;
        const counts = { ...others, fresh: fresh - ready.met.length, changed: changed + ready.met.length };
        audit(station, 'import.commit', `import:${ready.rowId}`, { kind: ready.preview.kind, ...counts });
        return counts;
      },
      answer: (station, counts, { importId }) => {
        prepared.delete(importId);
        station.emit('desk.changed', { why: 'import' });
        return { counts };
      },
    }),
    'imports.cancel': look((station, { importId }) => {
      cancelled.add(importId);
      if (prepared.delete(importId)) record(station, 'import.cancel', importId, {});
      return {};
    }),
    'imports.saveFaults': look((station, { importId, path, language }) => {
      const ready = prepared.get(importId);
      if (ready === undefined) throw new StationError('IMPORT_GONE');
      allow(station, importing[ready.preview.kind]);
      const headings = [
        ...ready.sheet.headings,
        language === 'en' ? 'Line' : '行号',
        language === 'en' ? 'Reason' : '原因',
      ];
      const lines = ready.faults.map(({ row, line, code, params }) => {
        const cells = ready.sheet.rows[row]?.cells ?? [];
        const padded = ready.sheet.headings.map((_heading, index) => cells[index] ?? '');
        return csvLine([...padded, String(line), importFaultText(code, params, language)]);
      });
      const beside = `${path}.part`;
      try {
        // With a byte order mark, or spreadsheet programs take UTF-8 for something else.
        writeFileSync(beside, `\uFEFF${csvLine(headings)}${lines.join('')}`, { mode: 0o600 });
        renameSync(beside, path);
      } catch (error) {
        rmSync(beside, { force: true });
        const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
        throw isFull ? new StationError('DISK_FULL') : new StationError('FILE_UNREADABLE', { problem: 'notWritable' });
      }
      // The rows go back to whoever brought them, as they were: to be mended they must be whole.
      station.db
        .transaction(() => audit(station, 'import.saveFaults', `import:${importId}`, { rows: lines.length }))
        .immediate();
      return { path, rows: lines.length };
    }),
  };
  return handlers;
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
async function clearStaged(station: Station, importId: string, kind: 'roster' | 'manifest'): Promise<void> {
  const { people, kits, imports } = station.tables;
  const piece = () => (kind === 'roster' ? people.deleteStaged(importId, 1000) : kits.deleteStaged(importId, 1000));
  while (piece() > 0) await nextTurn();
  station.db.transaction(() => imports.remove(importId))();
}

/** What an import left staged when the power went: nobody has seen it, and nobody will. */
export async function clearUnfinishedImports(station: Station): Promise<void> {
  for (const { id, kind } of station.tables.imports.listUnfinished()) await clearStaged(station, id, kind);
}

function record(
  station: Station,
  action: 'import.preview' | 'import.cancel',
  importId: string,
  detail: Parameters<typeof audit>[3],
): void {
  station.db.transaction(() => audit(station, action, `import:${importId}`, detail)).immediate();
}
