import { createHash, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../shared/canonicalJson.ts';
import { balances } from '../../shared/model/daySummary.ts';
import { kit, openDesk, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

async function result(n: number, outcome: 'negative' | 'positive' | 'invalid'): Promise<string> {
  const testId = await desk.bind(n);
  desk.clock.pass(16 * 60_000);
  await desk.scan(kit(n));
  await desk.call('results.record', { testId, outcome } as never);
  if (outcome === 'positive') await desk.scanLater(kit(n));
  return testId;
}

const summary = (day?: string) => desk.call('summary.get', { ...(day === undefined ? {} : { day }) } as never);

describe('the day', () => {
  it('balances: registered = negative + positive + invalid + pending + void; undone bindings do not count', async () => {
    const first = await result(1, 'negative');
    await result(2, 'positive');
    await result(3, 'invalid');
    await desk.bind(4);
    await desk.bind(5);
    await desk.call('desk.undo', {} as never);
    const voided = await result(6, 'negative');
    await desk.call('tests.void', { testId: voided, reason: { code: 'wrongPerson' } } as never);
    await desk.call('results.revise', { testId: first, outcome: 'invalid', reason: { code: 'misread' } } as never);

    const { figures, sha256 } = await summary();
    expect(figures.total).toEqual({ registered: 5, negative: 0, positive: 1, invalid: 2, pending: 1, void: 1 });
    expect(figures).toMatchObject({ balanced: true, undone: 1, revised: 1, followUps: 1 });
    for (const groups of [figures.byHour, figures.byOperator, figures.byProductLot, figures.byBuilding]) {
      expect(groups.reduce((sum, group) => sum + group.tally.registered, 0)).toBe(5);
      for (const group of groups) expect(balances(group.tally)).toBe(true);
    }
    expect(sha256).toBe(createHash('sha256').update(canonicalJson(figures)).digest('hex'));
  });

  it('a result read after midnight belongs to the day of its binding and to the reading day’s workload; both say so', async () => {
    desk.clock.pass(Date.UTC(2022, 3, 10, 15, 55, 0) - desk.clock.wallMs()); // 23:55 in Shanghai
    await result(1, 'negative');
    expect((await summary('2022-04-10')).figures).toMatchObject({
      total: { registered: 1, negative: 1 },
      readLaterOfToday: 1,
      readTodayOfEarlierDays: 0,
    });
    expect((await summary('2022-04-11')).figures).toMatchObject({
      total: { registered: 0 },
      readLaterOfToday: 0,
      readTodayOfEarlierDays: 1,
    });
  });

  it('the fingerprint is of the figures alone: an upload does not change it, a new result does', async () => {
    const before = await summary();
    const testId = await desk.bind(1);
    const bound = await summary();
    expect(bound.sha256).not.toBe(before.sha256);
    expect(bound.delivery.unsent).toBe(1);
    expect(Object.keys(bound.figures)).not.toContain('unsent');
    await desk.call('tests.void', { testId, reason: { code: 'kitDamaged' } } as never);
    expect((await summary()).sha256).not.toBe(bound.sha256);
  });

  it('paper copies are numbered, and only of the figures of this moment', async () => {
    await result(1, 'negative');
    const { figures, sha256 } = await summary();
    const take = (hash: string, requestId?: string) =>
      desk.reply('summary.countCopy', {
        day: figures.day,
        sha256: hash,
        ...(requestId === undefined ? {} : { requestId }),
      } as never);
    const requestId = randomUUID();
    expect(await take(sha256, requestId)).toMatchObject({ ok: true, value: { copy: 1 } });
    expect(await take(sha256, requestId)).toMatchObject({ ok: true, value: { copy: 1 } });
    expect(await take(sha256)).toMatchObject({ ok: true, value: { copy: 2 } });
    await desk.bind(2);
    expect(await take(sha256)).toMatchObject({ ok: false });
    expect((await summary()).copiesPrinted).toBe(2);
  });
});
