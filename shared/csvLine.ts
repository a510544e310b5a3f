/**
 * What a spreadsheet program would take for a formula, by OWASP's list (CSV injection): = + - @, tab and carriage return,
 * also in full width and in the small and mathematical forms that some programs fold. Blanks and invisible characters
 * before it do not make it harmless.
 */
const computed = '=+\\-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B\u2212\u207A\u207B';
const beginning = new RegExp(`^[\\s\\p{C}]*[${computed}]|^[\\t\\r\\n]`, 'u');
/** A program that takes another separator for the file's begins a cell there. */
const afterSeparator = new RegExp(`([;,\\t|\\r\\n"][\\s\\p{C}"]*)(?=[${computed}])`, 'gu');

/** One line of a CSV file for spreadsheet programs: quoted where needed, and nothing that one would compute. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string): string {
  const inert = (beginning.test(text) ? `'${text}` : text).replace(afterSeparator, "$1'");
  return /[",\r\n;\t|]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
