import {
  type CellKind,
  cellLimit,
  cleanCell,
  collectRows,
  columnLimit,
  type Merged,
  type Rows,
  type TableNote,
  tooManyColumns,
} from '../table.ts';
import { type Container, isTrue } from './container.ts';
import { dayOfSerial, type NumberFormat, numberText } from './numbers.ts';

/** What cells refer to. */
export type Book = {
  readonly is1904: boolean;
  readonly formats: readonly NumberFormat[];
  readonly strings: readonly string[];
};

const mergeLimit = 200_000;
const plainFormat: NumberFormat = { is: 'plain' };

/** Whether a sheet has a cell with a value. Reads no further than to the first. */
export async function sheetHoldsSomething(container: Container, part: string): Promise<boolean> {
  let holds = false;
  await container.readXml(
    part,
    {
      open: (name) => {
        if (name === 'v' || name === 'is') holds = true;
      },
      close: () => undefined,
      text: () => undefined,
    },
    () => holds,
  );
  return holds;
}

/** The rows of a sheet that hold anything, and what is odd about it. Rows that are hidden are read like the others. */
export async function readSheet(
  container: Container,
  part: string,
  book: Book,
  goOn: (share: number) => void,
): Promise<{ readonly rows: Rows; readonly notes: readonly TableNote[] }> {
  const found = collectRows();
  const merges: Merged[] = [];
  let mergedAreas = 0;
  let hiddenRows = 0;
  let emptyFormulas = 0;

  let line = 0;
  let isHidden = false;
  let cells: string[] = [];
  let kinds: CellKind[] = [];
  let column = -1;
  let style = 0;
  let type = '';
  let text = '';
  let hasValue = false;
  let isFormula = false;
  let isText = false;
  let isReading = false;

  const put = (): void => {
    // A text may be empty; a number that nobody has worked out is no value.
    if (isFormula && (!hasValue || (text === '' && type !== 'str'))) emptyFormulas += 1;
    if (!hasValue) return;
    const { value, kind } = cellValue(type, text, style, book);
    const { text: clean, isCut } = cleanCell(value);
    if (clean === '') return;
    if (column >= columnLimit) throw tooManyColumns();
    while (cells.length < column) {
      cells.push('');
      kinds.push('t');
    }
    cells[column] = clean;
    kinds[column] = isCut ? 'l' : kind;
  };

  await container.readXml(
    part,
    {
      open: (name, attributes) => {
        switch (name) {
          case 'row': {
            const stated = Number(attributes['r']);
            line = Number.isInteger(stated) && stated > line ? stated : line + 1;
            isHidden = isTrue(attributes['hidden']);
            cells = [];
            kinds = [];
            column = -1;
            break;
          }
          case 'c': {
            const stated = columnOf(attributes['r'] ?? '');
            column = stated > column ? stated : column + 1;
            style = Number(attributes['s'] ?? 0);
            type = attributes['t'] ?? 'n';
            text = '';
            hasValue = false;
            isFormula = false;
            break;
          }
          case 'f':
            isFormula = true;
            break;
          case 'v':
            isText = true;
            hasValue = true;
            break;
          case 'rPh':
            isReading = true;
            break;
          case 't':
            isText = !isReading;
            hasValue = true;
            break;
          case 'mergeCell': {
            const area = areaOf(attributes['ref'] ?? '');
            if (area !== null) mergedAreas += 1;
            if (area !== null && area.toLine > area.fromLine && merges.length < mergeLimit) merges.push(area);
            break;
          }
        }
      },
      close: (name) => {
        switch (name) {
          case 'v':
          case 't':
            isText = false;
            break;
          case 'rPh':
            isReading = false;
            break;
          case 'c':
            put();
            break;
          case 'row':
            if (isHidden && cells.length > 0) hiddenRows += 1;
            found.add(line, cells, kinds.join(''));
            break;
        }
      },
      text: (piece) => {
        if (isText && text.length <= cellLimit) text += piece;
      },
    },
    goOn,
  );
  merges.sort((a, b) => a.fromLine - b.fromLine);
  found.fillDown(merges);
  const notes: TableNote[] = [];
  if (hiddenRows > 0) notes.push({ code: 'hiddenRows', params: { n: String(hiddenRows) } });
  if (mergedAreas > 0) notes.push({ code: 'mergedCells', params: { n: String(mergedAreas) } });
  if (emptyFormulas > 0) notes.push({ code: 'formulasWithoutValue', params: { n: String(emptyFormulas) } });
  return { rows: found.rows(), notes };
}

function cellValue(
  type: string,
  text: string,
  style: number,
  { is1904, formats, strings }: Book,
): { readonly value: string; readonly kind: CellKind } {
  switch (type) {
    case 's':
      return { value: unescaped(strings[Number(text)] ?? ''), kind: 't' };
    case 'str':
    case 'inlineStr':
      return { value: unescaped(text), kind: 't' };
    case 'b':
      return { value: isTrue(text.trim()) ? 'TRUE' : 'FALSE', kind: 'b' };
    case 'e':
      return { value: text, kind: 'e' };
    case 'd':
      return { value: text.trim().replace('T', ' '), kind: 'd' };
    default: {
      const format = formats[style] ?? plainFormat;
      if (format.is !== 'date') return { value: numberText(text, format), kind: 'n' };
      const day = dayOfSerial(Number(text), is1904);
      // 29 February 1900 and what lies outside of the calendar: the number stays, and is no date for anybody.
      return day === null ? { value: numberText(text, plainFormat), kind: 'n' } : { value: day, kind: 'd' };
    }
  }
}

/** Characters that XML cannot hold are written as `_x000D_` (ECMA-376, 22.9.2.19). */
function unescaped(text: string): string {
  return text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
}

/** `AB12` is column 27; -1 where there is none. */
function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length && at < 4; at += 1) {
    const code = reference.charCodeAt(at) & ~0x20;
    if (code < 65 || code > 90) break;
    column = column * 26 + (code - 64);
  }
  return column - 1;
}

function areaOf(reference: string): Merged | null {
  const parts = /^\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?[A-Za-z]{1,3}\$?(\d{1,7})$/.exec(reference);
  if (parts === null) return null;
  const column = columnOf(parts[1] ?? '');
  return column >= columnLimit ? null : { fromLine: Number(parts[2]), toLine: Number(parts[3]), column };
}
