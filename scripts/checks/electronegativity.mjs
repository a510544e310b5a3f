// @ts-check
/**
 * Runs electronegativity over the built program, in the tools' Node: `npm run electronegativity` sets up and calls this.
 * It fails for a finding that docs/hardening.md does not explain, and for an explanation whose finding is gone.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { electronConfig, preloadConfig, rendererConfig } from '../setup/bundle.mjs';
import { capture, lastLines, npm } from '../setup/command.mjs';
import { root } from '../setup/places.mjs';

/** An exact version: a newer one brings findings that nobody has looked at. */
const tool = '@doyensec/electronegativity@1.10.3';
/** They ask the network for Electron's releases; `npm run dist` names the release that is shipped. */
const leftOut = ['AvailableSecurityFixesGlobalCheck', 'ElectronVersionJSONCheck'];
/** Its parser knows no private fields of classes, so it is given the same program in an older JavaScript. */
const language = 'es2019';

/** @param {string} folder */
async function buildFor(folder) {
  for (const [config, part] of /** @type {const} */ ([
    [electronConfig(), 'electron'],
    [preloadConfig(), 'electron'],
    [rendererConfig(), 'renderer'],
  ])) {
    config.build = {
      ...config.build,
      outDir: path.join(folder, 'build', part),
      emptyOutDir: part === 'renderer',
      target: language,
      sourcemap: false,
      minify: false,
    };
    await build(config);
  }
  cpSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
}

/**
 * Its findings as `CHECK file`, a line each time that one was found.
 * @param {string} csv
 */
function findingsIn(csv) {
  return csv
    .split('\n')
    .slice(1)
    .map((line) => /^(\w+),"\w+","\w+","([^"]*)"/.exec(line.trim()))
    .flatMap((match) => (match === null ? [] : [`${match[1]} ${match[2]}`]));
}

/** The rows of the table in docs/hardening.md: `CHECK`, file, how often. */
function explained() {
  const text = readFileSync(path.join(root, 'docs', 'hardening.md'), 'utf8');
  return [...text.matchAll(/^\| `([A-Z_]+)` +\| `?([^|`]+?)`? +\| (\d+) /gm)].flatMap((row) =>
    Array.from({ length: Number(row[3]) }, () => `${row[1]} ${row[2]}`),
  );
}

async function main() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-electronegativity-'));
  try {
    const program = path.join(folder, 'program');
    await buildFor(program);
    writeFileSync(path.join(folder, 'package.json'), '{"private": true}');
    const installed = await npm(['install', '--no-audit', '--no-fund', '--ignore-scripts', tool], { cwd: folder });
    if (installed.code !== 0) throw new Error(`${tool} could not be installed:\n  ${lastLines(installed.output)}`);
    const own = path.join(folder, 'node_modules', '@doyensec', 'electronegativity');
    const cli = path.join(own, 'dist', 'index.js');
    // It asks a server for its words at each start, and ends with an error where there is none; those it carries will do.
    const manifest = path.join(own, 'package.json');
    writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), i18nSource: 'none:' }));
    const report = path.join(folder, 'findings.csv');
    const electron = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).devDependencies.electron;
    const options = ['-i', program, '-x', leftOut.join(','), '-e', electron, '-r'];
    // Written to a file it says nothing of files that it could not parse; shown, it does.
    const shown = await capture(process.execPath, [cli, ...options], { cwd: folder, timeoutMs: 300_000 });
    if (/Error parsing/.test(shown.output)) throw new Error(lastLines(shown.output, 40));
    const ran = await capture(process.execPath, [cli, ...options, '-o', report], { cwd: folder, timeoutMs: 300_000 });
    if (ran.code !== 0) throw new Error(`it ended with ${ran.code}:\n  ${lastLines(ran.output)}`);

    const found = findingsIn(readFileSync(report, 'utf8')).sort();
    const known = explained().sort();
    process.stdout.write(`${tool}: ${found.length} findings, ${known.length} explained\n`);
    const count = (/** @type {string[]} */ list, /** @type {string} */ one) =>
      list.filter((each) => each === one).length;
    const different = [...new Set([...found, ...known])].filter((one) => count(found, one) !== count(known, one));
    for (const one of different) {
      process.stdout.write(`✗ ${one}: found ${count(found, one)}, explained ${count(known, one)} times\n`);
    }
    return different.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
