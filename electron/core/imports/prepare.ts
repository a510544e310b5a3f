import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { maskBirthDate, maskName } from '../../../shared/codes/mask.ts';
import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import type { ImportPreview } from '../../../shared/contract/imports.ts';
import type { Person } from '../../../shared/model/person.ts';
import type { ImportKind } from '../../db/imports.ts';
import { type Station, today } from '../station.ts';
import { repeatsHeading } from './heading.ts';
import { type ManifestKit, planManifest } from './manifest.ts';
import { counted, fieldsOf, type Mapped, mapTable, shownColumns } from './mapping.ts';
import { createMembers, type Joining, type OrganisationWish } from './members.ts';
import { checkCells, type Difference, type Plan, RowFault, type Sheet } from './plan.ts';
import { planRoster } from './roster.ts';
import type { Row, Table } from './table.ts';

/** How long the desk waits at most while rows are looked at, in ms. */
const pieceMs = 8;
const sampleRows = 20;
const shownFaults = 200;
const shownChanges = 50;

export type Fault = {
  readonly row: number;
  readonly line: number;
  readonly column: string;
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
};

/** A file that was read and checked, and waits to be committed or let go. */
export type Prepared = {
  readonly path: string;
  readonly table: Table;
  readonly mapped: Mapped;
  readonly preview: ImportPreview;
  readonly faults: readonly Fault[];
  /** Changed people are what the file says of them, under the id of whom it means. */
  readonly people: { readonly fresh: readonly Person[]; readonly changed: readonly Person[] };
  readonly kits: readonly ManifestKit[];
  /** Which organisations its people join, and as what that was wished; null where the file is about none. */
  readonly joining: Joining | null;
  readonly organisations: OrganisationWish;
  /** How many imports had changed the register when the rows were compared with it. */
  readonly epoch: number;
};

type Wish = {
  readonly importId: string;
  readonly kind: ImportKind;
  readonly path: string;
  readonly table: Table;
  readonly fields: readonly (string | null)[] | null;
  readonly organisations: OrganisationWish;
  readonly epoch: number;
  /** Throws when somebody has stopped it. */
  readonly goOn: () => void;
};

/** Compares the rows of a table with the register. Throws IMPORT_CANCELLED, or INVALID_INPUT for columns that do not fit. */
export async function prepareImport(station: Station, wish: Wish): Promise<Prepared> {
  const { importId, kind, path, table, goOn } = wish;
  const day = today(station);
  const mapped = mapTable(station, kind, table, wish.fields);
  const { sheet } = mapped;
  const people = { fresh: [] as Person[], changed: [] as Person[] };
  const kits: ManifestKit[] = [];
  const from = { station, importId, kind, sheet, isRagged: table.format === 'csv', goOn };
  const isWhole = mapped.missing.length === 0;
  const members = kind === 'roster' ? createMembers(station, sheet, wish.organisations) : null;
  const roster = members === null ? null : planRoster(station, sheet, day, members);
  const manifest = kind === 'manifest' ? planManifest(station, sheet, day) : null;
  // Without the columns that nobody can do without each row would be faulty: nothing is compared yet.
  const { faults, counts, changes, repeats } = !isWhole
    ? unread(sheet)
    : roster !== null
      ? await readAll(from, roster, (step, person) => people[step].push(person))
      : manifest !== null
        ? await readAll(from, manifest, (_step, kit) => kits.push(kit))
        : unread(sheet);
  const joining = members?.end() ?? null;
  const describe = (roster ?? manifest)?.describe ?? (() => ({}));
  const isRoster = kind === 'roster';
  // A roster without headings has its first person where they should stand, and a shifted column has them anywhere.
  const shown = isRoster ? maskPersonalNumbers : (text: string) => text;
  const notes =
    repeats === 0 ? mapped.notes : [...mapped.notes, { code: 'repeatedHeadings', params: { n: String(repeats) } }];
  const sample = Array.from(
    { length: Math.min(sampleRows, sheet.rows.length) },
    (_none, at) => sheet.rows.at(at).cells,
  );
  return {
    path,
    table,
    mapped,
    faults,
    people,
    kits,
    joining,
    organisations: wish.organisations,
    epoch: wish.epoch,
    preview: {
      importId,
      kind,
      fileName: basename(path),
      format: table.format,
      encoding: table.encoding,
      delimiter: table.delimiter,
      sheets: [...table.sheets],
      sheet: table.sheet,
      headingLine: mapped.headingLine,
      columns: shownColumns(kind, mapped),
      fields: [...fieldsOf(kind)],
      missing: [...mapped.missing],
      notes: notes.map(({ code, params }) => ({ code, params: { ...params } })),
      counts: joining === null ? counts : { ...counts, ...joining.counts },
      sample: sample.map((cells) => describe(cells)),
      changes: changes.map(({ differences, ...change }) => ({ ...change, differences: [...differences] })),
      faults: faults.slice(0, shownFaults).map(({ row: _row, params, ...fault }) => ({
        ...fault,
        params: Object.fromEntries(
          Object.entries(params).map(([name, text]) => [name, name === 'own' ? maskBirthDate(text) : shown(text)]),
        ),
      })),
      organisations: joining?.shown ?? null,
    },
  };
}

