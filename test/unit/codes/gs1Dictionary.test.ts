import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type AiPart, aiAt, aiRules, checkNames } from '../../../shared/codes/gs1Ai.ts';

/** What the published file says, read by its own grammar, one entry an identifier. */
function published() {
  const text = readFileSync(new URL('../../fixtures/gs1-syntax-dictionary.txt', import.meta.url), 'utf8');
  const entries = new Map<string, object>();
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line.trim() === '') continue;
    const [specification = '', title = ''] = line.split(/#(.*)/).map((piece) => piece.trim());
    const words = specification.split(/\s+/);
    const [first = '', last = first] = (words.shift() ?? '').split('-');
    const flags = /^[!-/:-@^-`{-~]+$/.test(words[0] ?? '') ? (words.shift() ?? '') : '';
    const parts: AiPart[] = [];
    let needs: string[][] = [];
    let excludes: string[] = [];
    let qualifiers: string[][] | null = null;
    for (const word of words) {
      const attribute = /^(req|ex|dlpkey)(?:=(.*))?$/.exec(word);
      if (attribute !== null) {
        const value = attribute[2] ?? '';
        if (attribute[1] === 'req') needs = value.split(',').map((group) => group.split('+'));
        if (attribute[1] === 'ex') excludes = value.split(',');
        if (attribute[1] === 'dlpkey')
          qualifiers = value.split('|').map((list) => (list === '' ? [] : list.split(',')));
        continue;
      }
      const [shape = '', ...checks] = word.replace(/[[\]]/g, '').split(',');
      const size = Number(/\d+$/.exec(shape)?.[0]);
      expect(size, word).toBeGreaterThan(0);
      parts.push({
        set: shape.charAt(0) as AiPart['set'],
        min: shape.includes('..') ? 1 : size,
        max: size,
        optional: word.startsWith('['),
        checks: checks as AiPart['checks'],
      });
    }
    for (let number = Number(first); number <= Number(last); number++) {
      const ai = String(number).padStart(first.length, '0');
      const common = { title, predefined: flags.includes('*'), inQuery: flags.includes('?'), parts };
      entries.set(ai, { ai, ...common, needs, excludes, qualifiers });
    }
  }
  return entries;
}

describe('the table of application identifiers', () => {
  it('says what the published dictionary says, identifier by identifier', () => {
    const entries = published();
    expect(entries.size).toBeGreaterThan(500);
    expect([...aiRules.keys()]).toEqual([...entries.keys()]);
    for (const [ai, { min: _min, max: _max, ...rule }] of aiRules) expect(rule).toEqual(entries.get(ai));
  });

  it('has a use for every check, and a size for every value', () => {
    const used = new Set([...aiRules.values()].flatMap((rule) => rule.parts.flatMap((part) => part.checks)));
    expect([...used].sort()).toEqual([...checkNames].sort());
    for (const rule of aiRules.values()) expect(rule.min).toBeLessThanOrEqual(rule.max);
    expect(aiRules.get('8008')).toMatchObject({ min: 8, max: 12 });
  });

  it('finds one identifier at a place, as none begins another', () => {
    for (const ai of aiRules.keys()) {
      expect(aiAt(`${ai}99`, 0)?.ai).toBe(ai);
      for (const other of aiRules.keys()) expect(other !== ai && other.startsWith(ai)).toBe(false);
    }
    expect(aiAt('05', 0)).toBeNull();
    expect(aiAt('3', 0)).toBeNull();
  });
});
