import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importHandover } from '../../central/handover/importHandover.ts';
import { newEpoch } from '../../central/store/service.ts';
import { revoke } from '../../central/store/stations.ts';
import { verifyRegister } from '../../electron/core/register/verify.ts';
import { openRegister } from '../../electron/db/open.ts';
import { addServiceKey, readServiceKeys, type ServiceKey } from '../../handover/serviceKeys.ts';
import { canMount, smallDisk } from './faults/smallDisk.ts';
import { kit, openDesk, type TestDesk } from './openDesk.ts';
import { startCentral, type TestCentral } from './startCentral.ts';

function keysOf(text: string): readonly ServiceKey[] {
  const read = readServiceKeys(text);
  if (!read.ok) throw new Error(read.problem);
  return read.keys;
}

let keyText: string;
let central: TestCentral;
let desk: TestDesk;
let token: string;
let site: string;
beforeAll(async () => {
  keyText = addServiceKey(null);
  central = await startCentral(keysOf(keyText));
});
afterAll(() => central.close());

/** Kits of a test's own: the service knows those of the others. */
let base = 0;
const own = (n: number) => base + n;

beforeEach(async () => {
  base += 1_000;
  site = `站 ${base}`;
  token = await central.enrol(site, '1');
  desk = await openDesk();
  await desk.call('sync.connect', { url: central.connection.url, token } as never);
  await desk.call('sync.sendNow', {} as never);
  await goOffline();
});
afterEach(() => desk.close());

const goOffline = () => central.stopListening();
const goOnline = (keys?: readonly ServiceKey[]) => central.listenAgain(keys);
afterEach(async () => {
  await goOffline();
  await goOnline();
});

const undoOver = () => desk.clock.pass(11_000);
const unsent = async () => (await desk.call('sync.get', {} as never)).sync.unsent;
const at = (name: string) => join(desk.folder, name);
const write = (name = 'a.yiceda-handover', scope: 'unacknowledged' | 'new' = 'unacknowledged') =>
  desk.call('handover.write', { path: at(name), scope } as never);
const view = () => desk.call('handover.get', {} as never);
const readReceipt = (name = 'a.yiceda-receipt') => desk.call('handover.readReceipt', { path: at(name) } as never);
const refusal = async (name = 'a.yiceda-receipt') => {
  const reply = await desk.reply('handover.readReceipt', { path: at(name) } as never);
  return reply.ok ? null : reply.error.code;
};

let importedAtMs = 1_700_000_000_000;
async function carry(name = 'a', keys: readonly ServiceKey[] = keysOf(keyText)) {
  importedAtMs += 1_000;
  const bytes = readFileSync(at(`${name}.yiceda-handover`));
  const done = await importHandover(central.database, { bytes, keys, citizenKeys: [], nowMs: importedAtMs });
  if (done.ok) writeFileSync(at(`${name}.yiceda-receipt`), done.receipt);
  return done;
}

async function resulted(n: number, outcome: 'negative' | 'invalid'): Promise<string> {
  const testId = await desk.bind(own(n));
  desk.clock.pass(16 * 60_000);
  await desk.scan(kit(own(n)));
  await desk.call('results.record', { testId, outcome } as never);
  return testId;
}

/** What the register keeps of records, by state. */
function statesOf(): Record<string, number> {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  try {
    const rows = db.prepare('SELECT state, count(*) AS n FROM outbox GROUP BY state').all() as {
      state: string;
      n: number;
    }[];
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  } finally {
    db.close();
  }
}

