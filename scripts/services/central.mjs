// @ts-check
/** The embedded central service, for trying the workstation out: on loopback, its data beside the station's. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { lastLines } from '../setup/command.mjs';
import { root, toolEnv, toolNode } from '../setup/places.mjs';
import { SetupError } from '../setup/progress.mjs';
import { endChild } from './children.mjs';

/**
 * @typedef {object} Central
 * @property {string} url
 * @property {string} stationToken
 * @property {() => Promise<void>} stop
 */

/** The first start makes a whole PostgreSQL in WebAssembly: on a slow machine that takes a while. */
const limitMs = 120_000;

/**
 * @param {string} data the folder of its data
 * @returns {Promise<Central>}
 * @throws {SetupError} when it ends, or says nothing useful in time
 */
export async function startCentral(data) {
  const child = spawn(
    toolNode(),
    [path.join(root, 'central', 'main.ts'), 'serve', '--embedded', '--data', data, '--port', '0'],
    { cwd: root, env: toolEnv(), stdio: ['pipe', 'pipe', 'pipe'] },
  );
  // Its stdin stays open as long as we live: it may take the end of it as a sign that nobody needs it any more.
  // A start that is broken off must not leave the service behind.
  const kill = () => child.kill('SIGTERM');
  process.once('exit', kill);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = (log + text).slice(-20_000);
  });
  const lines = readline.createInterface({ input: child.stdout });
  const ready = await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), limitMs);
    lines.on('line', (line) => {
      const said = parseReady(line);
      if (!said) return;
      clearTimeout(timer);
      resolve(said);
    });
    child.once('error', (error) => {
      log += error.message;
      clearTimeout(timer);
      resolve(undefined);
    });
    child.once('exit', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
  if (!ready) {
    await endChild(child);
    process.removeListener('exit', kill);
    throw new SetupError(
      `The central service did not start:\n  ${lastLines(log)}`,
      `Its data is in ${data}. Another running workstation may be using it.`,
    );
  }
  return {
    url: ready.url,
    stationToken: ready.stationToken,
    async stop() {
      process.removeListener('exit', kill);
      child.stdin.end();
      await endChild(child);
    },
  };
}

/**
 * The line by which the service says that it is ready.
 * @param {string} line
 * @returns {{url: string, stationToken: string} | undefined} undefined for any other line
 */
export function parseReady(line) {
  try {
    const said = JSON.parse(line);
    if (typeof said?.listening !== 'string' || typeof said.stationToken !== 'string') return undefined;
    const url = new URL(said.listening);
    // The embedded service is for this machine alone; anything else is not our service.
    if (url.protocol !== 'http:' || url.hostname !== '127.0.0.1') return undefined;
    return { url: url.origin, stationToken: said.stationToken };
  } catch {
    return undefined;
  }
}
