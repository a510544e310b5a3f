import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateRegister } from '../../../electron/db/migrate.ts';
import { openRegister, type Register } from '../../../electron/db/open.ts';
import { prepareTables, type Tables } from '../../../electron/db/tables.ts';
import { residentIdCheck } from '../../../shared/codes/residentId.ts';
import type { Person } from '../../../shared/model/person.ts';
import { median, percentile, rounded, table } from '../figures.ts';

const sizes = [
  ['10k', 10_000],
  ['100k', 100_000],
  ['1m', 1_000_000],
] as const;
/** Queries of each kind; a plain LIKE reads everybody each time, so it gets few of them. */
const turns = 40;
const likeTurns = 3;
const pageRows = 100;
const piece = 2_000;
const seed = 20_220_410;

// Surnames and given names by their weight in the order of how common they are; every person is made up.
const surnames = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金',
  ...'石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤仇单解查',
];
const given = [
  ...'伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉建国华志红玉梅春海燕波宇鹏飞雪婷欣怡子涵梓轩浩然思雨晨曦佳琪俊峰立新永',
  ...'生振东晓少家豪瑞琳博凯悦彤翔龙凤云天成德福贵祥',
];

/** A sequence that is the same in each run (a linear congruence of 31 bits, its high bits used). */
function sequence(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((state / 0x8000_0000) * below);
  };
}

function personOf(n: number, random: (below: number) => number): Person {
  const surname = surnames[Math.floor((random(10_000) / 10_000) ** 2.2 * surnames.length)] ?? '王';
  const one = given[random(given.length)] ?? '';
  const two = random(100) < 75 ? (given[random(given.length)] ?? '') : '';
  const birthDate = `${1940 + random(75)}-${String(1 + random(12)).padStart(2, '0')}-${String(1 + random(28)).padStart(2, '0')}`;
  const body = `3199${String(n % 100).padStart(2, '0')}${birthDate.replaceAll('-', '')}${String(random(1000)).padStart(3, '0')}`;
  return {
    id: `bench-${String(n).padStart(8, '0')}`,
    name: surname + one + two,
    sex: null,
    birthDate,
    documentKind: 'residentId',
    documentNumber: body + residentIdCheck(body),
    phone: `13${String(random(1_000_000_000)).padStart(9, '0')}`,
    address: {
      building: String(1 + (Math.floor(n / 400) % 400)),
      unit: String(1 + (Math.floor(n / 100) % 4)),
      room: `${1 + (Math.floor(n / 12) % 30)}0${1 + (Math.floor(n / 3) % 4)}`,
    },
    guardianName: null,
  };
}

type Kind = { readonly name: string; readonly ask: (random: (below: number) => number) => string };

const initialsOf = ['z', 'w', 'l', 'zw', 'wj', 'zjg', 'lxm', 'cjg', 'yzh', 'sx'];
const kinds: readonly Kind[] = [
  { name: 'one common character', ask: (random) => ['王', '李', '张', '刘', '陈'][random(5)] ?? '王' },
  { name: 'a name', ask: (random) => personOf(0, random).name },
  { name: 'a given name', ask: (random) => `${given[random(given.length)]}${given[random(given.length)]}` },
  {
    name: 'pinyin as it is typed',
    ask: (random) => 'zhangjianguo wangwei liuxiaoming chenyuhan'.split(' ')[random(4)]?.slice(0, 1 + random(10)) ?? '',
  },
  { name: 'initials', ask: (random) => initialsOf[random(initialsOf.length)] ?? 'z' },
  { name: 'last 3 digits', ask: (random) => String(random(1000)).padStart(3, '0') },
  { name: 'last 4 digits', ask: (random) => String(random(10_000)).padStart(4, '0') },
  { name: 'building-room', ask: (random) => `${1 + random(400)}-${1 + random(30)}0${1 + random(4)}` },
  {
    name: 'mixed words',
    ask: (random) =>
      [
        `张 ${1 + random(400)}-${1 + random(30)}0${1 + random(4)}`,
        `zhang ${1 + random(400)}号楼`,
        `zjg ${String(random(10_000)).padStart(4, '0')}`,
        `wang ${1 + random(30)}0`,
        `${1 + random(400)}号楼 李`,
      ][random(5)] ?? '',
  },
  { name: 'nobody', ask: (random) => ['龘龘', 'xqzv', '99-99999', '张 zzzq'][random(4)] ?? '' },
];

