// @ts-check
/** Which suites a run takes, in their order. */
import { parseArgs } from 'node:util';
import { SetupError } from '../setup/progress.mjs';

/** The suites of `npm test`. */
export const everyDay = ['check', 'unit', 'core', 'central', 'e2e', 'day'];

/** Suites that mostly wait, for disks, databases and a gun's keys: they run side by side. */
const sideBySide = ['core', 'central', 'day'];

/**
 * The suites as they run: one group after another, those of a group at the same time.
 * @param {readonly string[]} suites in the order of running
 * @returns {string[][]}
 */
export function inGroups(suites) {
  const together = suites.filter((name) => sideBySide.includes(name));
  return suites.flatMap((name) => {
    if (!sideBySide.includes(name)) return [[name]];
    return name === together[0] ? [together] : [];
  });
}

/**
 * @param {{only?: string | undefined, soak?: boolean | undefined}} asked
 * @returns {string[]} in the order of running, whatever the order asked for
 * @throws {SetupError} for a suite that does not exist
 */
export function chosenSuites(asked) {
  if (asked.soak) return ['soak'];
  if (asked.only === undefined) return [...everyDay];
  const wanted = asked.only
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const known = [...everyDay, 'soak'];
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0 || wanted.length === 0) {
    throw new SetupError(
      `There is no suite called ${unknown.join(', ') || '(nothing)'}.`,
      `Suites: ${known.join(', ')}`,
    );
  }
  return known.filter((name) => wanted.includes(name));
}

/**
 * @param {string[]} args `--only a,b`, `--soak`, and words that narrow the suites
 * @returns {{suites: string[], words: string[]}}
 * @throws {SetupError} for an option or suite that does not exist
 */
export function readArguments(args) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      options: { only: { type: 'string' }, soak: { type: 'boolean' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new SetupError(
      error instanceof Error ? error.message : String(error),
      'Options: --only unit,core and --soak; further words narrow the suites to files whose path has them.',
    );
  }
  return { suites: chosenSuites(parsed.values), words: parsed.positionals };
}
