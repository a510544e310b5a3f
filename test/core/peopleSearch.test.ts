import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegister } from '../../electron/db/open.ts';
import { prepareTables } from '../../electron/db/tables.ts';
import { documentOf, openDesk, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

type Somebody = { name: string; at?: string; phone?: string; n?: number };
let count = 0;

/** Registers people; `at` is building-unit-room. */
async function add(...people: Somebody[]): Promise<void> {
  for (const { name, at = '9--901', phone = null, n } of people) {
    const [building = '', unit = '', room = ''] = at.split('-');
    count += 1;
    const birthDate = `${1950 + (count % 60)}-02-01`;
    const document = n === undefined ? { documentKind: null, documentNumber: null, birthDate } : {};
    await desk.addPerson(n ?? count, { name, phone, address: { building, unit, room }, ...document });
    await desk.call('desk.clear', {});
  }
}

const list = (query: string, more: { limit?: number; offset?: number } = {}) =>
  desk.call('people.list', { query, ...more } as never);
/** Names of whom a search finds; the lists themselves are masked. */
async function find(query: string): Promise<string[]> {
  const { rows } = await list(query);
  const tables = prepareTables(
    openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true }),
  );
  return rows.map(({ personId }) => tables.people.find(personId)?.name ?? '');
}

describe('search', () => {
  it('finds from the first character: name, part of a name, pinyin, initials', async () => {
    await add({ name: '陈建国' }, { name: '张伟' }, { name: '张小芳' }, { name: 'John Smith' });
    for (const query of [
      '陈',
      '陈建',
      '陈建国',
      '建国',
      '国',
      'c',
      'ch',
      'chenj',
      'chenjianguo',
      'CHEN jianguo',
      'cjg',
      'jg',
    ])
      expect(await find(query), query).toContain('陈建国');
    for (const query of ['陈', 'cjg', 'jianguo']) expect(await find(query), query).toEqual(['陈建国']);
    expect(await find('张')).toEqual(['张伟', '张小芳']);
    expect(await find('zxf')).toEqual(['张小芳']);
    for (const query of ['john', 'smith', 'Smith john', 'johnsmith', 'ｊｏｈｎ'])
      expect(await find(query), query).toEqual(['John Smith']);
    await add({ name: "Li 3rd O'Neil1" });
    for (const query of ["Li 3rd O'Neil1", 'oneil1', 'neil1', 'li3rd', '3rd li'])
      expect(await find(query), query).toEqual(["Li 3rd O'Neil1"]);
    for (const query of ['q', '赵', 'gj', '%', '_', '"', '*', "'", 'OR', '张 OR 陈', '( )', '-', '号楼'])
      expect(await find(query), query).toEqual([]);
  });

  it('finds a name by each reading of its characters', async () => {
    const names: readonly (readonly [string, readonly string[]])[] = [
      ['仇小明', ['qiu', 'chou', 'qxm', 'qiuxiaoming', 'choux']],
      ['单于飞', ['chan', 'shan', 'dan', 'syf', 'dyf']],
      ['单雄信', ['shan', 'dan', 'sxx']],
      ['曾丽', ['zeng', 'ceng', 'zl', 'cl']],
      ['解放', ['xie', 'jie', 'xf', 'jf']],
      ['查良', ['zha', 'cha', 'zl']],
      ['吕布', ['lv', 'lu', 'lü', 'lyu', 'lvbu', 'lb']],
      ['乐嘉', ['yue', 'le', 'yj', 'lj']],
      ['欧阳娜', ['ouyang', 'oyn', 'yangna']],
      ['任重', ['ren', 'rz', 'rc', 'renchong']],
    ];
    await add({ name: '王五' }, ...names.map(([name]) => ({ name })));
    for (const [name, queries] of names) {
      for (const query of queries) expect(await find(query), query).toContain(name);
    }
    expect(await find('chou')).toEqual(['仇小明']);
    expect(await find('lyu')).toEqual(['吕布']);
  });

  it('finds by the last digits of a document or a phone, three and more, and by the whole', async () => {
    await add({ name: '甲', n: 701, phone: '13800136789' }, { name: '乙', n: 702 });
    const document = documentOf(701);
    for (const query of [
      document.slice(-3),
      document.slice(-4),
      document,
      document.toLowerCase(),
      '789',
      '6789',
      '13800136789',
      '138-0013-6789',
    ])
      expect(await find(query), query).toEqual(['甲']);
    expect(await find('89')).toEqual([]);
    expect(await find('1380')).toEqual([]);
  });

  it('finds by address, in whatever way it is said', async () => {
    await add(
      { name: '甲', at: '5-2-1201' },
      { name: '乙', at: '3号楼-1单元-1201室' },
      { name: '丙', at: '53--201' },
      { name: '丁', at: '幸福里7号楼--A02' },
    );
    for (const query of [
      '5-2-1201',
      '5-1201',
      '5号楼',
      '5栋',
      '5 号楼 1201',
      '5号楼1201',
      '2单元',
      'building 5',
      '5-12',
    ])
      expect(await find(query), query).toEqual(['甲']);
    for (const query of ['3-1201', '3号楼', '3-1-1201', '３号楼', '1单元 1201室'])
      expect(await find(query), query).toEqual(['乙']);
    expect(await find('1201')).toEqual(['乙', '甲']);
    expect(await find('5')).toEqual(['甲', '丙']);
    for (const query of ['幸福里', '幸福', '7号楼', 'a02', '7号楼 A02'])
      expect(await find(query), query).toEqual(['丁']);
  });

  it('takes mixed words in any order', async () => {
    await add(
      { name: '张建国', at: '5--1201', phone: '13800131236' },
      { name: '张伟', at: '3--1201' },
      { name: '章建国', at: '3--101' },
    );
    for (const query of [
      '张 5-1201',
      '5-1201 张',
      'zhang 5号楼',
      'zjg 1236',
      '1236 zjg',
      '张5-1201',
      '5号楼张',
      'zjg1236',
      '1201 建国',
    ])
      expect(await find(query), query).toEqual(['张建国']);
    expect(await find('zhang 3号楼')).toEqual(['章建国', '张伟']);
    expect(await find('zjg 3号楼')).toEqual(['章建国']);
    expect(await find('张 7号楼')).toEqual([]);
  });

  it('says what it was found by', async () => {
    await add({ name: '张建国', at: '5--1201', n: 703, phone: '13800131236' });
    const matched = async (query: string) => (await list(query)).rows[0]?.matched;
    expect(await matched('zjg')).toEqual(['name']);
    expect(await matched('1236')).toEqual(['phone']);
    expect(await matched('张 5-1201')).toEqual(['name', 'address']);
    expect(await matched(documentOf(703).slice(-3))).toEqual(['document']);
    expect(await matched('')).toEqual([]);
  });

  it('puts exact names first, then doors in the order that one walks them', async () => {
    await add({ name: '王伟明', at: '1--101' }, { name: '王伟', at: '10--101' }, { name: '王伟', at: '2--101' });
    expect((await list('王伟')).rows.map(({ address }) => address.building)).toEqual(['2', '10', '1']);
    expect((await list('wangwei')).rows.map(({ address }) => address.building)).toEqual(['1', '2', '10']);
  });

  it('counts up to a thousand and says that there are more; pages neither repeat nor leave out', async () => {
    const rows = Array.from(
      { length: 1_203 },
      (_, n) => `张${n % 2 === 0 ? '伟' : '芳'},${birth(n)},${(n % 30) + 1},${n}`,
    );
    await roster(rows);
    expect(await list('张', { limit: 5 })).toMatchObject({ total: 1000, isMore: true });
    expect(await list('张芳', { limit: 5 })).toMatchObject({ total: 601, isMore: false });
    const pages = await Promise.all(
      [0, 100, 200, 300, 400, 500, 600].map((offset) => list('张芳', { limit: 100, offset })),
    );
    const ids = pages.flatMap((page) => page.rows.map(({ personId }) => personId));
    expect(ids.length).toBe(601);
    expect(new Set(ids).size).toBe(601);
    expect((await list('', { limit: 1 })).total).toBe(1_203);
  });
});

