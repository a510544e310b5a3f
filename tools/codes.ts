import { once } from 'node:events';
import { stdin, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { type ClassifyContext, classify, type LearnedPattern } from '../shared/codes/classify.ts';
import { type CodeReading, failed } from '../shared/codes/codeKinds.ts';
import { isRealDay } from '../shared/time.ts';

/**
 * Reads codes from standard input, one a line as a JSON string (so that control characters can be written), and prints
 * one JSON line for each as soon as it is read. Empty lines are skipped. `--today YYYY-MM-DD` stands for the machine's
 * local day; `--patterns PREFIX:LENGTH,…` for what a site learned of the serials it has in stock.
 */
async function main(): Promise<void> {
  const context = contextOf();
  if (typeof context === 'string') {
    console.error(`codes: ${context}`);
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
      output += answer(pieces.join(''), context);
      pieces = [line];
    }
    if (output !== '' && !stdout.write(output)) await once(stdout, 'drain');
  }
  stdout.write(answer(pieces.join(''), context));
}

/** What the command line asks for; a sentence where it cannot be understood. */
function contextOf(): ClassifyContext | string {
  let values: { today?: string; patterns?: string };
  try {
    ({ values } = parseArgs({ options: { today: { type: 'string' }, patterns: { type: 'string' } } }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const today = values.today ?? localToday();
  if (!isRealDay(today)) return `--today ${today} is not a day written YYYY-MM-DD`;
  const patterns = patternsOf(values.patterns ?? '');
  return patterns === null
    ? `--patterns ${values.patterns} is not written PREFIX:LENGTH,PREFIX:LENGTH`
    : { today, patterns };
}

/** `KT22:12,:18` as patterns; a prefix may be empty. Null when it is not written so. */
function patternsOf(text: string): LearnedPattern[] | null {
  const patterns: LearnedPattern[] = [];
  for (const piece of text === '' ? [] : text.split(',')) {
    const [, prefix = '', length] = /^([^:,]*):(\d{1,2})$/.exec(piece) ?? [];
    if (length === undefined || prefix.length > Number(length)) return null;
    patterns.push({ prefix, length: Number(length) });
  }
  return patterns;
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
  let at = 0;
  try {
    value = JSON.parse(line);
  } catch (error) {
    at = Number(/at position (\d+)/.exec(String(error))?.[1] ?? 0);
  }
  return typeof value === 'string'
    ? classify(value, context)
    : failed(null, line, 'syntax', 'The line is not a JSON string.', at);
}

function outputOf(reading: CodeReading): object {
  if (!reading.ok) return reading;
  const { ok, kind, fields, warnings, raw } = reading;
  return { ok, kind, fields, warnings, raw };
}

await main();
