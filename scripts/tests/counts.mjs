// @ts-check
/**
 * What a runner's report counts for. Green means run and passed: a test that was skipped, a file that could not be
 * loaded, a suite without a test and a runner that ended badly each count as a failure.
 */
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../setup/places.mjs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed skipped ones included
 * @property {string[]} remarks what failed and why, said once more below everything that was printed between
 */

/**
 * @param {number} failed
 * @param {string} remark
 * @returns {Counts}
 */
export function failure(remark, failed = 1) {
  return { passed: 0, failed, remarks: [remark] };
}

/**
 * @param {readonly Counts[]} all
 * @returns {Counts}
 */
export function total(all) {
  return {
    passed: all.reduce((sum, each) => sum + each.passed, 0),
    failed: all.reduce((sum, each) => sum + each.failed, 0),
    remarks: all.flatMap((each) => each.remarks),
  };
}

/**
 * The plain line that closes a run.
 * @param {Counts} counts
 */
export function closingLine(counts) {
  return `${counts.passed} passed, ${counts.failed} failed`;
}

/**
 * @param {Counts} counts
 * @param {number} exitCode the runner's
 */
function settle(counts, exitCode) {
  if (counts.passed + counts.failed === 0) return failure('no test was run');
  if (exitCode !== 0 && counts.failed === 0) {
    counts.failed += 1;
    counts.remarks.push(`the runner ended with exit code ${exitCode}`);
  }
  return counts;
}

/**
 * @param {unknown} value
 * @returns {Record<string, unknown>} the fields of an object, none of anything else
 */
function fields(value) {
  return typeof value === 'object' && value !== null ? /** @type {Record<string, unknown>} */ (value) : {};
}

/** Lines of a failure's message that are said again at the end; the whole of it stands with its test. */
const messageLines = 6;

/**
 * @param {string} file
 * @param {string} title
 * @param {unknown} message
 */
function failedTest(file, title, message) {
  const lines = stripVTControlCharacters(typeof message === 'string' ? message : '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at .*node_modules/.test(line))
    .slice(0, messageLines);
  return [`${path.relative(root, file)} › ${title}`, ...lines.map((line) => `  ${line}`)].join('\n    ');
}

/**
 * @param {unknown} report the JSON report of Vitest; undefined when it wrote none
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countVitest(report, exitCode) {
  const files = fields(report).testResults;
  if (!Array.isArray(files)) return failure(`the runner left no report (exit code ${exitCode})`);
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, remarks: [] };
  for (const file of files) {
    const tests = Array.isArray(file.assertionResults) ? file.assertionResults : [];
    let failed = 0;
    let skipped = 0;
    for (const test of tests) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') {
        failed += 1;
        counts.remarks.push(failedTest(file.name, test.fullName ?? '', test.failureMessages?.[0]));
      } else skipped += 1;
    }
    counts.failed += failed + skipped;
    if (skipped > 0) counts.remarks.push(`${skipped} skipped in ${file.name}`);
    // The file itself failed: it could not be loaded, or a hook broke.
    if (file.status === 'failed' && failed === 0) {
      counts.failed += 1;
      counts.remarks.push(failedTest(file.name, 'the file as a whole', file.message));
    }
  }
  return settle(counts, exitCode);
}

/**
 * @param {unknown} suites a level of Playwright's report
 * @returns {string[]} its failed tests and those of the levels below
 */
function failedSpecs(suites) {
  if (!Array.isArray(suites)) return [];
  return suites.flatMap((suite) => [
    ...(Array.isArray(suite.specs) ? suite.specs : [])
      .filter((/** @type {any} */ spec) => spec.ok === false)
      .map((/** @type {any} */ spec) => {
        const results = (spec.tests ?? []).flatMap((/** @type {any} */ test) => test.results ?? []);
        const message = results.map((/** @type {any} */ result) => result.error?.message).find(Boolean);
        return failedTest(path.join(root, 'test', 'e2e', spec.file), spec.title, message);
      }),
    ...failedSpecs(suite.suites),
  ]);
}

/**
 * @param {unknown} report the JSON report of Playwright; undefined when it wrote none
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countPlaywright(report, exitCode) {
  const { stats: found, errors, suites } = fields(report);
  if (typeof found !== 'object' || found === null) {
    return failure(`the runner left no report (exit code ${exitCode})`);
  }
  const stats = fields(found);
  const skipped = Number(stats.skipped ?? 0);
  const flaky = Number(stats.flaky ?? 0);
  const broken = Array.isArray(errors) ? errors.length : 0;
  /** @type {Counts} */
  const counts = {
    passed: Number(stats.expected ?? 0),
    failed: Number(stats.unexpected ?? 0) + skipped + flaky + broken,
    remarks: failedSpecs(suites),
  };
  if (skipped > 0) counts.remarks.push(`${skipped} skipped`);
  if (flaky > 0) counts.remarks.push(`${flaky} passed only when run again`);
  if (broken > 0) counts.remarks.push(`${broken} errors outside of tests`);
  return settle(counts, exitCode);
}

/**
 * The scripted day as one test: it must end well, and its figures must say so.
 * @param {string} output what it printed
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countDay(output, exitCode) {
  if (exitCode !== 0) return failure(`the scripted day ended with exit code ${exitCode}`);
  /** @type {unknown} */
  let figures;
  try {
    figures = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
  } catch {
    return failure('the scripted day printed no figures');
  }
  if (fields(figures).balanced !== true) return failure('the figures of the scripted day do not balance');
  return { passed: 1, failed: 0, remarks: [] };
}
