import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegister } from '../../electron/db/open.ts';
import { kit, openDesk, type TestDesk } from './openDesk.ts';

const minute = 60_000;
const day = 86_400_000;
let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

async function organisation(name: string): Promise<string> {
  const { organisation: made } = await desk.call('organisations.save', {
    organisationId: null,
    kind: 'enterprise',
    name,
    creditCode: null,
    contacts: [],
  } as never);
  return made.organisationId;
}
async function person(n: number, more: object = {}): Promise<string> {
  const { stage } = await desk.addPerson(n, more);
  if (stage.kind !== 'person' && stage.kind !== 'secondTest') throw new Error(stage.kind);
  await desk.call('desk.clear', {} as never);
  return stage.person.personId;
}
const enlist = (organisationId: string, ...personIds: string[]) =>
  desk.call('organisations.enlist', { organisationId, who: { kind: 'people', personIds } } as never);
const release = (organisationId: string, ...personIds: string[]) =>
  desk.call('organisations.release', { organisationId, personIds } as never);
const openFor = async (...organisationIds: string[]) =>
  (
    await desk.call('rounds.open', {
      name: '企业专场',
      day: '2022-04-10',
      target: { kind: 'organisations', organisationIds },
    } as never)
  ).round;
const notTested = async (roundId: string) =>
  (await desk.call('rounds.notTested', { roundId } as never)).rows.map(({ personId }) => personId);
const shownTarget = async () => (await desk.call('desk.get', {} as never)).round.target;
const coverage = async (roundId: string) => {
  const { buildings: _buildings, ...total } = (await desk.call('rounds.coverage', { roundId } as never)).coverage;
  return total;
};

describe('a round for organisations', () => {
  it('is for whoever is on their rosters now, each once, and its not-tested list and coverage follow', async () => {
    const [mill, school] = [await organisation('面粉厂'), await organisation('小学')];
    const [a, b, c, d] = [await person(1), await person(2), await person(3), await person(4)];
    await enlist(mill, a, b);
    await enlist(school, b, c);
    const round = await openFor(mill, school);
    expect(round.targetIs).toMatchObject({ kind: 'organisations' });
    expect(round.target).toBe(3);
    expect(new Set(await notTested(round.id))).toEqual(new Set([a, b, c]));
    await desk.bind(2);
    expect(await coverage(round.id)).toEqual({ target: 3, tested: 1, absent: 0 });
    expect(new Set(await notTested(round.id))).toEqual(new Set([a, c]));
    // Who comes and goes, while the board is in memory.
    await enlist(mill, d);
    await release(school, c);
    expect(await shownTarget()).toBe(3);
    expect(new Set(await notTested(round.id))).toEqual(new Set([a, d]));
    expect(await coverage(round.id)).toEqual({ target: 3, tested: 1, absent: 0 });
    // Out of one of two is still in.
    await release(school, b);
    expect(await shownTarget()).toBe(3);
    const { rounds } = await desk.call('people.get', { personId: d } as never);
    expect(rounds.map(({ name, standing }) => [name, standing])).toContainEqual(['企业专场', 'notTested']);
    expect((await desk.call('people.get', { personId: c } as never)).rounds.map(({ name }) => name)).not.toContain(
      '企业专场',
    );
  });

  it('counts a merged person once, by whom they became, and both again when it is taken back', async () => {
    const mill = await organisation('面粉厂');
    const [a, b] = [await person(1), await person(2)];
    await enlist(mill, a);
    const round = await openFor(mill);
    const { mergeId } = await desk.call('people.merge', { keptId: b, absorbedId: a, take: [] } as never);
    expect(await notTested(round.id)).toEqual([b]);
    expect(await shownTarget()).toBe(1);
    await enlist(mill, b);
    expect(await shownTarget()).toBe(1);
    await desk.call('people.undoMerge', { mergeId } as never);
    expect(await shownTarget()).toBe(2);
    expect(new Set(await notTested(round.id))).toEqual(new Set([a, b]));
  });

  it('is not opened for nobody or for one that is not there; changed to another, it keeps what was recorded', async () => {
    const [mill, school] = [await organisation('面粉厂'), await organisation('小学')];
    const open = (organisationIds: string[]) =>
      desk.reply('rounds.open', {
        name: 'x',
        day: '2022-04-10',
        target: { kind: 'organisations', organisationIds },
      } as never);
    expect(await open([mill])).toMatchObject({ error: { code: 'ROUND_EMPTY', field: 'target.organisationIds' } });
    expect(await open(['none'])).toMatchObject({ error: { code: 'NOT_FOUND', params: { what: 'organisation' } } });
    await enlist(mill, await person(1));
    await enlist(school, await person(2));
    const round = await openFor(mill);
    await desk.bind(1);
    const changed = async (target: object) =>
      (
        await desk.call('rounds.change', {
          roundId: round.id,
          name: '企业专场',
          day: '2022-04-10',
          target,
        } as never)
      ).round;
    expect(await changed({ kind: 'organisations', organisationIds: [school] })).toMatchObject({ target: 1, tested: 1 });
    expect(await coverage(round.id)).toEqual({ target: 1, tested: 0, absent: 0 });
    expect((await changed({ kind: 'all' })).targetIs).toEqual({ kind: 'all' });
    expect(await coverage(round.id)).toMatchObject({ target: 2, tested: 1 });
    expect((await changed({ kind: 'organisations', organisationIds: [mill] })).targetIs).toEqual({
      kind: 'organisations',
      organisations: [{ organisationId: mill, name: '面粉厂' }],
    });
    // A round was for it: it cannot go without a trace.
    const [only = ''] = (await desk.call('organisations.people', { organisationId: mill } as never)).rows.map(
      ({ personId }) => personId,
    );
    await release(mill, only);
    expect(await desk.reply('organisations.remove', { organisationId: mill } as never)).toMatchObject({
      error: { code: 'ORGANISATION_IN_USE' },
    });
  });
});

