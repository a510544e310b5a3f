import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { SupportFacts } from '../../shared/contract/support.ts';
import { redact } from '../../shared/redact.ts';

/** The most of the log that a bundle carries, from its end, bytes a file. */
const longestLog = 2 * 1024 * 1024;

export type BundleParts = {
  readonly facts: SupportFacts;
  readonly versions: Readonly<Record<string, string>>;
  /** Where station.log and its older ones are. */
  readonly logFolder: string;
};

/**
 * A zip for whoever is asked for help: versions, settings without secrets, how the upload fares, counts, schema, disk and
 * the log. Nothing of a person is in it: the facts have no field for one, and each line of the log, which was redacted
 * when it was written, is redacted once more.
 */
export async function makeSupportBundle(parts: BundleParts): Promise<Uint8Array> {
  const zip = new ZipFile();
  const add = (name: string, text: string) => zip.addBuffer(Buffer.from(text, 'utf8'), name, { mode: 0o600 });
  add('facts.json', `${JSON.stringify(parts.facts, null, 2)}\n`);
  add('versions.json', `${JSON.stringify(parts.versions, null, 2)}\n`);
  for (const name of logNames(parts.logFolder)) add(`log/${name}`, logText(path.join(parts.logFolder, name)));
  zip.end();
  return buffer(zip.outputStream as NodeJS.ReadableStream);
}

function logNames(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^station(\.\d)?\.log$/.test(name));
  } catch {
    return [];
  }
}

function logText(file: string): string {
  const bytes = readFileSync(file);
  const text = bytes.subarray(Math.max(0, bytes.length - longestLog)).toString('utf8');
  const lines = text.split('\n');
  // The first may be a part of a line.
  if (bytes.length > longestLog) lines.shift();
  return lines.map(lineWithoutPersons).join('\n');
}

/** Only whole lines of ours: anything else in the folder was not written under the log's rules. */
function lineWithoutPersons(line: string): string {
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    return JSON.stringify(
      Object.fromEntries(
        Object.entries(entry).map(([name, value]) => [
          name,
          // The time is a long run of digits to whoever looks for numbers.
          typeof value === 'string' && name !== 'at' ? redact(value) : value,
        ]),
      ),
    );
  } catch {
    return '';
  }
}
