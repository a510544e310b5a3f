import { describe, expect, it } from 'vitest';
import { imports as enImports } from '../../../renderer/text/en/imports.ts';
import { kits as enKits } from '../../../renderer/text/en/kits.ts';
import { lists as enLists } from '../../../renderer/text/en/lists.ts';
import { people as enPeople } from '../../../renderer/text/en/people.ts';
import { results as enResults } from '../../../renderer/text/en/results.ts';
import { settings as enSettings } from '../../../renderer/text/en/settings.ts';
import { sync as enSync } from '../../../renderer/text/en/sync.ts';
import { today as enToday } from '../../../renderer/text/en/today.ts';
import { imports } from '../../../renderer/text/zhCN/imports.ts';
import { kits } from '../../../renderer/text/zhCN/kits.ts';
import { lists } from '../../../renderer/text/zhCN/lists.ts';
import { people } from '../../../renderer/text/zhCN/people.ts';
import { results } from '../../../renderer/text/zhCN/results.ts';
import { settings } from '../../../renderer/text/zhCN/settings.ts';
import { sync } from '../../../renderer/text/zhCN/sync.ts';
import { today } from '../../../renderer/text/zhCN/today.ts';

type Tree = { readonly [key: string]: string | Tree };
const zh: Tree = { imports, kits, lists, people, results, settings, sync, today };
const en: Tree = {
  imports: enImports,
  kits: enKits,
  lists: enLists,
  people: enPeople,
  results: enResults,
  settings: enSettings,
  sync: enSync,
  today: enToday,
};

function flat(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : flat(value, `${path}${key}.`),
  );
}

const blanks = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').toSorted();
const chinese = /\p{Script=Han}/u;
/** The name of a language stands in that language, whatever the interface speaks. */
const ownNames = new Set(['settings.preferences.languages.zh-CN']);

describe('the words of the lists and settings', () => {
  it('has the same keys in both languages', () => {
    expect(flat(en).map(([key]) => key)).toEqual(flat(zh).map(([key]) => key));
  });

  it('leaves the same blanks to fill in', () => {
    const english = new Map(flat(en));
    const unequal = flat(zh).filter(([key, text]) => blanks(text).join() !== blanks(english.get(key) ?? '').join());
    expect(unequal).toEqual([]);
  });

  it('is written in English where it is English, and says something everywhere', () => {
    expect(flat(en).filter(([key, text]) => chinese.test(text) && !ownNames.has(key))).toEqual([]);
    expect([...flat(zh), ...flat(en)].filter(([, text]) => text === '')).toEqual([]);
  });
});
