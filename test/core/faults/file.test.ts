import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFilePath } from '../../../electron/core/register/keyFile.ts';
import { hasMark } from '../../../electron/db/marks.ts';
import { openRegister } from '../../../electron/db/open.ts';
import { openNodeCore } from '../../../tools/hosts/core.ts';
import { seedOf } from '../kill/seeded.ts';
import { kit, openDesk, passphrase, signIn, type TestDesk } from '../openDesk.ts';
import { damageMany } from './damage.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const state = async () => {
  const { phase, refusal } = await desk.call('station.get', {} as never);
  return refusal === null ? phase : `${phase}: ${refusal.code}`;
};
const unlock = () => desk.reply('register.unlock', { passphrase } as never);
const again = () => desk.call('register.tryAgain', {} as never);

/** The files as a machine finds them whose power went: nothing was closed. */
function copyOpen(name: string, ends = ['', '-wal', '.open', '.keys.json']): string {
  const folder = join(desk.folder, name);
  mkdirSync(folder);
  const file = join(folder, 'register.db');
  for (const end of ends) copyFileSync(desk.registerFile + end, file + end);
  return file;
}

describe('a file that is not what it was', () => {
  it.each([
    ['of no length', 0],
    ['of half a page', 2_000],
    ['that ends in the middle of a page', 30_000],
    ['that lacks its last pages', 40_960],
  ])('%s is refused, never filled anew, and opens once it is back', async (_name, length) => {
    await desk.bind(1);
    await desk.core().close();
    const whole = readFileSync(desk.registerFile);
    expect(whole.length).toBeGreaterThan(100_000);
    truncateSync(desk.registerFile, length);
    const cut = readFileSync(desk.registerFile);
    await desk.reopen();
    await unlock();
    expect(await state()).toBe('refused: REGISTER_DAMAGED');
    expect(await desk.reply('register.create', { ...createInput() } as never)).toMatchObject({ ok: false });
    expect(await desk.reply('desk.get', {} as never)).toMatchObject({ ok: false, error: { code: 'REGISTER_DAMAGED' } });
    expect(readFileSync(desk.registerFile).equals(cut)).toBe(true);
    writeFileSync(desk.registerFile, whole);
    await again();
    if ((await state()) === 'locked') await unlock();
    await signIn(desk);
    expect((await desk.call('tests.list', { query: '', limit: 10 } as never)).total).toBe(1);
  });

  it('gone, with its key file still there: no new register is made in its place', async () => {
    await desk.core().close();
    renameSync(desk.registerFile, join(desk.folder, 'elsewhere.db'));
    await desk.reopen();
    expect(await state()).toBe('refused: REGISTER_MISSING');
    expect(await desk.reply('register.prepareKey', {} as never)).toMatchObject({ ok: false });
    expect(existsSync(desk.registerFile)).toBe(false);
    renameSync(join(desk.folder, 'elsewhere.db'), desk.registerFile);
    await again();
    expect(await unlock()).toMatchObject({ ok: true });
  });

  it('its key file gone: said, and opened once it is back', async () => {
    await desk.core().close();
    const keys = keyFilePath(desk.registerFile);
    renameSync(keys, join(desk.folder, 'keys'));
    await desk.reopen();
    expect(await state()).toBe('refused: KEY_FILE_MISSING');
    renameSync(join(desk.folder, 'keys'), keys);
    await again();
    expect(await unlock()).toMatchObject({ ok: true });
  });

  it('its -wal gone: the newest entries are missed, asked for, and back with it', async () => {
    await desk.bind(1);
    await desk.bind(2);
    const file = copyOpen('left');
    const wal = readFileSync(`${file}-wal`);
    rmSync(`${file}-wal`);
    const before = readFileSync(file);
    const core = await openNodeCore({ registerFile: file, dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    const ask = async (method: string, input: object = {}) =>
      (await core.dispatch(method, input)) as { ok: boolean; value: Record<string, unknown> };
    expect((await ask('station.get')).value).toMatchObject({
      phase: 'refused',
      refusal: { code: 'REGISTER_TAIL_LOST' },
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(await ask('desk.get')).toMatchObject({ ok: false, error: { code: 'REGISTER_TAIL_LOST' } });
    writeFileSync(`${file}-wal`, wal);
    expect((await ask('register.tryAgain')).value).toMatchObject({ phase: 'ready' });
    expect((await ask('tests.list', { query: '', limit: 10 })).value).toMatchObject({ total: 2 });
    await core.close();
    expect(hasMark(file, 'open')).toBe(false);
  });

  it('its -wal gone for good: what is left is opened when somebody says so, and the log tells', async () => {
    await desk.bind(1);
    const other = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    other.pragma('wal_checkpoint(PASSIVE)');
    await desk.bind(2);
    const file = copyOpen('left', ['', '.open', '.keys.json']);
    other.close();
    const core = await openNodeCore({ registerFile: file, dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    const opened = await core.dispatch('register.openWithoutTail', {});
    expect(opened).toMatchObject({ ok: true, value: { phase: 'ready' } });
    expect(await core.dispatch('tests.list', { query: '', limit: 10 })).toMatchObject({
      ok: true,
      value: { total: 1 },
    });
    await core.close();
    const db = openRegister({ file, dataKeyHex: desk.dataKeyHex(), readonly: true });
    const entries = db.prepare("SELECT count(*) FROM audit WHERE action = 'register.openWithoutTail'").pluck().get();
    db.close();
    expect(entries).toBe(1);
  });

  it('damaged at random places: told at once or by the call that meets it, never written on, never wrong', async () => {
    const figures = await damageMany(24, seedOf(20_220_415, 'damage'));
    expect(figures.atOpen + figures.atACall).toBeGreaterThan(0);
    expect(figures.tail).toBeGreaterThan(0);
  });
});

describe('a register that somebody else has', () => {
  it('open in a second core, or by the command line, is refused until the first one ends', async () => {
    await desk.bind(1);
    const second = await openNodeCore({ registerFile: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    expect(await second.dispatch('station.get', {})).toMatchObject({
      ok: true,
      value: { phase: 'refused', refusal: { code: 'REGISTER_IN_USE' } },
    });
    const passphraseFile = join(desk.folder, 'passphrase');
    writeFileSync(passphraseFile, `${passphrase}\n`);
    const tool = join(import.meta.dirname, '../../../tools/station.ts');
    const options = ['--register', desk.registerFile, '--passphrase-file', passphraseFile];
    const run = spawnSync(process.execPath, [tool, 'call', 'desk.get', '{}', ...options], { encoding: 'utf8' });
    expect(JSON.parse(run.stdout)).toMatchObject({ ok: false, error: { code: 'REGISTER_IN_USE' } });
    expect(run.status).toBe(1);
    // The first one goes on as if nothing were.
    await desk.bind(2);
    await desk.core().close();
    expect(await second.dispatch('register.tryAgain', {})).toMatchObject({ ok: true, value: { phase: 'ready' } });
    await second.close();
  });

  it('locked for a while by another program: the scan says so and goes through by the same request', async () => {
    await desk.addPerson(1);
    const holder = fork(join(import.meta.dirname, 'holder.ts'), [desk.registerFile, desk.dataKeyHex()]);
    await once(holder, 'message');
    const requestId = crypto.randomUUID();
    const scan = () => desk.reply('desk.scan', { requestId, text: kit(1), source: 'gun' } as never);
    expect(await scan()).toMatchObject({ ok: false, error: { code: 'REGISTER_IN_USE', retryable: true } });
    const gone = once(holder, 'exit');
    holder.disconnect();
    await gone;
    expect(await scan()).toMatchObject({ ok: true, value: { stage: { kind: 'bound' } } });
    expect((await desk.call('tests.list', { query: '', limit: 10 } as never)).total).toBe(1);
  });
});

function createInput() {
  return {
    siteName: 'a',
    stationName: '1',
    zone: 'Asia/Shanghai',
    protection: 'passphrase',
    passphrase,
    recoveryKeyRepeated: 'x',
    operatorName: 'b',
    pin: '2580',
    data: 'empty',
  };
}
