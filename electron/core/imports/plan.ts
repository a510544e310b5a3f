import type { Row, Rows } from './table.ts';

/** What a row of a file comes to. */
export type Step<T> =
  | { readonly kind: 'fresh'; readonly value: T }
  | { readonly kind: 'changed'; readonly value: T; readonly differences: readonly Difference[] }
  | { readonly kind: 'same' }
  | { readonly kind: 'doubled' };

/** A field that a row would change, before and after, as a list may show them. */
export type Difference = { readonly field: string; readonly before: string; readonly after: string };

/** A file whose columns have a meaning: field by field as they stand, null for those that are not used. */
export type Sheet = {
  readonly headings: readonly string[];
  readonly fields: readonly (string | null)[];
  /** The rows below the heading. */
  readonly rows: Rows;
};

/** How the rows of one kind of file are read. `read` throws RowFault for a row that cannot be taken. */
export type Plan<T> = {
  readonly read: (row: Row) => Step<T>;
  /** The fields of a row as they stand in the file, for the preview. */
  readonly describe: (cells: readonly string[]) => Record<string, string>;
};

/** One row cannot be taken; the others can. Its code is one of importFaultCodes. */
export class RowFault extends Error {
  readonly code: string;
  readonly column: string;
  readonly params: Readonly<Record<string, string>>;

  constructor(code: string, column: string, params: Readonly<Record<string, string>> = {}) {
    super(code);
    this.code = code;
    this.column = column;
    this.params = params;
  }
}

/** Which column holds which field. */
export function placesOf<F extends string>(fields: readonly (string | null)[]): Partial<Record<F, number>> {
  const place: Partial<Record<F, number>> = {};
  fields.forEach((field, index) => {
    if (field !== null && place[field as F] === undefined) place[field as F] = index;
  });
  return place;
}

/**
 * What is wrong with a used cell whatever it holds. Throws RowFault: an error of the spreadsheet, a text that was cut, signs
 * that a wrong encoding left, a number that a spreadsheet has rounded where each digit counts.
 */
export function checkCells({ cells, kinds }: Row, { fields }: Sheet, counted: ReadonlySet<string>): void {
  for (let index = 0; index < cells.length; index += 1) {
    const field = fields[index] ?? null;
    const text = cells[index] ?? '';
    if (field === null || text === '') continue;
    const kind = kinds[index] ?? 't';
    if (kind === 'e') throw new RowFault('cellError', field, { text: text.slice(0, 20) });
    if (kind === 'l') throw new RowFault('cellTooLong', field);
    if (isMangled(text)) throw new RowFault('mojibake', field);
    if (!counted.has(field)) continue;
    if (/^-?\d(\.\d+)?e\+?\d+$/i.test(text)) throw new RowFault('excelNumber', field);
    // Excel keeps fifteen digits of a number and writes noughts for the rest.
    if (kind === 'n' && /^\d{15,}0{3}$/.test(text)) throw new RowFault('excelRounded', field);
  }
}

/** A replacement character, or what UTF-8 becomes when a program reads it as GBK or as Western European. */
function isMangled(text: string): boolean {
  return /\uFFFD|锟斤拷|[\uE000-\uF8FF]|[ÃÂãäåæçèé][^\p{L}\s.,'’)/-]/u.test(text);
}
