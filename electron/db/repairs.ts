import type { Register } from './open.ts';

export type NewCorrection = {
  readonly testId: string;
  readonly n: number;
  readonly repairId: string;
  readonly chain: number;
  readonly oldKitKey: string;
  readonly oldSerial: string;
  readonly kitKey: string;
  readonly raw: string;
  readonly serial: string;
  readonly reason: string;
  readonly atMs: number;
  readonly operatorId: string;
};

/** A test whose code may be damaged, as far as judging it needs. */
export type Suspect = {
  readonly testId: string;
  readonly boundAtMs: number;
  readonly day: string;
  readonly personName: string;
  readonly productId: string;
  readonly productName: string;
  readonly lot: string | null;
  readonly kitKey: string;
  readonly serial: string;
};

/** Repairs of kits that were bound with a damaged code. Both tables are written once. */
export function repairsTable(db: Register) {
  const insertRepair = db.prepare(
    'INSERT INTO repairs (id, at_ms, operator_id, reason, undoes) VALUES (@id, @atMs, @operatorId, @reason, @undoes)',
  );
  const insertCorrection = db.prepare(
    `INSERT INTO kit_corrections (test_id, n, repair_id, chain, old_kit_key, old_serial, kit_key, raw, serial, reason, at_ms, operator_id)
     VALUES (@testId, @n, @repairId, @chain, @oldKitKey, @oldSerial, @kitKey, @raw, @serial, @reason, @atMs, @operatorId)`,
  );
  const moveKit = db.prepare(
    'UPDATE test_states SET kit_key = @kitKey, kit_n = @n, chain = @chain WHERE test_id = @testId AND kit_key = @oldKitKey',
  );
  const suspectColumns = `test_states.test_id AS testId, test_states.bound_at_ms AS boundAtMs, test_states.day AS day,
    person_name AS personName, tests.product_id AS productId, products.short_name AS productName, kit_lot AS lot,
    test_states.kit_key AS kitKey, coalesce(fix.serial, kit_serial) AS serial`;
  const suspectTables = `FROM test_states JOIN tests ON tests.id = test_states.test_id JOIN products ON products.id = tests.product_id
    LEFT JOIN kit_corrections AS fix ON fix.test_id = test_states.test_id AND fix.n = test_states.kit_n`;
  // Only lengths that some known pattern makes suspect are looked at: a day of good codes costs no more than its reading.
  const suspects = db.prepare(
    `SELECT ${suspectColumns} ${suspectTables}
     WHERE status <> 'undone' AND tests.product_id = @productId
       AND test_states.day BETWEEN @fromDay AND @toDay AND test_states.bound_at_ms <= @untilMs
       AND length(coalesce(fix.serial, kit_serial)) IN (SELECT value FROM json_each(@lengths))
     ORDER BY test_states.bound_at_ms, test_states.test_id LIMIT @limit`,
  );
  const suspect = db.prepare(
    `SELECT ${suspectColumns} ${suspectTables} WHERE status <> 'undone' AND test_states.test_id = ?`,
  );
  const find = db.prepare(
    `SELECT repairs.id, repairs.undoes, EXISTS (SELECT 1 FROM repairs AS back WHERE back.undoes = repairs.id) AS isUndone
     FROM repairs WHERE repairs.id = ?`,
  );
  const ofRepair = db.prepare(
    `SELECT kit_corrections.test_id AS testId, n, old_kit_key AS oldKitKey, old_serial AS oldSerial, kit_key AS kitKey, serial
     FROM kit_corrections WHERE repair_id = ? ORDER BY test_id`,
  );
  const before = db
    .prepare(
      `SELECT coalesce((SELECT raw FROM kit_corrections WHERE test_id = @testId AND n = @n), (SELECT kit_raw FROM tests WHERE id = @testId))`,
    )
    .pluck();
  const countOfTest = db.prepare('SELECT count(*) FROM kit_corrections WHERE test_id = ?').pluck();
  const reasonOf = db.prepare('SELECT reason FROM repairs WHERE id = ?').pluck();
  const list = db.prepare(
    `SELECT repairs.id AS repairId, repairs.at_ms AS atMs, operators.name AS operatorName, repairs.reason AS reason,
       (SELECT count(*) FROM kit_corrections WHERE repair_id = repairs.id) AS tests,
       back.at_ms AS undoneAtMs, (SELECT name FROM operators AS o WHERE o.id = back.operator_id) AS undoneByName
     FROM repairs JOIN operators ON operators.id = repairs.operator_id LEFT JOIN repairs AS back ON back.undoes = repairs.id
     WHERE repairs.undoes IS NULL ORDER BY repairs.at_ms DESC, repairs.id DESC LIMIT 100`,
  );
  const ofTest = db.prepare(
    `SELECT kit_corrections.at_ms AS atMs, operators.name AS operatorName, kit_corrections.reason AS reason,
       old_serial AS fromSerial, serial AS toSerial, repairs.undoes IS NOT NULL AS isUndo
     FROM kit_corrections JOIN repairs ON repairs.id = kit_corrections.repair_id
     JOIN operators ON operators.id = kit_corrections.operator_id WHERE test_id = ? ORDER BY n`,
  );
  return {
    insert: (row: {
      readonly id: string;
      readonly atMs: number;
      readonly operatorId: string;
      readonly reason: string;
      readonly undoes: string | null;
    }): void => {
      insertRepair.run(row);
    },
    /** Writes the correction and moves the test to its kit, under the rule of one live binding a kit. */
    correct: (row: NewCorrection): void => {
      insertCorrection.run(row);
      const { testId, n, chain, kitKey, oldKitKey } = row;
      if (moveKit.run({ testId, n, chain, kitKey, oldKitKey }).changes !== 1) throw new Error('the kit had moved');
    },
    listSuspects: (filter: {
      readonly productId: string;
      readonly fromDay: string;
      readonly toDay: string;
      readonly untilMs: number;
      readonly lengths: readonly number[];
      readonly limit: number;
    }): Suspect[] => suspects.all({ ...filter, lengths: JSON.stringify(filter.lengths) }) as Suspect[],
    findSuspect: (testId: string): Suspect | null => (suspect.get(testId) as Suspect | undefined) ?? null,
    find: (id: string): { readonly undoes: string | null; readonly isUndone: boolean } | null => {
      const row = find.get(id) as { undoes: string | null; isUndone: number } | undefined;
      return row === undefined ? null : { undoes: row.undoes, isUndone: row.isUndone === 1 };
    },
    listCorrections: (repairId: string) =>
      ofRepair.all(repairId) as {
        testId: string;
        n: number;
        oldKitKey: string;
        oldSerial: string;
        kitKey: string;
        serial: string;
      }[],
    /** What the code read, after the test's n-th correction; 0 is the binding. */
    rawAfter: (testId: string, n: number): string => before.get({ testId, n }) as string,
    countOfTest: (testId: string): number => countOfTest.get(testId) as number,
    reasonOf: (id: string): string => (reasonOf.get(id) as string | undefined) ?? '',
    list: () =>
      list.all() as {
        repairId: string;
        atMs: number;
        operatorName: string;
        reason: string;
        tests: number;
        undoneAtMs: number | null;
        undoneByName: string | null;
      }[],
    listOfTest: (testId: string) =>
      (
        ofTest.all(testId) as {
          atMs: number;
          operatorName: string;
          reason: string;
          fromSerial: string;
          toSerial: string;
          isUndo: number;
        }[]
      ).map((row) => ({ ...row, isUndo: row.isUndo === 1 })),
  };
}
