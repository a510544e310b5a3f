/** What a column sorts by. Null (unknown) always comes last, whichever way round. */
export type SortValue = string | number | null;
export type Sort = { readonly key: string; readonly descending: boolean };

/** Chinese by pinyin, digits by their value, so that 9 comes before 11 in "9-201". */
const collator = new Intl.Collator('zh-CN', { numeric: true, sensitivity: 'base' });

export function compareValues(a: SortValue, b: SortValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}

/** A sorted copy; equal rows keep their order. */
export function sortRows<Row>(rows: readonly Row[], sortBy: (row: Row) => SortValue, descending: boolean): Row[] {
  return rows.toSorted((left, right) => {
    const [a, b] = [sortBy(left), sortBy(right)];
    const order = compareValues(a, b);
    return descending && a !== null && b !== null ? -order : order;
  });
}

/** The next state of a heading that is pressed: up, down, and back to the list's own order. */
export function nextSort(current: Sort | null, key: string): Sort | null {
  if (current === null || current.key !== key) return { key, descending: false };
  return current.descending ? null : { key, descending: true };
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Whether every word of the query is in one of the texts: full or half width, large or small letters alike. */
export function matches(query: string, texts: readonly (string | null)[]): boolean {
  const words = folded(query)
    .split(/\s+/)
    .filter((word) => word !== '');
  const hay = texts.map((text) => folded(text ?? ''));
  return words.every((word) => hay.some((text) => text.includes(word)));
}
