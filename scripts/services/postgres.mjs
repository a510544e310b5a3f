// @ts-check
/** A PostgreSQL cluster of its own, in a temporary folder, on a free loopback port. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { capture, lastLines } from '../setup/command.mjs';
import { isRoot } from '../setup/places.mjs';
import { SetupError } from '../setup/progress.mjs';
import { freePort } from './ports.mjs';

/**
 * @typedef {object} Cluster
 * @property {string} url a connection string of the superuser, database `postgres`
 * @property {() => Promise<void>} stop stops the server and removes its folder
 */

const adviceToInstall = 'Please install it (Debian: apt-get install -y postgresql) and run the command again.';

/** The folder of PostgreSQL's programs, newest version first. */
function programs() {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => path.join(base, version, 'bin')),
    ...(process.env.PATH ?? '').split(path.delimiter),
    '/opt/homebrew/bin',
    '/usr/local/bin',
  ];
  const found = folders.find((folder) => existsSync(path.join(folder, 'initdb')));
  if (!found) throw new SetupError('PostgreSQL is not on this system.', adviceToInstall);
  return found;
}

/** PostgreSQL refuses to run as root; then it runs as the system's user postgres. */
async function owner() {
  if (!isRoot()) return undefined;
  const uid = await capture('id', ['-u', 'postgres']);
  const gid = await capture('id', ['-g', 'postgres']);
  if (uid.code !== 0 || gid.code !== 0) {
    throw new SetupError('PostgreSQL cannot run as root and there is no user postgres.', adviceToInstall);
  }
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** Nothing of a test outlives it, so nothing waits for the disk. */
const settingsOfTests = { fsync: 'off', max_connections: '50' };

/**
 * Makes a cluster and starts its server.
 * @param {Readonly<Record<string, string>>} [settings] of the server, by their names in its configuration
 * @returns {Promise<Cluster>}
 * @throws {SetupError} when PostgreSQL is missing or does not start
 */
export async function startPostgres(settings = settingsOfTests) {
  const bin = programs();
  const user = await owner();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-postgres-'));
  const data = path.join(folder, 'data');
  const password = randomBytes(18).toString('base64url');
  const passwordFile = path.join(folder, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) {
    chownSync(folder, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', HOME: folder };
  const asUser = { cwd: folder, env, ...user };

  const made = await capture(
    path.join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '-E',
      'UTF8',
      '--locale',
      'C',
      '-N',
    ],
    asUser,
  );
  if (made.code !== 0) {
    remove();
    throw new SetupError(`PostgreSQL could not make a cluster:\n  ${lastLines(made.output)}`);
  }

  const port = await freePort();
  const server = spawn(
    path.join(bin, 'postgres'),
    [
      ...['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...asUser, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const kill = () => {
    server.kill('SIGQUIT');
    remove();
  };
  process.once('exit', kill);
  let log = '';
  const ready = await new Promise((resolve) => {
    server.stderr.setEncoding('utf8').on('data', (text) => {
      // Kept short: only its beginning is ever shown.
      if (log.length < 20_000) log += text;
      if (/ready to accept connections/.test(log)) resolve(true);
    });
    server.once('error', () => resolve(false));
    server.once('exit', () => resolve(false));
  });
  if (!ready) {
    process.removeListener('exit', kill);
    remove();
    throw new SetupError(`PostgreSQL did not start:\n  ${lastLines(log)}`);
  }
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    async stop() {
      process.removeListener('exit', kill);
      if (server.exitCode === null && server.signalCode === null) {
        const ended = once(server, 'exit');
        // A fast shutdown: open connections are closed, not waited for.
        server.kill('SIGINT');
        await ended;
      }
      remove();
    },
  };
}
