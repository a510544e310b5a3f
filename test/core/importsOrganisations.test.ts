import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRegister } from '../../electron/core/register/verify.ts';
import { openRegister, type Register } from '../../electron/db/open.ts';
import { documentOf, openDesk, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const row = (n: number, name: string, at = '') => `${name},${documentOf(n)},5,${n},${at}`;

async function preview(rows: readonly string[], heading = '单位') {
  const path = join(desk.folder, 'roster.csv');
  writeFileSync(path, [`姓名,身份证号码,楼栋,房号,${heading}`, ...rows].join('\n'));
  return desk.call('imports.preview', { importId: randomUUID(), kind: 'roster', path } as never);
}
const wish = (importId: string, chosenId: string | null, createUnknown: boolean) =>
  desk.call('imports.map', { importId, organisations: { chosenId, createUnknown } } as never);
const commit = (importId: string) => desk.call('imports.commit', { importId } as never);
async function bring(rows: readonly string[]): Promise<string> {
  await commit((await preview(rows)).importId);
  return newest();
}
const newest = async () =>
  (await desk.call('imports.list', { kind: 'roster' } as never)).rows[0]?.importId ?? 'there is none';
const undo = (importId: string) => desk.call('imports.undo', { importId } as never);

async function found(name: string, kind: 'enterprise' | 'community' = 'enterprise'): Promise<string> {
  const wished = { organisationId: null, kind, name, creditCode: null, contacts: [] };
  return (await desk.call('organisations.save', wished as never)).organisation.organisationId;
}
/** Each organisation with its people. */
async function sizes(): Promise<Record<string, number>> {
  const { organisations } = await desk.call('organisations.list', {} as never);
  return Object.fromEntries(organisations.map(({ name, people }) => [name, people]));
}
function inRegister<T>(run: (db: Register) => T, readonly = true): T {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly });
  try {
    return run(db);
  } finally {
    db.close();
  }
}
const isWhole = async () => {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  expect(await verifyRegister(db)).toBeNull();
  db.close();
};

