// @ts-check
/** The packaged program as a folder, made from an Electron that is on this disk. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../setup/places.mjs';

/**
 * Packs the built program for Linux on x64, without asking the network for anything.
 * @param {{dist: string, version: string, output: string, binding: string | undefined}} parts the runtime's folder and
 * version, where the folder `linux-unpacked` is to be, and the SQLite of a runtime that the package has none for
 * @param {(args: readonly string[]) => Promise<number>} electronBuilder
 * @returns {Promise<number>} electron-builder's exit code
 */
export async function packUnpacked({ dist, version, output, binding }, electronBuilder) {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'yiceda-dist-'));
  try {
    cpSync(dist, copy, { recursive: true });
    // A packaged program must not carry a default app that starts anything else.
    rmSync(path.join(copy, 'resources', 'default_app.asar'), { force: true });
    rmSync(path.join(copy, '.made-from'), { force: true });
    const code = await electronBuilder([
      ...['--projectDir', root, '--linux', 'dir', '--x64'],
      ...[`-c.electronDist=${copy}`, `-c.electronVersion=${version}`, `-c.directories.output=${output}`],
    ]);
    if (code !== 0) return code;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  // A packaged program takes no path from its environment, so the stand-in's SQLite takes the place of the usual one.
  const prebuilds = ['linux-unpacked', 'resources', 'app.asar.unpacked', 'node_modules', 'better-sqlite3', 'prebuilds'];
  if (binding) cpSync(binding, path.join(output, ...prebuilds, 'linux-x64.node'));
  return 0;
}
