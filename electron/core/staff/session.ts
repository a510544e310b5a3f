import type { Operator, Shift } from '../../../shared/model/staff.ts';
import { type DeskState, type Gesture, nothingDone } from '../desk/deskState.ts';
import { currentDesk, keptFormMs, letGo, setDesk } from '../desk/state.ts';
import { audit, type Station } from '../station.ts';

/** Somebody takes over the desk. Rule 1: who or what was waiting waits no longer. */
export function changeOperator(station: Station, operator: Operator, by: 'badge' | 'pin'): Gesture {
  const former = station.operator.get();
  if (former?.id === operator.id) return { heard: 'waiting' };
  const nowMs = station.clock.now();
  station.tables.shifts.end(nowMs, 'change');
  station.tables.shifts.start(operator.id, nowMs);
  station.operator.set(operator);
  audit(station, 'staff.signIn', `operator:${operator.id}`, { by, former: former?.id ?? null });
  setDesk(station, { ...letGo, stage: { kind: 'idle' }, lastScan: null, kept: null, ...givenBack(station, operator) });
  return { heard: 'waiting' };
}

/** The form that this operator was filling in when the desk was locked; the kit that waited with it waits no longer. */
function givenBack(station: Station, operator: Operator): Pick<DeskState, 'scanned' | 'stage'> | null {
  const { kept } = station.desk.get();
  if (kept === null || kept.operatorId !== operator.id || station.clock.now() - kept.atMs >= keptFormMs) return null;
  return { scanned: kept.scanned, stage: { ...kept.stage, kit: null, refused: null } };
}

/**
 * Nobody sits at the desk any more; `by`: they locked it, nobody touched it, or they have left for good. `atMs` is when
 * that was: a machine that slept looks only when it wakes.
 */
export function lockDesk(
  station: Station,
  by: Extract<Shift['endedBy'], 'lock' | 'idle' | 'left'> = 'lock',
  atMs = station.clock.now(),
): Gesture {
  const operator = station.operator.get();
  if (operator === null) return nothingDone;
  const { stage, scanned } = currentDesk(station);
  const kept =
    stage.kind === 'newPerson' && scanned !== null && by !== 'left'
      ? { operatorId: operator.id, atMs, scanned, stage }
      : null;
  audit(station, 'staff.lock', `operator:${operator.id}`, { by });
  station.tables.shifts.end(atMs, by);
  station.operator.set(null);
  setDesk(station, { ...letGo, stage: { kind: 'idle' }, lastScan: null, kept });
  return nothingDone;
}
