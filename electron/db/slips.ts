import type { SlipStatus } from '../../shared/model/slip.ts';
import type { Register } from './open.ts';

export type SlipRow = {
  readonly code: string;
  readonly testId: string;
  readonly n: number;
  readonly status: SlipStatus;
  readonly revision: number;
  readonly kitN: number;
  readonly atMs: number;
  readonly operatorName: string;
};

/** Result slips on paper, numbered a test. */
export function slipsTable(db: Register) {
  const rows = `SELECT code, test_id AS testId, n, status, revision, kit_n AS kitN, at_ms AS atMs, operators.name AS operatorName
    FROM result_slips JOIN operators ON operators.id = operator_id`;
  const byCode = db.prepare(`${rows} WHERE code = ?`);
  const ofTest = db.prepare(`${rows} WHERE test_id = ? AND n = ?`);
  const count = db.prepare('SELECT count(*) FROM result_slips WHERE test_id = ?').pluck();
  const insert = db.prepare(
    `INSERT INTO result_slips (code, test_id, n, status, revision, kit_n, at_ms, operator_id)
     VALUES (@code, @testId, @n, @status, @revision, @kitN, @atMs, @operatorId)`,
  );
  return {
    find: (code: string): SlipRow | null => (byCode.get(code) as SlipRow | undefined) ?? null,
    findOfTest: (testId: string, n: number): SlipRow | null => (ofTest.get(testId, n) as SlipRow | undefined) ?? null,
    count: (testId: string): number => count.get(testId) as number,
    insert: (row: Omit<SlipRow, 'operatorName'> & { readonly operatorId: string }): void => {
      insert.run(row);
    },
  };
}
