import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { redact } from '../../shared/redact.ts';

export type LogFields = Readonly<Record<string, string | number | boolean>>;
export type Log = (event: string, fields?: LogFields) => void;

/**
 * The fields that a line may carry. A field of another name is left out, because nobody has thought about what it
 * could hold; names of people, addresses and codes have no field at all.
 */
const allowedFields: ReadonlySet<string> = new Set([
  'accepted',
  'attempt',
  'attempts',
  'bytes',
  'channel',
  'code',
  'conflicts',
  'count',
  'done',
  'durationMs',
  'electron',
  'error',
  'exitCode',
  'faults',
  'file',
  'from',
  'id',
  'kind',
  'language',
  'limit',
  'line',
  'message',
  'method',
  'ms',
  'node',
  'outcome',
  'packaged',
  'parked',
  'phase',
  'pid',
  'platform',
  'problem',
  'reason',
  'rows',
  'schema',
  'sent',
  'setting',
  'signal',
  'stack',
  'state',
  'status',
  'times',
  'to',
  'total',
  'trouble',
  'unsent',
  'version',
  'waitMs',
]);

const longestText = 2_000;

/** One line of the log, without its line end: JSON with the time first. Texts are redacted and cut. */
export function logLine(atMs: number, source: string, event: string, fields: LogFields): string {
  const line: Record<string, string | number | boolean> = {
    at: new Date(atMs).toISOString(),
    source,
    event: redact(event).slice(0, 80),
  };
  let dropped = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (!allowedFields.has(name)) dropped += 1;
    else if (typeof value === 'string') line[name] = redact(value.slice(0, longestText * 2)).slice(0, longestText);
    else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) line[name] = value;
    else dropped += 1;
  }
  if (dropped > 0) line['dropped'] = dropped;
  return JSON.stringify(line);
}

export type LogFile = {
  /** Writes one line; never throws: a full disk must not stop a desk. */
  readonly write: (source: string, event: string, fields?: LogFields) => void;
};

/**
 * A log in `folder`, one JSON object a line: station.log, and station.1.log … with the older ones, `files` in all,
 * each at most `maxBytes` bytes.
 */
export function openLog(folder: string, limits: { readonly maxBytes: number; readonly files: number }): LogFile {
  const nameOf = (age: number): string => path.join(folder, age === 0 ? 'station.log' : `station.${age}.log`);
  const current = nameOf(0);
  let size = 0;
  /** A write that failed may have left a part of its line. */
  let isTorn = false;
  try {
    mkdirSync(folder, { recursive: true });
    size = statSync(current).size;
  } catch {
    size = 0;
  }
  const rotate = (): void => {
    rmSync(nameOf(limits.files - 1), { force: true });
    for (let age = limits.files - 2; age >= 0; age -= 1) {
      try {
        renameSync(nameOf(age), nameOf(age + 1));
      } catch {
        // Not there yet.
      }
    }
    size = 0;
  };
  return {
    write: (source, event, fields = {}) => {
      const line = `${logLine(Date.now(), source, event, fields)}\n`;
      const bytes = Buffer.byteLength(line);
      try {
        if (size > 0 && size + bytes > limits.maxBytes) rotate();
        appendFileSync(current, isTorn ? `\n${line}` : line, { mode: 0o600 });
        isTorn = false;
        size += bytes;
      } catch {
        // Nowhere to say it.
        isTorn = true;
      }
    },
  };
}
