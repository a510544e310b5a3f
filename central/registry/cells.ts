import { plainHeading } from '../../shared/listColumns.ts';
import { isRealDay } from '../../shared/time.ts';
import { RowFault } from './csvRows.ts';

/** Where each field stands, from a file's headings; columns that mean nothing of ours are left out. Throws RowFault. */
export function placesOf<F extends string>(
  columns: Readonly<Record<F, readonly string[]>>,
  headings: readonly string[],
): ReadonlyMap<F, number> {
  const fields = Object.entries(columns) as [F, readonly string[]][];
  const places = new Map<F, number>();
  for (const [place, heading] of headings.entries()) {
    const field = fields.find(([, words]) => words.includes(plainHeading(heading)))?.[0];
    if (field === undefined) continue;
    if (places.has(field)) throw new RowFault(`two columns mean the same: ${field}`);
    places.set(field, place);
  }
  return places;
}

/** A lot number, or null for an empty cell. Throws RowFault. */
export function lotOf(text: string): string | null {
  if (text === '') return null;
  if (!/^[\x21-\x7e]{1,20}$/.test(text)) throw new RowFault(`${text.slice(0, 40)} is no lot number`);
  return text;
}

/** A day written `2023-09-30`, `2023/09/30` or `20230930`, or null for an empty cell. Throws RowFault. */
export function dayOf(text: string): string | null {
  if (text === '') return null;
  const parts = /^(\d{4})([-/]?)(\d{2})\2(\d{2})$/.exec(text);
  const day = parts === null ? '' : `${parts[1]}-${parts[3]}-${parts[4]}`;
  if (!isRealDay(day)) throw new RowFault(`${text.slice(0, 40)} is no day: write 2023-09-30`);
  return day;
}