describe('organisations of an import', () => {
  it('come from a column: those that are there are found in any spelling, the others are offered and made', async () => {
    await found('长宁实验中学（北校区）');
    const shown = await preview([
      row(1, '陈建国', '长宁实验中学(北校区)'),
      row(2, '王芳', '长宁 实验中学（北校区）'),
      row(3, '李强', '新泾纺织厂'),
      row(4, '赵敏', '新泾三村社区'),
      row(5, '周洋'),
    ]);
    expect(shown.columns.at(-1)).toMatchObject({ field: 'organisation', by: 'heading' });
    expect(shown.counts).toMatchObject({ fresh: 5, joining: 4, organisations: 2 });
    expect(shown.organisations).toEqual({
      chosenId: null,
      createsUnknown: true,
      unknown: 2,
      more: 0,
      rows: [
        { organisationId: expect.any(String), name: '长宁实验中学（北校区）', people: 2, joining: 2 },
        { organisationId: null, name: '新泾纺织厂', people: 1, joining: 1 },
        { organisationId: null, name: '新泾三村社区', people: 1, joining: 1 },
      ],
    });
    // Nothing of it is there before the commit.
    expect(await sizes()).toEqual({ '长宁实验中学（北校区）': 0 });
    expect((await commit(shown.importId)).counts).toMatchObject({ fresh: 5, joining: 4, organisations: 2 });
    expect(await sizes()).toEqual({ '长宁实验中学（北校区）': 2, 新泾纺织厂: 1, 新泾三村社区: 1 });
    const { organisations } = await desk.call('organisations.list', {} as never);
    expect(organisations.find(({ name }) => name === '新泾三村社区')?.kind).toBe('community');
    expect(organisations.find(({ name }) => name === '新泾纺织厂')?.kind).toBe('enterprise');
    const added = inRegister((db) =>
      db.prepare("SELECT count(*) FROM audit WHERE action = 'organisation.add'").pluck().get(),
    );
    expect(added).toBe(3);
    await isWhole();
  });

  it('new ones are not made where nobody wants them; their people come in without', async () => {
    const { importId } = await preview([row(1, '陈建国', '新泾纺织厂')]);
    const shown = await wish(importId, null, false);
    expect(shown.counts).toMatchObject({ fresh: 1, joining: 0, organisations: 0 });
    expect(shown.organisations).toMatchObject({ createsUnknown: false, unknown: 1, rows: [{ joining: 0 }] });
    await commit(importId);
    expect(await sizes()).toEqual({});
    expect((await desk.call('people.list', { query: '' } as never)).total).toBe(1);
  });

  it('one is chosen for the whole file, whatever its column says', async () => {
    const school = await found('长宁实验中学');
    const { importId } = await preview([row(1, '陈建国', '新泾纺织厂'), row(2, '王芳')]);
    const shown = await wish(importId, school, true);
    expect(shown.organisations?.rows).toEqual([
      { organisationId: school, name: '长宁实验中学', people: 2, joining: 2 },
    ]);
    await commit(importId);
    expect(await sizes()).toEqual({ 长宁实验中学: 2 });
    const gone = await desk.reply('imports.map', {
      importId: (await preview([row(3, '李强')])).importId,
      organisations: { chosenId: randomUUID(), createUnknown: true },
    } as never);
    expect(gone).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  });

  it('people who are the same as in the register join all the same, once; a second list adds nothing', async () => {
    await bring([row(1, '陈建国'), row(2, '王芳')]);
    const shown = await preview([row(1, '陈建国', '新泾纺织厂'), row(2, '王芳', '新泾纺织厂')]);
    expect(shown.counts).toMatchObject({ fresh: 0, same: 2, changed: 0, joining: 2, organisations: 1 });
    await commit(shown.importId);
    expect(await sizes()).toEqual({ 新泾纺织厂: 2 });
    expect((await preview([row(1, '陈建国', '新泾纺织厂')])).counts).toMatchObject({
      same: 1,
      joining: 0,
      organisations: 0,
    });
    await isWhole();
  });

  it('somebody who stands in the list twice with two organisations joins both', async () => {
    await bring([row(1, '陈建国', '新泾纺织厂'), row(1, '陈建国', '长宁实验中学'), row(1, '陈建国', '新泾纺织厂')]);
    expect(await sizes()).toEqual({ 新泾纺织厂: 1, 长宁实验中学: 1 });
  });

  it('more than a commit takes at once are all in; a register that is closed meanwhile goes on with it', async () => {
    const rows = Array.from({ length: 900 }, (_none, n) => row(n + 1, `测试${n}`, n % 2 === 0 ? '甲厂' : '乙厂'));
    await commit((await preview(rows)).importId);
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    expect(await sizes()).toEqual({ 甲厂: 450, 乙厂: 450 });
    await isWhole();
  });

  it('a number in the place of a name is a fault; a name that is too long too', async () => {
    const shown = await preview([
      row(1, '陈建国', documentOf(9)),
      row(2, '王芳', '厂'.repeat(61)),
      row(3, '李强', '厂'),
    ]);
    expect(shown.faults.map(({ code, column }) => [code, column])).toEqual([
      ['organisationWrong', 'organisation'],
      ['textTooLong', 'organisation'],
    ]);
    expect(JSON.stringify(shown)).not.toContain(documentOf(9));
    expect(shown.counts).toMatchObject({ fresh: 1, faulty: 2 });
  });

  it('a column with more new names than a list may make is not offered', async () => {
    const shown = await preview(Array.from({ length: 101 }, (_none, n) => row(n + 1, `测试${n}`, `第${n}组团`)));
    expect(shown.organisations).toMatchObject({ createsUnknown: null, unknown: 101, more: 51 });
    expect(shown.counts).toMatchObject({ fresh: 101, joining: 0, organisations: 0 });
    await commit(shown.importId);
    expect(await sizes()).toEqual({});
  });

  it('one that was made meanwhile is not made twice', async () => {
    const { importId } = await preview([row(1, '陈建国', '新泾纺织厂')]);
    await found('新泾纺织厂');
    await commit(importId);
    expect(await sizes()).toEqual({ 新泾纺织厂: 1 });
  });

  it('somebody who comes to the desk meanwhile joins as who they are there', async () => {
    const { importId } = await preview([row(1, '测试1', '新泾纺织厂')]);
    await desk.addPerson(1);
    await commit(importId);
    expect(await sizes()).toEqual({ 新泾纺织厂: 1 });
    expect((await desk.call('people.list', { query: '' } as never)).total).toBe(1);
    await isWhole();
  });

  it('an undo takes memberships back, and organisations that nobody has used since', async () => {
    const school = await found('长宁实验中学');
    await bring([row(1, '陈建国'), row(2, '王芳', '长宁实验中学')]);
    const second = await bring([
      row(1, '陈建国', '长宁实验中学'),
      row(2, '王芳', '长宁实验中学'),
      row(3, '李强', '新泾纺织厂'),
    ]);
    expect(await sizes()).toEqual({ 长宁实验中学: 2, 新泾纺织厂: 1 });
    expect((await undo(second)).counts).toMatchObject({ removed: 1, released: 1 });
    // Who was in it before stays in it.
    expect(await sizes()).toEqual({ 长宁实验中学: 1 });
    const { rows } = await desk.call('organisations.people', { organisationId: school } as never);
    expect(rows.map(({ nameMasked }) => nameMasked)).toEqual(['王*']);
    await isWhole();
  });

  it('an organisation that somebody went on with stays', async () => {
    await desk.addPerson(9);
    const importId = await bring([row(1, '陈建国', '新泾纺织厂')]);
    const { organisations } = await desk.call('organisations.list', {} as never);
    const { rows } = await desk.call('people.list', { query: '测试9' } as never);
    const who = { kind: 'people', personIds: [rows[0]?.personId] };
    await desk.call('organisations.enlist', { organisationId: organisations[0]?.organisationId, who } as never);
    await undo(importId);
    expect(await sizes()).toEqual({ 新泾纺织厂: 1 });
  });
});

describe('verify-register', () => {
  it('sees an import with fewer people than it said, or more, and members who are none', async () => {
    await bring([row(1, '陈建国', '新泾纺织厂'), row(2, '王芳', '新泾纺织厂')]);
    await isWhole();
    const spoil = async (sql: string, back: string) => {
      const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
      db.exec(sql);
      const fault = await verifyRegister(db);
      db.exec(back);
      db.close();
      return fault;
    };
    const other = "UPDATE people SET import_id = NULL WHERE name = '王芳'";
    const back = "UPDATE people SET import_id = (SELECT id FROM imports) WHERE name = '王芳'";
    expect(await spoil(other, back)).toMatchObject({ check: 'imports', what: expect.stringContaining('there 1') });
    expect(
      await spoil(
        'CREATE TEMP TABLE kept AS SELECT * FROM organisation_people LIMIT 1; DELETE FROM organisation_people WHERE person_id = (SELECT person_id FROM kept)',
        'INSERT INTO organisation_people SELECT * FROM kept',
      ),
    ).toMatchObject({ check: 'imports', what: expect.stringContaining('in no organisation') });
    await isWhole();
  });
});
