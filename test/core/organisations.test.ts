import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegister } from '../../electron/db/open.ts';
import { creditCodeCheck } from '../../shared/codes/creditCode.ts';

import { kit, openDesk, type TestDesk } from './openDesk.ts';

const minute = 60_000;
const day = 86_400_000;
let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const body = '91310105MA1FW0000';
const creditCode = `${body}${creditCodeCheck(body)}`;
const save = (more: object = {}) =>
  desk.reply('organisations.save', {
    organisationId: null,
    kind: 'enterprise',
    name: '新泾食品厂',
    creditCode: null,
    contacts: [],
    ...more,
  } as never);
async function saved(more: object = {}) {
  const reply = await save(more);
  if (!reply.ok) throw new Error(JSON.stringify(reply.error));
  return reply.value.organisation;
}
async function person(n: number, more: object = {}): Promise<string> {
  const view = await desk.addPerson(n, more);
  const { stage } = view;
  if (stage.kind !== 'person' && stage.kind !== 'secondTest') throw new Error(stage.kind);
  await desk.call('desk.clear', {} as never);
  return stage.person.personId;
}
const enlist = (organisationId: string, ...personIds: string[]) =>
  desk.call('organisations.enlist', { organisationId, who: { kind: 'people', personIds } } as never);
const figures = async (more: object = {}) =>
  (await desk.call('organisations.figures', more as never)).rows.map(({ organisationId: _id, ...rest }) => rest);
const peopleOf = async (organisationId: string, more: object = {}) =>
  (await desk.call('organisations.people', { organisationId, ...more } as never)).rows;
async function resulted(n: number, outcome: string): Promise<string> {
  const testId = await desk.bind(n);
  desk.clock.pass(16 * minute);
  await desk.scan(kit(n));
  await desk.call('results.record', { testId, outcome } as never);
  if (outcome === 'positive') await desk.scanLater(kit(n));
  desk.clock.pass(minute);
  return testId;
}
/** What somebody could only do by hand in the register. */
function byHand(run: (db: ReturnType<typeof openRegister>) => void): void {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
  try {
    run(db);
  } finally {
    db.close();
  }
}

