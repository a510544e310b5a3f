import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { overdueForRotation } from '../../electron/core/backup/plan.ts';
import { markPath } from '../../electron/core/register/installation.ts';
import { keyFilePath } from '../../electron/core/register/keyFile.ts';
import { listBackups, manifestPath, registerIdOf } from '../../electron/db/backupFile.ts';
import { openRegister } from '../../electron/db/open.ts';
import type { Backup, BackupPlan } from '../../shared/model/backup.ts';
import { hour } from '../../shared/time.ts';
import { openNodeCore } from '../../tools/hosts/core.ts';
import { canMount, smallDisk } from './faults/smallDisk.ts';
import { documentOf, openDesk, passphrase, pin, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const make = async (folder?: string): Promise<Backup> =>
  (await desk.call('backups.make', (folder === undefined ? {} : { folder }) as never)).backup;
const own = () => join(desk.folder, 'backups');
const setPlan = (plan: BackupPlan, folder: object = { kind: 'same' }) =>
  desk.call('backups.setPlan', { plan, folder } as never);
const files = (folder: string) => (existsSync(folder) ? readdirSync(folder).sort() : []);
const installationOf = (registerFile: string, dataKeyHex: string): string => {
  const db = openRegister({ file: registerFile, dataKeyHex, readonly: true });
  const id = db.prepare("SELECT value FROM settings WHERE key = 'installation.id'").pluck().get() as string;
  db.close();
  return id;
};
const entries = (action: string): Record<string, unknown>[] => {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  const found = db.prepare('SELECT detail FROM audit WHERE action = ? ORDER BY seq').pluck().all(action) as string[];
  db.close();
  return found.map((text) => JSON.parse(text) as Record<string, unknown>);
};

describe('a backup', () => {
  it('is whole, encrypted, with its key file and a manifest that names nobody', async () => {
    await desk.bind(1);
    const backup = await make();
    expect(backup).toMatchObject({ why: 'demand', tests: 1, people: 1 });
    const name = basename(backup.path);
    expect(files(own())).toEqual([name, `${name}.keys.json`, `${name}.manifest.json`]);
    const manifest = readFileSync(manifestPath(backup.path), 'utf8');
    for (const file of files(own())) {
      const bytes = readFileSync(join(own(), file));
      for (const secret of ['测试1', documentOf(1), '李娟', 'CREATE TABLE', '新泾三村'])
        expect(bytes.includes(Buffer.from(secret)), `${secret} in ${file}`).toBe(false);
    }
    expect(JSON.parse(manifest)).toMatchObject({ format: 'yiceda-backup', counts: { tests: 1, people: 1 } });
    // By its own key file, with the recovery key alone, on a computer that has nothing else.
    const core = await openNodeCore({ registerFile: backup.path, time: desk.clock });
    expect(await core.dispatch('register.unlock', { recoveryKey: desk.recoveryKey })).toMatchObject({ ok: true });
    await core.close();
  });

  it('asked for twice with one id is made once; an operator may not', async () => {
    const requestId = crypto.randomUUID();
    const first = await desk.call('backups.make', { requestId } as never);
    expect(await desk.call('backups.make', { requestId } as never)).toEqual(first);
    const { operator } = await desk.call('staff.enrol', { name: '王强', role: 'operator', pin: '7391' } as never);
    await desk.call('staff.signIn', { operatorId: operator.id, pin: '7391' } as never);
    for (const [method, input] of [
      ['backups.make', {}],
      ['backups.get', {}],
      [
        'backups.setPlan',
        { plan: { schedule: { kind: 'off' }, keepNewest: 1, keepDailyDays: 0 }, folder: { kind: 'same' } },
      ],
      ['backups.preview', { path: first.backup.path }],
      ['backups.restore', { path: first.backup.path, lostEntries: 0 }],
    ] as const)
      expect(await desk.reply(method, input as never), method).toMatchObject({
        ok: false,
        error: { code: 'FORBIDDEN' },
      });
    expect(await desk.call('backups.state', {} as never)).toMatchObject({ isOverdue: false });
  });

  it('is made while the desk goes on: bindings during it are answered, and it holds a moment of the register', async () => {
    await desk.bind(1);
    const making = make();
    for (let n = 2; n <= 12; n++) await desk.bind(n);
    const backup = await making;
    expect(backup.tests).toBeGreaterThanOrEqual(1);
    expect(backup.tests).toBeLessThanOrEqual(12);
    expect((await desk.call('tests.list', {} as never)).total).toBe(12);
  });

  it('to a folder that is gone or cannot be written is told plainly, leaves nothing half, and is tried again', async () => {
    const gone = join(desk.folder, 'stick', 'backups');
    expect(await desk.reply('backups.make', { folder: gone } as never)).toMatchObject({
      ok: false,
      error: { code: 'BACKUP_FOLDER_GONE' },
    });
    expect(existsSync(join(desk.folder, 'stick'))).toBe(false);
    expect(await desk.call('backups.state', {} as never)).toMatchObject({ failure: 'BACKUP_FOLDER_GONE' });
    // A file stands where the folder should be: root is refused nothing else.
    writeFileSync(join(desk.folder, 'not-a-folder'), '');
    expect(await desk.reply('backups.make', { folder: join(desk.folder, 'not-a-folder') } as never)).toMatchObject({
      ok: false,
    });
    mkdirSync(join(desk.folder, 'stick'));
    expect((await make(gone)).path.startsWith(gone)).toBe(true);
    expect(await desk.call('backups.state', {} as never)).toMatchObject({ failure: null });
  });
});

describe.skipIf(!canMount())('a disk for backups', () => {
  it('that is full or read-only is told plainly, the desk goes on, nothing half stays there', async () => {
    const disk = smallDisk(8);
    if (disk === null) throw new Error('no disk was mounted');
    try {
      await desk.bind(1);
      const refused = async (code: string) => {
        expect(await desk.reply('backups.make', { folder: disk.folder } as never)).toMatchObject({
          ok: false,
          error: { code },
        });
        expect(files(disk.folder)).toEqual(['filler']);
        expect(await desk.call('backups.state', {} as never)).toMatchObject({ failure: code, isRunning: false });
      };
      // Room for nothing, for a part of the register, and for the register without what stands beside it.
      for (const [at, leave] of [0, 100_000, statSync(desk.registerFile).size + 4096].entries()) {
        disk.fill(leave);
        await refused('DISK_FULL');
        await desk.bind(2 + at);
      }
      disk.readOnly(true);
      await refused('BACKUP_FOLDER_READ_ONLY');
      disk.readOnly(false);
      disk.empty();
      expect((await make(disk.folder)).tests).toBe(4);
      expect(entries('backup.fail')).toEqual([
        { why: 'demand', code: 'DISK_FULL' },
        { why: 'demand', code: 'BACKUP_FOLDER_READ_ONLY' },
      ]);
    } finally {
      disk.close();
    }
  });
});

describe('the plan', () => {
  const due = async () => {
    desk.clock.pass(0);
    await desk.call('clock.advance', { byMs: 0 } as never);
    // The tick was started by the call above; the next state that is not running is its outcome.
    for (;;) {
      const state = await desk.call('backups.state', {} as never);
      if (!state.isRunning) return state;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  beforeEach(async () => {
    await desk.reopen({ testClock: true, dataKeyHex: desk.dataKeyHex(), resumeSession: true });
  });

  it('makes one when it is due, makes up for what was missed, and says when one is late', async () => {
    expect((await due()).newestAtMs).toBe(null);
    desk.clock.pass(4 * hour);
    expect((await due()).newestAtMs).toBe(desk.clock.wallMs());
    expect(entries('backup.make')).toMatchObject([{ why: 'plan' }]);
    // Closed for three days: one is made at once, not nine.
    desk.clock.pass(72 * hour);
    await due();
    expect(listBackups(own(), registerIdOf(desk.registerFile))).toHaveLength(2);
    // The stick is pulled: late after an hour, tried again every ten minutes.
    const stick = join(desk.folder, 'stick');
    mkdirSync(stick);
    await setPlan(
      { schedule: { kind: 'every', hours: 1 }, keepNewest: 3, keepDailyDays: 0 },
      { kind: 'chosen', path: join(stick, 'b') },
    );
    rmSync(stick, { recursive: true });
    desk.clock.pass(1 * hour);
    expect(await due()).toMatchObject({ failure: 'BACKUP_FOLDER_GONE', isOverdue: false });
    desk.clock.pass(61 * 60_000);
    expect(await due()).toMatchObject({ failure: 'BACKUP_FOLDER_GONE', isOverdue: true });
    mkdirSync(stick);
    desk.clock.pass(10 * 60_000);
    expect(await due()).toMatchObject({ failure: null, isOverdue: false, newestAtMs: desk.clock.wallMs() });
  });

  it('keeps what it says and nothing more, and never removes another register’s', async () => {
    await setPlan({ schedule: { kind: 'every', hours: 1 }, keepNewest: 2, keepDailyDays: 0 });
    mkdirSync(own(), { recursive: true });
    writeFileSync(join(own(), 'mine.txt'), 'x');
    for (let n = 0; n < 4; n++) {
      desk.clock.pass(hour);
      await due();
    }
    expect(listBackups(own(), registerIdOf(desk.registerFile))).toHaveLength(2);
    expect(entries('backup.rotate')).toHaveLength(2);
    // Two backups of three files each, and what somebody else put there.
    expect(files(own())).toHaveLength(7);
  });

  it('of times of the day follows the site’s clock', async () => {
    await setPlan({ schedule: { kind: 'at', times: ['12:30'] }, keepNewest: 3, keepDailyDays: 0 });
    // It is 10:00 in Shanghai.
    expect((await due()).dueAtMs).toBe(desk.clock.wallMs() + 2.5 * hour);
  });
});

describe('rotation', () => {
  const at = (madeAtMs: number, why: Backup['why'] = 'plan'): Backup => ({
    path: String(madeAtMs),
    why,
    madeAtMs,
    bytes: 1,
    tests: 0,
    people: 0,
    sha256: '',
  });
  const noon = Date.UTC(2022, 3, 10, 4);
  const zone = 'Asia/Shanghai';

  it('keeps the newest and the last of each day; what was made before a change of the schema for as long', () => {
    const backups = [0, 1, 2, 3, 24, 25, 26, 48, 24 * 20].map((hours) => at(noon - hours * hour));
    const plan: BackupPlan = { schedule: { kind: 'off' }, keepNewest: 2, keepDailyDays: 3 };
    const gone = overdueForRotation([...backups, at(noon - 27 * hour, 'migration')], plan, noon, zone);
    expect(gone.map(({ madeAtMs }) => (noon - madeAtMs) / hour)).toEqual([2, 3, 25, 26, 24 * 20]);
  });

  it('never takes the only one', () => {
    const plan: BackupPlan = { schedule: { kind: 'off' }, keepNewest: 1, keepDailyDays: 0 };
    expect(overdueForRotation([at(noon - 9_000 * hour)], plan, noon, zone)).toEqual([]);
  });
});

describe('restoring', () => {
  it('shows what the backup holds and what would be lost, and refuses when that has changed', async () => {
    await desk.bind(1);
    const backup = await make();
    await desk.bind(2);
    await desk.bind(3);
    const preview = await desk.call('backups.preview', { path: backup.path } as never);
    expect(preview).toMatchObject({
      siteName: '长宁·新泾三村检测点',
      tests: 1,
      people: 1,
      hasManifest: true,
      present: { kind: 'readable', isSameRegister: true, lostTests: 2, lostDays: ['2022-04-10'], lostUnsent: 2 },
    });
    await desk.bind(4);
    const { present } = preview;
    if (present.kind !== 'readable') throw new Error(present.kind);
    for (const lostEntries of [0, null, present.lostEntries])
      expect(await desk.reply('backups.restore', { path: backup.path, lostEntries } as never)).toMatchObject({
        ok: false,
        error: { code: 'RESTORE_CHANGED' },
      });
    expect((await desk.call('tests.list', {} as never)).total).toBe(4);
  });

  const restore = async (path: string, more: object = {}) => {
    const { present } = await desk.call('backups.preview', { path, ...more } as never);
    const lostEntries = present.kind === 'readable' ? present.lostEntries : null;
    return desk.call('backups.restore', { path, lostEntries, ...more } as never);
  };

  it('puts the backup in place under a new installation id, and sets the present register aside, whole', async () => {
    await desk.bind(1);
    const former = installationOf(desk.registerFile, desk.dataKeyHex());
    const backup = await make();
    await desk.bind(2);
    expect(await restore(backup.path)).toMatchObject({ phase: 'ready', operator: null });
    expect(installationOf(desk.registerFile, desk.dataKeyHex())).not.toBe(former);
    expect(entries('installation.renew')).toMatchObject([{ former, why: 'restored' }]);
    expect(entries('register.restore')).toMatchObject([{ backup: backup.sha256, lostEntries: 2 }]);
    const aside = files(desk.folder).find((name) => /set-aside-\d+$/.test(name)) ?? '';
    const core = await openNodeCore({ registerFile: join(desk.folder, aside), time: desk.clock });
    await core.dispatch('register.unlock', { passphrase });
    const { operators } = await desk.call('staff.list', {} as never);
    await core.dispatch('staff.signIn', { requestId: crypto.randomUUID(), operatorId: operators[0]?.id ?? '', pin });
    expect(await core.dispatch('tests.list', {})).toMatchObject({ ok: true, value: { total: 2 } });
    await core.close();
    await desk.reopen();
    await desk.call('register.unlock', { passphrase } as never);
    await desk.call('staff.signIn', { operatorId: operators[0]?.id ?? '', pin } as never);
    expect((await desk.call('tests.list', {} as never)).total).toBe(1);
    await desk.bind(2);
  });

  it('of a damaged register needs a secret, not a signature', async () => {
    await desk.bind(1);
    const backup = await make();
    await desk.core().close();
    const bytes = readFileSync(desk.registerFile);
    bytes.fill(0x5a, 100, 1_000);
    writeFileSync(desk.registerFile, bytes);
    await desk.reopen();
    await desk.reply('register.unlock', { passphrase } as never);
    expect(await desk.call('station.get', {} as never)).toMatchObject({ phase: 'refused' });
    for (const more of [{}, { secret: { passphrase: 'not it' } }])
      expect(await desk.reply('backups.preview', { path: backup.path, ...more } as never)).toMatchObject({
        ok: false,
        error: { code: 'KEY_WRONG' },
      });
    const secret = { recoveryKey: desk.recoveryKey };
    expect(await desk.call('backups.preview', { path: backup.path, secret } as never)).toMatchObject({
      tests: 1,
      present: { kind: 'unreadable' },
    });
    expect(await restore(backup.path, { secret })).toMatchObject({ phase: 'ready' });
    const aside = files(desk.folder).find((name) => /set-aside-\d+$/.test(name)) ?? '';
    expect(readFileSync(join(desk.folder, aside)).equals(bytes)).toBe(true);
  });

  it('works on a computer without a register, and for a backup under keys that have changed since', async () => {
    await desk.bind(1);
    const backup = await make();
    const fresh = join(desk.folder, 'fresh');
    mkdirSync(fresh);
    const core = await openNodeCore({ registerFile: join(fresh, 'register.db'), time: desk.clock });
    const input = {
      requestId: crypto.randomUUID(),
      path: backup.path,
      secret: { recoveryKey: desk.recoveryKey },
      lostEntries: null,
    };
    expect(await core.dispatch('backups.restore', input)).toMatchObject({ ok: true, value: { phase: 'ready' } });
    await core.close();

    const { recoveryKey } = await desk.call('register.prepareKey', {} as never);
    const next = 'quite another passphrase';
    await desk.call('register.rekey', {
      protection: 'passphrase',
      passphrase: next,
      recoveryKeyRepeated: recoveryKey,
    } as never);
    expect(await desk.reply('backups.preview', { path: backup.path } as never)).toMatchObject({
      ok: false,
      error: { code: 'KEY_WRONG', params: { needs: 'secret' } },
    });
    await restore(backup.path, { secret: { recoveryKey: desk.recoveryKey } });
    await desk.reopen();
    expect(await desk.reply('register.unlock', { passphrase: next } as never)).toMatchObject({ ok: false });
    expect(await desk.call('register.unlock', { passphrase } as never)).toMatchObject({ phase: 'ready' });
  });

  it('refuses a backup that is cut short, altered or of a newer program, and changes nothing', async () => {
    await desk.bind(1);
    const backup = await make();
    const before = readFileSync(keyFilePath(desk.registerFile));
    const bytes = readFileSync(backup.path);
    const cases: readonly (readonly [string, () => void])[] = [
      ['altered', () => writeFileSync(backup.path, Buffer.concat([bytes.subarray(0, -100), Buffer.alloc(100)]))],
      ['cut', () => truncateSync(backup.path, bytes.length - 8_192)],
      ['emptied', () => truncateSync(backup.path, 0)],
    ];
    for (const [name, spoil] of cases) {
      writeFileSync(backup.path, bytes);
      spoil();
      const refused = await desk.reply('backups.restore', { path: backup.path, lostEntries: 0 } as never);
      expect(refused, name).toMatchObject({ ok: false });
      expect(refused.ok ? '' : refused.error.code, name).toMatch(/BACKUP_DAMAGED|KEY_WRONG/);
      expect((await desk.call('tests.list', {} as never)).total).toBe(1);
    }
    expect(readFileSync(keyFilePath(desk.registerFile)).equals(before)).toBe(true);
    writeFileSync(backup.path, bytes);
    const db = openRegister({ file: backup.path, dataKeyHex: desk.dataKeyHex() });
    db.pragma('user_version = 999990');
    db.close();
    expect(await desk.reply('backups.preview', { path: backup.path } as never)).toMatchObject({
      ok: false,
      error: { code: 'BACKUP_NEWER' },
    });
  });

  it('broken off at any step leaves one of the two registers opening', async () => {
    await desk.bind(1);
    const backup = await make();
    await desk.bind(2);
    const target = `${desk.folder}-moments`;
    const moments: { step: string; folder: string }[] = [];
    desk.onEvent((event, payload) => {
      if (event !== 'register.progressed') return;
      const { step } = payload as { step: string };
      const folder = join(target, `${moments.length}-${step}`);
      cpSync(desk.folder, folder, { recursive: true });
      moments.push({ step, folder });
    });
    await restore(backup.path);
    try {
      expect(moments.map(({ step }) => step)).toEqual(['verify', 'copy', 'keys', 'swap', 'ready', 'aside', 'placed']);
      for (const { step, folder } of moments) {
        const core = await openNodeCore({ registerFile: join(folder, 'register.db'), time: desk.clock });
        expect(await core.dispatch('register.unlock', { passphrase }), step).toMatchObject({ ok: true });
        const { value } = (await core.dispatch('staff.list', {})) as { value: { operators: { id: string }[] } };
        await core.dispatch('staff.signIn', {
          requestId: crypto.randomUUID(),
          operatorId: value.operators[0]?.id,
          pin,
        });
        const isRestored = step === 'aside' || step === 'placed';
        expect(await core.dispatch('tests.list', {}), step).toMatchObject({ value: { total: isRestored ? 1 : 2 } });
        await core.close();
      }
    } finally {
      rmSync(target, { recursive: true, force: true });
    }
  });
});

describe('the installation', () => {
  const reopen = async () => {
    await desk.reopen();
    await desk.call('register.unlock', { passphrase } as never);
  };
  const id = () => installationOf(desk.registerFile, desk.dataKeyHex());

  it('stays itself from start to start, also after a kill', async () => {
    const first = id();
    await reopen();
    await reopen();
    const killed = readdirSync(desk.folder).filter((name) => statSync(join(desk.folder, name)).isFile());
    const saved = killed.map((name) => [name, readFileSync(join(desk.folder, name))] as const);
    await desk.core().close();
    for (const [name, bytes] of saved) writeFileSync(join(desk.folder, name), bytes);
    await reopen();
    expect(id()).toBe(first);
    expect(entries('installation.renew')).toEqual([]);
  });

  it('a copy opened elsewhere is another one, and says which it was', async () => {
    const first = id();
    await desk.core().close();
    rmSync(markPath(desk.registerFile));
    await reopen();
    expect(id()).not.toBe(first);
    expect(entries('installation.renew')).toMatchObject([{ former: first, why: 'moved' }]);
    const second = id();
    await reopen();
    expect(id()).toBe(second);
  });

  it('an older copy put back by hand is noticed', async () => {
    const first = id();
    await desk.core().close();
    const bytes = readFileSync(desk.registerFile);
    await reopen();
    const { operators } = await desk.call('staff.list', {} as never);
    await desk.call('staff.signIn', { operatorId: operators[0]?.id ?? '', pin } as never);
    await desk.bind(1);
    await desk.core().close();
    writeFileSync(desk.registerFile, bytes);
    await reopen();
    expect(id()).not.toBe(first);
    expect(entries('installation.renew')).toMatchObject([{ former: first, why: 'putBack' }]);
  });
});
