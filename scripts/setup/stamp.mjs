// @ts-check
/** Stamps: what a step's result was made from, so that the next start can tell that nothing changed. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @param {string} file
 * @returns {string | undefined} undefined when there is no stamp
 */
export function readStamp(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file
 * @param {string} value
 */
export function writeStamp(file, value) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, `${value}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

/**
 * SHA-256 over the names and bytes of files and whole folders; one that is missing counts as missing.
 * @param {string} base
 * @param {readonly string[]} names relative to base
 * @returns {string} hexadecimal
 */
export function fingerprint(base, names) {
  const hash = createHash('sha256');
  /** @param {string} name */
  const add = (name) => {
    const file = path.join(base, name);
    let entries;
    try {
      entries = readdirSync(file, { withFileTypes: true });
    } catch {
      try {
        const bytes = readFileSync(file);
        hash.update(`${name}\0${bytes.length}\0`).update(bytes);
      } catch {
        hash.update(`${name}\0missing\0`);
      }
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) add(`${name}/${entry.name}`);
  };
  for (const name of names) add(name);
  return hash.digest('hex');
}
