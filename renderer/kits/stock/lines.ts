/** The codes in a field, one a line. */
export function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The field with one more code; one that stands there already is not written twice. */
export function withLine(text: string, code: string): string {
  return [...new Set([...linesOf(text), code.trim()])].join('\n');
}
