import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointAudit } from '../../electron/core/audit/checkpoint.ts';
import { signHead } from '../../electron/core/audit/heads.ts';
import { signText } from '../../electron/core/audit/keys.ts';
import { nothingOutside, verifyAudit } from '../../electron/core/audit/verify.ts';
import { createCells } from '../../electron/core/cell.ts';
import { createClock } from '../../electron/core/clock.ts';
import { audit, type Station } from '../../electron/core/station.ts';
import { migrateRegister } from '../../electron/db/migrate.ts';
import { openRegister, type Register } from '../../electron/db/open.ts';
import { prepareTables } from '../../electron/db/tables.ts';
import { headText, type SignedHead } from '../../shared/model/audit.ts';
import { handClock } from './handClock.ts';
import { openDesk, passphrase, type TestDesk } from './openDesk.ts';

const dataKeyHex = 'ab'.repeat(32);
const morning = Date.UTC(2022, 3, 10, 2, 0, 0);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiceda-audit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function newFile(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

/** A register with nothing but its log, and what of a station the log needs. */
function logOf(installationId = 'installation-1', file = newFile()) {
  const options = { file, dataKeyHex, create: true };
  const db = openRegister(options);
  migrateRegister(db, options, morning);
  const hand = handClock(morning);
  const cells = createCells();
  const station = {
    db,
    tables: prepareTables(db),
    clock: createClock(hand),
    installationId,
    operator: cells.cell(null),
    approval: cells.cell(null),
    settings: cells.cell({ zone: 'Asia/Shanghai' }),
  } as unknown as Station;
  const write = (count: number, everyMs = 60_000): void => {
    db.transaction(() => {
      for (let n = 0; n < count; n += 1) {
        hand.pass(everyMs);
        audit(station, 'test.bind', `test:${n}`, { kit: `kit-${n}`, source: 'gun' });
      }
    })();
  };
  const sign = (): SignedHead => db.transaction(() => signHead(station, 'asked')).immediate();
  return { db, file, hand, station, write, sign };
}

/** Somebody with the key and without scruples. */
function withoutTriggers(db: Register, change: () => void): void {
  const triggers = db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name LIKE 'audit%'")
    .all() as {
    readonly name: string;
    readonly sql: string;
  }[];
  db.pragma('foreign_keys=OFF');
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  change();
  for (const { sql } of triggers) db.exec(sql);
  db.pragma('foreign_keys=ON');
}

describe('the chain', () => {
  it('a log of its own is right: all of it, with its heads', async () => {
    const log = logOf();
    log.write(2_500);
    const head = log.sign();
    log.write(3);
    expect(await verifyAudit(log.db)).toMatchObject({
      ok: true,
      bad: null,
      entries: 2_505,
      fromSeq: 1,
      toSeq: 2_505,
      heads: 1,
      newestHead: { seq: head.seq, day: '2022-04-12' },
    });
    log.db.close();
  });

  it('any change of any row is found, and the first is named', async () => {
    const log = logOf();
    log.write(12);
    log.sign();
    log.write(12);
    const last = log.sign().seq;
    const row = fc.integer({ min: 1, max: last });
    const text = fc.string({ minLength: 1, maxLength: 12 });
    const mutation = fc.oneof(
      fc.record({
        what: fc.constantFrom('action', 'subject', 'detail', 'prev_hash', 'hash', 'operator_id', 'installation_id'),
        seq: row,
        value: fc.oneof(text, fc.constantFrom('{}', '{"a":1}', ' {}', '0'.repeat(64))),
      }),
      fc.record({ what: fc.constant('at_ms'), seq: row, value: fc.integer({ min: 0, max: 2 ** 45 }) }),
      fc.record({ what: fc.constant('remove'), seq: row, value: fc.constant(null) }),
      fc.record({ what: fc.constant('swap'), seq: row, value: row }),
      fc.record({ what: fc.constant('insert'), seq: row, value: fc.constant(null) }),
      fc.record({ what: fc.constant('cut'), seq: row, value: fc.constant(null) }),
    );
    await fc.assert(
      fc.asyncProperty(mutation, async ({ what, seq, value }) => {
        let expected = seq;
        log.db.exec('BEGIN');
        try {
          withoutTriggers(log.db, () => {
            const { db } = log;
            if (what === 'remove') db.prepare('DELETE FROM audit WHERE seq = ?').run(seq);
            else if (what === 'cut') db.prepare('DELETE FROM audit WHERE seq >= ?').run(seq);
            else if (what === 'insert') {
              // The first is copied before itself: then it is the second that is one too many.
              if (seq === 1) expected = 2;
              // Made room for: every later entry has the next number.
              db.prepare('UPDATE audit SET seq = -(seq + 1) WHERE seq >= ?').run(seq);
              db.exec('UPDATE audit SET seq = -seq WHERE seq < 0');
              db.prepare(
                'INSERT INTO audit SELECT ?, at_ms, operator_id, action, subject, detail, prev_hash, hash, installation_id FROM audit WHERE seq = ?',
              ).run(seq, seq === 1 ? 2 : seq - 1);
            } else if (what === 'swap') {
              const other = value as number;
              if (other === seq) expected = 0;
              else expected = Math.min(seq, other);
              db.prepare('UPDATE audit SET seq = -1 WHERE seq = ?').run(seq);
              db.prepare('UPDATE audit SET seq = ? WHERE seq = ?').run(seq, other);
              db.prepare('UPDATE audit SET seq = ? WHERE seq = -1').run(other);
            } else {
              const former = db.prepare(`SELECT ${what} FROM audit WHERE seq = ?`).pluck().get(seq);
              if (former === value) expected = 0;
              db.prepare(`UPDATE audit SET ${what} = ? WHERE seq = ?`).run(value, seq);
            }
          });
          const { ok, bad } = await verifyAudit(log.db);
          expect({ ok, seq: bad?.seq ?? 0 }).toEqual({ ok: expected === 0, seq: expected });
        } finally {
          log.db.exec('ROLLBACK');
        }
      }),
      { numRuns: 150 },
    );
    expect((await verifyAudit(log.db)).ok).toBe(true);
    log.db.close();
  });

  it('says what is wrong: altered, moved, removed, cut off', async () => {
    const log = logOf();
    log.write(20);
    const last = log.sign().seq;
    const badAfter = async (sql: string) => {
      log.db.exec('BEGIN');
      try {
        withoutTriggers(log.db, () => log.db.exec(sql));
        return (await verifyAudit(log.db)).bad;
      } finally {
        log.db.exec('ROLLBACK');
      }
    };
    expect(await badAfter("UPDATE audit SET detail = '{}' WHERE seq = 7")).toMatchObject({ seq: 7, fault: 'altered' });
    expect(
      await badAfter(
        'UPDATE audit SET seq = -1 WHERE seq = 9; UPDATE audit SET seq = 9 WHERE seq = 12; UPDATE audit SET seq = 12 WHERE seq = -1',
      ),
    ).toMatchObject({ seq: 9, fault: 'moved' });
    expect(await badAfter('DELETE FROM audit WHERE seq = 5')).toMatchObject({ seq: 5, fault: 'removed' });
    expect(await badAfter(`DELETE FROM audit WHERE seq > ${last - 3}`)).toMatchObject({
      seq: last - 2,
      fault: 'cutOff',
      atMs: null,
    });
    expect(await badAfter('DELETE FROM audit_heads')).toMatchObject({ seq: last, fault: 'headMissing' });
    expect(await badAfter("UPDATE audit_heads SET day = '2020-01-01'")).toMatchObject({
      seq: last,
      fault: 'badSignature',
    });
    expect(
      await badAfter(
        "UPDATE audit_keys SET public_key = substr(public_key, 1, 9) || iif(substr(public_key, 10, 1) = '1', '0', '1') || substr(public_key, 11)",
      ),
    ).not.toBeNull();
    log.db.close();
  });

  it('a log made anew from the middle, hashes and signature and all, is caught by a head that is kept outside', async () => {
    const log = logOf();
    log.write(10);
    const kept = log.sign();
    const other = logOf();
    other.write(9);
    other.write(1, 1);
    other.sign();
    const [key] = log.db
      .prepare('SELECT installation_id AS installationId, public_key AS publicKey FROM audit_keys')
      .all() as [{ installationId: string; publicKey: string }];
    expect((await verifyAudit(other.db)).ok).toBe(true);
    const outside = { ...nothingOutside, keys: [key], heads: [kept] };
    expect((await verifyAudit(log.db, outside)).ok).toBe(true);
    expect(await verifyAudit(other.db, outside)).toMatchObject({ ok: false });
    // The paper's short fingerprint tells as much.
    const paper = (fingerprint: string) => ({ ...nothingOutside, paper: [{ seq: kept.seq, fingerprint }] });
    expect((await verifyAudit(log.db, paper(kept.hash.slice(0, 16)))).ok).toBe(true);
    expect((await verifyAudit(other.db, paper(kept.hash.slice(0, 16)))).bad).toMatchObject({
      seq: kept.seq,
      fault: 'paperDiffers',
    });
    // Cut off with its head: nothing inside says so, the central service does.
    withoutTriggers(log.db, () => log.db.exec('DELETE FROM audit_heads; DELETE FROM audit WHERE seq > 6'));
    expect((await verifyAudit(log.db)).ok).toBe(true);
    expect((await verifyAudit(log.db, outside)).bad).toMatchObject({ seq: 7, fault: 'cutOff' });
    log.db.close();
    other.db.close();
  });

  it('a head signed twice for one number, or with the key of somebody else, is found', async () => {
    const log = logOf();
    log.write(5);
    const head = log.sign();
    const privateKey = logOf('somebody-else');
    privateKey.write(1);
    privateKey.sign();
    const foreign = privateKey.db.prepare('SELECT private_key FROM audit_keys').pluck().get() as string;
    withoutTriggers(log.db, () =>
      log.db.prepare('UPDATE audit_heads SET signature = ?').run(signText(foreign, headText(head))),
    );
    expect((await verifyAudit(log.db)).bad).toMatchObject({ seq: head.seq, fault: 'badSignature' });
    privateKey.db.close();
    log.db.close();
  });
});

describe('a checkpoint', () => {
  it('takes the place of old entries; the chain goes on from it, heads of before included', async () => {
    const log = logOf();
    log.write(40);
    log.sign();
    log.hand.pass(1);
    const limit = log.hand.wallMs();
    log.write(30);
    log.sign();
    const done = await checkpointAudit(log.station, limit, 15);
    expect(done).toEqual({ entries: 42, checkpoints: 3, toSeq: 42 });
    const verdict = await verifyAudit(log.db);
    expect(verdict).toMatchObject({ ok: true, fromSeq: 43, checkpoints: 3, heads: 2 });
    expect(log.db.prepare('SELECT count(*) FROM audit WHERE seq <= 42').pluck().get()).toBe(0);
    expect(log.db.prepare("SELECT count(*) FROM audit WHERE action = 'audit.checkpoint'").pluck().get()).toBe(3);
    // Nothing to do the second time; and later entries follow on.
    expect((await checkpointAudit(log.station, limit)).entries).toBe(0);
    log.write(5);
    const head = log.sign();
    expect(head.count).toBe(head.seq - 42);
    expect((await verifyAudit(log.db)).ok).toBe(true);

    const badAfter = async (sql: string) => {
      log.db.exec('BEGIN');
      try {
        withoutTriggers(log.db, () => log.db.exec(sql));
        return (await verifyAudit(log.db)).bad;
      } finally {
        log.db.exec('ROLLBACK');
      }
    };
    expect(await badAfter('DELETE FROM audit WHERE seq = 43')).toMatchObject({ seq: 43, fault: 'removed' });
    expect(await badAfter('UPDATE audit SET seq = 42 WHERE seq = 43')).toMatchObject({ seq: 42, fault: 'extra' });
    expect(
      await badAfter("UPDATE audit_checkpoints SET hash = replace(hash, '1', '2') WHERE to_seq = 42"),
    ).toMatchObject({
      seq: 42,
      fault: 'badSignature',
    });
    expect(await badAfter('DELETE FROM audit_checkpoints WHERE to_seq = 15')).toMatchObject({ fault: 'badCheckpoint' });
    expect(await badAfter('DELETE FROM audit_checkpoints')).toMatchObject({ seq: 1, fault: 'removed' });
    log.db.close();
  });

  it('never goes beyond the first entry that is not older, keeps the newest, and nothing else may delete', async () => {
    const log = logOf();
    log.write(10);
    expect(() => log.db.exec('DELETE FROM audit WHERE seq = 1')).toThrow('written once');
    const all = await checkpointAudit(log.station, log.hand.wallMs() + 1);
    // The key's own entry comes with the first signature.
    expect(all.toSeq).toBe(9);
    expect(() => log.db.exec('DELETE FROM audit')).toThrow('written once');
    expect(() => log.db.exec('UPDATE audit_checkpoints SET count = 1')).toThrow('written once');
    expect((await verifyAudit(log.db)).ok).toBe(true);
    log.db.close();
  });

  it('a restored register goes on under its new id; what the former one signed afterwards is another branch', async () => {
    const first = logOf('installation-1');
    first.write(5);
    first.sign();
    first.db.pragma('wal_checkpoint(TRUNCATE)');
    const copy = join(folder, 'restored.db');
    copyFileSync(first.file, copy);
    first.write(5);
    const later = first.sign();
    const restored = logOf('installation-2', copy);
    restored.write(2);
    restored.sign();
    const keys = first.db
      .prepare('SELECT installation_id AS installationId, public_key AS publicKey FROM audit_keys')
      .all();
    const outside = { ...nothingOutside, keys: keys as [], heads: [later] };
    expect((await verifyAudit(first.db, outside)).ok).toBe(true);
    expect((await verifyAudit(restored.db, outside)).ok).toBe(true);
    first.db.close();
    restored.db.close();
  });
});

describe('the day', () => {
  let desk: TestDesk;
  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk.close());
  const heads = () => {
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    const rows = db.prepare('SELECT day, seq, n FROM audit_heads ORDER BY seq').all() as {
      day: string;
      seq: number;
      n: number;
    }[];
    db.close();
    return rows;
  };

  it('is signed when it is over, once, and at the first start after', async () => {
    await desk.bind(1);
    expect(heads()).toEqual([]);
    desk.clock.pass(24 * 3_600_000);
    await desk.call('desk.get', {} as never);
    await desk.call('desk.get', {} as never);
    expect(heads().map(({ day }) => day)).toEqual(['2022-04-10']);
    await desk.bind(2);
    desk.clock.pass(48 * 3_600_000);
    await desk.reopen({ dataKeyHex: desk.dataKeyHex() });
    expect(heads().map(({ day, n }) => [day, n])).toEqual([
      ['2022-04-10', 1],
      ['2022-04-11', 2],
    ]);
  });

  it('the command line reads and writes nothing: 0 and a number, or 1 and the first bad entry', async () => {
    const { spawnSync } = await import('node:child_process');
    await desk.reopen();
    await desk.core().close();
    const secret = join(folder, 'passphrase');
    writeFileSync(secret, `${passphrase}\n`);
    const run = (...more: string[]) => {
      const args = ['tools/station.ts', 'verify-audit', '--register', desk.registerFile, '--passphrase-file', secret];
      const { status, stdout } = spawnSync(process.execPath, [...args, ...more], { encoding: 'utf8' });
      return { status, stdout };
    };
    const state = () =>
      readdirSync(desk.folder).map((name) => [
        name,
        statSync(join(desk.folder, name)).mtimeMs,
        readFileSync(join(desk.folder, name)).toString('base64'),
      ]);
    const before = state();
    const right = run('--json');
    expect(right.status).toBe(0);
    expect(JSON.parse(right.stdout)).toMatchObject({ ok: true, bad: null, heads: 2 });
    expect(run().stdout).toMatch(/^right: \d+ entries/);
    expect(state()).toEqual(before);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    withoutTriggers(db, () => db.exec("UPDATE audit SET subject = 'test:x' WHERE seq = 4"));
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const wrong = run('--json');
    expect(wrong.status).toBe(1);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ ok: false, bad: { seq: 4, fault: 'altered' } });
    expect(run().stdout).toMatch(/entry 4 /);
    await desk.reopen();
  });
});
