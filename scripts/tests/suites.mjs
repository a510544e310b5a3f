// @ts-check
/** Which suites a run takes, in their order. */
import { parseArgs } from 'node:util';
import { SetupError } from '../setup/progress.mjs';

/** The suites of `npm test`. */
export const everyDay = ['check', 'unit', 'core', 'central', 'e2e', 'day'];

/**
 * Suites one after another.
 * @typedef {object} Lane
 * @property {readonly string[]} suites
 * @property {boolean} inBackground gets the time that the other lanes leave
 */

/**
 * Lanes of a stage run side by side. Windows mostly wait, but a key of a gun must come when it should: so what computes
 * runs behind them, with what they leave of the machine.
 * @type {readonly (readonly Lane[])[]}
 */
const stages = [
  [
    { suites: ['check'], inBackground: false },
    { suites: ['unit'], inBackground: false },
  ],
  [
    { suites: ['e2e', 'day'], inBackground: false },
    { suites: ['core', 'central'], inBackground: true },
  ],
  [{ suites: ['soak'], inBackground: false }],
];

/**
 * The stages of a run that takes these suites only. What runs by itself is in no background.
 * @param {readonly string[]} chosen
 * @returns {Lane[][]}
 */
export function stagesOf(chosen) {
  return stages
    .map((lanes) =>
      lanes
        .map(({ suites, inBackground }) => ({ suites: suites.filter((name) => chosen.includes(name)), inBackground }))
        .filter(({ suites }) => suites.length > 0),
    )
    .filter((lanes) => lanes.length > 0)
    .map((lanes) => (lanes.length > 1 ? lanes : lanes.map(({ suites }) => ({ suites, inBackground: false }))));
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
