import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRegister } from '../../electron/core/register/verify.ts';
import { openRegister, type Register } from '../../electron/db/open.ts';
import { kit, openDesk, passphrase, pin, type TestDesk } from './openDesk.ts';

const tool = join(import.meta.dirname, '../../tools/station.ts');
let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
  const testId = await desk.bind(1);
  await desk.bind(2);
  await desk.bind(3);
  desk.clock.pass(16 * 60_000);
  await desk.scan(kit(1));
  await desk.call('results.record', { testId, outcome: 'negative' } as never);
});
afterEach(() => desk.close());

async function station(...args: string[]): Promise<{ code: number; reply: Record<string, unknown> }> {
  const secrets = { pass: passphrase, pin, wrong: 'another passphrase', wrongPin: '9753' };
  for (const [name, text] of Object.entries(secrets)) writeFileSync(join(desk.folder, name), `${text}\n`);
  const run = promisify(execFile)(process.execPath, [tool, ...args, '--register', desk.registerFile]);
  const { code, stdout } = await run.then(
    ({ stdout: out }) => ({ code: 0, stdout: out }),
    (error: { code: number; stdout: string }) => error,
  );
  return { code, reply: JSON.parse(stdout) as Record<string, unknown> };
}
const file = (name: string) => join(desk.folder, name);

/** Changes the register behind everybody's back, as only somebody with its key could. */
async function tamper(change: (db: Register) => void): ReturnType<typeof verifyRegister> {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
  try {
    expect(await verifyRegister(db)).toBe(null);
    db.pragma('foreign_keys=OFF');
    db.exec('BEGIN');
    for (const name of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all() as string[])
      db.exec(`DROP TRIGGER "${name}"`);
    change(db);
    const fault = await verifyRegister(db);
    db.exec('ROLLBACK');
    return fault;
  } finally {
    db.close();
  }
}

describe('verifying a register', () => {
  it('finds each kind of fault and names the first', async () => {
    const cases: readonly (readonly [string, string, RegExp])[] = [
      ['DELETE FROM operators', 'references', /table/],
      ["DELETE FROM test_states WHERE status = 'negative'", 'balance', /day 2022-04-10, registered 3, accounted 2/],
      [
        "UPDATE test_states SET status = 'positive' WHERE status = 'negative'",
        'states',
        /facts negative, state positive/,
      ],
      ["UPDATE test_states SET revision = 2 WHERE status = 'negative'", 'states', /facts negative/],
      [
        "INSERT INTO follow_ups (test_id, opened_at_ms) SELECT test_id, 1 FROM test_states WHERE status = 'negative'",
        'followUps',
        /status negative, followUp open/,
      ],
      ["UPDATE audit SET action = 'test.void' WHERE seq = 5", 'chain', /entry 5: altered/],
      ['DELETE FROM audit WHERE seq = 6', 'chain', /entry 6: removed/],
      ['UPDATE audit SET prev_hash = hash WHERE seq = 7', 'chain', /entry 7/],
    ];
    for (const [sql, check, what] of cases) {
      const fault = await tamper((db) => db.exec(sql));
      expect(fault?.check, sql).toBe(check);
      expect(fault?.what, sql).toMatch(what);
    }
  });

  it('from the command line: 0 when all is right, 1 with the fault, and by a right secret only', async () => {
    await desk.core().close();
    expect(await station('verify-register', '--passphrase-file', file('pass'))).toMatchObject({ code: 0 });
    expect(await station('verify-register', '--passphrase-file', file('wrong'))).toMatchObject({
      code: 1,
      reply: { error: { code: 'KEY_WRONG' } },
    });
    const bytes = readFileSync(desk.registerFile);
    bytes.fill(0x5a, bytes.length - 30_000, bytes.length - 29_000);
    writeFileSync(desk.registerFile, bytes);
    expect(await station('verify-register', '--passphrase-file', file('pass'))).toMatchObject({
      code: 1,
      reply: { error: { code: 'REGISTER_DAMAGED' } },
    });
  });
});

describe('backup and restore from the command line', () => {
  it('need the same rights as at the desk, and the number that would be lost', async () => {
    await desk.core().close();
    mkdirSync(file('stick'));
    const key = ['--passphrase-file', file('pass')];
    const who = ['--operator', '李娟', '--pin-file'];
    expect(await station('backup', ...key, ...who, file('wrongPin'))).toMatchObject({
      code: 1,
      reply: { error: { code: 'PIN_WRONG' } },
    });
    const made = await station('backup', ...key, ...who, file('pin'), '--folder', file('stick'));
    expect(made).toMatchObject({ code: 0, reply: { value: { backup: { tests: 3 } } } });
    const { path } = (made.reply as { value: { backup: { path: string } } }).value.backup;
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    // The command line ran on the machine's own clock.
    await desk.addPerson(4);
    expect(await desk.scan(kit(4, { expiry: '491231' }))).toMatchObject({ stage: { kind: 'bound' } });
    await desk.core().close();
    const looked = await station('restore', path, ...key);
    expect(looked).toMatchObject({ code: 0, reply: { value: { tests: 3, present: { lostTests: 1 } } } });
    const { lostEntries } = (looked.reply as { value: { present: { lostEntries: number } } }).value.present;
    expect(await station('restore', path, ...key, '--lose', '0')).toMatchObject({
      code: 1,
      reply: { error: { code: 'RESTORE_CHANGED' } },
    });
    expect(await station('restore', path, ...key, '--lose', String(lostEntries))).toMatchObject({ code: 0 });
    expect(await station('verify-register', ...key)).toMatchObject({ code: 0 });
  });
});

describe('a call from the command line', () => {
  it('may what the operator may whose PIN is given, and nobody signed in may nothing', async () => {
    const { operator } = await desk.call('staff.enrol', { name: '王芳', role: 'operator', pin: '7391' } as never);
    await desk.core().close();
    const call = (method: string, input: object) =>
      station('call', method, JSON.stringify(input), '--passphrase-file', file('pass'));
    const openRound = () => call('rounds.open', { name: '第 2 轮', day: '2022-04-11' });
    await call('staff.lock', {});
    expect(await openRound()).toMatchObject({ code: 1, reply: { error: { code: 'NOT_SIGNED_IN' } } });
    expect(await call('staff.signIn', { operatorId: operator.id, pin: '7391' })).toMatchObject({ code: 0 });
    expect(await openRound()).toMatchObject({
      code: 1,
      reply: { error: { code: 'FORBIDDEN', params: { needs: 'supervisor' } } },
    });
    expect(await call('people.list', {})).toMatchObject({ code: 0 });
  });
});