describe('an organisation', () => {
  it('has a name, a credit code whose check character holds, and contacts that lists show masked', async () => {
    const made = await saved({
      creditCode: ` ${creditCode.toLowerCase()} `,
      contacts: [
        { name: '欧阳经理', phone: '138 0013 8001' },
        { name: '周会计', phone: null },
      ],
    });
    expect(made).toMatchObject({ name: '新泾食品厂', kind: 'enterprise', creditCode, people: 0 });
    expect(made.contacts).toMatchObject([
      { nameMasked: '欧***', phoneMasked: '138****8001' },
      { nameMasked: '周**', phoneMasked: null },
    ]);
    expect(JSON.stringify(await desk.call('organisations.list', {} as never))).not.toMatch(
      /13800138001|欧阳经理|周会计/,
    );
    const wrong = `${body}${creditCode.endsWith('1') ? '2' : '1'}`;
    expect(await save({ name: '另一家', creditCode: wrong })).toMatchObject({
      error: { code: 'INVALID_INPUT', params: { problem: 'checkDigit' }, field: 'creditCode' },
    });
    expect(await save({ name: '张 13800138001' })).toMatchObject({ error: { code: 'REASON_PERSONAL', field: 'name' } });
  });

  it('is told from another by its name and its credit code, and may keep its own', async () => {
    const made = await saved({ creditCode });
    expect(await save()).toMatchObject({ error: { code: 'ORGANISATION_EXISTS', field: 'name' } });
    expect(await save({ name: '另一家', creditCode })).toMatchObject({
      error: { code: 'ORGANISATION_EXISTS', field: 'creditCode' },
    });
    const renamed = await saved({ organisationId: made.organisationId, name: '新泾食品有限公司', creditCode });
    expect(renamed).toMatchObject({ organisationId: made.organisationId, name: '新泾食品有限公司' });
    expect((await desk.call('organisations.list', {} as never)).organisations).toHaveLength(1);
  });

  it('keeps a contact that is named by its id, and shows one in full only for a reason that is in the log', async () => {
    const first = await saved({ contacts: [{ name: '欧阳经理', phone: '13800138001' }] });
    const { organisationId } = first;
    const contactId = first.contacts[0]?.contactId ?? '';
    const changed = await saved({
      organisationId,
      contacts: [{ contactId }, { name: '周会计', phone: '021 5555 0101' }],
    });
    expect(changed.contacts.map((each) => each.contactId)[0]).toBe(contactId);
    expect(changed.contacts).toHaveLength(2);
    // The same contact twice, or one of somebody else.
    for (const contacts of [[{ contactId }, { contactId }], [{ contactId: 'none' }]])
      expect(await save({ organisationId, contacts })).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const reveal = { organisationId, contactId, reason: { code: 'contact', text: '' } };
    expect(await desk.call('organisations.contact', reveal as never)).toEqual({
      contactId,
      name: '欧阳经理',
      phone: '13800138001',
    });
    byHand((db) => {
      const last = db.prepare("SELECT detail FROM audit WHERE action = 'organisation.contact'").pluck().all();
      expect(last).toHaveLength(1);
      expect(String(last[0])).toContain(contactId);
      expect(JSON.stringify(db.prepare('SELECT answer FROM requests').pluck().all())).not.toContain('13800138001');
      expect(JSON.stringify(db.prepare('SELECT detail FROM audit').pluck().all())).not.toMatch(/13800138001|欧阳/);
    });
  });

  it('can be removed only while nobody is in it', async () => {
    const { organisationId } = await saved({ contacts: [{ name: '周会计', phone: null }] });
    const id = await person(1);
    await enlist(organisationId, id);
    const remove = () => desk.reply('organisations.remove', { organisationId } as never);
    expect(await remove()).toMatchObject({ error: { code: 'ORGANISATION_IN_USE' } });
    await desk.call('organisations.release', { organisationId, personIds: [id] } as never);
    expect((await remove()).ok).toBe(true);
    expect((await desk.call('organisations.list', {} as never)).organisations).toEqual([]);
  });
});

