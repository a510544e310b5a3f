import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFilePath } from '../../electron/core/register/keyFile.ts';
import { auditHash, auditOrigin } from '../../electron/db/audit.ts';
import { migrateRegister, migrations } from '../../electron/db/migrate.ts';
import { openRegister } from '../../electron/db/open.ts';
import { openNodeCore } from '../../tools/hosts/core.ts';
import { documentOf, kit, openDesk, passphrase, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const key = 'ab'.repeat(32);

describe('the file', () => {
  it('says nothing without its key: no name, number or kit code in register, WAL or key file', async () => {
    await desk.bind(1);
    await desk.call('people.list', { query: '测试' } as never);
    const files = readdirSync(desk.folder).map((name) => join(desk.folder, name));
    expect(files.some((file) => file.endsWith('-wal') && statSync(file).size > 0)).toBe(true);
    const secrets = [
      '测试1',
      documentOf(1),
      documentOf(1).slice(0, 17),
      'SN000001',
      '06901234567892',
      '李娟',
      'CREATE TABLE',
      passphrase,
    ];
    for (const file of files) {
      const bytes = readFileSync(file);
      for (const secret of secrets) expect(bytes.includes(Buffer.from(secret)), `${secret} in ${file}`).toBe(false);
      for (const secret of secrets)
        expect(bytes.includes(Buffer.from(secret, 'utf16le')), `${secret} in ${file}`).toBe(false);
    }
  });

  it('sorts a large result in memory: with SQLite’s temporary folder unusable it still answers', () => {
    const folder = mkdtempSync(join(tmpdir(), 'yiceda-sort-'));
    const script = `
      import { openRegister } from ${JSON.stringify(join(import.meta.dirname, '../../electron/db/open.ts'))};
      const db = openRegister({ file: ${JSON.stringify(join(folder, 'sort.db'))}, dataKeyHex: '${key}', create: true });
      db.exec('CREATE TABLE t (name TEXT) STRICT; BEGIN');
      const insert = db.prepare('INSERT INTO t VALUES (?)');
      for (let n = 0; n < 200000; n++) insert.run('陈建国' + ((n * 7919) % 200000) + 'x'.repeat(60));
      db.exec('COMMIT');
      let rows = 0;
      for (const _ of db.prepare('SELECT name FROM t ORDER BY name DESC').iterate()) rows++;
      console.log(rows);`;
    writeFileSync(join(folder, 'sort.mjs'), script);
    const run = spawnSync(process.execPath, [join(folder, 'sort.mjs')], {
      env: { ...process.env, SQLITE_TMPDIR: '/nonexistent', TMPDIR: '/nonexistent' },
      encoding: 'utf8',
    });
    expect(run.stdout.trim(), run.stderr).toBe('200000');
    rmSync(folder, { recursive: true });
  });

  it('is opened with WAL, FULL, memory for what is temporary, and foreign keys', () => {
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    const read = (name: string) => db.pragma(name, { simple: true });
    expect([
      read('journal_mode'),
      read('synchronous'),
      read('temp_store'),
      read('foreign_keys'),
      read('trusted_schema'),
    ]).toEqual(['wal', 2, 2, 1, 0]);
    db.close();
  });

  it('a wrong key is told and changes not one byte', async () => {
    await desk.core().close();
    const before = readFileSync(desk.registerFile);
    expect(() => openRegister({ file: desk.registerFile, dataKeyHex: 'cd'.repeat(32) })).toThrow('KEY_WRONG');
    expect(readFileSync(desk.registerFile).equals(before)).toBe(true);
  });

  it('a missing file is not made by opening it', () => {
    const missing = join(desk.folder, 'nothing.db');
    expect(() => openRegister({ file: missing, dataKeyHex: key })).toThrow('REGISTER_MISSING');
    expect(existsSync(missing)).toBe(false);
  });
});

describe('facts', () => {
  const statements = [
    "UPDATE tests SET kit_serial = 'x'",
    'DELETE FROM tests',
    "UPDATE results SET outcome = 'negative'",
    'DELETE FROM results',
    'DELETE FROM voids',
    "UPDATE audit SET action = 'x' WHERE seq = 1",
    'DELETE FROM audit WHERE seq = 1',
    "UPDATE outbox SET payload = '{}'",
    'DELETE FROM outbox',
  ];
  it('are written once: changing or deleting them is refused by the register itself', async () => {
    const testId = await desk.bind(1);
    desk.clock.pass(16 * 60_000);
    await desk.scan(kit(1));
    await desk.call('results.record', { testId, outcome: 'invalid' } as never);
    await desk.call('tests.void', { testId, reason: { code: 'kitDamaged' } } as never);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    for (const statement of statements) expect(() => db.exec(statement), statement).toThrow(/written once|frozen|kept/);
    db.close();
  });

  it('a kit key is unique among live bindings in the register itself', async () => {
    await desk.bind(1);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    const copy = () =>
      db.exec(`INSERT INTO test_states (test_id, kit_key, person_id, round_id, day, status, bound_at_ms)
        SELECT 'other', kit_key, person_id, round_id, day, 'pending', bound_at_ms FROM test_states`);
    expect(copy).toThrow('UNIQUE constraint failed: test_states.kit_key');
    db.close();
  });

  it('the audit log is a chain of hashes over every change', async () => {
    await desk.bind(1);
    await desk.call('desk.undo', {} as never);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    const rows = db.prepare('SELECT * FROM audit ORDER BY seq').all() as {
      seq: number;
      at_ms: number;
      operator_id: string | null;
      action: string;
      subject: string;
      detail: string;
      installation_id: string;
      prev_hash: string;
      hash: string;
    }[];
    db.close();
    expect(rows.map((row) => row.action)).toEqual(
      expect.arrayContaining(['register.create', 'staff.enrol', 'person.add', 'test.bind', 'test.undo']),
    );
    let previous = auditOrigin;
    for (const row of rows) {
      expect(row.prev_hash).toBe(previous);
      const entry = {
        atMs: row.at_ms,
        operatorId: row.operator_id,
        action: row.action,
        subject: row.subject,
        detail: JSON.parse(row.detail),
        installationId: row.installation_id,
      };
      expect(row.hash).toBe(auditHash(previous, row.seq, entry));
      expect(row.detail).not.toContain('测试');
      previous = row.hash;
    }
  });
});

describe('keys', () => {
  it('locked after a start; opened by the passphrase; a wrong one is told', async () => {
    await desk.reopen();
    expect((await desk.call('station.get', {} as never)).phase).toBe('locked');
    expect(await desk.reply('desk.get', {} as never)).toMatchObject({ ok: false, error: { code: 'REGISTER_LOCKED' } });
    expect(await desk.reply('register.unlock', { passphrase: 'something else entirely' } as never)).toMatchObject({
      ok: false,
      error: { code: 'KEY_WRONG' },
    });
    expect((await desk.call('register.unlock', { passphrase } as never)).phase).toBe('ready');
  });

  it('the recovery key opens it, typed as people type', async () => {
    await desk.reopen();
    const typed = desk.recoveryKey.toLowerCase().replaceAll('-', ' ');
    expect((await desk.call('register.unlock', { recoveryKey: typed } as never)).phase).toBe('ready');
  });

  it('the recovery key must be given back before anything is made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yiceda-new-'));
    const core = await openNodeCore({ registerFile: join(folder, 'r.db') });
    const input = {
      requestId: crypto.randomUUID(),
      siteName: 'a',
      stationName: '1',
      zone: 'Asia/Shanghai',
      protection: 'passphrase',
      passphrase,
      recoveryKeyRepeated: desk.recoveryKey,
      operatorName: 'b',
      pin: '2580',
      data: 'empty',
    };
    expect(await core.dispatch('register.create', input)).toMatchObject({
      ok: false,
      error: { code: 'RECOVERY_KEY_STALE' },
    });
    await core.dispatch('register.prepareKey', {});
    expect(await core.dispatch('register.create', input)).toMatchObject({
      ok: false,
      error: { code: 'RECOVERY_KEY_MISMATCH' },
    });
    expect(readdirSync(folder)).toEqual([]);
    await core.close();
    rmSync(folder, { recursive: true });
  });

  it('a lost key file is told as such, and the register is left alone', async () => {
    await desk.core().close();
    rmSync(keyFilePath(desk.registerFile));
    const before = readFileSync(desk.registerFile);
    await desk.reopen();
    expect(await desk.call('station.get', {} as never)).toMatchObject({
      phase: 'refused',
      refusal: { code: 'KEY_FILE_MISSING' },
    });
    expect(readFileSync(desk.registerFile).equals(before)).toBe(true);
  });

  it('a damaged first page is told as damage, not as a wrong passphrase, and left alone', async () => {
    await desk.core().close();
    const bytes = readFileSync(desk.registerFile);
    bytes.fill(0x5a, 100, 1_000);
    writeFileSync(desk.registerFile, bytes);
    await desk.reopen();
    expect(await desk.reply('register.unlock', { passphrase } as never)).toMatchObject({
      ok: false,
      error: { code: 'REGISTER_DAMAGED' },
    });
    expect((await desk.call('station.get', {} as never)).phase).toBe('refused');
    expect(readFileSync(desk.registerFile).equals(bytes)).toBe(true);
  });

  it('a short passphrase is refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yiceda-new-'));
    const core = await openNodeCore({ registerFile: join(folder, 'r.db') });
    const made = (await core.dispatch('register.prepareKey', {})) as { value: { recoveryKey: string } };
    const refused = await core.dispatch('register.create', {
      requestId: crypto.randomUUID(),
      siteName: 'a',
      stationName: '1',
      zone: 'Asia/Shanghai',
      protection: 'passphrase',
      passphrase: 'short',
      recoveryKeyRepeated: made.value.recoveryKey,
      operatorName: 'b',
      pin: '2580',
      data: 'empty',
    });
    expect(refused).toMatchObject({ ok: false, error: { code: 'PASSPHRASE_SHORT', field: 'passphrase' } });
    await core.close();
    rmSync(folder, { recursive: true });
  });
});

