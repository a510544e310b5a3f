import { describe, expect, it } from 'vitest';
import { refusalWords } from '../../../renderer/desk/words.ts';
import { makeTexts, type Text } from '../../../renderer/text/index.ts';
import { en, zhCN } from '../../../renderer/text/languages.ts';
import { languages } from '../../../shared/language.ts';
import { refusalCodes } from '../../../shared/model/desk.ts';

function leaves(tree: object, before = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(before + name, value);
    else for (const [path, words] of leaves(value as object, `${before}${name}.`)) found.set(path, words);
  }
  return found;
}
const placeholders = (words: string) => [...words.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]);
const zh = leaves(zhCN);
const english = leaves(en);

describe('the texts', () => {
  it('have the same keys in both languages', () => {
    expect([...english.keys()].sort()).toEqual([...zh.keys()].sort());
  });

  it('are never empty, and fill in the same values in both languages', () => {
    for (const [path, words] of zh) {
      const other = english.get(path) ?? '';
      expect(words, path).not.toBe('');
      expect(other, path).not.toBe('');
      // A value may be said twice, never one that the other language lacks.
      expect(new Set(placeholders(other)), path).toEqual(new Set(placeholders(words)));
    }
  });

  it('are Chinese in Chinese', () => {
    const plain = new Set(['PIN', 'Esc', 'Ctrl L', 'Ctrl S', 'Ctrl F', 'English', 'GTIN', '—']);
    for (const [path, words] of zh) {
      if (plain.has(words) || /^[{}\w\s–:·%…\-.,、：，]*$/.test(words)) continue;
      expect(words, path).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it('are not Chinese in English, but for the mark and the name of the language', () => {
    for (const [path, words] of english) {
      if (path === 'frame.mark' || path.endsWith('languages.zh-CN')) continue;
      expect(words, path).not.toMatch(/[\u4e00-\u9fff，。；：]/);
    }
  });
});

describe('a refusal', () => {
  const params = {
    boundAtMs: Date.UTC(2022, 3, 10, 1, 58),
    person: '刘**',
    address: '3 402',
    operator: '王敏',
    tail: '4402',
    lot: 'W22031',
  };

  for (const language of languages) {
    const texts = makeTexts(language);
    const t: Text = (key, values) => texts.t(key as never, values as never) as unknown as string;
    const place = { zone: 'Asia/Shanghai', language };
    const nowMs = Date.UTC(2022, 3, 10, 2, 42);

    it(`says why and what to do for every code, with params or without, in ${language}`, () => {
      for (const code of refusalCodes) {
        for (const given of [params, {}]) {
          const words = refusalWords(t, place, { code, params: given, kit: null }, nowMs);
          for (const part of [words.title, words.todo, words.why]) {
            expect(part.trim(), code).not.toBe('');
            expect(part, code).not.toMatch(/\{\{|undefined|NaN|refusals\./);
          }
        }
      }
    });
  }

  it('tells of a used kit in the words of the picture', () => {
    const texts = makeTexts('zh-CN');
    const t: Text = (key, values) => texts.t(key as never, values as never) as unknown as string;
    const words = refusalWords(
      t,
      { zone: 'Asia/Shanghai', language: 'zh-CN' },
      { code: 'kitUsed', params, kit: null },
      Date.UTC(2022, 3, 10, 2, 42),
    );
    expect(words).toEqual({
      title: '试剂已用过',
      todo: '请换一盒新的试剂',
      why: '这盒 今天 09:58 已绑定 刘**（3 号楼 402），操作员 王敏。',
    });
  });
});