describe('a hand-over file', () => {
  it('carries what is unsent to the service, its receipt settles it, and a network that comes back doubles nothing', async () => {
    await resulted(1, 'negative');
    const voided = await resulted(2, 'invalid');
    await desk.call('tests.void', { testId: voided, reason: { code: 'kitDamaged' } } as never);
    await desk.bind(own(3));
    undoOver();
    expect(await view()).toMatchObject({ state: 'ready', unacknowledged: 6, unhanded: 6, awaiting: { records: 0 } });

    const made = await write();
    expect(made).toMatchObject({ n: 1, records: 6, left: 0 });
    // Nothing counts as sent, and the screen says what it waits for.
    expect(await unsent()).toBe(6);
    expect(made.handover).toMatchObject({
      unacknowledged: 6,
      unhanded: 0,
      awaiting: { records: 6, sinceMs: desk.clock.wallMs() },
      files: [{ n: 1, records: 6, waiting: 6, receipt: null, operatorName: '李娟' }],
    });
    const bytes = readFileSync(at('a.yiceda-handover'));
    for (const word of ['测试', 'SN0', '"payload"', '李娟']) expect(bytes.includes(Buffer.from(word))).toBe(false);

    const done = await carry();
    expect(done).toMatchObject({ ok: true, isRepeated: false, stored: 6, duplicate: 0, conflict: 0, rejected: 0 });
    // The same file again: the same receipt, byte for byte.
    const again = await carry();
    expect(again).toMatchObject({ ok: true, isRepeated: true, stored: 6 });
    expect(again.ok && done.ok && again.receipt.equals(done.receipt)).toBe(true);

    expect(await readReceipt()).toMatchObject({ n: 1, accepted: 6, conflicts: 0, rejected: 0, isRepeated: false });
    expect(await unsent()).toBe(0);
    expect(statesOf()).toEqual({ sent: 6 });
    expect(await readReceipt()).toMatchObject({ accepted: 6, isRepeated: true });
    expect((await desk.call('tests.get', { testId: voided } as never)).test.central).toBe('sent');
    expect(await view()).toMatchObject({
      unacknowledged: 0,
      awaiting: { records: 0, sinceMs: null },
      files: [{ waiting: 0, receipt: { accepted: 6, conflicts: 0, rejected: 0 } }],
    });

    await goOnline();
    await desk.bind(own(4));
    undoOver();
    expect((await desk.call('sync.sendNow', {} as never)).sync).toMatchObject({ unsent: 0, state: 'idle' });
    expect(await central.records(token)).toHaveLength(7);
    expect(await central.stats(token)).toMatchObject({ tests: 4, negative: 1, void: 1, pending: 2, records: 7 });
  });

  it('what the register keeps of it adds up, and verify-register says where it does not', async () => {
    await desk.bind(own(1));
    undoOver();
    await write();
    await carry();
    await readReceipt();
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    expect(await verifyRegister(db)).toBeNull();
    db.exec('UPDATE handover_receipts SET accepted = 2');
    expect(await verifyRegister(db)).toMatchObject({ check: 'handover' });
    db.close();
  });

  it('and the network may be faster: the file then brings nothing new, and its receipt changes nothing', async () => {
    await resulted(1, 'negative');
    undoOver();
    await write();
    await goOnline();
    expect((await desk.call('sync.sendNow', {} as never)).sync).toMatchObject({ unsent: 0 });
    expect(await carry()).toMatchObject({ ok: true, stored: 0, duplicate: 2 });
    expect(await readReceipt()).toMatchObject({ accepted: 2 });
    expect(statesOf()).toEqual({ sent: 2 });
    expect(await central.records(token)).toHaveLength(2);
  });

  it('leaves out what may still be undone, and what is in a file already where only the new is wanted', async () => {
    await desk.bind(own(1));
    const nothing = await desk.reply('handover.write', { path: at('a.yiceda-handover'), scope: 'new' } as never);
    expect(nothing).toMatchObject({ ok: false, error: { code: 'HANDOVER_NOTHING' } });
    undoOver();
    expect(await write()).toMatchObject({ n: 1, records: 1 });
    await desk.bind(own(2));
    undoOver();
    expect(await view()).toMatchObject({ unacknowledged: 2, unhanded: 1 });
    expect(await write('b.yiceda-handover', 'new')).toMatchObject({ n: 2, records: 1 });
    expect(await write('c.yiceda-handover')).toMatchObject({ n: 3, records: 2 });
    // The last file holds all: the two before are not needed.
    expect(await carry('c')).toMatchObject({ ok: true, stored: 2 });
    await readReceipt('c.yiceda-receipt');
    expect(await unsent()).toBe(0);
    expect((await view()).files.map(({ waiting }) => waiting)).toEqual([0, 0, 0]);
  });

  it('a result that comes before its binding is tried again once the binding is there', async () => {
    const testId = await desk.bind(own(1));
    undoOver();
    await write();
    desk.clock.pass(16 * 60_000);
    await desk.scan(kit(own(1)));
    await desk.call('results.record', { testId, outcome: 'negative' } as never);
    undoOver();
    await write('b.yiceda-handover', 'new');
    expect(await carry('b')).toMatchObject({ ok: true, rejected: 1 });
    expect(await readReceipt('b.yiceda-receipt')).toMatchObject({ rejected: 1 });
    expect(statesOf()).toEqual({ waiting: 2 });
    await carry('a');
    expect(await carry('b')).toMatchObject({ ok: true, isRepeated: false, stored: 1, rejected: 0 });
    await readReceipt('a.yiceda-receipt');
    expect(await readReceipt('b.yiceda-receipt')).toMatchObject({ accepted: 1, isRepeated: false });
    expect(statesOf()).toEqual({ sent: 2 });
  });

  it('conflicts and refusals come back as they do in the answer to a batch', async () => {
    const other = await openDesk();
    await goOnline();
    const otherToken = await central.enrol(`别站 ${base}`, '1');
    await other.call('sync.connect', { url: central.connection.url, token: otherToken } as never);
    await other.bind(own(1));
    other.clock.pass(11_000);
    await other.call('sync.sendNow', {} as never);
    await other.close();
    await goOffline();

    await desk.bind(own(1));
    const testId = await desk.bind(own(2));
    undoOver();
    // What the service cannot store: somebody wrote into the register by hand.
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    db.exec('DROP TRIGGER outbox_payload_is_frozen');
    db.prepare('UPDATE outbox SET content_hash = ? WHERE test_id = ?').run('0'.repeat(64), testId);
    db.close();
    await write();
    expect(await carry()).toMatchObject({ ok: true, stored: 0, conflict: 1, rejected: 1 });
    expect(await readReceipt()).toMatchObject({ accepted: 0, conflicts: 1, rejected: 1 });
    const sync = await desk.call('sync.get', {} as never);
    expect(sync).toMatchObject({ sync: { unsent: 0, parked: 1, conflicts: 1 } });
    expect(sync.parked[0]).toMatchObject({ testId, code: 'hashMismatch' });
    expect(sync.conflicts[0]).toMatchObject({ otherSite: `别站 ${base}` });
  });
});

