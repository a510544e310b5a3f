import type { Register } from './open.ts';

export type StoredAnswer = { readonly method: string; readonly inputHash: string; readonly answer: string };

/** The answers given, one a request id, so that a repeated call finds its own. */
export function requestsTable(db: Register) {
  const find = db.prepare('SELECT method, input_hash AS inputHash, answer FROM requests WHERE id = ?');
  const insert = db.prepare('INSERT INTO requests (id, method, input_hash, answer, at_ms) VALUES (?, ?, ?, ?, ?)');
  const forget = db.prepare('DELETE FROM requests WHERE id IN (SELECT id FROM requests WHERE at_ms < ? LIMIT 5000)');
  return {
    find: (id: string): StoredAnswer | null => (find.get(id) as StoredAnswer | undefined) ?? null,
    insert: (id: string, answer: StoredAnswer, atMs: number): void => {
      insert.run(id, answer.method, answer.inputHash, answer.answer, atMs);
    },
    /** Forgets some answers older than `beforeMs`, and says how many: nobody repeats a call after a day. */
    forget: (beforeMs: number): number => forget.run(beforeMs).changes,
  };
}
