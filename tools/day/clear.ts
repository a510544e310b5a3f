import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DayPlan } from './plan.ts';

/**
 * Every file below the folders that holds a name, a number or a kit code of the day in clear, with what was found in it:
 * none may, whether register, WAL, logs, Chromium's own files or the temporary folder.
 */
export function findInClear(folders: readonly string[], plan: DayPlan, kits: readonly number[]): readonly string[] {
  const texts = [
    ...plan.people.flatMap((person) => [person.document, person.phone]),
    // Shorter names would be met by chance in encrypted bytes.
    ...plan.people.map((person) => person.name).filter((name) => [...name].length >= 3),
    ...kits.map((kit) => plan.kitSerial(kit)),
  ];
  const wanted = [...new Set(texts)];
  return folders.flatMap(filesBelow).flatMap((file) => {
    const bytes = readFileSync(file);
    // As text where bytes stand for themselves: one pass a file instead of one a needle.
    const narrow = bytes.toString('latin1');
    const wide = bytes.toString('utf16le');
    const found = wanted.find((text) => narrow.includes(Buffer.from(text).toString('latin1')) || wide.includes(text));
    return found === undefined ? [] : [`${file} holds ${found.slice(0, 2)}…`];
  });
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}