type Changes = { readonly line: number; readonly nameMasked: string; readonly differences: readonly Difference[] }[];
type Read = {
  readonly faults: readonly Fault[];
  readonly counts: ImportPreview['counts'];
  readonly changes: Changes;
  readonly repeats: number;
};

function unread({ rows }: Sheet): Read {
  const counts = { rows: rows.length, fresh: 0, same: 0, changed: 0, faulty: 0, doubled: 0 };
  return { faults: [], counts, changes: [], repeats: 0 };
}

async function readAll<T>(
  from: {
    readonly station: Station;
    readonly importId: string;
    readonly kind: ImportKind;
    readonly sheet: Sheet;
    /** Rows may be wider than the heading, and mean then that something shifted. */
    readonly isRagged: boolean;
    readonly goOn: () => void;
  },
  plan: Plan<T>,
  keep: (kind: 'fresh' | 'changed', value: T) => void,
): Promise<Read> {
  const { station, importId, kind, sheet, isRagged, goOn } = from;
  const total = sheet.rows.length;
  const faults: Fault[] = [];
  const changes: Changes = [];
  const counts = { rows: 0, fresh: 0, same: 0, changed: 0, faulty: 0, doubled: 0 };
  let repeats = 0;
  const readRow = (row: number, { cells, line, kinds }: Row): void => {
    if (repeatsHeading(cells, sheet.headings)) {
      repeats += 1;
      return;
    }
    counts.rows += 1;
    try {
      if (isRagged && cells.length > sheet.headings.length) throw new RowFault('tooManyColumns', '');
      checkCells({ cells, line, kinds }, sheet, counted[kind]);
      const step = plan.read({ cells, line, kinds });
      counts[step.kind] += 1;
      if (step.kind === 'fresh' || step.kind === 'changed') keep(step.kind, step.value);
      if (step.kind === 'changed' && changes.length < shownChanges)
        changes.push({ line, nameMasked: maskName(nameIn(cells, sheet)), differences: step.differences });
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      counts.faulty += 1;
      faults.push({ row, line, column: error.column, code: error.code, params: error.params });
    }
  };
  let since = 0;
  for (let row = 0; row < total; row += 1) {
    if (row === 0 || performance.now() - since > pieceMs) {
      station.emit('imports.progressed', { importId, phase: 'reading', done: row, total });
      await nextTurn();
      goOn();
      since = performance.now();
    }
    readRow(row, sheet.rows.at(row));
  }
  return { faults, counts, changes, repeats };
}

function nameIn(cells: readonly string[], { fields }: Sheet): string {
  return cells[fields.indexOf('name')] ?? '';
}
