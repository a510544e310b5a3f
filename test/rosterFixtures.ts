import { readFileSync } from 'node:fs';

/** One of the files that other programs wrote: test/fixtures/rosters/README.md says how. */
export function fixture(name: string): Buffer {
  return readFileSync(new URL(`./fixtures/rosters/${name}`, import.meta.url));
}
