import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRegister } from '../../electron/core/register/verify.ts';
import { openRegister } from '../../electron/db/open.ts';
import { classify } from '../../shared/codes/classify.ts';
import type { SlipPrint } from '../../shared/model/slip.ts';
import { documentOf, kit, openDesk, type TestDesk } from './openDesk.ts';

const minute = 60_000;
let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

async function resulted(n: number, outcome: 'positive' | 'negative' | 'invalid'): Promise<string> {
  const testId = await desk.bind(n);
  desk.clock.pass(16 * minute);
  await desk.scan(kit(n));
  await desk.call('results.record', { testId, outcome } as never);
  if (outcome === 'positive') await desk.scanLater(kit(n));
  await desk.call('desk.clear', {} as never);
  return testId;
}
const make = (testId: string, more: object = {}): Promise<SlipPrint> =>
  desk.call('slips.make', { testId, inClear: null, ...more } as never);
/** What the desk says of a slip that is scanned. */
async function scanned(code: string) {
  const { stage, heard } = await desk.scanLater(code);
  if (stage.kind !== 'test') throw new Error(JSON.stringify(stage));
  return { ...stage.slip, heard, testId: stage.test.testId };
}
/** What the log says of prints, the newest first. */
function entries(): Record<string, unknown>[] {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  try {
    const found = db.prepare("SELECT detail FROM audit WHERE action = 'test.slip' ORDER BY seq DESC").pluck().all();
    return found.map((detail) => JSON.parse(String(detail)) as Record<string, unknown>);
  } finally {
    db.close();
  }
}