describe('what the service refuses', () => {
  it('a changed file, a revoked station, a key it does not have, a station it does not know', async () => {
    await desk.bind(own(1));
    undoOver();
    await write();
    const bytes = readFileSync(at('a.yiceda-handover'));
    const changed = Buffer.from(bytes);
    changed[bytes.length - 100] = (changed[bytes.length - 100] ?? 0) ^ 1;
    writeFileSync(at('b.yiceda-handover'), changed);
    expect(await carry('b')).toEqual({ ok: false, fault: 'notSigned', taken: 0 });
    expect(await carry('a', keysOf(addServiceKey(null)))).toEqual({ ok: false, fault: 'unknownKey', taken: 0 });
    await revoke(central.database, { site, station: '1' });
    expect(await carry()).toEqual({ ok: false, fault: 'revoked', taken: 0 });
    const stranger = await startCentral(keysOf(keyText));
    const parts = { bytes, keys: keysOf(keyText), citizenKeys: [], nowMs: 1 };
    expect(await importHandover(stranger.database, parts)).toEqual({ ok: false, fault: 'otherStation', taken: 0 });
    await stranger.close();
  });

  it('a file of a computer that was restored or copied since', async () => {
    await desk.bind(own(1));
    undoOver();
    await write();
    await goOnline();
    await fetch(`${central.connection.url}/v1/installations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ installationId: crypto.randomUUID() }),
    });
    expect(await carry()).toEqual({ ok: false, fault: 'installationEnded', taken: 0 });
  });

  it('keys are replaced: an older one still opens, and the station learns the newer one at its next contact', async () => {
    await desk.bind(own(1));
    undoOver();
    await write();
    const newer = addServiceKey(keyText);
    expect(await carry('a', keysOf(newer))).toMatchObject({ ok: true, stored: 1 });
    expect(await readReceipt()).toMatchObject({ accepted: 1 });
    await goOnline(keysOf(newer));
    await desk.call('sync.sendNow', {} as never);
    await goOffline();
    await desk.bind(own(2));
    undoOver();
    await write('b.yiceda-handover');
    expect(await carry('b', keysOf(keyText))).toMatchObject({ ok: false, fault: 'unknownKey' });
    expect(await carry('b', keysOf(newer))).toMatchObject({ ok: true, stored: 1 });
    await goOnline(keysOf(keyText));
  });
});

describe('what the station refuses', () => {
  it('a receipt that was changed, cut, of another file, no receipt at all, and the file itself', async () => {
    await desk.bind(own(1));
    undoOver();
    await write();
    await carry();
    const bytes = readFileSync(at('a.yiceda-receipt'));
    for (const [name, made] of Object.entries({
      changed: Buffer.concat([bytes.subarray(0, -70), Buffer.from([1]), bytes.subarray(-69)]),
      cut: bytes.subarray(0, -1),
      empty: Buffer.alloc(0),
    })) {
      writeFileSync(at(name), made);
      expect([name, await refusal(name)]).toEqual([name, 'HANDOVER_RECEIPT_BAD']);
    }
    writeFileSync(at('text'), 'nothing of ours');
    expect(await refusal('text')).toBe('HANDOVER_NOT_RECEIPT');
    expect(await refusal('a.yiceda-handover')).toBe('HANDOVER_IS_FILE');
    expect(await refusal('nowhere')).toBe('FILE_UNREADABLE');

    const other = await openDesk();
    writeFileSync(join(other.folder, 'r'), bytes);
    const reply = await other.reply('handover.readReceipt', { path: join(other.folder, 'r') } as never);
    expect(reply).toMatchObject({ ok: false, error: { code: 'HANDOVER_RECEIPT_OTHER' } });
    await other.close();
    expect(await unsent()).toBe(1);
  });

  it('a receipt from before the service was restored, where the network has told of it; the file is taken in anew', async () => {
    await desk.bind(own(1));
    undoOver();
    await write();
    await carry();
    await newEpoch(central.database);
    await goOnline();
    await desk.bind(own(2));
    desk.clock.pass(11_000);
    await desk.call('sync.sendNow', {} as never);
    await goOffline();
    expect(await refusal()).toBe('HANDOVER_RECEIPT_PAST');
    expect(await carry()).toMatchObject({ ok: true, isRepeated: false, duplicate: 1 });
    expect(await readReceipt()).toMatchObject({ accepted: 1 });
    expect(await unsent()).toBe(0);
  });

  it('hears from a receipt that the service was restored, and sends again what it may have lost', async () => {
    await goOnline();
    await desk.bind(own(1));
    undoOver();
    await desk.call('sync.sendNow', {} as never);
    await goOffline();
    await desk.bind(own(2));
    undoOver();
    await write();
    await newEpoch(central.database);
    await carry();
    await readReceipt();
    expect(statesOf()).toEqual({ sent: 1, waiting: 1 });
  });

  it('to write before it knows the key of the service', async () => {
    const fresh = await openDesk();
    await fresh.bind(own(1));
    fresh.clock.pass(11_000);
    expect(await fresh.call('handover.get', {} as never)).toMatchObject({ state: 'notConnected' });
    const reply = await fresh.reply('handover.write', { path: join(fresh.folder, 'a'), scope: 'new' } as never);
    expect(reply).toMatchObject({ ok: false, error: { code: 'HANDOVER_NO_KEY' } });
    await fresh.close();
  });

  it('leaves nothing behind where the disk is full, the stick is gone or the place is taken; the next try goes', async () => {
    await desk.bind(own(1));
    undoOver();
    const before = readdirSync(desk.folder);
    const failing = async (path: string) => {
      const reply = await desk.reply('handover.write', { path, scope: 'new' } as never);
      return reply.ok ? null : reply.error.code;
    };
    expect(await failing(at('gone/a.yiceda-handover'))).toBe('FILE_NOT_WRITTEN');
    mkdirSync(at('taken/inside'), { recursive: true });
    expect(await failing(at('taken'))).toBe('FILE_NOT_WRITTEN');
    rmSync(at('taken'), { recursive: true });
    expect(readdirSync(desk.folder).sort()).toEqual(before.sort());
    expect(await view()).toMatchObject({ unhanded: 1, awaiting: { records: 0 }, files: [] });
    expect(await write()).toMatchObject({ n: 1, records: 1 });
  });
});

describe.skipIf(!canMount())('a stick', () => {
  it('that is full, write-protected or pulled is told as that, nothing half stays on it, and the next try goes', async () => {
    const stick = smallDisk(1);
    if (stick === null) throw new Error('no disk was mounted');
    const path = join(stick.folder, 'a.yiceda-handover');
    const refused = async () => {
      const reply = await desk.reply('handover.write', { path, scope: 'unacknowledged' } as never);
      return reply.ok ? null : reply.error.code;
    };
    try {
      await desk.bind(own(1));
      undoOver();
      stick.fill(0);
      expect(await refused()).toBe('DISK_FULL');
      expect(readdirSync(stick.folder)).toEqual(['filler']);
      stick.empty();
      stick.readOnly(true);
      expect(await refused()).toBe('FILE_NOT_WRITTEN');
      stick.readOnly(false);
      expect(await view()).toMatchObject({ unhanded: 1, files: [] });
      expect(await refused()).toBeNull();
      expect(readdirSync(stick.folder)).toEqual(['a.yiceda-handover']);
      stick.close();
      expect(await refused()).toBe('FILE_NOT_WRITTEN');
      expect((await view()).files).toHaveLength(1);
    } finally {
      stick.close();
    }
  });
});
