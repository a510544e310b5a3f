import type { Shift } from '../../shared/model/staff.ts';
import type { Register } from './open.ts';

/** Who sat at the desk, from when to when; at most one shift is open. */
export function shiftsTable(db: Register) {
  const start = db.prepare('INSERT INTO shifts (operator_id, from_ms) VALUES (?, ?)');
  const end = db.prepare('UPDATE shifts SET to_ms = max(from_ms, ?), ended_by = ? WHERE to_ms IS NULL');
  const list = db.prepare(
    `SELECT operators.name AS operatorName, from_ms AS fromMs, to_ms AS toMs, ended_by AS endedBy
     FROM shifts JOIN operators ON operators.id = operator_id ORDER BY shifts.id DESC LIMIT ?`,
  );
  return {
    start: (operatorId: string, atMs: number): void => {
      start.run(operatorId, atMs);
    },
    /** Ends the open one, where there is one. */
    end: (atMs: number, by: NonNullable<Shift['endedBy']>): void => {
      end.run(atMs, by);
    },
    /** The newest first. */
    list: (limit: number): Shift[] => list.all(limit) as Shift[],
  };
}
