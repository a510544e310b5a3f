// @ts-check
/**
 * `npm test`: sets up, then runs every suite, also after one has failed. The last line is `N passed, N failed`.
 * `--only unit,core` runs some of them, `--soak` runs what takes longer instead; further words narrow the runners'
 * suites to files whose path contains one of them.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { runChecks } from './checks/checks.mjs';
import { runChild, stopAsked } from './services/children.mjs';
import { startPostgres } from './services/postgres.mjs';
import { startXvfb } from './services/xvfb.mjs';
import { installPackages } from './setup/install.mjs';
import { root, toolEnv, toolNode } from './setup/places.mjs';
import { prepareWindow, sayReady } from './setup/prepare.mjs';
import { runScript, SetupError } from './setup/progress.mjs';
import { installSystemPackages } from './setup/systemPackages.mjs';
import { closingLine, countDay, countPlaywright, countVitest, failure, total } from './tests/counts.mjs';
import { inGroups, readArguments } from './tests/suites.mjs';

/** @typedef {import('./tests/counts.mjs').Counts} Counts */

/** @param {string} line */
const print = (line) => process.stdout.write(`${line}\n`);

/**
 * Narrows the runners' suites.
 * @type {string[]}
 */
let words = [];

/** Colours only for a person who is looking. */
const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined };

const reports = mkdtempSync(path.join(os.tmpdir(), 'yiceda-reports-'));
process.once('exit', () => rmSync(reports, { recursive: true, force: true }));

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Where a suite's output goes: straight to ours while it runs alone, else line by line with its name before it.
 * @typedef {(source: import('node:stream').Readable | null) => void} Sink
 */

/**
 * @param {string} name
 * @returns {Sink}
 */
const named = (name) => (source) => {
  if (source === null) return;
  createInterface({ input: source }).on('line', (line) => print(`${name.padEnd(7)} │ ${line}`));
};

/**
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 * @param {Sink | null} sink
 * @param {(text: string) => void} [onOutput] also gets what it prints
 */
function node(args, env, sink, onOutput) {
  const own = { cwd: root, env: toolEnv(env) };
  if (sink === null) return runChild(toolNode(), args, own);
  return runChild(toolNode(), args, {
    ...own,
    stdio: ['ignore', 'pipe', 'pipe'],
    onStart: (child) => {
      sink(child.stderr);
      sink(child.stdout);
      if (onOutput !== undefined) child.stdout?.setEncoding('utf8').on('data', onOutput);
    },
  });
}

/**
 * @param {string} project
 * @param {Sink | null} sink
 * @param {Record<string, string>} env
 * @returns {Promise<Counts>}
 */
