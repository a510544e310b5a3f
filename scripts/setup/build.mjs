// @ts-check
/** The built program under build/, made anew only when something it is made from has changed. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { capture, lastLines } from './command.mjs';
import { root, toolEnv, toolNode } from './places.mjs';
import { announce, SetupError } from './progress.mjs';
import { fingerprint, readStamp, writeStamp } from './stamp.mjs';

const sources = [
  'shared',
  'electron',
  'renderer',
  'vite.config.ts',
  'scripts/setup/bundle.mjs',
  'package.json',
  'package-lock.json',
];
const results = [
  'build/electron/main.js',
  'build/electron/coreProcess.js',
  'build/electron/preload.cjs',
  'build/renderer/index.html',
];
const stampFile = path.join(root, 'build', '.made-from');

/**
 * Builds the main process, the core process, the preload script and the window.
 * @returns {Promise<boolean>} true when it had something to do
 * @throws {SetupError}
 */
export async function buildProgram() {
  const wanted = fingerprint(root, sources);
  const whole = results.every((file) => existsSync(path.join(root, file)));
  if (whole && readStamp(stampFile) === wanted) return false;
  announce('Building the workstation');
  rmSync(stampFile, { force: true });
  for (const folder of ['electron', 'renderer']) {
    rmSync(path.join(root, 'build', folder), { recursive: true, force: true });
  }
  const done = await capture(toolNode(), [path.join(root, 'scripts', 'setup', 'bundle.mjs')], {
    cwd: root,
    env: toolEnv({ NODE_ENV: 'production', NO_COLOR: '1', FORCE_COLOR: undefined }),
  });
  const missing = results.filter((file) => !existsSync(path.join(root, file)));
  if (done.code !== 0 || missing.length > 0) {
    const why = done.code === 0 ? `not written: ${missing.join(', ')}` : lastLines(done.output, 30);
    throw new SetupError(`The workstation could not be built:\n  ${why}`);
  }
  writeStamp(stampFile, wanted);
  return true;
}
