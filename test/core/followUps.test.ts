import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegister } from '../../electron/db/open.ts';
import type { FollowUp, FollowUpStep } from '../../shared/model/followUp.ts';
import { kit, openDesk, type TestDesk } from './openDesk.ts';

const minute = 60_000;
let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

async function resulted(n: number, outcome: 'positive' | 'negative'): Promise<string> {
  const testId = await desk.bind(n);
  desk.clock.pass(16 * minute);
  await desk.scan(kit(n));
  await desk.call('results.record', { testId, outcome } as never);
  if (outcome === 'positive') await desk.scanLater(kit(n));
  return testId;
}
const revise = (testId: string, outcome: string) =>
  desk.call('results.revise', { testId, outcome, reason: { code: 'misread', text: '' } } as never);
const get = async (testId: string): Promise<FollowUp> =>
  (await desk.call('followUps.get', { testId } as never)).followUp;
const note = (testId: string, step: FollowUpStep, more: object = {}) =>
  desk.reply('followUps.note', { testId, step, ...more } as never);
const open = async () => (await desk.call('followUps.list', { state: 'open' } as never)).rows;
const closed = async () => (await desk.call('followUps.list', { state: 'closed' } as never)).rows;

describe('a follow-up', () => {
  it('is opened by a positive in the same transaction, by nothing else, and masked', async () => {
    await resulted(1, 'negative');
    expect(await open()).toEqual([]);
    const testId = await resulted(2, 'positive');
    const [row] = await open();
    expect(row).toMatchObject({ testId, nameMasked: '测**', kitTail: '0002', status: 'positive', closedAtMs: null });
    expect(JSON.stringify(row)).not.toContain('测试2');
    expect(row?.openedAtMs).toBe(desk.clock.wallMs());
    expect((await desk.call('summary.get', {} as never)).figures.followUps).toBe(1);
  });

  it('takes each step once, with who and when, and tells what comes first', async () => {
    const testId = await resulted(1, 'positive');
    expect(await note(testId, 'pcrArranged')).toMatchObject({
      error: { code: 'FOLLOW_UP_STEP', params: { problem: 'needs', steps: ['personTold'] } },
    });
    desk.clock.pass(5 * minute);
    expect((await note(testId, 'personTold', { note: '本人已知道' })).ok).toBe(true);
    expect(await note(testId, 'personTold')).toMatchObject({
      error: { code: 'FOLLOW_UP_STEP', params: { problem: 'done' } },
    });
    expect((await note(testId, 'pcrArranged')).ok).toBe(true);
    const { steps, entries } = await get(testId);
    expect(steps.find(({ step }) => step === 'personTold')?.done).toMatchObject({
      operatorName: '李娟',
      note: '本人已知道',
      atMs: desk.clock.wallMs(),
    });
    expect(entries.map(({ n, kind, step }) => [n, kind, step])).toEqual([
      [1, 'step', 'personTold'],
      [2, 'step', 'pcrArranged'],
    ]);
    expect(await note(testId, 'confirmed', { note: '电话 13800138000' })).toMatchObject({
      error: { code: 'REASON_PERSONAL', field: 'note' },
    });
  });

  it('keeps a step that was noted by mistake, and lets it be done again', async () => {
    const testId = await resulted(1, 'positive');
    await note(testId, 'communityTold');
    const withdraw = () =>
      desk.reply('followUps.withdraw', { testId, step: 'communityTold', note: '打错电话' } as never);
    expect((await withdraw()).ok).toBe(true);
    expect(await withdraw()).toMatchObject({ error: { params: { problem: 'notDone' } } });
    expect((await note(testId, 'communityTold')).ok).toBe(true);
    expect((await get(testId)).entries.map(({ kind }) => kind)).toEqual(['step', 'withdrawn', 'step']);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    try {
      expect(() => db.exec("UPDATE follow_up_entries SET note = 'x'")).toThrow(/written once/);
      expect(() => db.exec('DELETE FROM follow_up_entries')).toThrow(/written once/);
    } finally {
      db.close();
    }
  });

  it('is due step by step as the site sets it; what is due first stands on top', async () => {
    const first = await resulted(1, 'positive');
    desk.clock.pass(10 * minute);
    const second = await resulted(2, 'positive');
    expect((await open()).map(({ testId }) => testId)).toEqual([first, second]);
    // The first was bound 26 minutes before the second was read: its confirmation was due after 15.
    expect(await desk.call('followUps.count', {} as never)).toEqual({ open: 2, overdue: 1 });
    for (const step of ['confirmed', 'communityTold', 'personTold'] as const) await note(first, step);
    expect((await open()).map(({ testId }) => testId)).toEqual([second, first]);
    expect(await desk.call('followUps.count', {} as never)).toEqual({ open: 2, overdue: 0 });
    const settings = await desk.call('settings.get', {} as never);
    const followUpDue = { ...settings.followUpDue, pcrArranged: 1 };
    await desk.call('settings.set', { settings: { ...settings, followUpDue } } as never);
    expect((await get(first)).nextDueAtMs).toBe((await get(first)).openedAtMs + minute);
  });

  it('ends with an outcome; with steps left undone it needs words', async () => {
    const testId = await resulted(1, 'positive');
    const close = (more: object) => desk.reply('followUps.close', { testId, ...more } as never);
    expect(await close({ outcome: 'notPositive' })).toMatchObject({
      error: { code: 'FOLLOW_UP_STEP', params: { problem: 'left' }, field: 'note' },
    });
    expect((await close({ outcome: 'notPositive', note: '医院复核为阴性' })).ok).toBe(true);
    expect(await open()).toEqual([]);
    expect((await closed()).map((row) => [row.testId, row.nextDueAtMs])).toEqual([[testId, null]]);
    for (const refused of [await note(testId, 'confirmed'), await close({ outcome: 'other', note: '再来' })])
      expect(refused).toMatchObject({ error: { code: 'FOLLOW_UP_CLOSED' } });
    // Reopened by hand: the clock and the steps begin anew, what was before stays to be read.
    desk.clock.pass(minute);
    await desk.call('followUps.reopen', { testId, note: '又有症状' } as never);
    expect(await get(testId)).toMatchObject({ closedAtMs: null, openedAtMs: desk.clock.wallMs() });
    expect(await desk.reply('followUps.reopen', { testId, note: '再来' } as never)).toMatchObject({
      error: { code: 'FOLLOW_UP_OPEN' },
    });
  });

  it('closes by itself when the result is revised or the test voided, and opens again with a new positive', async () => {
    const testId = await resulted(1, 'positive');
    await note(testId, 'personTold');
    await revise(testId, 'negative');
    expect(await get(testId)).toMatchObject({
      status: 'negative',
      entries: [{ kind: 'step' }, { outcome: 'revised' }],
    });
    expect((await get(testId)).closedAtMs).not.toBe(null);
    // The day does not count it any more, and nobody opens it by hand.
    expect((await desk.call('summary.get', {} as never)).figures.followUps).toBe(0);
    expect(await desk.reply('followUps.reopen', { testId, note: '看错了' } as never)).toMatchObject({
      error: { code: 'FOLLOW_UP_CLOSED' },
    });
    await revise(testId, 'positive');
    await desk.scanLater(kit(1));
    const again = await get(testId);
    expect(again).toMatchObject({ status: 'positive', closedAtMs: null });
    expect(again.steps.every(({ done }) => done === null)).toBe(true);
    await desk.call('tests.void', { testId, reason: { code: 'wrongPerson', text: '' } } as never);
    expect((await get(testId)).entries.at(-1)).toMatchObject({ kind: 'closed', outcome: 'voided', operatorName: null });
    expect(await open()).toEqual([]);
  });
});