async function vitest(project, sink, env = {}) {
  const report = path.join(reports, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const program = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const code = await node([program, 'run', '--project', project, ...reporters, ...words], { ...plain, ...env }, sink);
  return countVitest(readReport(report), code);
}

/**
 * @param {Sink | null} sink
 * @param {Record<string, string>} env
 * @returns {Promise<Counts>}
 */
async function playwright(sink, env) {
  const report = path.join(reports, 'e2e.json');
  const program = path.join(root, 'node_modules', 'playwright', 'cli.js');
  const code = await node(
    [program, 'test', '--reporter=list,json', ...words],
    { ...plain, ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    sink,
  );
  return countPlaywright(readReport(report), code);
}

/**
 * @param {Sink | null} sink
 * @param {Record<string, string>} env
 * @returns {Promise<Counts>}
 */
async function day(sink, env) {
  let output = '';
  const code = await node([path.join(root, 'tools', 'day.ts')], env, sink ?? named('day'), (text) => {
    output = (output + text).slice(-65_536);
  });
  return countDay(output, code);
}

/**
 * @template {{stop: () => Promise<void>}} Service
 * @param {() => Promise<Service>} start
 * @param {(service: Service) => Promise<Counts>} work
 */
async function during(start, work) {
  const service = await start();
  try {
    return await work(service);
  } finally {
    await service.stop();
  }
}

/** Runtime and built program, made once, when the first suite needs them. */
const window = (() => {
  /** @type {Promise<import('./setup/prepare.mjs').Window> | undefined} */
  let prepared;
  return () => {
    prepared ??= prepareWindow();
    return prepared;
  };
})();

/**
 * Runs something on a screen of its own, even where there is a display: keys typed by a person must not reach a test.
 * @param {(env: Record<string, string>) => Promise<Counts>} work
 */
async function onScreen(work) {
  const { env } = await window();
  if (process.platform !== 'linux') return work(env);
  return during(startXvfb, (screen) => work({ ...env, DISPLAY: screen.display, WAYLAND_DISPLAY: '' }));
}

/**
 * Tests of the window mostly wait for it, so two of them run side by side, each on a screen of its own.
 * @param {(env: Record<string, string>) => Promise<Counts>} work
 */
function onTwoScreens(work) {
  return onScreen((env) =>
    process.platform === 'linux'
      ? during(startXvfb, (second) => work({ ...env, YICEDA_SCREENS: `${env['DISPLAY']} ${second.display}` }))
      : work(env),
  );
}

/** @param {(env: Record<string, string>) => Promise<Counts>} work */
function withPostgres(work) {
  return during(startPostgres, (cluster) => work({ TEST_DATABASE_URL: cluster.url }));
}

/** @type {Record<string, (sink: Sink | null) => Promise<Counts>>} */
const suites = {
  check: async () => ({ ...(await runChecks(print)), remarks: [] }),
  unit: (sink) => vitest('unit', sink),
  core: (sink) => vitest('core', sink),
  central: (sink) => withPostgres((env) => vitest('central', sink, env)),
  e2e: (sink) => onTwoScreens((env) => withPostgres((more) => playwright(sink, { ...env, ...more }))),
  day: (sink) => onScreen((env) => day(sink, env)),
  soak: (sink) => onScreen((env) => withPostgres((more) => vitest('soak', sink, { ...env, ...more }))),
};

/**
 * @param {unknown} error
 * @returns {Counts}
 */
function asFailure(error) {
  if (error instanceof SetupError) return failure([error.message, error.todo].filter(Boolean).join('\n    '));
  return failure(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/**
 * @param {string} name
 * @param {Sink | null} sink
 * @returns {Promise<Counts>}
 */
async function runSuite(name, sink) {
  const run = suites[name];
  if (!run) return failure(`there is no suite ${name}`);
  const startedAtMs = Date.now();
  const counts = await run(sink).catch(asFailure);
  print(`${name}: ${closingLine(counts)} in ${((Date.now() - startedAtMs) / 1000).toFixed(0)} s`);
  return counts;
}

async function main() {
  const asked = readArguments(process.argv.slice(2));
  words = asked.words;
  /** @type {Map<string, Counts>} */
  const results = new Map();
  try {
    const [installed, system] = await Promise.allSettled([
      installPackages(),
      installSystemPackages(['window', 'screen', 'guns', 'database']),
    ]);
    if (installed.status === 'rejected') throw installed.reason;
    // What the system lacks fails the suites that need it; the others run all the same.
    if (system.status === 'rejected') results.set('system', asFailure(system.reason));
    sayReady();
    for (const names of inGroups(asked.suites)) {
      if (stopAsked()) break;
      const title = names.join(', ');
      print(`\n── ${title} ${'─'.repeat(60 - title.length)}`);
      const done = await Promise.all(
        names.map(async (name) => ({ name, counts: await runSuite(name, names.length === 1 ? null : named(name)) })),
      );
      for (const { name, counts } of done) results.set(name, counts);
    }
    if (stopAsked()) results.set('stopped', failure('the run was broken off'));
  } catch (error) {
    results.set('set-up', asFailure(error));
  }
  print('');
  for (const [name, { passed, failed, remarks }] of results) {
    print(
      `${failed === 0 ? '✓' : '✗'} ${name.padEnd(9)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed`,
    );
    for (const remark of remarks) print(`    ${remark}`);
  }
  const all = total([...results.values()]);
  print(closingLine(all));
  return all.failed === 0 && all.passed > 0 ? 0 : 1;
}

await runScript(main);
