import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const pieceLength = 1 << 18;

/** One field of PostgreSQL's text format for COPY (its documentation, COPY, File Formats). */
const field = (text: string): string =>
  text.replace(/[\\\n\r\t]/g, (each) => `\\${{ '\\': '\\', '\n': 'n', '\r': 'r', '\t': 't' }[each]}`);

/** One row in that format. */
export const copyLine = (cells: readonly (string | number)[]): string =>
  `${cells.map((cell) => field(String(cell))).join('\t')}\n`;

/** @param target a table, with the columns of the lines in brackets */
export async function copyInto(client: pg.Client, target: string, lines: Iterable<string>): Promise<void> {
  const stream = client.query(copyFrom(`COPY ${target} FROM STDIN`));
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < pieceLength) continue;
    if (!stream.write(piece)) await once(stream, 'drain');
    piece = '';
  }
  stream.end(piece);
  await once(stream, 'finish');
}
