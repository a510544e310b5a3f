import type { TestStatus } from '../../shared/model/test.ts';
import type { Register } from './open.ts';
import { formerNames, nameThen } from './products.ts';

/** One bound test of a day, as far as counting needs it. */
export type CountedTest = {
  readonly status: TestStatus;
  readonly boundAtMs: number;
  readonly operatorId: string;
  readonly operatorName: string;
  readonly productName: string;
  readonly lot: string | null;
  readonly building: string;
};

/** What the day summary counts. */
export function summaryQueries(db: Register) {
  const tests = db.prepare(
    `SELECT status, test_states.bound_at_ms AS boundAtMs, tests.operator_id AS operatorId, operators.name AS operatorName,
       ${nameThen('short_name')} AS productName, kit_lot AS lot, person_building AS building
     FROM test_states JOIN tests ON tests.id = test_states.test_id JOIN operators ON operators.id = tests.operator_id
     JOIN products ON products.id = tests.product_id ${formerNames}
     WHERE test_states.day = ? AND status <> 'undone'`,
  );
  const figures = db.prepare(
    `SELECT
       (SELECT count(*) FROM results JOIN test_states ON test_states.test_id = results.test_id
         WHERE read_day = @day AND results.revision = 1 AND test_states.day < @day AND status <> 'undone')
         + coalesce((SELECT n FROM kept_reads WHERE day = @day), 0) AS readTodayOfEarlierDays,
       (SELECT count(*) FROM test_states JOIN results ON results.test_id = test_states.test_id AND results.revision = 1
         WHERE test_states.day = @day AND status <> 'undone' AND read_day > @day) AS readLaterOfToday,
       (SELECT count(*) FROM test_states WHERE day = @day AND status = 'undone') AS undone,
       (SELECT count(*) FROM test_states WHERE day = @day AND status <> 'undone' AND revision > 1) AS revised,
       (SELECT count(*) FROM tests JOIN test_states ON test_id = tests.id
         WHERE test_states.day = @day AND status <> 'undone' AND (second_reason_code IS NOT NULL OR retest_of IS NOT NULL)) AS secondTests,
       (SELECT count(DISTINCT people.id) FROM tests JOIN test_states ON test_id = tests.id JOIN people ON people.id = tests.person_id
         WHERE test_states.day = @day AND status <> 'undone' AND people.source = 'desk') AS unknownPeople,
       (SELECT count(*) FROM tests JOIN test_states ON test_id = tests.id
         WHERE test_states.day = @day AND status <> 'undone' AND (kit_source = 'typed' OR person_source = 'typed')) AS typedCodes,
       (SELECT count(*) FROM follow_ups JOIN test_states ON test_states.test_id = follow_ups.test_id WHERE test_states.day = @day AND status = 'positive') AS followUps`,
  );
  const delivery = db.prepare(
    `SELECT
       (SELECT count(*) FROM test_states JOIN outbox ON outbox.test_id = test_states.test_id
         WHERE test_states.day = @day AND outbox.state IN ('waiting', 'parked')) AS unsent,
       (SELECT count(*) FROM test_states JOIN conflicts ON conflicts.test_id = test_states.test_id AND conflicts.kit_key = test_states.kit_key WHERE test_states.day = @day) AS conflicts`,
  );
  return {
    listTests: (day: string): CountedTest[] => tests.all(day) as CountedTest[],
    countFigures: (day: string) =>
      figures.get({ day }) as {
        readTodayOfEarlierDays: number;
        readLaterOfToday: number;
        undone: number;
        revised: number;
        secondTests: number;
        unknownPeople: number;
        typedCodes: number;
        followUps: number;
      },
    countDelivery: (day: string) => delivery.get({ day }) as { unsent: number; conflicts: number },
  };
}
