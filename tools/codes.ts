import { once } from 'node:events';
import { stdin, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { type ClassifyContext, classify, type LearnedPattern } from '../shared/codes/classify.ts';
import { type CodeReading, failed } from '../shared/codes/codeKinds.ts';
import { isRealDay } from '../shared/time.ts';

/**
 * Reads codes from standard input, one a line as a JSON string (so that control characters can be written), and prints
 * one JSON line for each as soon as it is read. Empty lines are skipped. `--today YYYY-MM-DD` stands for the machine's
 * local day, `--patterns PREFIX:LENGTH,…` for what a site has learned of the plain serials in its stock.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { today: { type: 'string' }, patterns: { type: 'string' } } });
  const today = values.today ?? localToday();
  const patterns = patternsOf(values.patterns ?? '');
  if (patterns === null) {
    console.error(`codes: --patterns ${values.patterns} is not written PREFIX:LENGTH,PREFIX:LENGTH`);
    process.exitCode = 2;
    return;
  }
  if (!isRealDay(today)) {
    console.error(`codes: --today ${today} is not a day written YYYY-MM-DD`);
    process.exitCode = 2;
    return;
  }
  // Whoever reads us may stop early (`| head`): that is no fault.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  stdin.setEncoding('utf8');
  let pieces: string[] = [];
  for await (const chunk of stdin as AsyncIterable<string>) {
    // By \n alone: a line reader would also break a string at U+2028.
    const [first = '', ...rest] = chunk.split('\n');
    pieces.push(first);
    let output = '';
    for (const line of rest) {
      output += answer(pieces.join(''), { today, patterns });
      pieces = [line];
    }
    if (output !== '' && !stdout.write(output)) await once(stdout, 'drain');
  }
  stdout.write(answer(pieces.join(''), { today, patterns }));
}

/** Null when the text is not patterns. */
function patternsOf(text: string): readonly LearnedPattern[] | null {
  if (text === '') return [];
  const patterns = text.split(',').map((part) => /^([0-9A-Za-z-]*):(\d{1,2})$/.exec(part));
  if (patterns.includes(null)) return null;
  return patterns.map((found) => ({ prefix: found?.[1] ?? '', length: Number(found?.[2]) }));
}

function localToday(): string {
  const now = new Date();
  const two = (number: number) => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** The output for one input line, its line end included; nothing for an empty line. */
function answer(line: string, context: ClassifyContext): string {
  const text = line.trim().replace(/^\ufeff/, '');
  return text === '' ? '' : `${JSON.stringify(outputOf(read(text, context)))}\n`;
}

function read(line: string, context: ClassifyContext): CodeReading {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  return typeof value === 'string'
    ? classify(value, context)
    : failed(null, line, 'syntax', 'The line is not a JSON string.', 0);
}

function outputOf(reading: CodeReading): object {
  if (!reading.ok) return reading;
  const { ok, kind, fields, warnings, raw } = reading;
  return { ok, kind, fields, warnings, raw };
}

await main();
