import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegister } from '../../electron/db/open.ts';
import type { RepairRow } from '../../shared/model/pattern.ts';
import { gtin, openDesk, type TestDesk } from './openDesk.ts';
import { startCentral } from './startCentral.ts';

let desk: TestDesk;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yiceda-repairs-'));
  desk = await openDesk();
});
afterEach(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

const gs1 = (serial: string, lot = 'LOT1') => `]d201${gtin}1724093010${lot}\u001D21${serial}`;
const keyOf = (serial: string) => `gs1:${gtin}:${serial}`;
const series = (prefix: string, from: number, count: number, width: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(from + n).padStart(width, '0')}`);

let files = 0;
async function importSerials(serials: readonly string[], lot = 'LOT1'): Promise<void> {
  files += 1;
  const path = join(folder, `${files}.csv`);
  const rows = serials.map((serial) => `${gtin},${lot},2024-09-30,${serial}`);
  writeFileSync(path, `GTIN,批号,效期,序列号\n${rows.join('\n')}\n`);
  const importId = `import-${files}`;
  await desk.call('imports.preview', { importId, kind: 'manifest', path } as never);
  await desk.call('imports.commit', { importId } as never);
}

let people = 0;
async function bind(serial: string, lot = 'LOT1', on = desk): Promise<string> {
  people += 1;
  await on.call('desk.clear', {} as never);
  await on.addPerson(people);
  const { stage } = await on.scanLater(gs1(serial, lot));
  if (stage.kind !== 'bound') throw new Error(JSON.stringify(stage));
  return stage.test.testId;
}

const preview = async (filter: object = {}): Promise<readonly RepairRow[]> =>
  (await desk.call('repairs.preview', filter as never)).rows;
const commit = (testIds: readonly string[], more: { requestId?: string } = {}) =>
  desk.reply('repairs.commit', { testIds, reason: '枪掉了前面的 0', ...more } as never);
const undo = (repairId: string) => desk.reply('repairs.undo', { repairId } as never);
const card = async (testId: string) => desk.call('tests.get', { testId } as never);
const settled = () => desk.clock.pass(11_000);

/** A gun that loses the first character of the serial, before the delivery list was there. */
async function damagedMorning(): Promise<readonly string[]> {
  const tests = [await bind('12300041'), await bind('12300042'), await bind('12300043')];
  await importSerials(series('0', 12_300_001, 200, 8));
  settled();
  return tests;
}

describe('the preview', () => {
  it('tells what each code must have been where the delivery list knows one', async () => {
    const [first] = await damagedMorning();
    const rows = await preview();
    expect(rows.map(({ read, proposed, what, length, problem }) => [read, proposed, what, length, problem])).toEqual([
      ['12300041', '012300041', 'missing', 9, null],
      ['12300042', '012300042', 'missing', 9, null],
      ['12300043', '012300043', 'missing', 9, null],
    ]);
    expect(rows[0]).toMatchObject({ testId: first, day: '2022-04-10', personMasked: '测**', lot: 'LOT1' });
    expect(await preview({ fromDay: '2022-04-11' })).toEqual([]);
    expect(await preview({ toDay: '2022-04-10' })).toHaveLength(3);
    expect(await preview({ productId: 'another' })).toEqual([]);
  });

  it('leaves alone what is right, what is listed, what was undone, and what can still be undone', async () => {
    const tests = [await bind('12300041'), await bind('012300050')];
    await bind('12300042');
    await desk.call('desk.undo', {} as never);
    settled();
    const newest = await bind('12300043');
    await importSerials([...series('0', 12_300_001, 200, 8), '12300099']);
    expect((await preview()).map(({ testId }) => testId)).toEqual([tests[0]]);
    settled();
    expect((await preview()).map(({ testId }) => testId)).toEqual([tests[0], newest]);
  });

  it('guesses nothing: several kits of the list, a kit that somebody holds, a kit that is on no list', async () => {
    // One character is missing in the middle: 0123000?1 may be any of ten.
    const several = await bind('01230001');
    const held = await bind('12300077');
    const foreign = await bind('12399999');
    await importSerials(series('0', 12_300_001, 200, 8));
    const holder = await bind('012300077');
    settled();
    const byTest = new Map((await preview()).map((row) => [row.testId, row]));
    expect(byTest.get(several)).toMatchObject({ proposed: null, problem: 'severalWays' });
    expect(byTest.get(held)).toMatchObject({ proposed: '012300077', problem: 'alreadyBound' });
    expect(byTest.get(foreign)).toMatchObject({ problem: 'notInManifest' });
    expect(byTest.has(holder)).toBe(false);
    for (const testId of [several, held, foreign]) {
      expect(await commit([testId])).toMatchObject({
        ok: false,
        error: { code: 'REPAIR_CHANGED', params: { tests: 1 } },
      });
    }
  });

  it('a kit whose only rival is bound is settled by that; two tests that want the same kit are not', async () => {
    const one = await bind('1230041');
    await importSerials(['01230041', '12300412', '12300413', '12300414']);
    settled();
    expect(await preview()).toMatchObject([{ testId: one, problem: 'severalWays' }]);
    for (const serial of ['12300412', '12300413', '12300414']) await bind(serial);
    settled();
    expect(await preview()).toMatchObject([{ testId: one, proposed: '01230041', problem: null }]);
  });

  it('two damaged codes of one kit are not told apart', async () => {
    // The first lost its first character, the other one from its middle; both can only be this kit.
    const tests = [await bind('9988777'), await bind('0998877')];
    await importSerials(['09988777', '09980001', '09980002', '09980003']);
    settled();
    expect((await preview()).map(({ testId, problem }) => [testId, problem])).toEqual(
      tests.map((testId) => [testId, 'severalWays']),
    );
  });

  it('without a list only what every code of the batch has is put back', async () => {
    const front = await bind('12300041', 'UNLISTED');
    const middle = await bind('01230041', 'UNLISTED');
    await desk.call('patterns.teach', {
      codes: ['012300101', '012300102', '012300103'].map((serial) => gs1(serial, 'UNLISTED')),
    } as never);
    settled();
    const byTest = new Map((await preview()).map((row) => [row.testId, row]));
    expect(byTest.get(front)).toMatchObject({ read: '12300041', proposed: '012300041', problem: null });
    expect(byTest.get(middle)).toMatchObject({ read: '01230041', proposed: null, problem: 'severalWays' });
  });
});

describe('a repair', () => {
  it('is one new fact a test; every read shows the kit that it was, and the history both', async () => {
    const tests = await damagedMorning();
    const made = await commit(tests);
    expect(made).toMatchObject({ ok: true, value: { tests: 3 } });
    expect(await preview()).toEqual([]);

    const [first = ''] = tests;
    const { test, corrections } = await card(first);
    expect(test.kit).toMatchObject({ kitKey: keyOf('012300041'), serial: '012300041', tail: '0041' });
    expect(corrections).toMatchObject([
      { fromSerial: '12300041', toSerial: '012300041', operatorName: '李娟', reason: '枪掉了前面的 0', isUndo: false },
    ]);
    const list = await desk.call('tests.list', { query: '012300041' } as never);
    expect(list.rows.map(({ testId }) => testId)).toEqual([first]);
    const kits = await desk.call('kits.list', { query: '012300041' } as never);
    expect(kits.rows).toMatchObject([{ status: 'bound', testId: first }]);
    const { lots } = await desk.call('lots.list', {} as never);
    expect(lots).toMatchObject([{ known: 200, used: 3 }]);
    // The kit itself, scanned with a gun that loses nothing, is that test.
    await desk.call('desk.clear', {} as never);
    expect((await desk.scanLater(gs1('012300041'))).stage).toMatchObject({ kind: 'test', test: { testId: first } });
    expect((await desk.call('desk.get', {} as never)).tally).toMatchObject({ registered: 3, pending: 3 });
  });

  it('never touches what was written: the binding stands as it was', async () => {
    const tests = await damagedMorning();
    await commit(tests);
    await desk.core().close();
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    expect(db.prepare('SELECT kit_serial FROM tests ORDER BY seq').pluck().all()).toEqual([
      '12300041',
      '12300042',
      '12300043',
    ]);
    expect(db.prepare('SELECT raw FROM kit_corrections ORDER BY serial').pluck().get()).toBe(gs1('012300041'));
    for (const table of ['kit_corrections', 'repairs']) {
      expect(() => db.exec(`DELETE FROM ${table}`)).toThrow(/written once/);
      expect(() => db.exec(`UPDATE ${table} SET reason = 'x'`)).toThrow(/written once/);
    }
    db.close();
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    expect((await card(tests[0] ?? '')).test.kit.serial).toBe('012300041');
  });

  it('all or nothing: one that cannot be repaired leaves the others as they are', async () => {
    const tests = await damagedMorning();
    await bind('012300043');
    expect(await commit(tests)).toMatchObject({ ok: false, error: { code: 'REPAIR_CHANGED', params: { tests: 1 } } });
    expect((await card(tests[0] ?? '')).test.kit.serial).toBe('12300041');
    expect((await desk.call('repairs.list', {} as never)).repairs).toEqual([]);
    expect(await commit(tests.slice(0, 2))).toMatchObject({ ok: true, value: { tests: 2 } });
  });

  it('the same request is done once', async () => {
    const tests = await damagedMorning();
    const requestId = randomUUID();
    const first = await commit(tests, { requestId });
    expect(await commit(tests, { requestId })).toEqual(first);
    expect((await desk.call('repairs.list', {} as never)).repairs).toHaveLength(1);
    expect((await card(tests[0] ?? '')).corrections).toHaveLength(1);
  });

  it('a damaged code is free again: the kit that really has it can be bound', async () => {
    const [first = ''] = await damagedMorning();
    await commit([first]);
    await desk.call('patterns.teach', {
      codes: ['12300041', '12300042', '12300048'].map((serial) => gs1(serial)),
    } as never);
    expect(await bind('12300041')).not.toBe(first);
  });
});

describe('taking a repair back', () => {
  it('brings each test to its former code by new facts; once, and it can be repaired again', async () => {
    const tests = await damagedMorning();
    const made = await commit(tests);
    const repairId = made.ok ? made.value.repairId : '';
    expect(await undo(repairId)).toMatchObject({ ok: true, value: { tests: 3 } });
    const { test, corrections } = await card(tests[0] ?? '');
    expect(test.kit.serial).toBe('12300041');
    expect(corrections.map(({ toSerial, isUndo }) => [toSerial, isUndo])).toEqual([
      ['012300041', false],
      ['12300041', true],
    ]);
    const { repairs } = await desk.call('repairs.list', {} as never);
    expect(repairs).toMatchObject([{ repairId, tests: 3, undoneByName: '李娟' }]);
    expect(await undo(repairId)).toMatchObject({ ok: false, error: { code: 'REPAIR_UNDONE' } });
    expect(await preview()).toHaveLength(3);
    expect(await commit(tests)).toMatchObject({ ok: true });
    expect(await undo(repairId)).toMatchObject({ ok: false, error: { code: 'REPAIR_UNDONE' } });
  });

  it('is refused whole where a former code was bound meanwhile', async () => {
    const tests = await damagedMorning();
    const made = await commit(tests);
    await desk.call('patterns.teach', {
      codes: ['12300041', '12300045', '12300048'].map((serial) => gs1(serial)),
    } as never);
    await bind('12300041', 'LOT7');
    expect(await undo(made.ok ? made.value.repairId : '')).toMatchObject({
      ok: false,
      error: { code: 'KIT_TAKEN', params: { tests: 1 } },
    });
    expect((await card(tests[1] ?? '')).test.kit.serial).toBe('012300042');
    expect(await undo('none')).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  });
});

describe('upload', () => {
  it('the correction follows its test in order, and the central service frees the one kit and takes the other', async () => {
    const central = await startCentral();
    const token = await central.enrol(`站 ${randomUUID()}`, '1');
    await desk.close();
    desk = await openDesk({ core: { embeddedCentral: { url: central.connection.url, token } } });
    try {
      const kitOf = async (serial: string) => {
        const answer = await fetch(`${central.connection.url}/v1/kits/${encodeURIComponent(keyOf(serial))}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        return ((await answer.json()) as { bindings: { testId: string }[] }).bindings.map(({ testId }) => testId);
      };
      const tests = await damagedMorning();
      await desk.call('sync.sendNow', {} as never);
      expect(await kitOf('12300041')).toEqual([tests[0]]);
      const made = await commit(tests);
      expect((await card(tests[0] ?? '')).test.central).toMatch(/waiting|sent/);
      expect((await desk.call('sync.sendNow', {} as never)).sync).toMatchObject({ unsent: 0, parked: 0 });
      expect([await kitOf('12300041'), await kitOf('012300041')]).toEqual([[], [tests[0]]]);
      await undo(made.ok ? made.value.repairId : '');
      expect((await desk.call('sync.sendNow', {} as never)).sync).toMatchObject({ unsent: 0, parked: 0 });
      expect([await kitOf('12300041'), await kitOf('012300041')]).toEqual([[tests[0]], []]);
      expect(await central.stats(token)).toMatchObject({ tests: 3, records: 9, conflicts: 0 });
      await desk.core().close();
      const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
      const sent = db.prepare('SELECT chain, kind, state FROM outbox WHERE test_id = ? ORDER BY chain').all(tests[0]);
      expect(sent).toEqual([
        { chain: 1, kind: 'test.bound', state: 'sent' },
        { chain: 2, kind: 'test.kitCorrected', state: 'sent' },
        { chain: 3, kind: 'test.kitCorrected', state: 'sent' },
      ]);
      db.close();
      await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    } finally {
      await central.close();
    }
  });
});
