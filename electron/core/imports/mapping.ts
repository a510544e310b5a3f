import { createHash } from 'node:crypto';
import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import type { ImportPreview } from '../../../shared/contract/imports.ts';
import { StationError } from '../../../shared/errors.ts';
import { manifestColumns, plainHeading, productColumns } from '../../../shared/listColumns.ts';
import type { ImportKind } from '../../db/imports.ts';
import type { Station } from '../station.ts';
import { type ImportFields, rosterColumns } from './columns.ts';
import { type ColumnMeaning, findHeading, headingsOf, matchColumns } from './heading.ts';
import { countedInManifests, neededInManifests } from './manifest.ts';
import type { Sheet } from './plan.ts';
import { countedInProducts, neededInProducts } from './products.ts';
import { countedInRosters, neededInRosters, shownCell } from './roster.ts';
import type { Rows, Table, TableNote } from './table.ts';

const known = {
  roster: rosterColumns,
  manifest: manifestColumns,
  products: productColumns,
} as const satisfies Record<ImportKind, ImportFields>;
export const counted = {
  roster: countedInRosters,
  manifest: countedInManifests,
  products: countedInProducts,
} as const;

/** Cells of each column that the preview shows. */
const examplesShown = 3;
const examplesWithin = 40;
const exampleLength = 40;

/** A table whose columns have a meaning. */
export type Mapped = {
  readonly sheet: Sheet;
  readonly columns: readonly ColumnMeaning[];
  readonly headingLine: number | null;
  /** Fields that no column was found for and that must be there. */
  readonly missing: readonly string[];
  readonly notes: readonly TableNote[];
};

export function fieldsOf(kind: ImportKind): readonly string[] {
  return Object.keys(known[kind]);
}

/**
 * Says what the columns of a table mean: as chosen by hand, as chosen by hand the last time for the same headings, or by
 * heading and content. Throws INVALID_INPUT for a choice that does not fit the table.
 */
export function mapTable(
  station: Station,
  kind: ImportKind,
  table: Table,
  chosen: readonly (string | null)[] | null,
): Mapped {
  const at = findHeading(table.rows, known[kind]);
  const below = rowsFrom(table.rows, at + 1);
  const width = widthOf(table, at);
  const headings = Array.from({ length: width }, (_none, index) =>
    at < 0 ? '' : (headingsOf(table.rows.at(at))[index] ?? ''),
  );
  const found = matchColumns(headings, below, known[kind], kind === 'roster');
  const remembered = chosen === null ? recall(station, kind, headings) : null;
  if (chosen !== null) refuseUnfit(chosen, width, known[kind]);
  const wanted = chosen ?? remembered;
  const columns =
    wanted === null
      ? found
      : found.map((column, index): ColumnMeaning => {
          const field = wanted[index] ?? null;
          if (field === column.field) return column;
          return { ...column, field, by: chosen === null ? 'remembered' : 'hand' };
        });
  const fields = columns.map(({ field }) => field);
  const needed =
    kind === 'roster' ? neededInRosters : kind === 'manifest' ? neededInManifests(fields) : neededInProducts;
  const missing = needed
    .filter((group) => group.every((field) => !fields.includes(field)))
    .map((group) => group[0] ?? '');

  const notes: TableNote[] = [];
  if (at > 0) notes.push({ code: 'titleRows', params: { n: String(at) } });
  if (at < 0) notes.push({ code: 'noHeading', params: {} });
  if (remembered !== null) notes.push({ code: 'rememberedColumns', params: {} });
  for (const { heading, isDoubtful } of wanted === null ? found : [])
    if (isDoubtful) notes.push({ code: 'headingDoubtful', params: { heading } });
  return {
    sheet: { headings, fields, rows: below },
    columns,
    headingLine: at < 0 ? null : table.rows.at(at).line,
    missing,
    notes: [...notes, ...table.notes],
  };
}

/** The columns as the preview shows them: nobody's number or whole name, whatever column it stands in. */
export function shownColumns(kind: ImportKind, { columns, sheet }: Mapped): ImportPreview['columns'] {
  return columns.map(({ heading, field, by }, index) => {
    const examples: string[] = [];
    for (let at = 0; at < Math.min(examplesWithin, sheet.rows.length) && examples.length < examplesShown; at += 1) {
      const text = sheet.rows.at(at).cells[index] ?? '';
      if (text !== '') examples.push(text.slice(0, exampleLength));
    }
    if (kind !== 'roster') return { heading, field, by, examples };
    return {
      heading: maskPersonalNumbers(heading),
      field,
      by,
      examples: examples.map((text) => shownCell(field ?? '', text)),
    };
  });
}

/** Keeps what was chosen by hand for the next list with the same headings. A list without headings has nothing to know it by. */
export function rememberMapping(station: Station, kind: ImportKind, { sheet, columns }: Mapped): void {
  const isOfUse = columns.some(({ by }) => by === 'hand' || by === 'remembered');
  const order = keyOrder(sheet.headings);
  if (!isOfUse || order === null) return;
  const fields = order.places.map((place) => sheet.fields[place] ?? null);
  station.tables.imports.rememberMapping(kind, order.hash, fields, station.clock.now());
}

function recall(station: Station, kind: ImportKind, headings: readonly string[]): readonly (string | null)[] | null {
  const order = keyOrder(headings);
  const fields = order === null ? null : station.tables.imports.findMapping(kind, order.hash);
  if (order === null || fields === null) return null;
  const found = headings.map((): string | null => null);
  order.places.forEach((place, index) => {
    const field = fields[index] ?? null;
    found[place] = field !== null && Object.hasOwn(known[kind], field) ? field : null;
  });
  return found;
}

/** The set of headings by a hash, and where each stands in the set's own order; null where there are none. */
function keyOrder(headings: readonly string[]): { readonly hash: string; readonly places: readonly number[] } | null {
  const keys = headings.map((heading, place) => ({ key: plainHeading(heading), place }));
  if (keys.every(({ key }) => key === '')) return null;
  keys.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.place - b.place));
  const hash = createHash('sha256')
    .update(JSON.stringify(keys.map(({ key }) => key)))
    .digest('hex');
  return { hash, places: keys.map(({ place }) => place) };
}

function refuseUnfit(fields: readonly (string | null)[], width: number, fit: ImportFields): void {
  const used = fields.filter((field) => field !== null);
  const isFit = fields.length === width && new Set(used).size === used.length;
  if (!isFit || used.some((field) => !Object.hasOwn(fit, field)))
    throw new StationError('INVALID_INPUT', { path: 'fields', problem: 'unfit' }, 'fields');
}

/**
 * In CSV as wide as the heading: a row that is wider has its cells shifted. In a workbook no cell shifts, and what stands
 * beside the heading is a column without one.
 */
function widthOf({ format, rows }: Table, at: number): number {
  if (at >= 0 && format === 'csv') return rows.width(at);
  let width = 0;
  for (let index = Math.max(0, at); index < Math.min(rows.length, Math.max(0, at) + examplesWithin); index += 1)
    width = Math.max(width, rows.at(index).cells.length);
  return width;
}

function rowsFrom(rows: Rows, from: number): Rows {
  return {
    length: Math.max(0, rows.length - from),
    at: (index) => rows.at(index + from),
    width: (index) => rows.width(index + from),
  };
}