describe('migrations', () => {
  it('a file of a newer program is refused and left exactly as it is', async () => {
    await desk.core().close();
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    db.pragma('user_version = 999990');
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const before = readFileSync(desk.registerFile);
    await desk.reopen();
    const refused = await desk.reply('register.unlock', { passphrase } as never);
    expect(refused).toMatchObject({ ok: false, error: { code: 'REGISTER_NEWER', params: { file: 999990 } } });
    expect((await desk.call('station.get', {} as never)).phase).toBe('refused');
    await desk.core().close();
    expect(readFileSync(desk.registerFile).equals(before)).toBe(true);
  });

  it('each runs once, whole or not at all, after a verified copy', async () => {
    await desk.bind(1);
    await desk.core().close();
    const options = { file: desk.registerFile, dataKeyHex: desk.dataKeyHex() };
    const db = openRegister(options);
    const good = { version: 999910, name: 'good', sql: 'CREATE TABLE later (a TEXT) STRICT' };
    const bad = {
      version: 999920,
      name: 'bad',
      sql: 'CREATE TABLE more (a TEXT) STRICT; INSERT INTO nowhere VALUES (1)',
    };
    expect(() => migrateRegister(db, options, 1_650_000_000_000, [...migrations, good, bad])).toThrow(/nowhere/);
    expect(db.pragma('user_version', { simple: true })).toBe(999910);
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name IN ('later', 'more')").pluck().all()).toEqual([
      'later',
    ]);
    db.close();
    const [backup] = readdirSync(join(desk.folder, 'backups'));
    const copy = openRegister({ ...options, file: join(desk.folder, 'backups', backup ?? '') });
    expect(copy.pragma('user_version', { simple: true })).toBe(migrations.at(-1)?.version);
    expect(copy.prepare('SELECT count(*) FROM tests').pluck().get()).toBe(1);
    copy.close();
    expect(readFileSync(join(desk.folder, 'backups', backup ?? '')).includes(Buffer.from('测试1'))).toBe(false);
  });
});

describe('logs', () => {
  it('hold no name, number or code, even when something breaks', async () => {
    await desk.bind(1);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    db.exec("CREATE TRIGGER break BEFORE INSERT ON people BEGIN SELECT RAISE(ABORT, '陈建国 310104198002291236'); END");
    db.close();
    const broken = await desk.reply('desk.registerPerson', {
      person: {
        name: '陈建国',
        sex: null,
        birthDate: null,
        documentKind: 'residentId',
        documentNumber: documentOf(8),
        phone: null,
        address: { building: '', unit: '', room: '' },
        guardianName: null,
      },
    } as never);
    expect(broken).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
    const log = desk.logged.join('\n');
    expect(log).toContain('call.failed');
    for (const secret of ['陈建国', '测试1', documentOf(8), '310104198002291236', 'SN000001'])
      expect(log).not.toContain(secret);
  });
});
