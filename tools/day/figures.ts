import type { StatsReply } from '../../shared/central.ts';
import { balances } from '../../shared/model/daySummary.ts';
import type { CentralChild } from '../hosts/central.ts';
import type { DayDesk } from './desk.ts';
import { boundTarget, rosterSize } from './plan.ts';

export type DayResult = {
  /** On the roster and added at the desk. */
  readonly people: number;
  /** Live bindings, voids included. */
  readonly bound: number;
  /** Tests with a result. */
  readonly results: number;
  /** Tests that the service acknowledged. */
  readonly uploaded: number;
  /** Tests that the service itself counts. */
  readonly central: number;
  readonly conflicts: number;
  readonly balanced: boolean;
  /** Scans that were repeated because the desk said that they had not come whole. */
  readonly rescans: number;
  readonly pdf: string;
  readonly register: string;
  readonly tally: Readonly<Record<'registered' | 'negative' | 'positive' | 'invalid' | 'pending' | 'void', number>>;
  readonly centralTally: StatsReply;
  /** Files that hold something personal in clear; none may. */
  readonly inClear: readonly string[];
};

const pageRows = 500;
/** Of some four hundred: more would be a fault of the program's and not of a busy machine. */
const mostRescans = 5;

/** Counts the day from both ends: what the desk knows, and what the service says of itself. */
export async function takeFigures(
  desk: DayDesk,
  central: CentralChild,
  files: { readonly pdf: string; readonly register: string },
): Promise<Omit<DayResult, 'inClear'>> {
  const { figures } = await desk.call('summary.get', {});
  const { sync } = await desk.call('sync.get', {});
  const { rows } = await desk.call('tests.list', { limit: pageRows });
  const live = rows.filter((test) => test.status !== 'undone');
  const centralTally = await central.stats();
  return {
    people: (await desk.call('people.list', { limit: 1 })).total,
    bound: live.length,
    results: live.filter((test) => test.result !== null).length,
    uploaded: live.filter((test) => test.central === 'sent' || test.central === 'conflict').length,
    central: centralTally.tests,
    conflicts: sync.conflicts,
    balanced: figures.balanced && balances(figures.total),
    rescans: desk.rescans(),
    ...files,
    tally: figures.total,
    centralTally,
  };
}

/** Where the two ends, or the script and the outcome, disagree. Empty when the day adds up. */
export function disagreements(day: DayResult, pdfHead: string): readonly string[] {
  const { tally, centralTally } = day;
  const checks: readonly (readonly [string, unknown, unknown])[] = [
    ['bound and the summary', day.bound, tally.registered],
    ['bound and uploaded', day.bound, day.uploaded],
    ['uploaded and the service', day.uploaded, day.central],
    ['results and the service', day.results, centralTally.withResult],
    ['conflicts', day.conflicts, 0],
    ['the summary balances', day.balanced, true],
    ['few scans repeated', day.rescans <= mostRescans, true],
    // Two re-tests beside the two hundred.
    ['bound and the script', day.bound, boundTarget + 2],
    ['people and the script', day.people, rosterSize + 1],
    ['positives', tally.positive, 3],
    ['voids', tally.void, 1],
    ['invalids', tally.invalid, 3],
    ['pending', tally.pending, 0],
    ...(['registered', 'negative', 'positive', 'invalid', 'pending', 'void'] as const).map(
      (term) => [`${term} here and there`, tally[term], centralTally[term]] as const,
    ),
    ['revisions there', centralTally.revisions, 1],
    ['the PDF', pdfHead, '%PDF-'],
    ['files with something in clear', day.inClear.join('; '), ''],
  ];
  return checks.filter(([, a, b]) => a !== b).map(([name, a, b]) => `${name}: ${String(a)} ≠ ${String(b)}`);
}
