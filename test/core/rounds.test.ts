import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegister } from '../../electron/db/open.ts';
import { hour } from '../../shared/time.ts';
import { documentOf, kit, openDesk, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

/** Somebody on the roster at building-unit-room; answers their id. */
async function lives(n: number, building: string, room: string): Promise<string> {
  const { stage } = await desk.addPerson(n, { address: { building, unit: '', room } });
  if (stage.kind !== 'person') throw new Error(stage.kind);
  await desk.call('desk.clear', {} as never);
  return stage.person.personId;
}
async function tests(n: number): Promise<string> {
  await desk.scanLater(documentOf(n));
  const { stage } = await desk.scan(kit(n));
  if (stage.kind !== 'bound') throw new Error(JSON.stringify(stage));
  return stage.test.testId;
}
const open = async (more: object) =>
  (await desk.call('rounds.open', { name: '第 2 轮', day: '2022-04-10', ...more } as never)).round;
const current = async () => (await desk.call('rounds.list', {} as never)).currentId;
const coverage = async (roundId: string) => (await desk.call('rounds.coverage', { roundId } as never)).coverage;
const notTested = async (roundId: string, more: object = {}) =>
  (await desk.call('rounds.notTested', { roundId, ...more } as never)).rows.map(
    ({ address: { building, room } }) => `${building}-${room}`,
  );

describe('a round', () => {
  it('of two buildings has who lives there, also whoever comes or moves in later', async () => {
    await lives(1, '2', '101');
    await lives(2, '10', '302');
    await lives(3, '7', '101');
    const { id } = await open({ target: { kind: 'buildings', buildings: ['2', '10'] } });
    expect(await coverage(id)).toMatchObject({ target: 2, tested: 0, absent: 0 });
    // Building 2 before building 10, whatever the alphabet says.
    expect(await notTested(id)).toEqual(['2-101', '10-302']);
    await lives(4, '10', '1201');
    expect(await coverage(id)).toEqual({
      target: 3,
      tested: 0,
      absent: 0,
      buildings: [
        { building: '2', target: 1, tested: 0, absent: 0, floors: [{ floor: 1, target: 1, tested: 0, absent: 0 }] },
        {
          building: '10',
          target: 2,
          tested: 0,
          absent: 0,
          floors: [
            { floor: 12, target: 1, tested: 0, absent: 0 },
            { floor: 3, target: 1, tested: 0, absent: 0 },
          ],
        },
      ],
    });
    expect((await desk.call('desk.get', {} as never)).round).toMatchObject({ id, target: 3 });
    expect(
      await desk.reply('rounds.open', {
        name: 'x',
        day: '2022-04-10',
        target: { kind: 'buildings', buildings: ['99'] },
      } as never),
    ).toMatchObject({ error: { code: 'ROUND_EMPTY' } });
    expect(await current()).toBe(id);
  });

  it('of certain people keeps to them', async () => {
    await lives(1, '2', '101');
    await lives(2, '2', '102');
    const { id, targetIs } = await open({ target: { kind: 'search', query: '2-102' } });
    expect(targetIs).toEqual({ kind: 'list', people: 1 });
    await lives(3, '2', '102');
    expect(await notTested(id)).toEqual(['2-102']);
    expect((await coverage(id)).target).toBe(1);
  });

  it('has days, is changed, chosen and ended; what was recorded in it stays', async () => {
    const first = await current();
    await lives(1, '2', '101');
    const testId = await tests(1);
    const second = await open({ lastDay: '2022-04-12', everyDays: 1 });
    expect(
      await desk.reply('rounds.change', {
        roundId: second.id,
        name: '第 2 轮',
        day: '2022-04-11',
        lastDay: '2022-04-10',
      } as never),
    ).toMatchObject({ error: { code: 'ROUND_DAYS', field: 'lastDay' } });
    await desk.call('rounds.choose', { roundId: first } as never);
    expect(await current()).toBe(first);
    await desk.call('rounds.end', { roundId: first } as never);
    expect(await current()).toBe(second.id);
    expect(await desk.reply('rounds.end', { roundId: second.id } as never)).toMatchObject({
      error: { code: 'LAST_ROUND' },
    });
    expect(await desk.reply('rounds.choose', { roundId: first } as never)).toMatchObject({
      error: { code: 'ROUND_ENDED' },
    });
    expect((await desk.call('tests.get', { testId } as never)).test.roundId).toBe(first);
    expect((await coverage(first)).tested).toBe(1);
  });
});

describe('coverage', () => {
  it('follows each binding, undo and void at once', async () => {
    await lives(1, '2', '101');
    await lives(2, '2', '201');
    const id = await current();
    expect(await notTested(id)).toEqual(['2-101', '2-201']);
    const testId = await tests(1);
    expect(await notTested(id)).toEqual(['2-201']);
    expect(await coverage(id)).toMatchObject({ target: 2, tested: 1 });
    await desk.call('desk.undo', {} as never);
    expect(await notTested(id)).toEqual(['2-101', '2-201']);
    expect((await desk.call('tests.get', { testId } as never)).test.status).toBe('undone');
    const again = await tests(1);
    desk.clock.pass(20_000);
    expect(await notTested(id)).toEqual(['2-201']);
    // Who has only a void test was not tested.
    await desk.call('tests.void', { testId: again, reason: { code: 'sampleLost', text: '' } } as never);
    expect(await notTested(id)).toEqual(['2-101', '2-201']);
    expect(await notTested(id, { floor: 2 })).toEqual(['2-201']);
    expect(await notTested(id, { query: '测试1' })).toEqual(['2-101']);
  });

  it('starts anew each day where the round tests each day, and the desk asks for no reason then', async () => {
    await lives(1, '2', '101');
    const { id } = await open({ everyDays: 1, lastDay: '2022-04-12' });
    await tests(1);
    desk.clock.pass(hour);
    expect((await desk.scan(documentOf(1))).stage.kind).toBe('secondTest');
    await desk.call('desk.clear', {} as never);
    expect(await notTested(id)).toEqual([]);
    desk.clock.pass(24 * hour);
    expect(await notTested(id)).toEqual(['2-101']);
    expect((await desk.scan(documentOf(1))).stage.kind).toBe('person');
    expect((await desk.scan(kit(501))).stage.kind).toBe('bound');
    expect(await notTested(id)).toEqual([]);
    expect((await desk.call('desk.get', {} as never)).round).toMatchObject({ tested: 1, target: 1 });
  });

  it('counts who was absent with a reason, keeps each that was noted, and a test goes before it', async () => {
    const personId = await lives(1, '2', '101');
    await lives(2, '2', '102');
    const roundId = await current();
    const note = (reason: string | null, words = '') =>
      desk.reply('rounds.noteAbsence', { roundId, personId, reason, note: words } as never);
    expect(await note('other')).toMatchObject({ error: { code: 'REASON_NEEDED' } });
    expect(await note('away', '电话 13800138000')).toMatchObject({ error: { code: 'REASON_PERSONAL' } });
    expect((await note('away', '回老家')).ok).toBe(true);
    expect(await coverage(roundId)).toMatchObject({ target: 2, tested: 0, absent: 1 });
    const { rows } = await desk.call('rounds.notTested', { roundId, absence: 'noted' } as never);
    expect(rows).toMatchObject([{ absence: { reason: 'away', note: '回老家', operatorName: '李娟' } }]);
    expect(JSON.stringify(rows)).not.toContain('测试1');
    expect(await notTested(roundId, { absence: 'none' })).toEqual(['2-102']);
    await note(null);
    expect(await coverage(roundId)).toMatchObject({ absent: 0 });
    await note('refused');
    await tests(1);
    expect(await coverage(roundId)).toMatchObject({ target: 2, tested: 1, absent: 0 });
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    try {
      expect(db.prepare('SELECT count(*) FROM absences').pluck().get()).toBe(3);
      for (const sql of ["UPDATE absences SET note = 'x'", 'DELETE FROM absences'])
        expect(() => db.exec(sql), sql).toThrow(/written once/);
      // With the person it goes.
      db.pragma('foreign_keys=ON');
      db.exec('DELETE FROM people WHERE id = (SELECT person_id FROM absences LIMIT 1)');
      expect(db.prepare('SELECT count(*) FROM absences').pluck().get()).toBe(0);
    } finally {
      db.close();
    }
  });
});
