import type { Register } from './open.ts';

/** Paper copies of the day summary, numbered a day. */
export function papersTable(db: Register) {
  const count = db.prepare('SELECT count(*) FROM paper_copies WHERE day = ?').pluck();
  const insert = db.prepare('INSERT INTO paper_copies (day, copy, sha256, at_ms, operator_id) VALUES (?, ?, ?, ?, ?)');
  return {
    count: (day: string): number => count.get(day) as number,
    insert: (day: string, copy: number, sha256: string, atMs: number, operatorId: string | null): void => {
      insert.run(day, copy, sha256, atMs, operatorId);
    },
  };
}
