/** What a row of a file comes to. */
export type Step<T> =
  | { readonly kind: 'fresh'; readonly value: T }
  | { readonly kind: 'changed'; readonly value: T }
  | { readonly kind: 'same' }
  | { readonly kind: 'doubled' };

/** How the rows of one kind of file are read. `read` throws RowFault for a row that cannot be taken. */
export type Plan<T> = {
  readonly columns: { readonly heading: string; readonly field: string | null }[];
  readonly read: (cells: readonly string[], line: number) => Step<T>;
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
