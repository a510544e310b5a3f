import type { RepairRow } from '../../shared/model/pattern.ts';

export type MarkedText = { readonly before: string; readonly mark: string; readonly after: string };

/**
 * Where two codes of which one is a character longer differ: that character in the longer one, its place in the shorter.
 * In a run of equal characters it is the last one, as people see a number that is too short at its end of the run.
 */
export function markDifference(
  read: string,
  proposed: string,
): { readonly read: MarkedText; readonly proposed: MarkedText } {
  const shorter = read.length < proposed.length ? read : proposed;
  const longer = shorter === read ? proposed : read;
  let at = 0;
  while (at < shorter.length && shorter[at] === longer[at]) at++;
  // The first of a run: a lost leading zero is the leading one.
  while (at > 0 && longer[at - 1] === longer[at]) at--;
  const long = { before: longer.slice(0, at), mark: longer.slice(at, at + 1), after: longer.slice(at + 1) };
  const short = { before: longer.slice(0, at), mark: '', after: longer.slice(at + 1) };
  return shorter === read ? { read: short, proposed: long } : { read: long, proposed: short };
}

/** Tests that can be repaired, by id. */
export function repairable(rows: readonly RepairRow[]): readonly string[] {
  return rows.flatMap(({ testId, problem }) => (problem === null ? [testId] : []));
}

/** What stays chosen when the list was asked for again: only what can still be repaired. */
export function stillChosen(chosen: ReadonlySet<string>, rows: readonly RepairRow[]): readonly string[] {
  return repairable(rows).filter((testId) => chosen.has(testId));
}
