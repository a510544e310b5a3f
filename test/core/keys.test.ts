import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Core, createCore } from '../../electron/core/createCore.ts';
import type { Keychain } from '../../electron/core/register/create.ts';
import { keyFilePath } from '../../electron/core/register/keyFile.ts';
import { openRegister } from '../../electron/db/open.ts';
import type { StationView } from '../../shared/contract/station.ts';
import type { Reply } from '../../shared/errors.ts';
import { openNodeCore } from '../../tools/hosts/core.ts';
import { openDesk, passphrase, pin, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const another = 'quite another passphrase';

/** A computer with a keychain of its own, and a core on a register there. */
async function computer(registerFile: string, secret: Buffer | null) {
  const keychain: Keychain = {
    available: async () => secret !== null,
    wrap: async (bytes) => Buffer.from(bytes.map((byte, i) => byte ^ (secret?.[i % 32] ?? 0))).toString('base64'),
    // What another computer's keychain made does not open: a check byte for byte is what a real one does.
    unwrap: async (text) =>
      secret === null || !text.startsWith('')
        ? null
        : Buffer.from(Buffer.from(text, 'base64').map((byte, i) => byte ^ (secret[i % 32] ?? 0))),
  };
  const sealing: Keychain = {
    ...keychain,
    wrap: async (bytes) => `${mark(secret)}${await keychain.wrap(bytes)}`,
    unwrap: async (text) => (text.startsWith(mark(secret)) ? keychain.unwrap(text.slice(8)) : null),
  };
  const start = () =>
    createCore(
      {
        registerFile,
        resumeSession: false,
        dataKeyHex: null,
        testClock: false,
        nativeBinding: null,
        embeddedCentral: null,
        programVersion: '0',
      },
      { fetch, keychain: sealing, rememberKey: () => {}, emit: () => {}, log: () => {}, time: desk.clock },
    );
  let core: Core = await start();
  const call = async (method: string, input: object = {}): Promise<unknown> => {
    const reply = await core.dispatch(method, input);
    if (!reply.ok) throw new Error(`${method}: ${JSON.stringify(reply.error)}`);
    return reply.value;
  };
  return {
    call,
    view: async () => (await call('station.get')) as StationView,
    signIn: async () => {
      const { operators } = (await call('staff.list')) as { operators: { id: string }[] };
      await call('staff.signIn', { requestId: crypto.randomUUID(), operatorId: operators[0]?.id ?? '', pin });
    },
    reply: (method: string, input: object): Promise<Reply<unknown>> => core.dispatch(method, input),
    restart: async () => {
      await core.close();
      core = await start();
    },
    close: () => core.close(),
  };
}
const mark = (secret: Buffer | null) => (secret ?? Buffer.alloc(8)).toString('hex').slice(0, 8);
const change = (more: object = {}) => ({ requestId: crypto.randomUUID(), ...more });

/** Every file of the register with its hash and the moment of its last change. */
function fingerprint(): string[] {
  return readdirSync(desk.folder)
    .filter((name) => !name.endsWith('-shm') && statSync(join(desk.folder, name)).isFile())
    .sort()
    .map((name) => {
      const file = join(desk.folder, name);
      return `${name} ${statSync(file).mtimeMs} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
    });
}

function countTests(): number {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  const count = db.prepare('SELECT count(*) FROM tests').pluck().get() as number;
  db.close();
  return count;
}

/** Opens a copy of a folder, as it was at some moment, with one of these secrets; answers which one did. */
async function openedBy(folder: string, secrets: readonly object[]): Promise<number> {
  for (const [index, secret] of secrets.entries()) {
    const core = await openNodeCore({ registerFile: join(folder, 'register.db'), time: desk.clock });
    const reply = await core.dispatch('register.unlock', secret);
    const tests = reply.ok ? await core.dispatch('staff.list', {}) : null;
    await core.close();
    if (reply.ok && tests?.ok === true) return index;
  }
  return -1;
}

describe('a key that is wrong', () => {
  it('changes no file: not the register, not its log, not the key file', async () => {
    await desk.bind(1);
    const files = ['register.db', 'register.db-wal', 'register.db.keys.json'];
    const kept = files.map((name) => readFileSync(join(desk.folder, name)));
    await desk.core().close();
    // As a killed program leaves it, with a log to recover.
    for (const [index, name] of files.entries()) writeFileSync(join(desk.folder, name), kept[index] ?? '');
    await desk.reopen();
    const before = fingerprint();
    expect(before.some((line) => line.startsWith('register.db-wal '))).toBe(true);
    for (const wrong of [
      { passphrase: 'not this one at all' },
      { recoveryKey: 'nonsense' },
      { recoveryKey: desk.recoveryKey.replace(/[0-9A-Z]$/, (last) => (last === 'A' ? 'B' : 'A')) },
      {},
    ]) {
      expect(await desk.reply('register.unlock', wrong as never)).toMatchObject({
        ok: false,
        error: { code: 'KEY_WRONG' },
      });
    }
    expect(fingerprint()).toEqual(before);
    expect(await desk.call('register.unlock', { passphrase } as never)).toMatchObject({ phase: 'ready' });
    expect(countTests()).toBe(1);
  });
});

describe('another computer', () => {
  it('opens a copied register by the recovery key, says that its keychain is not the one, and protects it anew', async () => {
    const home = await computer(desk.registerFile, randomBytes(32));
    await desk.core().close();
    await home.call('register.unlock', { passphrase });
    await home.signIn();
    await home.call('register.protect', change({ protection: 'keychain' }));
    await home.restart();
    expect(await home.view()).toMatchObject({ phase: 'ready', keychainLost: false });
    await home.close();

    const away = join(desk.folder, 'away');
    mkdirSync(away);
    for (const file of [desk.registerFile, keyFilePath(desk.registerFile)]) cpSync(file, join(away, basename(file)));
    const other = await computer(join(away, 'register.db'), randomBytes(32));
    expect(await other.view()).toMatchObject({
      phase: 'locked',
      keychainLost: true,
      unlockBy: ['keychain', 'recoveryKey'],
    });
    const { recoveryKey } = desk;
    await other.call('register.unlock', { recoveryKey });
    // Nobody is signed in: the key itself is the right, and a wrong one is none.
    expect(await other.reply('register.protect', change({ protection: 'keychain' }))).toMatchObject({
      ok: false,
      error: { code: 'NOT_SIGNED_IN' },
    });
    expect(
      await other.reply('register.protect', change({ protection: 'keychain', proof: { recoveryKey: 'no' } })),
    ).toMatchObject({ ok: false, error: { code: 'KEY_WRONG' } });
    await other.call('register.protect', change({ protection: 'keychain', proof: { recoveryKey } }));
    await other.restart();
    expect(await other.view()).toMatchObject({ phase: 'ready', keychainLost: false });
    await other.call(
      'register.protect',
      change({ protection: 'passphrase', passphrase: another, proof: { recoveryKey } }),
    );
    await other.restart();
    expect(await other.view()).toMatchObject({ phase: 'locked', unlockBy: ['passphrase', 'recoveryKey'] });
    await other.call('register.unlock', { passphrase: another });
    await other.close();
  });
});

describe('a change of keys', () => {
  it('of the passphrase: the new one opens, the former does not, and its key file is gone after the next opening', async () => {
    await desk.call('register.protect', { protection: 'passphrase', passphrase: another } as never);
    const kept = () => readdirSync(desk.folder).filter((name) => name.includes('.kept-'));
    expect(kept()).toHaveLength(1);
    await desk.reopen();
    expect(await desk.reply('register.unlock', { passphrase } as never)).toMatchObject({ ok: false });
    expect(kept()).toHaveLength(1);
    await desk.call('register.unlock', { passphrase: another } as never);
    expect(kept()).toEqual([]);
  });

  it('is refused to a supervisor, and a short passphrase leaves the key file as it was', async () => {
    const before = readFileSync(keyFilePath(desk.registerFile));
    expect(
      await desk.reply('register.protect', { protection: 'passphrase', passphrase: 'short' } as never),
    ).toMatchObject({ ok: false, error: { code: 'PASSPHRASE_SHORT' } });
    expect(await desk.reply('register.protect', { protection: 'keychain' } as never)).toMatchObject({
      ok: false,
      error: { code: 'KEYCHAIN_UNAVAILABLE' },
    });
    const { operator } = await desk.call('staff.enrol', { name: '王强', role: 'supervisor', pin: '7391' } as never);
    await desk.call('staff.signIn', { operatorId: operator.id, pin: '7391' } as never);
    for (const [method, input] of [
      ['register.keys', {}],
      ['register.protect', { protection: 'passphrase', passphrase: another }],
      ['register.prepareKey', {}],
      ['register.renewRecovery', { recoveryKeyRepeated: desk.recoveryKey }],
      ['register.rekey', { protection: 'passphrase', passphrase: another, recoveryKeyRepeated: desk.recoveryKey }],
    ] as const) {
      expect(await desk.reply(method, input as never), method).toMatchObject({
        ok: false,
        error: { code: 'FORBIDDEN' },
      });
    }
    expect(readFileSync(keyFilePath(desk.registerFile)).equals(before)).toBe(true);
  });

  it('of the recovery key: only what was shown and given back, and then the former opens nothing', async () => {
    const { recoveryKey } = await desk.call('register.prepareKey', {} as never);
    expect(
      await desk.reply('register.renewRecovery', { recoveryKeyRepeated: desk.recoveryKey } as never),
    ).toMatchObject({ ok: false, error: { code: 'RECOVERY_KEY_MISMATCH' } });
    await desk.call('register.renewRecovery', { recoveryKeyRepeated: recoveryKey } as never);
    expect(await desk.reply('register.renewRecovery', { recoveryKeyRepeated: recoveryKey } as never)).toMatchObject({
      ok: false,
      error: { code: 'RECOVERY_KEY_STALE' },
    });
    await desk.reopen();
    expect(await desk.reply('register.unlock', { recoveryKey: desk.recoveryKey } as never)).toMatchObject({
      ok: false,
    });
    await desk.call('register.unlock', { recoveryKey } as never);
    await desk.reopen();
    await desk.call('register.unlock', { passphrase } as never);
  });

  it('that was broken off while its file was being written leaves the former in place', async () => {
    writeFileSync(`${keyFilePath(desk.registerFile)}.new`, '{"version":1,"regis');
    await desk.reopen();
    await desk.call('register.unlock', { passphrase } as never);
    await desk.call('register.keys', {} as never).catch(() => {});
  });
});

describe('re-keying', () => {
  const rekey = async () => {
    const { recoveryKey } = await desk.call('register.prepareKey', {} as never);
    const input = {
      requestId: crypto.randomUUID(),
      protection: 'passphrase',
      passphrase: another,
      recoveryKeyRepeated: recoveryKey,
    };
    return { recoveryKey, input };
  };

  it('gives the same register under another key; the desk goes on where it was; the former file is gone', async () => {
    await desk.bind(1);
    const former = desk.dataKeyHex();
    const { recoveryKey, input } = await rekey();
    expect(await desk.call('register.rekey', input as never)).toMatchObject({
      phase: 'ready',
      operator: { name: '李娟' },
    });
    expect((await desk.call('desk.get', {} as never)).stage.kind).toBe('bound');
    expect(desk.dataKeyHex()).not.toBe(former);
    // The very same call again finds it done.
    expect(await desk.call('register.rekey', input as never)).toMatchObject({ phase: 'ready' });
    expect(readdirSync(desk.folder).filter((name) => /former|building|next|kept/.test(name))).toEqual([]);
    expect(readdirSync(join(desk.folder, 'backups')).some((name) => name.endsWith('-before-rekey.db'))).toBe(true);
    expect(() => openRegister({ file: desk.registerFile, dataKeyHex: former })).toThrow('KEY_WRONG');
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    await desk.reopen();
    for (const secret of [{ passphrase }, { recoveryKey: desk.recoveryKey }])
      expect(await desk.reply('register.unlock', secret as never)).toMatchObject({ ok: false });
    expect(await desk.call('register.unlock', { recoveryKey } as never)).toMatchObject({ phase: 'ready' });
    expect(countTests()).toBe(1);
  });

  it('broken off at any step leaves a register that one of its keys opens', async () => {
    await desk.bind(1);
    const { recoveryKey, input } = await rekey();
    const moments: { step: string; folder: string }[] = [];
    const target = join(desk.folder, '..', `${basename(desk.folder)}-moments`);
    desk.onEvent((event, payload) => {
      if (event !== 'register.progressed') return;
      const { step } = payload as { step: string };
      const folder = join(target, `${moments.length}-${step}`);
      cpSync(desk.folder, folder, { recursive: true });
      moments.push({ step, folder });
    });
    await desk.call('register.rekey', input as never);
    try {
      expect(moments.map(({ step }) => step)).toEqual([
        'backup',
        'copy',
        'copy',
        'encrypt',
        'verify',
        'keys',
        'swap',
        'ready',
        'aside',
        'placed',
      ]);
      for (const { step, folder } of moments) {
        // Whoever re-keyed knows both: one of them opens what is there, twice in a row, and by the recovery key too.
        const isNew = step === 'aside' || step === 'placed';
        const expected = isNew ? 1 : 0;
        expect(await openedBy(folder, [{ passphrase }, { passphrase: another }]), step).toBe(expected);
        expect(await openedBy(folder, [{ recoveryKey: desk.recoveryKey }, { recoveryKey }]), step).toBe(expected);
        expect(existsSync(join(folder, 'register.db.next')), step).toBe(false);
      }
    } finally {
      rmSync(target, { recursive: true, force: true });
    }
  });

  it('cancelled before the swap leaves all as it was', async () => {
    const { input } = await rekey();
    const before = readFileSync(keyFilePath(desk.registerFile));
    const key = desk.dataKeyHex();
    desk.onEvent((event, payload) => {
      if (event === 'register.progressed' && (payload as { step: string }).step === 'encrypt')
        void desk.core().dispatch('register.cancelRekey', {});
    });
    expect(await desk.reply('register.rekey', input as never)).toMatchObject({
      ok: false,
      error: { code: 'CANCELLED' },
    });
    expect(await desk.call('station.get', {} as never)).toMatchObject({ phase: 'ready', operator: { name: '李娟' } });
    expect(desk.dataKeyHex()).toBe(key);
    expect(readFileSync(keyFilePath(desk.registerFile)).equals(before)).toBe(true);
    expect(readdirSync(desk.folder).filter((name) => /former|building|next/.test(name))).toEqual([]);
    await desk.bind(1);
  });

  it('says to whoever calls meanwhile that it is under way', async () => {
    const { input } = await rekey();
    const meanwhile: Promise<unknown>[] = [];
    desk.onEvent((event) => {
      if (event !== 'register.progressed') return;
      meanwhile.push(desk.reply('desk.get', {} as never), desk.call('station.get', {} as never));
    });
    await desk.call('register.rekey', input as never);
    const answers = await Promise.all(meanwhile);
    expect(answers[0]).toMatchObject({ ok: false, error: { code: 'REGISTER_BUSY' } });
    expect(answers[1]).toMatchObject({ phase: 'working', work: { task: 'rekey', step: 'backup' } });
  });
});
