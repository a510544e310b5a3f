// @ts-check
/** Children whose output is kept and shown only when they fail. */
import { spawn } from 'node:child_process';

/**
 * @typedef {object} Outcome
 * @property {number} code exit code; 127 when the program is not there, 124 after the time limit
 * @property {string} stdout
 * @property {string} output stdout and stderr as they came
 */

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: Record<string, string | undefined>, timeoutMs?: number, uid?: number, gid?: number}} [options]
 * @returns {Promise<Outcome>}
 */
export function capture(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
      env: /** @type {NodeJS.ProcessEnv} */ (options.env ?? process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let output = '';
    let late = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            child.kill('SIGKILL');
          }, options.timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout, output: `${output}${error.message}\n` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: late ? 124 : (code ?? 1), stdout, output });
    });
  });
}

/**
 * The end of a child's output, for an error's text.
 * @param {string} output
 * @param {number} [lines]
 */
export function lastLines(output, lines = 12) {
  return output.trimEnd().split('\n').slice(-lines).join('\n  ');
}

/**
 * npm as the caller would call it: the same npm that runs this script, where it says so.
 * @param {readonly string[]} args
 * @param {{cwd?: string}} [options]
 */
export function npm(args, options = {}) {
  const cli = process.env.npm_execpath;
  if (cli && /npm-cli\.[cm]?js$/.test(cli)) {
    return capture(process.env.npm_node_execpath ?? process.execPath, [cli, ...args], options);
  }
  if (process.platform === 'win32') return capture('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], options);
  return capture('npm', args, options);
}