/** What the figures must be, counted from the tables without any memory. */
function counted(roundId: string, onDay: string | null): string[] {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  try {
    return (
      db
        .prepare(
          `SELECT o.name AS name, count(*) AS target, coalesce(sum(tested), 0) AS tested, coalesce(sum(positive), 0) AS positive FROM (
             SELECT DISTINCT op.organisation_id AS oid, coalesce(p.merged_into, p.id) AS id FROM organisation_people AS op JOIN people AS p ON p.id = op.person_id) AS m
           JOIN organisations AS o ON o.id = m.oid
           LEFT JOIN (SELECT person_id, 1 AS tested, max(status = 'positive') AS positive FROM test_states
             WHERE round_id = @roundId AND status NOT IN ('undone', 'void') AND (@onDay IS NULL OR day = @onDay) GROUP BY person_id) AS t ON t.person_id = m.id
           GROUP BY o.id ORDER BY name`,
        )
        .all({ roundId, onDay }) as { name: string; target: number; tested: number; positive: number }[]
    ).map(({ name, target, tested, positive }) => `${name} ${target} ${tested} ${positive} ${target - tested}`);
  } finally {
    db.close();
  }
}

it('the figures in memory follow each thing that can happen to a person, and are those of the tables', async () => {
  const [mill, school] = [await organisation('面粉厂'), await organisation('小学')];
  const ids = [await person(1), await person(2), await person(3), await person(4)] as const;
  const [a, b, c, d] = ids;
  const names = new Map([
    [mill, '面粉厂'],
    [school, '小学'],
  ]);
  const roundId = (await desk.call('desk.get', {} as never)).round.id;
  const agree = async (what: string): Promise<void> => {
    for (const onDay of [null, '2022-04-10', '2022-04-11']) {
      const { rows } = await desk.call(
        'organisations.figures',
        onDay === null ? ({} as never) : ({ day: onDay } as never),
      );
      const shown = rows
        .filter(({ target }) => target > 0)
        .map((row) => `${names.get(row.organisationId)} ${row.target} ${row.tested} ${row.positive} ${row.notTested}`)
        .sort();
      expect(shown, `${what} ${onDay}`).toEqual(counted(roundId, onDay).sort());
    }
  };
  const steps: Record<string, () => Promise<unknown>> = {
    enlisted: () => enlist(mill, a, b),
    'in two': () => enlist(school, b, c, d),
    bound: () => desk.bind(1),
    undone: () => desk.call('desk.undo', {} as never),
    'bound again': () => desk.bind(2),
    positive: async () => {
      const testId = (await desk.call('tests.list', {} as never)).rows[0]?.testId;
      desk.clock.pass(16 * minute);
      await desk.scan(kit(2));
      await desk.call('results.record', { testId, outcome: 'positive' } as never);
      await desk.scanLater(kit(2));
    },
    corrected: async () => {
      const testId = (await desk.call('tests.list', {} as never)).rows[0]?.testId;
      await desk.call('results.revise', {
        testId,
        outcome: 'negative',
        reason: { code: 'misread', text: '' },
      } as never);
    },
    void: async () => {
      const testId = (await desk.call('tests.list', {} as never)).rows[0]?.testId;
      await desk.call('tests.void', { testId, reason: { code: 'sampleLost', text: '' } } as never);
      await desk.call('desk.clear', {} as never);
    },
    'the next day': async () => {
      desk.clock.pass(day);
      await desk.bind(3);
    },
    merged: () => desk.call('people.merge', { keptId: a, absorbedId: d, take: [] } as never),
    released: () => release(school, b),
  };
  for (const [what, step] of Object.entries(steps)) {
    await step();
    await agree(what);
  }
});
