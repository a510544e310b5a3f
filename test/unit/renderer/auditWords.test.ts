import { describe, expect, it } from 'vitest';
import { actionWords, factWords, subjectWords } from '../../../renderer/settings/audit/words.ts';
import { makeTexts, type Text } from '../../../renderer/text/index.ts';
import { languages } from '../../../shared/language.ts';
import { auditActions, auditFaults, auditKinds } from '../../../shared/model/audit.ts';

describe.each(languages)('the audit log in words (%s)', (language) => {
  const texts = makeTexts(language);
  const t: Text = (key, params) => texts.t(key as never, params as never) as unknown as string;

  it('every action, kind and fault has its own words, and none is a code', () => {
    const words = auditActions.map((action) => actionWords(t, action));
    expect(words.filter((word) => word === '' || /[a-z]\.[a-z]/i.test(word))).toEqual([]);
    expect(new Set(words).size).toBe(words.length);
    for (const kind of auditKinds) expect(t(`audit.kinds.${kind}`)).not.toContain('audit.');
    for (const fault of auditFaults) expect(t(`audit.faults.${fault}`)).not.toContain('audit.');
  });

  it('what an older or a newer program wrote is shown as it is', () => {
    expect(actionWords(t, 'something.else')).toBe('something.else');
    expect(subjectWords(t, 'thing:42')).toBe('thing 42');
    expect(factWords(t, { other: { deep: [1, 2] }, none: null })).toEqual([['other', 'deep: [1,2]']]);
  });

  it('reasons, papers and roles are told in words', () => {
    const told = factWords(t, { reason: 'checkDocument', paper: 'daySummary', role: 'supervisor', ok: true });
    expect(told.map(([, value]) => value).join(' ')).not.toMatch(/checkDocument|daySummary|supervisor|true/);
  });
});
