// @ts-check
/** The checks of the code itself: types, lint and format, import rules, unused code. */
import path from 'node:path';
import { capture } from '../setup/command.mjs';
import { root, toolEnv, toolNode } from '../setup/places.mjs';

/**
 * @typedef {object} Check
 * @property {string} title
 * @property {string[]} command a package's script and its arguments
 */

/** @type {readonly Check[]} */
const checks = [
  { title: 'types', command: ['typescript/bin/tsc', '-b', '--pretty', 'false'] },
  {
    title: 'lint and format',
    command: ['@biomejs/biome/bin/biome', 'ci', '--colors=off', '--max-diagnostics=100', '.'],
  },
  {
    title: 'import rules',
    command: [
      'dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      ...['shared', 'handover', 'electron', 'renderer', 'central', 'tools', 'test', 'scripts'],
      ...['vite.config.ts', 'vitest.config.ts', 'playwright.config.ts'],
    ],
  },
  { title: 'unused code', command: ['knip/bin/knip.js', '--no-progress'] },
];

/**
 * Runs all checks, the next one also after a failure.
 * @param {(line: string) => void} print
 * @returns {Promise<{passed: number, failed: number}>} one count a check
 */
export async function runChecks(print) {
  const started = checks.map(async (check) => {
    const [script = '', ...args] = check.command;
    const done = await capture(toolNode(), [path.join(root, 'node_modules', script), ...args], {
      cwd: root,
      env: toolEnv({ NO_COLOR: '1', FORCE_COLOR: undefined }),
    });
    return { check, done };
  });
  let failed = 0;
  for (const each of started) {
    const { check, done } = await each;
    if (done.code === 0) {
      print(`✓ ${check.title}`);
    } else {
      failed += 1;
      print(`✗ ${check.title}`);
      print(done.output.trimEnd().replace(/^/gm, '    '));
    }
  }
  return { passed: checks.length - failed, failed };
}
