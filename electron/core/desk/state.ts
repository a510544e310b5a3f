import type { RailItem, Stage, Tone } from '../../../shared/model/desk.ts';
import { minute, second } from '../../../shared/time.ts';
import { audit, type Station } from '../station.ts';
import type { DeskState } from './deskState.ts';

/** Rule 1: how long a person or a kit waits on the stage. */
export const halfOpenMs = 60 * second;
/** Rule 2: the same code within this time is the same scan. */
export const doubleReadMs = 1.5 * second;
/** Rule 5: how long the newest binding can be undone. Its record is not sent before. */
export const undoMs = 10 * second;
/** How long a form waits behind a lock for whoever was filling it in. */
export const keptFormMs = 30 * minute;
/** Outcomes kept for the foot of the desk. */
const railLength = 8;

/** Puts the desk into a new state; the row beside it lets a restarted core go on from here. */
export function setDesk(station: Station, change: Partial<DeskState>): void {
  const former = station.desk.get();
  const next = { ...former, ...change, version: former.version + 1 };
  station.desk.set(next);
  station.tables.desk.set(station.operator.get()?.id ?? null, JSON.stringify(next));
  const shown = shownOn(next.stage);
  if (shown !== null && shown.subject !== shownOn(former.stage)?.subject) audit(station, shown.action, shown.subject);
}

/** Whose name comes up large: somebody on the desk, or a test that was looked for. What is bound or read has its own entry. */
function shownOn(stage: Stage): { readonly action: 'person.show' | 'test.show'; readonly subject: string } | null {
  if (stage.kind === 'person' || stage.kind === 'secondTest')
    return { action: 'person.show', subject: `person:${stage.person.personId}` };
  return stage.kind === 'test' ? { action: 'test.show', subject: `test:${stage.test.testId}` } : null;
}

/** Nothing is held and nothing is chosen. */
export const letGo = { heldPerson: null, heldKit: null, heldUntilMs: null, chosen: null, scanned: null } as const;

export function withRail(
  station: Station,
  item: {
    readonly tone: Tone;
    readonly what: string;
    readonly personMasked: string | null;
    readonly kitTail: string | null;
  },
): readonly RailItem[] {
  return [{ id: station.newId(), atMs: station.clock.now(), ...item }, ...station.desk.get().rail].slice(0, railLength);
}

/** The state at this moment: what waited longer than it may is gone. */
export function currentDesk(station: Station): DeskState {
  const state = station.desk.get();
  const now = station.clock.now();
  const isOver = state.heldUntilMs !== null && now >= state.heldUntilMs;
  if (!isOver) return state;
  const waiting: readonly Stage['kind'][] = ['person', 'kit', 'choose', 'secondTest', 'confirmPositive'];
  if (waiting.includes(state.stage.kind)) return { ...state, ...letGo, stage: { kind: 'idle' } };
  // A refusal stays to be read; whoever waited behind it waits no longer.
  const stage =
    state.stage.kind === 'refused'
      ? { ...state.stage, held: { person: null, kit: null, expiresAtMs: null } }
      : state.stage;
  return { ...state, ...letGo, stage };
}

/** Takes off the desk what has stood there since before this moment: whoever it shows may be destroyed by now. */
export function clearOld(station: Station, beforeMs: number): void {
  const state = station.desk.get();
  const isWaiting = state.heldUntilMs !== null && station.clock.now() < state.heldUntilMs;
  const isNew = isWaiting || (state.lastScan !== null && state.lastScan.atMs >= beforeMs);
  const rail = state.rail.filter(({ atMs }) => atMs >= beforeMs);
  setDesk(station, isNew ? { rail } : { ...letGo, stage: { kind: 'idle' }, lastScan: null, kept: null, rail });
}
