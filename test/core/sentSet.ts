import { openRegister } from '../../electron/db/open.ts';
import type { TestDesk } from './openDesk.ts';
import type { TestCentral } from './startCentral.ts';

export type Sent = {
  readonly key: string;
  readonly test: string;
  readonly seq: number;
  readonly hash: string;
  readonly state: string;
};

/** What a desk has for the service, as its register says: the newest record of each fact. Withdrawn ones are none. */
export function outboxOf(desk: TestDesk): Sent[] {
  const options = { file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), nativeBinding: null, readonly: true };
  const db = openRegister(options);
  try {
    return db
      .prepare(
        `SELECT coalesce(m.record_key, o.record_key) AS key, o.test_id AS test, o.chain AS seq,
           coalesce(m.content_hash, o.content_hash) AS hash, o.state
         FROM outbox AS o LEFT JOIN mended_records AS m ON m.seq = o.seq
           AND m.n = (SELECT max(n) FROM mended_records WHERE mended_records.seq = o.seq)
         WHERE o.state <> 'withdrawn' ORDER BY o.test_id, o.chain`,
      )
      .all() as Sent[];
  } finally {
    db.close();
  }
}

/** The two sets side by side, each as lines that can be compared. */
export async function bothSets(desk: TestDesk, central: TestCentral, token: string) {
  const line = (test: string, seq: number, key: string, hash: string) => `${test} ${seq} ${key} ${hash}`;
  const register = outboxOf(desk);
  const service = await central.records(token);
  return {
    register: register.map(({ test, seq, key, hash }) => line(test, seq, key, hash)).toSorted(),
    service: service.map(({ testId, seq, key, contentHash }) => line(testId, seq, key, contentHash)).toSorted(),
    states: [...new Set(register.map(({ state }) => state))],
  };
}
