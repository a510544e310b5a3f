import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrateRegister, migrations } from '../../electron/db/migrate.ts';
import { register0010 } from '../../electron/db/migrations/0010Register.ts';
import { type OpenOptions, openRegister, type Register } from '../../electron/db/open.ts';
import { prepareTables } from '../../electron/db/tables.ts';
import { makeOwnCode } from '../../shared/codes/ownCodes.ts';

let folder: string;
let options: OpenOptions;
let db: Register;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiceda-migration-'));
  options = { file: join(folder, 'register.db'), dataKeyHex: 'ab'.repeat(32) };
  db = openRegister({ ...options, create: true });
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const tablesOf = (register: Register): string[] =>
  register
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .pluck()
    .all() as string[];

/** What stands in a table, in the columns that it has in `like`. */
function rowsOf(register: Register, table: string, like: Register): unknown[] {
  const columns = (like.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
  return register
    .prepare(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${columns.map((_, at) => at + 1).join(', ')}`)
    .all();
}

/** Something in every table of the first schema, each state of a test and of an outbox row among it. */
function populate(register: Register): void {
  const day = '2022-04-10';
  const hash = '0'.repeat(64);
  register.exec(`
    INSERT INTO settings VALUES ('site.name', '长宁·新泾三村');
    INSERT INTO operators VALUES ('o', '李娟', 'supervisor', 'b', x'00', x'00', 1, 2, 3, 1);
    INSERT INTO imports VALUES ('i', 'manifest', 'committed', '清单.csv', 1, 'o');
    INSERT INTO people (id, name, code, source, import_id, created_at_ms, updated_at_ms) VALUES ('q', '测试', 'c', 'roster', 'i', 1, 1);
    INSERT INTO products VALUES ('p', 'x', 'x', NULL, NULL, NULL, 15, 20, 0);
    INSERT INTO product_codes VALUES ('06901234567892', 'p');
    INSERT INTO lots VALUES ('l', 'p', 'LOT1', '2024-09-30', 7, 'i');
    INSERT INTO kits VALUES ('k', 'p', 'l', 'S', 'i');
    INSERT INTO rounds VALUES ('r', '第 1 轮', '${day}', 1, 'o');
  `);
  const statuses = ['pending', 'negative', 'positive', 'invalid', 'void', 'undone'];
  const states = ['waiting', 'sent', 'parked', 'sent', 'waiting', 'withdrawn'];
  for (const [n, status] of statuses.entries()) {
    register.exec(`
      INSERT INTO tests (id, round_id, day, bound_at_ms, operator_id, person_id, person_name, person_building, person_unit, person_room,
        person_source, kit_key, kit_raw, kit_code_kind, kit_serial, kit_source, kit_warnings, product_id, opens_after_ms,
        closes_after_ms, window_from)
      VALUES ('t${n}', 'r', '${day}', ${n}, 'o', 'q', '测试', '', '', '', 'gun', 'gs1:0:S${n}', 'S${n}', 'gs1', 'S${n}', 'gun', '[]', 'p', 1, 2, 'binding');
      INSERT INTO test_states (test_id, kit_key, person_id, round_id, day, status, bound_at_ms) VALUES ('t${n}', 'gs1:0:S${n}', 'q', 'r', '${day}', '${status}', ${n});
      INSERT INTO outbox (seq, record_key, test_id, chain, kind, payload, content_hash, created_at_ms, due_at_ms, state, attempts)
      VALUES (${n * 10 + 1}, 'k${n}', 't${n}', 1, 'test.bound', '{}', '${hash}', ${n}, ${n}, '${states[n]}', ${n});
    `);
  }
  register.exec(`
    INSERT INTO results (test_id, revision, outcome, read_at_ms, read_day, operator_id) VALUES
      ('t1', 1, 'negative', 5, '${day}', 'o'), ('t2', 1, 'positive', 5, '${day}', 'o'), ('t3', 1, 'invalid', 5, '${day}', 'o');
    INSERT INTO drops VALUES ('t1', 3, 'o');
    INSERT INTO voids VALUES ('t4', 6, 'o', 'other', '洒了', NULL);
    INSERT INTO undos VALUES ('t5', 6, 'o');
    INSERT INTO follow_ups VALUES ('t2', 5);
    INSERT INTO conflicts VALUES ('x', 't1', 'elsewhere', 's', '2', 5, '张*', 6);
    INSERT INTO audit VALUES (1, 1, 'o', 'staff.enrol', 'operator:o', '{}', '', '${hash}');
    INSERT INTO requests VALUES ('q1', 'staff.lock', '${hash}', 'null', 1);
    INSERT INTO desk VALUES (1, 'o', '{}');
    INSERT INTO paper_copies VALUES ('${day}', 1, '${hash}', 1, 'o');
  `);
}

it('a register of the first schema keeps every row of every table and gets its stickers', () => {
  migrateRegister(db, options, 1, [register0010]);
  populate(db);
  const former = tablesOf(db);
  // A table that holds nothing would prove nothing.
  const empty = former.filter((table) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() === 0);
  expect(empty).toEqual([]);

  const report = migrateRegister(db, options, 2);
  expect(report).toMatchObject({ from: 10, to: Math.max(...migrations.map(({ version }) => version)) });
  const backup = openRegister({ ...options, file: report.backupFile ?? '' });
  expect(tablesOf(backup)).toEqual(former);
  for (const table of former) {
    expect(rowsOf(db, table, backup), table).toEqual(rowsOf(backup, table, backup));
  }
  backup.close();
  expect(db.pragma('foreign_key_check')).toEqual([]);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');

  // Stickers can be issued for the product that was there, and every rule about them stands.
  const { stickers } = prepareTables(db);
  expect(stickers.countBatches()).toBe(0);
  const codes = [1, 2, 3].map((seed) => makeOwnCode('YK', (count) => new Uint8Array(count).fill(seed)));
  const batch = { id: 'b', productId: 'p', lot: 'LOT1', expiresOn: '2024-09-30', count: 3 };
  stickers.issue({ ...batch, issuedAtMs: 9, operatorId: 'o' }, codes);
  const [used = '', spoiled = ''] = codes;
  const bind = db.prepare("UPDATE test_states SET kit_key = 'sticker:' || ? WHERE test_id = 't0'");
  bind.run(used);
  stickers.spoil(spoiled, { code: 'lost', text: '' }, 10, 'o');
  expect(stickers.findBatch('b')).toMatchObject({ count: 3, used: 1, spoiled: 1, unused: 1, operatorName: '李娟' });
  expect(stickers.listOfBatch('b').map(({ state, testId }) => [state, testId])).toEqual([
    ['used', 't0'],
    ['spoiled', null],
    ['unused', null],
  ]);
  expect(() => stickers.spoil(used, { code: 'lost', text: '' }, 11, 'o')).toThrow(/used sticker/);
  expect(() =>
    db.exec(`INSERT INTO test_states (test_id, kit_key, person_id, round_id, day, status, bound_at_ms)
      SELECT 't9', 'sticker:${spoiled}', person_id, round_id, day, 'pending', 1 FROM test_states WHERE test_id = 't0'`),
  ).toThrow(/spoiled sticker/);
  for (const table of ['sticker_batches', 'stickers', 'sticker_spoils'])
    expect(() => db.exec(`DELETE FROM ${table}`)).toThrow(/written once/);
});
