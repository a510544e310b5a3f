// @ts-check
/** A screen of its own for windows on a machine without one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { SetupError } from '../setup/progress.mjs';

/**
 * @typedef {object} Screen
 * @property {string} display such as `:99`
 * @property {() => Promise<void>} stop
 */

/**
 * Starts Xvfb on a display that nobody uses. It picks the number itself, so that two runs never meet.
 * @param {{width?: number, height?: number}} [size] pixels; the desk's smallest screen when not given
 * @returns {Promise<Screen>}
 * @throws {SetupError} when Xvfb is missing or does not start
 */
export async function startXvfb(size = {}) {
  const { width = 1366, height = 768 } = size;
  const child = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp', '-noreset', '-dpi', '96'],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const number = await new Promise((resolve) => {
    let text = '';
    child.stdio[3]?.on('data', (bytes) => {
      text += bytes;
      if (text.includes('\n')) resolve(text.trim());
    });
    child.once('error', () => resolve(undefined));
    child.once('exit', () => resolve(undefined));
  });
  if (number === undefined) {
    throw new SetupError(
      `A screen for the window could not be started (Xvfb)${said ? `:\n  ${said.trim()}` : '.'}`,
      'Please install it (Debian: apt-get install -y xvfb), or run with a display.',
    );
  }
  // A run that dies must not leave its screen behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  return {
    display: `:${number}`,
    async stop() {
      process.removeListener('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
