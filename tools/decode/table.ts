/** `node tools/decode/table.ts [--write]`: measures the engines and prints the tables; `--write` puts them into docs/decoding.md. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type DecodeFigures, measureDecoding, type Way, ways } from '../bench/scanDecode.ts';
import { faultKinds } from '../pictures/grid.ts';
import { symbolKinds } from '../pictures/symbols.ts';

const picturesEach = 2;
const negativesEach = 6;
const start = '<!-- measured: begin -->';
const end = '<!-- measured: end -->';

const kindNames: Readonly<Record<(typeof symbolKinds)[number], string>> = {
  gs1qr: 'QR, GS1',
  qr: 'QR, URL',
  gs1datamatrix: 'Data Matrix, GS1',
  gs1code128: 'Code 128, GS1',
  code128: 'Code 128',
  ean13: 'EAN-13',
  pdf417: 'PDF417',
};

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function tables({ each, read, wrong, negatives, falseReads, msWithCode, msWithout }: DecodeFigures): string {
  const lines = [
    `Read rightly, of ${each} pictures each: zxing-wasm / @zxing/library / our frame / our picture.`,
    '',
    row(['', ...symbolKinds.map((kind) => kindNames[kind])]),
    row(['---', ...symbolKinds.map(() => '---')]),
  ];
  const total = (way: Way, fault?: string) => {
    let sum = 0;
    for (const kind of symbolKinds) {
      for (const [name, cell] of Object.entries(read[kind] ?? {}))
        if (fault === undefined || fault === name) sum += cell[way];
    }
    return sum;
  };
  for (const { name } of faultKinds) {
    const cells = symbolKinds.map((kind) => ways.map((way) => read[kind]?.[name]?.[way] ?? 0).join(' / '));
    lines.push(row([name, ...cells]));
  }
  const all = each * faultKinds.length * symbolKinds.length;
  lines.push(
    '',
    row(['', ...ways.map((way) => ({ frame: 'our frame', picture: 'our picture' })[way as string] ?? way)]),
    row(['---', ...ways.map(() => '---:')]),
    row([`read, of ${all}`, ...ways.map((way) => total(way))]),
    row(['read as something else', ...ways.map((way) => wrong[way])]),
    row([`read where there is no whole code, of ${negatives}`, ...ways.map((way) => falseReads[way])]),
    row(['ms a frame with a code, p50 / p95', ...ways.map((way) => `${msWithCode[way].p50} / ${msWithCode[way].p95}`)]),
    row(['ms a page of print, p50 / p95', ...ways.map((way) => `${msWithout[way].p50} / ${msWithout[way].p95}`)]),
  );
  return lines.join('\n');
}

const measured = tables(await measureDecoding(picturesEach, negativesEach));
process.stdout.write(`${measured}\n`);
if (process.argv.includes('--write')) {
  const page = path.join(import.meta.dirname, '../../docs/decoding.md');
  const text = await readFile(page, 'utf8');
  const [before, rest] = [text.split(start)[0], text.split(end)[1]];
  if (before === undefined || rest === undefined) throw new Error(`${page} has no place for the table`);
  await writeFile(page, `${before}${start}\n\n${measured}\n\n${end}${rest}`);
}
