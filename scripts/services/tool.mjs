// @ts-check
/** Runs the command-line tools in the tools' Node. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { hasDisplay, root, toolEnv, toolNode } from '../setup/places.mjs';
import { preparePackages, prepareWindow, sayReady, windowGroups } from '../setup/prepare.mjs';
import { SetupError } from '../setup/progress.mjs';
import { runChild } from './children.mjs';
import { startPostgres } from './postgres.mjs';
import { startXvfb } from './xvfb.mjs';

/**
 * The tools: where they are, and whether they open the window.
 * @type {Record<string, {file: string, window: boolean}>}
 */
const tools = {
  codes: { file: 'tools/codes.ts', window: false },
  decode: { file: 'tools/decode.ts', window: false },
  station: { file: 'tools/station.ts', window: false },
  central: { file: 'central/main.ts', window: false },
  bench: { file: 'tools/bench.ts', window: true },
  day: { file: 'tools/day.ts', window: true },
  smoke: { file: 'tools/smoke.ts', window: true },
};

/** A server as a city's would be set, as far as this machine goes: what is committed is on the disk. */
const benchSettings = { max_connections: '100', shared_buffers: '2GB', max_wal_size: '8GB' };

/**
 * Sets up no more than the tool needs, then runs it.
 * @param {string} name
 * @param {readonly string[]} args handed on as they are
 * @param {{ownScreen?: boolean, stdio?: import('node:child_process').StdioOptions,
 *   onStart?: (child: import('node:child_process').ChildProcess) => void}} [options]
 * ownScreen: a screen of its own even when there is a display
 * @returns {Promise<number>} exit code
 * @throws {SetupError}
 */
export async function runTool(name, args, options = {}) {
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (!tool) {
    throw new SetupError(`There is no tool called ${name || '(nothing)'}.`, `Tools: ${Object.keys(tools).join(', ')}`);
  }
  const ownScreen = tool.window && (options.ownScreen === true || !hasDisplay());
  const needsDatabase = name === 'bench' && args[0] === 'central';
  /** @type {import('../setup/systemPackages.mjs').Group[]} */
  const groups = tool.window ? (ownScreen ? ['window', 'screen'] : windowGroups()) : [];
  await preparePackages(needsDatabase ? [...groups, 'database'] : groups);
  const file = path.join(root, tool.file);
  if (!existsSync(file)) throw new SetupError(`${tool.file} is not there.`);
  /** @type {Record<string, string>} */
  let env = {};
  if (tool.window) env = (await prepareWindow()).env;
  sayReady();
  const screen = ownScreen ? await startXvfb() : undefined;
  const cluster = needsDatabase ? await startPostgres(benchSettings) : undefined;
  try {
    if (cluster) env.BENCH_DATABASE_URL = cluster.url;
    if (screen) env.DISPLAY = screen.display;
    return await runChild(toolNode(), [file, ...args], {
      env: toolEnv(env),
      ...(options.stdio === undefined ? {} : { stdio: options.stdio }),
      ...(options.onStart === undefined ? {} : { onStart: options.onStart }),
    });
  } finally {
    await cluster?.stop();
    await screen?.stop();
  }
}