const birth = (n: number) => `19${60 + (n % 30)}-${String((n % 12) + 1).padStart(2, '0')}-01`;

async function preview(lines: readonly string[]) {
  const path = join(desk.folder, `${crypto.randomUUID()}.csv`);
  writeFileSync(path, `姓名,出生日期,楼号,房号\n${lines.join('\n')}\n`);
  const importId = crypto.randomUUID();
  await desk.call('imports.preview', { importId, kind: 'roster', path } as never);
  return importId;
}
async function roster(lines: readonly string[]) {
  const importId = await preview(lines);
  await desk.call('imports.commit', { importId } as never);
}

describe('the index keeps step', () => {
  it('people of an import are found when it is committed, and not before', async () => {
    await add({ name: '赵一', at: '1--101' });
    const importId = await preview(Array.from({ length: 600 }, (_, n) => `赵二,${birth(n)},2,${n}`));
    const seen: number[] = [];
    desk.onEvent((event, payload) => {
      const { phase, done } = payload as { phase?: string; done?: number };
      if (event !== 'imports.progressed' || phase !== 'committing' || done === 0) return;
      const readonly = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
      expect(readonly.prepare('SELECT count(*) FROM person_words').pluck().get()).toBe(1 + (done ?? 0));
      seen.push(prepareTables(readonly).people.search('赵', 100, 0).total);
      readonly.close();
      // The one who writes answers from what it noted itself.
      void list('赵').then(({ total }) => seen.push(total));
    });
    await desk.call('imports.commit', { importId } as never);
    desk.onEvent(() => {});
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(seen.slice(0, -1).every((total) => total === 1)).toBe(true);
    expect((await list('赵')).total).toBe(601);
  });

  it('whoever is registered while an import is staged is found at once', async () => {
    const importId = await preview(Array.from({ length: 900 }, (_, n) => `赵二,${birth(n)},2,${n}`));
    let hasBeen = false;
    let found: Promise<number> | null = null;
    desk.onEvent((event, payload) => {
      if (event !== 'imports.progressed' || (payload as { done: number }).done < 250 || hasBeen) return;
      hasBeen = true;
      found = add({ name: '赵一', at: '1--101' }).then(async () => (await list('赵')).total);
    });
    const commit = desk.call('imports.commit', { importId } as never);
    await commit;
    desk.onEvent(() => {});
    expect(await found).toSatisfy((total) => total === 1 || total === 901);
    expect((await list('赵')).total).toBe(901);
  });

  it('a cancelled import leaves no word behind', async () => {
    const importId = await preview(Array.from({ length: 600 }, (_, n) => `赵二,${birth(n)},2,${n}`));
    desk.onEvent((event) => {
      if (event === 'imports.progressed') void desk.call('imports.cancel', { importId } as never);
    });
    expect(await desk.reply('imports.commit', { importId } as never)).toMatchObject({ ok: false });
    desk.onEvent(() => {});
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    expect(db.prepare('SELECT count(*) FROM person_words').pluck().get()).toBe(0);
    db.exec("INSERT INTO person_index (person_index, rank) VALUES ('integrity-check', 1)");
    expect(db.prepare("SELECT count(*) FROM person_index WHERE person_index MATCH 'zhaoer'").pluck().get()).toBe(0);
    db.close();
  });
});
