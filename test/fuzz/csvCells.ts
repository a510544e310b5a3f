/** The cells of a CSV file as RFC 4180 has them, read here and not by the program's own code. */
function cellsOf(text: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  const plain = text.replace(/^\uFEFF/, '');
  for (let at = 0; at < plain.length; at += 1) {
    const char = plain.charAt(at);
    if (quoted) {
      if (char !== '"') cell += char;
      else if (plain.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === ',' || char === '\n') {
      cells.push(cell.replace(/\r$/, ''));
      cell = '';
    } else cell += char;
  }
  cells.push(cell);
  return cells;
}

/**
 * The first cell that a spreadsheet program would compute, or null. Programs pass over blanks, marks and controls in
 * front, and Chinese and Japanese ones take the full-width signs for the narrow ones.
 */
export function formulaIn(text: string): string | null {
  const computed = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠﹦﹢﹣﹫]|^[\t\r\n]/u;
  return cellsOf(text).find((cell) => computed.test(cell)) ?? null;
}
