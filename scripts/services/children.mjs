// @ts-check
/** Children that the person at the terminal talks to: their streams are ours, and so is their end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

let stopping = false;

/** True once somebody has asked us to stop: what is left should not be started any more. */
export function stopAsked() {
  return stopping;
}

/**
 * Runs a program on our own streams and hands signals on to it.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: Record<string, string>, stdio?: import('node:child_process').StdioOptions,
 *   onStart?: (child: import('node:child_process').ChildProcess) => void}} [options]
 * @returns {Promise<number>} its exit code, 128 and the signal's number where a signal ended it, 127 when it
 * could not be started
 */
export function runChild(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: options.stdio ?? 'inherit',
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
    });
    // From a terminal Ctrl+C reaches the child by itself; we only must not end before it.
    const ignore = () => {
      stopping = true;
    };
    const forward = () => {
      stopping = true;
      child.kill('SIGTERM');
    };
    process.on('SIGINT', ignore);
    process.on('SIGTERM', forward);
    process.on('SIGHUP', forward);
    const over = (/** @type {number} */ code) => {
      process.removeListener('SIGINT', ignore);
      process.removeListener('SIGTERM', forward);
      process.removeListener('SIGHUP', forward);
      resolve(code);
    };
    child.once('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      over(127);
    });
    child.once('close', (code, signal) => over(code ?? 128 + (signalNumbers[signal ?? 'SIGKILL'] ?? 0)));
    options.onStart?.(child);
  });
}

/** @type {Partial<Record<NodeJS.Signals, number>>} */
const signalNumbers = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
  SIGTRAP: 5,
};

/**
 * Ends a child politely, and after the time limit not so politely.
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} [limitMs]
 */
export async function endChild(child, limitMs = 8_000) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  await ended;
  clearTimeout(timer);
}