/**
 * Search as core answers it (the first page of 100 people and the total), in the encrypted register, at three sizes, and
 * beside it what a plain LIKE over the same rows takes for the same questions. The ratio is of the medians: how many times
 * longer LIKE takes.
 */
export async function benchSearch(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'yiceda-bench-search-'));
  const file = join(folder, 'register.db');
  const options = { file, dataKeyHex: 'ab'.repeat(32) };
  const writer = openRegister({ ...options, create: true });
  try {
    migrateRegister(writer, options, 0);
    const tables = prepareTables(writer);
    const random = sequence(seed);
    const figures: Record<string, number> = {};
    let have = 0;
    for (const [name, size] of sizes) {
      fill(writer, tables, have, size, random);
      have = size;
      writer.pragma('wal_checkpoint(TRUNCATE)');
      const reader = openRegister({ ...options, readonly: true });
      try {
        Object.assign(figures, measure(reader, name, size));
      } finally {
        reader.close();
      }
    }
    return figures;
  } finally {
    writer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function fill(db: Register, tables: Tables, from: number, to: number, random: (below: number) => number): void {
  for (let at = from; at < to; at += piece) {
    db.transaction(() => {
      for (let n = at; n < Math.min(to, at + piece); n++) {
        const code = `bench-code-${n}`;
        tables.people.insert({ ...personOf(n, random), code, source: 'roster', importId: null, atMs: 0 });
      }
    })();
  }
}

function measure(db: Register, label: string, size: number): Record<string, number> {
  const { people } = prepareTables(db);
  const like = plainLike(db);
  const rows: string[][] = [['kind of search', 'p50 ms', 'p95 ms', 'LIKE p50 ms', 'times']];
  const ours: number[] = [];
  const theirs: number[] = [];
  const timed = (run: () => void): number => {
    const started = performance.now();
    run();
    return performance.now() - started;
  };
  // Not counted: the first ones also read what the schema and the statements need.
  const warm = sequence(seed + 1);
  for (const { ask } of kinds) people.search(ask(warm), pageRows, 0);
  for (const [at, { name, ask }] of kinds.entries()) {
    const random = sequence(seed + 2 + at);
    const asked = Array.from({ length: turns }, () => ask(random));
    const mine = asked.map((typed) => timed(() => people.search(typed, pageRows, 0)));
    const plain = asked.slice(0, likeTurns).map((typed) => timed(() => like(typed)));
    ours.push(...mine);
    theirs.push(...plain);
    rows.push([
      name,
      String(rounded(median(mine))),
      String(rounded(percentile(mine, 0.95))),
      String(rounded(median(plain))),
      String(rounded(median(plain) / median(mine))),
    ]);
  }
  const ratio = rounded(median(theirs) / median(ours));
  const p95 = rounded(percentile(ours, 0.95));
  rows.push(['all', String(rounded(median(ours))), String(p95), String(rounded(median(theirs))), String(ratio)]);
  table(`Search among ${size.toLocaleString('en')} people, encrypted`, rows);
  return {
    [`search${label}P50Ms`]: rounded(median(ours)),
    [`search${label}P95Ms`]: p95,
    [`search${label}LikeRatio`]: ratio,
  };
}

/** What a register without an index does: it looks at everybody's name, address and numbers, and counts them. */
function plainLike(db: Register): (typed: string) => unknown {
  const where = `name LIKE @like OR building || '-' || unit || '-' || room LIKE @like OR building || '-' || room LIKE @like
    OR document_number LIKE @tail OR phone LIKE @tail`;
  const rows = db.prepare(`SELECT * FROM roster WHERE ${where} ORDER BY building, unit, room, name LIMIT ${pageRows}`);
  const count = db.prepare(`SELECT count(*) FROM roster WHERE ${where}`).pluck();
  return (typed) => {
    const words = { like: `%${typed}%`, tail: `%${typed.toUpperCase()}` };
    return [count.get(words), rows.all(words)];
  };
}