describe('its people', () => {
  it('come in one by one or by a search; who is there already is counted, and a search too wide enters nobody', async () => {
    const { organisationId } = await saved();
    const ids = [
      await person(1),
      await person(2),
      await person(3, { address: { building: '9', unit: '', room: '1' } }),
    ];
    expect(await enlist(organisationId, ids[0] ?? '')).toEqual({ added: 1, there: 0 });
    const search = (query: string) =>
      desk.reply('organisations.enlist', { organisationId, who: { kind: 'search', query } } as never);
    expect(await search('测试')).toMatchObject({ value: { added: 2, there: 1 } });
    expect(await search('没有这个人')).toMatchObject({ error: { code: 'SEARCH_EMPTY' } });
    expect(
      await desk.reply('organisations.enlist', { organisationId, who: { kind: 'people', personIds: ['x'] } } as never),
    ).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const rows = await peopleOf(organisationId);
    expect(rows.map(({ personId }) => personId)).toEqual(ids);
    expect(JSON.stringify(rows)).not.toContain('测试1');
    expect((await peopleOf(organisationId, { limit: 1, offset: 1 })).map(({ personId }) => personId)).toEqual([ids[1]]);
  });

  it('count in each organisation they belong to, each once, by their newest results', async () => {
    const factory = (await saved()).organisationId;
    const community = (await saved({ kind: 'community', name: '新泾三村' })).organisationId;
    const ids = [await person(1), await person(2), await person(3)];
    await enlist(factory, ...ids.slice(0, 2));
    await enlist(community, ...ids);
    const none = { tested: 0, positive: 0 };
    // Communities stand first.
    expect(await figures()).toEqual([
      { target: 3, ...none, notTested: 3 },
      { target: 2, ...none, notTested: 2 },
    ]);
    const testId = await resulted(1, 'positive');
    await resulted(3, 'negative');
    expect(await figures()).toEqual([
      { target: 3, tested: 2, positive: 1, notTested: 1 },
      { target: 2, tested: 1, positive: 1, notTested: 1 },
    ]);
    expect((await peopleOf(community, { standing: 'notTested' })).map(({ personId }) => personId)).toEqual([ids[1]]);
    expect((await peopleOf(community, { standing: 'tested' })).map(({ standing }) => standing)).toEqual([
      'tested',
      'tested',
    ]);
    // A void does not count, and its person is to be tested again.
    await desk.call('tests.void', { testId, reason: { code: 'kitDamaged', text: '' } } as never);
    expect(await figures()).toMatchObject([
      { tested: 1, positive: 0 },
      { tested: 0, notTested: 2 },
    ]);
  });

  it('are counted by the round and by its day', async () => {
    const { organisationId } = await saved();
    await enlist(organisationId, await person(1), await person(2));
    const { roundId } = await desk.call('organisations.figures', {} as never);
    await resulted(1, 'negative');
    desk.clock.pass(day);
    await resulted(2, 'negative');
    expect(await figures()).toMatchObject([{ tested: 2 }]);
    expect(await figures({ day: '2022-04-10' })).toMatchObject([{ tested: 1, notTested: 1 }]);
    expect(await figures({ day: '2022-04-12' })).toMatchObject([{ tested: 0 }]);
    await desk.call('rounds.open', { name: '第 2 轮', day: '2022-04-12' } as never);
    expect(await figures()).toMatchObject([{ tested: 0 }]);
    expect(await figures({ roundId })).toMatchObject([{ tested: 2 }]);
    expect(await desk.reply('organisations.figures', { roundId: 'none' } as never)).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });

  it('count where the round is for them, and by its rule', async () => {
    const { organisationId } = await saved();
    const ids = [await person(1), await person(2, { address: { building: '9', unit: '', room: '1' } })];
    await enlist(organisationId, ...ids);
    const target = { kind: 'buildings', buildings: ['9'] };
    await desk.call('rounds.open', { name: '9 号楼', day: '2022-04-10', everyDays: 1, target } as never);
    expect(await figures()).toMatchObject([{ target: 1, tested: 0, notTested: 1 }]);
    expect((await peopleOf(organisationId)).map(({ standing }) => standing)).toEqual(['outside', 'notTested']);
    await resulted(2, 'negative');
    expect(await figures()).toMatchObject([{ target: 1, tested: 1 }]);
    // The next day they are to be tested again; the day before stays as it was.
    desk.clock.pass(day);
    expect(await figures()).toMatchObject([{ target: 1, tested: 0 }]);
    expect(await figures({ day: '2022-04-10' })).toMatchObject([{ tested: 1 }]);
  });

  it('that were merged into one are one, over two merges too, and leave together', async () => {
    const { organisationId } = await saved();
    const [a = '', b = '', c = ''] = [await person(1), await person(2), await person(3)];
    await enlist(organisationId, a, b);
    byHand((db) => {
      const merge = db.prepare('UPDATE people SET merged_into = ? WHERE id = ?');
      merge.run(b, a);
      merge.run(c, b);
    });
    expect((await peopleOf(organisationId)).map(({ personId }) => personId)).toEqual([c]);
    expect(await figures()).toMatchObject([{ target: 1 }]);
    byHand((db) => db.prepare('UPDATE people SET merged_into = NULL WHERE id = ?').run(b));
    expect((await peopleOf(organisationId)).map(({ personId }) => personId)).toEqual([b]);
    byHand((db) => db.prepare('UPDATE people SET merged_into = ? WHERE id = ?').run(c, b));
    const { removed } = await desk.call('organisations.release', { organisationId, personIds: [c] } as never);
    expect(removed).toBe(1);
    expect(await figures()).toMatchObject([{ target: 0 }]);
  });

  it('leave nothing behind when they are destroyed', async () => {
    const { organisationId } = await saved();
    const id = await person(1);
    await enlist(organisationId, id);
    await desk.call('retention.set', { periods: { testsDays: null, peopleDays: 180 } } as never);
    desk.clock.pass(200 * day);
    const { due } = await desk.call('retention.get', {} as never);
    await desk.call('retention.purge', { tests: 0, people: due.people, entries: due.entries } as never);
    byHand((db) => expect(db.prepare('SELECT count(*) FROM organisation_people').pluck().get()).toBe(0));
    expect(await figures()).toEqual([{ target: 0, tested: 0, positive: 0, notTested: 0 }]);
  });
});

