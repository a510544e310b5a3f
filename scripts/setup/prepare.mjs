// @ts-check
/** The set-up as a whole: what a command needs, side by side where possible, nothing twice. */
import { buildProgram } from './build.mjs';
import { checkLibraries, electronRuntime } from './electronRuntime.mjs';
import { installPackages } from './install.mjs';
import { hasDisplay } from './places.mjs';
import { say, stepsDone } from './progress.mjs';
import { sqliteBinding } from './sqliteBinding.mjs';
import { installSystemPackages } from './systemPackages.mjs';

/**
 * @typedef {object} Window what it takes to open the window
 * @property {import('./electronRuntime.mjs').Runtime} runtime
 * @property {string | undefined} binding the compiled SQLite of an older runtime
 * @property {Record<string, string>} env what tools and tests are handed: where Electron is, and SQLite for it
 */

/**
 * Packages of npm and of the system; everything else needs them.
 * @param {readonly import('./systemPackages.mjs').Group[]} [groups]
 */
export async function preparePackages(groups = []) {
  await Promise.all([installPackages(), installSystemPackages(groups)]);
}

/**
 * The system's packages for a window: with no display also the screen to draw on.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {import('./systemPackages.mjs').Group[]}
 */
export function windowGroups(env = process.env) {
  return hasDisplay(env) ? ['window'] : ['window', 'screen'];
}

/**
 * Runtime, SQLite for it, and the built program. The packages must be there.
 * @returns {Promise<Window>}
 */
export async function prepareWindow() {
  const [prepared] = await Promise.all([prepareRuntime(), buildProgram()]);
  return prepared;
}

/**
 * Runtime and SQLite for it, without the built program.
 * @returns {Promise<Window>}
 */
export async function prepareRuntime() {
  const runtime = await electronRuntime();
  const [binding] = await Promise.all([sqliteBinding(runtime), checkLibraries(runtime)]);
  /** @type {Record<string, string>} */
  const env = { ELECTRON_OVERRIDE_DIST_PATH: runtime.dist };
  if (binding) env.YICEDA_SQLITE_BINDING = binding;
  return { runtime, binding, env };
}

const startedAtMs = Date.now();

/** Says how long the set-up took, if there was anything to do. */
export function sayReady() {
  if (stepsDone() > 0) say(`· Set up in ${((Date.now() - startedAtMs) / 1000).toFixed(0)} s`);
}
