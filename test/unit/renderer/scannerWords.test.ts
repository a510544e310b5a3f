import { describe, expect, it } from 'vitest';
import { type Finding, findingCodes } from '../../../renderer/scan/gunCheck.ts';
import { fieldWords, findingWords, profileWords } from '../../../renderer/scanners/findingWords.ts';
import { makeTexts, type Text } from '../../../renderer/text/index.ts';
import { languages } from '../../../shared/language.ts';
import { gsWays, wedgeSuffixes } from '../../../shared/model/gun.ts';

const broken = /\{\{|\}\}|undefined|NaN|scanners\./;

for (const language of languages) {
  const texts = makeTexts(language);
  const t: Text = (key, values) => texts.t(key as never, values as never) as unknown as string;

  describe(`what the scanners page says in ${language}`, () => {
    it('words every finding: what is seen and what to do', () => {
      const said = new Set<string>();
      for (const code of findingCodes) {
        // What a gun typed may look like a placeholder; it is shown as it came.
        const params = { seen: '{GS}', n: '3', ms: '80', layout: 'de' };
        const { seen, change } = findingWords(t, { code, params, severity: 'wrong' } satisfies Finding);
        for (const words of [seen, change]) {
          expect(words.length, code).toBeGreaterThan(4);
          expect(words, code).not.toMatch(broken);
        }
        said.add(seen);
      }
      expect(said.size).toBe(findingCodes.length);
    });

    it('names layouts, unknown ones too, and shows markup that a gun typed as it came', () => {
      const layoutWords = (layout: string) =>
        findingWords(t, { code: 'layout', params: { layout }, severity: 'wrong' }).seen;
      expect(new Set(['de', 'fr', 'uk', 'jp', 'other'].map(layoutWords)).size).toBe(5);
      expect(layoutWords('constructor')).toBe(layoutWords('other'));
      const prefix = findingWords(t, { code: 'prefix', params: { seen: '<b>$t(frame.mark){{n}}' }, severity: 'ok' });
      expect(prefix.seen).toContain('<b>$t(frame.mark){{n}}');
    });

    it('puts every profile into words, and names the fields of a code', () => {
      for (const gs of gsWays) {
        for (const suffix of wedgeSuffixes) {
          const replacement = gs === 'replacement' ? '{GS}' : null;
          const words = profileWords(t, { gs, replacement, prefix: '##', suffix, paceMs: 4.5, learnedAtMs: 0 });
          expect(words).not.toMatch(broken);
          expect(words).toContain('##');
          expect(words.includes('{GS}')).toBe(gs === 'replacement');
        }
      }
      expect(fieldWords(t, '21')).not.toMatch(/21/);
      expect(fieldWords(t, '8008')).toBe('(8008)');
      expect(fieldWords(t, 'toString')).toBe('toString');
    });
  });
}