it('a person’s page tells their organisations, and how they stood in each round that was for them', async () => {
  const { organisationId } = await saved();
  const id = await person(1);
  await enlist(organisationId, id);
  await resulted(1, 'negative');
  const rounds = async (personId: string) =>
    (await desk.call('people.get', { personId } as never)).rounds.map(({ name, standing }) => [name, standing]);
  const [first] = await rounds(id);
  const { round } = await desk.call('rounds.open', { name: '第 2 轮', day: '2022-04-10' } as never);
  desk.clock.pass(minute);
  await desk.call('rounds.open', {
    name: '9 号楼',
    day: '2022-04-10',
    target: { kind: 'search', query: '测试1' },
  } as never);
  const stranger = await person(2, { address: { building: '9', unit: '', room: '1' } });
  expect(await rounds(id)).toEqual([['9 号楼', 'notTested'], ['第 2 轮', 'notTested'], first]);
  expect(first?.[1]).toBe('tested');
  await desk.call('rounds.noteAbsence', { roundId: round.id, personId: id, reason: 'away' } as never);
  const page = await desk.call('people.get', { personId: id } as never);
  expect(page.organisations).toEqual([{ organisationId, kind: 'enterprise', name: '新泾食品厂' }]);
  expect(page.rounds[1]).toMatchObject({ standing: 'absent', absence: { reason: 'away', operatorName: '李娟' } });
  // Not in the list that was chosen before they came; nor in a round that was over by then.
  expect((await rounds(stranger)).map(([name]) => name)).toEqual(['第 2 轮', first?.[0]]);
  await desk.call('rounds.end', { roundId: round.id } as never);
  desk.clock.pass(minute);
  expect((await rounds(await person(3))).map(([name]) => name)).toEqual([first?.[0]]);
  expect((await rounds(stranger)).map(([name]) => name)).toContain('第 2 轮');
});

it('the figures go out as a file that carries no formula, with an entry in the log', async () => {
  const { organisationId } = await saved({ name: '=1+1 厂', creditCode });
  await enlist(organisationId, await person(1));
  const path = join(desk.folder, 'figures.csv');
  const out = await desk.call('exports.organisations', { exportId: 'e', path, language: 'zh-CN' } as never);
  expect(out.rows).toBe(1);
  const rows = parse(readFileSync(path), { bom: true }) as string[][];
  expect(rows[0]).toEqual(['单位', '类型', '统一社会信用代码', '应检', '已检', '阳性', '未检']);
  expect(rows[1]?.slice(1)).toEqual(['企业', creditCode, '1', '0', '0', '1']);
  expect(rows[1]?.[0]).not.toMatch(/^=/);
  expect(
    await desk.reply('exports.organisations', {
      exportId: 'f',
      path: '/no-such-folder/x.csv',
      language: 'en',
    } as never),
  ).toMatchObject({ error: { code: 'FILE_NOT_WRITTEN' } });
});

it('the sample has a community and an enterprise with people in them', async () => {
  const sample = await openDesk({ data: 'sample', bare: true });
  try {
    const { organisations } = await sample.call('organisations.list', {} as never);
    expect(organisations.map(({ kind, people }) => [kind, people])).toEqual([
      ['community', 45],
      ['enterprise', 15],
    ]);
  } finally {
    await sample.close();
  }
});