describe('a result slip', () => {
  it('tells one test with times, kit and reader, masked, under a code that says nothing', async () => {
    const testId = await resulted(1, 'negative');
    const slip = await make(testId);
    expect(slip).toMatchObject({
      number: 1,
      replaces: null,
      status: 'negative',
      siteName: '长宁·新泾三村检测点',
      name: '测**',
      document: `${documentOf(1).slice(0, 3)}***********${documentOf(1).slice(-4)}`,
      kit: { productName: '测试试剂' },
      read: { by: '李娟', confirmedBy: null },
      corrected: null,
      voided: null,
    });
    expect((slip.read?.atMs ?? 0) - slip.sampledAtMs).toBe(16 * minute);
    expect(JSON.stringify(slip)).not.toContain('测试1');
    const code = classify(slip.code, { today: '2022-04-10' });
    expect(code).toMatchObject({ ok: true, kind: 'resultSlip' });
    expect(slip.code).not.toContain(testId.slice(0, 8).toUpperCase());
  });

  it('is none while nothing was read, or after an undo', async () => {
    const testId = await desk.bind(1);
    expect(await desk.reply('slips.make', { testId, inClear: null } as never)).toMatchObject({
      error: { code: 'SLIP_NONE', params: { status: 'pending' } },
    });
    await desk.call('desk.undo', {} as never);
    expect(await desk.reply('slips.make', { testId, inClear: null } as never)).toMatchObject({
      error: { code: 'SLIP_NONE', params: { status: 'undone' } },
    });
    expect(entries()).toEqual([]);
  });

  it('brings its test up at the desk, and says that it holds', async () => {
    const testId = await resulted(1, 'positive');
    const slip = await make(testId);
    desk.clock.pass(5 * minute);
    expect(await scanned(slip.code)).toEqual({
      testId,
      number: 1,
      printedAtMs: slip.printedAtMs,
      status: 'positive',
      standing: 'holds',
      heard: 'done',
    });
    // One that was never printed, and one with a wrong character.
    const other = slip.code.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect((await desk.scanLater(other)).stage).toMatchObject({ kind: 'refused', code: 'codeUnreadable' });
    expect((await desk.scanLater('YT0000000000000000P')).stage).toMatchObject({ kind: 'refused' });
  });

  it('counts each print; the newer one replaces the former', async () => {
    const testId = await resulted(1, 'negative');
    const first = await make(testId);
    desk.clock.pass(minute);
    const second = await make(testId);
    expect(second).toMatchObject({ number: 2, replaces: { number: 1, printedAtMs: first.printedAtMs } });
    expect(second.code).not.toBe(first.code);
    expect(await scanned(first.code)).toMatchObject({ standing: 'replaced', heard: 'attention' });
    expect(await scanned(second.code)).toMatchObject({ standing: 'holds' });
    expect(entries().map(({ n }) => n)).toEqual([2, 1]);
  });

  it('says of a corrected test that it is wrong, on the desk that shows it already too', async () => {
    const testId = await resulted(1, 'negative');
    const first = await make(testId);
    await scanned(first.code);
    await desk.call('results.revise', { testId, outcome: 'invalid', reason: { code: 'misread', text: '' } } as never);
    expect(await scanned(first.code)).toMatchObject({ status: 'negative', standing: 'corrected', heard: 'attention' });
    const second = await make(testId);
    expect(second).toMatchObject({ number: 2, status: 'invalid', replaces: { number: 1 }, corrected: { by: '李娟' } });
    expect(await scanned(second.code)).toMatchObject({ status: 'invalid', standing: 'holds' });
    // Back to what it said: it is an older revision all the same.
    await desk.call('results.revise', { testId, outcome: 'negative', reason: { code: 'misread', text: '' } } as never);
    expect(await scanned(first.code)).toMatchObject({ standing: 'corrected' });
  });

  it('says of a void test that it is worthless, and prints so', async () => {
    const testId = await resulted(1, 'negative');
    const first = await make(testId);
    await desk.call('tests.void', { testId, reason: { code: 'wrongPerson', text: '' } } as never);
    await desk.call('desk.clear', {} as never);
    expect(await scanned(first.code)).toMatchObject({ status: 'negative', standing: 'void' });
    const again = await make(testId);
    expect(again).toMatchObject({ status: 'void', number: 2, voided: { by: '李娟' } });
    expect(await scanned(again.code)).toMatchObject({ status: 'void', standing: 'void' });
  });

  it('moves nothing that waits: neither a person, nor a kit, nor a positive to be confirmed', async () => {
    const slip = await make(await resulted(1, 'negative'));
    const waiting = await desk.addPerson(2);
    expect(waiting.stage.kind).toBe('person');
    expect((await desk.scanLater(slip.code)).stage).toMatchObject({
      kind: 'refused',
      code: 'slipWaits',
      held: { person: { name: '测试2' } },
    });
    await desk.call('desk.clear', {} as never);
    await desk.scan(kit(3));
    expect((await desk.scanLater(slip.code)).stage).toMatchObject({
      code: 'slipWaits',
      held: { kit: { tail: '0003' } },
    });
    await desk.call('desk.clear', {} as never);
    const testId = await desk.bind(4);
    desk.clock.pass(16 * minute);
    await desk.scan(kit(4));
    await desk.call('results.record', { testId, outcome: 'positive' } as never);
    expect((await desk.scanLater(slip.code)).stage).toMatchObject({ kind: 'refused', code: 'confirmNeedsKit' });
    expect((await desk.scanLater(kit(4))).stage).toMatchObject({ kind: 'recorded', test: { status: 'positive' } });
  });

  it('carries names in full only for whoever may, with a reason without numbers', async () => {
    const testId = await resulted(1, 'negative');
    const inClear = { code: 'personAsked', text: '' };
    expect(await make(testId, { inClear })).toMatchObject({ name: '测试1', document: documentOf(1) });
    expect(
      await desk.reply('slips.make', { testId, inClear: { code: 'other', text: '电话 13800138000' } } as never),
    ).toMatchObject({ error: { code: 'REASON_PERSONAL', field: 'inClear.text' } });
    expect(entries()[0]).toMatchObject({ inClear: true, reason: 'personAsked' });
    await desk.call('staff.enrol', { name: '王强', role: 'operator', pin: '7412' } as never);
    const operator = (await desk.call('staff.list', {})).operators.find(({ role }) => role === 'operator');
    await desk.call('staff.signIn', { operatorId: operator?.id, pin: '7412' } as never);
    expect(await desk.reply('slips.make', { testId, inClear } as never)).toMatchObject({
      error: { code: 'FORBIDDEN', params: { capability: 'people.exportInClear' } },
    });
    expect(await make(testId)).toMatchObject({ number: 2, name: '测**' });
  });

  it('prints the same for the same request, and nothing of a person is remembered with it', async () => {
    const testId = await resulted(1, 'negative');
    const requestId = randomUUID();
    const inClear = { code: 'personAsked', text: '' };
    const first = await make(testId, { requestId, inClear });
    expect(await make(testId, { requestId, inClear })).toEqual(first);
    expect(entries()).toHaveLength(1);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    try {
      const kept = db.prepare('SELECT answer FROM requests WHERE id = ?').pluck().get(requestId) as string;
      expect(kept).toContain(first.code);
      expect(kept).not.toContain('测试1');
      expect(() => db.exec("UPDATE result_slips SET status = 'negative'")).toThrow(/written once/);
      expect(() => db.exec('DELETE FROM result_slips')).toThrow(/written once/);
      expect(await verifyRegister(db)).toBeNull();
      db.exec('DROP TRIGGER result_slips_no_update');
      db.exec('UPDATE result_slips SET n = 2');
      expect(await verifyRegister(db)).toMatchObject({ check: 'slips' });
    } finally {
      db.close();
    }
  });
});
