// @ts-check
/**
 * `node scripts/completeLock.mjs`, after packages were added or updated: enters the packages for other systems that
 * npm left out of package-lock.json because the registry in use does not carry them. Without them `npm ci` calls
 * the lock file incomplete, here and everywhere. They are entered by name and version, without a hash; npm skips
 * them on systems they are not for.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup/places.mjs';

/**
 * @typedef {object} Entry
 * @property {string} version
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {Record<string, string>} [optionalDependencies]
 */

/** @typedef {{packages: Record<string, Entry>}} Lock */

/**
 * Systems as packages write them into their names: `@scope/core-linux-arm64-musl`.
 * @param {string} name
 * @returns {{os: string[], cpu: string[], libc?: string[]} | undefined} undefined when the name names no system
 */
export function systemOf(name) {
  const words = name.split(/[-/]/);
  const os = words.find((word) => ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'].includes(word));
  const cpu = words.find((word) => ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'].includes(word));
  if (!os || !cpu) return undefined;
  if (os !== 'linux') return { os: [os], cpu: [cpu] };
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc';
  return { os: [os], cpu: [cpu], libc: [libc] };
}

/**
 * Adds what is missing to a lock file.
 * @param {Lock} lock changed in place
 * @returns {string[]} the names entered
 */
export function completeLock(lock) {
  const added = [];
  for (const [where, parent] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const system = systemOf(name);
      // Only an exact version can be entered without asking the registry.
      if (!system || !/^\d+\.\d+\.\d+[\w.+-]*$/.test(version)) continue;
      const nested = `${where}/node_modules/${name}`;
      const top = `node_modules/${name}`;
      if (lock.packages[nested] || lock.packages[top]?.version === version) continue;
      const place = lock.packages[top] ? nested : top;
      lock.packages[place] = Object.assign({ version }, parent.dev ? { dev: true } : {}, { optional: true }, system);
      added.push(name);
    }
  }
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(sorted);
  return added;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.join(root, 'package-lock.json');
  /** @type {Lock} */
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const added = completeLock(lock);
  if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stderr.write(added.length > 0 ? `Entered: ${added.join(', ')}\n` : 'Nothing is missing.\n');
}
