import type { Operator, Shift } from '../../../shared/model/staff.ts';
import { type Gesture, nothingDone } from '../desk/deskState.ts';
import { letGo, setDesk } from '../desk/state.ts';
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
  setDesk(station, { ...letGo, stage: { kind: 'idle' }, lastScan: null });
  return { heard: 'waiting' };
}

/** Nobody sits at the desk any more; `by`: they locked it, nobody touched it, or they have left for good. */
export function lockDesk(station: Station, by: Extract<Shift['endedBy'], 'lock' | 'idle' | 'left'> = 'lock'): Gesture {
  const operator = station.operator.get();
  if (operator === null) return nothingDone;
  audit(station, 'staff.lock', `operator:${operator.id}`, { by });
  station.tables.shifts.end(station.clock.now(), by);
  station.operator.set(null);
  setDesk(station, { ...letGo, stage: { kind: 'idle' }, lastScan: null });
  return nothingDone;
}
