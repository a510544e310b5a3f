import { plainHeading } from '../../../shared/listColumns.ts';
import type { ImportFields } from './columns.ts';
import { readDay } from './dates.ts';
import { headRows, type Row, type Rows } from './table.ts';

const headingLength = 60;
/** Rows by which a column's content is judged. */
const samples = 200;

export type FoundBy = 'heading' | 'content' | 'remembered' | 'hand' | null;
export type ColumnMeaning = {
  readonly heading: string;
  readonly field: string | null;
  readonly by: FoundBy;
  /** Its heading says one thing and what stands below another. */
  readonly isDoubtful: boolean;
};

/** Where the heading stands among the rows; -1 where the file begins with its first person or kit. */
export function findHeading(rows: Rows, known: ImportFields): number {
  const meanings = meaningsOf(known);
  let best = -1;
  let most = 0;
  for (let index = 0; index < Math.min(headRows, rows.length); index += 1) {
    const fields = fieldsIn(rows.at(index), meanings);
    // A heading of two rows: where they say as much, the lower one says it more precisely.
    const isBelow = best === index - 1 && best >= 0 && fields.size === most && most > 1;
    if (fields.size > most || isBelow) {
      best = index;
      most = fields.size;
    }
  }
  if (best >= 0) return best;
  return rows.length > 0 && looksLikeData(rows.at(0)) ? -1 : 0;
}

/** Whether a row further down is the heading once more: lists that were made for paper have it on each page. */
export function repeatsHeading(cells: readonly string[], headings: readonly string[]): boolean {
  return (
    cells.length > 1 &&
    cells[0] === headings[0] &&
    cells.every((cell, index) => cell.slice(0, headingLength) === (headings[index] ?? ''))
  );
}

export function headingsOf(row: Row): readonly string[] {
  return row.cells.map((cell) => cell.slice(0, headingLength));
}

function meaningsOf(known: ImportFields): ReadonlyMap<string, string> {
  const meanings = new Map<string, string>();
  for (const [field, words] of Object.entries(known)) {
    for (const word of words) if (!meanings.has(word)) meanings.set(word, field);
  }
  return meanings;
}

function fieldsIn({ cells }: Row, meanings: ReadonlyMap<string, string>): ReadonlySet<string> {
  const fields = new Set<string>();
  for (const cell of cells) {
    const field = cell.length <= headingLength ? meanings.get(plainHeading(cell)) : undefined;
    if (field !== undefined) fields.add(field);
  }
  return fields;
}

function looksLikeData({ cells }: Row): boolean {
  return cells.some((cell) => isDocument(cell) || isMobile(cell));
}

/**
 * What each column holds: by its heading, unless what stands below is plainly something else; else by what stands below.
 * Each field once. Only rosters are told by their content.
 */
export function matchColumns(
  headings: readonly string[],
  rows: Rows,
  known: ImportFields,
  byContent: boolean,
): readonly ColumnMeaning[] {
  const meanings = meaningsOf(known);
  const taken = new Set<string>();
  const contents = byContent ? contentsOf(headings.length, rows) : [];
  const fields = headings.map((heading, index): { field: string | null; by: FoundBy; isDoubtful: boolean } => {
    const field = meanings.get(plainHeading(heading));
    if (field === undefined || taken.has(field)) return { field: null, by: null, isDoubtful: false };
    if (contradicts(field, contents[index] ?? null)) return { field: null, by: null, isDoubtful: true };
    taken.add(field);
    return { field, by: 'heading', isDoubtful: false };
  });
  for (const [index, content] of contents.entries()) {
    const column = fields[index];
    if (column === undefined || column.field !== null || content.is === null || taken.has(content.is)) continue;
    taken.add(content.is);
    column.field = content.is;
    column.by = 'content';
  }
  return headings.map((heading, index) => ({ heading, field: null, by: null, isDoubtful: false, ...fields[index] }));
}

type Content = {
  /** The field that the column's cells are plainly of. */
  readonly is: string | null;
  readonly filled: number;
  /** Shares of the filled cells, 0 to 1. */
  readonly shares: Readonly<Record<string, number>>;
};

/** Numbers in a column of names, phones in a column of documents, a running number called ID. */
function contradicts(field: string, content: Content | null): boolean {
  if (content === null || content.filled < 3) return false;
  const share = (name: string) => content.shares[name] ?? 0;
  switch (field) {
    case 'name':
      return share('documentNumber') > 0.8 || share('phone') > 0.8;
    case 'documentNumber':
      return share('phone') > 0.7 || share('running') > 0.7 || share('name') > 0.7;
    case 'phone':
      return share('documentNumber') > 0.8 || share('name') > 0.8;
    default:
      return false;
  }
}

function contentsOf(width: number, rows: Rows): readonly Content[] {
  const counts = Array.from({ length: width }, () => ({
    filled: 0,
    documentNumber: 0,
    phone: 0,
    sex: 0,
    birthDate: 0,
    name: 0,
    address: 0,
    running: 0,
  }));
  const step = Math.max(1, Math.floor(rows.length / samples));
  for (let at = 0; at < rows.length; at += step) {
    const { cells } = rows.at(at);
    for (const [index, count] of counts.entries()) {
      const text = cells[index] ?? '';
      if (text === '' || text.length > 120) continue;
      count.filled += 1;
      if (isDocument(text)) count.documentNumber += 1;
      else if (isMobile(text)) count.phone += 1;
      else if (/^(?:男|女|男性|女性)$/.test(text)) count.sex += 1;
      else if (isBirthDate(text)) count.birthDate += 1;
      else if (/^\d{1,4}$/.test(text)) count.running += 1;
      else if (isName(text)) count.name += 1;
      else if (/\d+(?:号楼|栋|幢|号).*(?:室|\d)$/.test(text)) count.address += 1;
    }
  }
  return counts.map(({ filled, ...kinds }) => {
    const shares = Object.fromEntries(Object.entries(kinds).map(([name, n]) => [name, filled === 0 ? 0 : n / filled]));
    const told = (['documentNumber', 'phone', 'sex', 'birthDate', 'address', 'name'] as const).find(
      (name) => (shares[name] ?? 0) >= (name === 'sex' || name === 'birthDate' ? 0.9 : 0.7),
    );
    return { filled, shares, is: filled === 0 ? null : (told ?? null) };
  });
}

function isDocument(text: string): boolean {
  return /^\d{6}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[\dXx]$/.test(text) || /^\d\.\d+E\+17$/i.test(text);
}

function isMobile(text: string): boolean {
  return /^(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}$/.test(text);
}

function isBirthDate(text: string): boolean {
  // A serial day is five digits, which rooms and numbers of staff are too.
  return /\D|^\d{8}$/.test(text) && readDay(text) !== null;
}

/** Surnames that nine in ten people have; a column of names has hardly anything else in front. */
const surnames = new Set(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花艾蓝都巩仇竺诸葛司欧阳',
);
function isName(text: string): boolean {
  return /^\p{Script=Han}{2,4}$/u.test(text) && surnames.has(text.charAt(0));
}
