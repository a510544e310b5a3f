import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrateRegister } from '../../electron/db/migrate.ts';
import { register0010 } from '../../electron/db/migrations/0010Register.ts';
import { type OpenOptions, openRegister, type Register } from '../../electron/db/open.ts';
import { prepareTables } from '../../electron/db/tables.ts';

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

it('a register in use keeps every record that waits or was sent, in order, and takes the new kind', () => {
  migrateRegister(db, options, 1, [register0010]);
  db.exec(`
    INSERT INTO operators VALUES ('o', '李娟', 'supervisor', 'b', x'00', x'00', 1, 0, NULL, 1);
    INSERT INTO rounds VALUES ('r', '第 1 轮', '2022-04-10', 1, 'o');
    INSERT INTO products VALUES ('p', 'x', 'x', NULL, NULL, NULL, 15, 20, 0);
  `);
  for (const n of [1, 2]) {
    db.exec(`
      INSERT INTO tests (id, round_id, day, bound_at_ms, operator_id, person_id, person_name, person_building, person_unit, person_room,
        person_source, kit_key, kit_raw, kit_code_kind, kit_serial, kit_source, kit_warnings, product_id, opens_after_ms,
        closes_after_ms, window_from)
      VALUES ('t${n}', 'r', '2022-04-10', ${n}, 'o', 'q', '测试', '', '', '', 'gun', 'gs1:0:S${n}', 'S${n}', 'gs1', 'S${n}', 'gun', '[]', 'p', 1, 2, 'binding');
      INSERT INTO test_states (test_id, kit_key, person_id, round_id, day, status, bound_at_ms) VALUES ('t${n}', 'gs1:0:S${n}', 'q', 'r', '2022-04-10', 'pending', ${n});
      INSERT INTO outbox (seq, record_key, test_id, chain, kind, payload, content_hash, created_at_ms, due_at_ms, state, attempts)
      VALUES (${n * 10}, 'k${n}', 't${n}', 1, 'test.bound', '{}', '${'0'.repeat(64)}', ${n}, ${n}, '${n === 1 ? 'sent' : 'waiting'}', ${n});
    `);
  }
  db.exec("INSERT INTO conflicts VALUES ('c', 't1', 'elsewhere', 's', '2', 5, '张*', 6)");
  const before = db.prepare('SELECT * FROM outbox ORDER BY seq').all();

  migrateRegister(db, options, 2);
  expect(db.prepare('SELECT * FROM outbox ORDER BY seq').all()).toEqual(before);
  const tables = prepareTables(db);
  expect(tables.outbox.listDue(10, 10).map(({ recordKey }) => recordKey)).toEqual(['k2']);
  expect(tables.tests.find('t1')).toMatchObject({ kitSerial: 'S1', kitKey: 'gs1:0:S1', kitN: 0 });
  expect(tables.conflicts.list()).toMatchObject([{ testId: 't1', kitSerial: 'S1' }]);
  expect(() => db.exec("UPDATE outbox SET payload = '[]'")).toThrow(/frozen/);
  expect(() => db.exec('DELETE FROM outbox')).toThrow(/kept/);
  const row = { testId: 't2', payload: '{}', contentHash: '0'.repeat(64), createdAtMs: 3, dueAtMs: 3, urgent: false };
  tables.outbox.insert({ ...row, recordKey: 'k3', chain: 2, kind: 'test.kitCorrected' });
  expect(db.prepare("SELECT seq FROM outbox WHERE record_key = 'k3'").pluck().get()).toBe(21);
  expect(db.pragma('foreign_key_check')).toEqual([]);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');

  // A correction moves the test; the conflict was about the kit that it no longer holds.
  tables.repairs.insert({ id: 'x', atMs: 4, operatorId: 'o', reason: 'r', undoes: null });
  const fix = { testId: 't1', n: 1, repairId: 'x', chain: 2, reason: 'r', atMs: 4, operatorId: 'o', raw: 'S01' };
  tables.repairs.correct({ ...fix, oldKitKey: 'gs1:0:S1', oldSerial: 'S1', kitKey: 'gs1:0:S01', serial: 'S01' });
  expect(tables.tests.findLiveByKit('gs1:0:S01')).toBe('t1');
  expect(tables.conflicts.count()).toBe(0);
  expect(() =>
    tables.repairs.correct({
      ...fix,
      n: 2,
      chain: 3,
      oldKitKey: 'gs1:0:S01',
      oldSerial: 'S01',
      kitKey: 'gs1:0:S2',
      serial: 'S2',
    }),
  ).toThrow(/UNIQUE/);
});
