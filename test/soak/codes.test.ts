import { expect, it } from 'vitest';
import { classify } from '../../shared/codes/classify.ts';
import { kitKey } from '../../shared/codes/kitKey.ts';

const inputs = 1_000_000;
const pieces = [
  '01',
  '06901234567892',
  '17',
  '240930',
  '10',
  '21',
  '\u001D',
  ']d2',
  ']C1',
  '(01)',
  'https://a.b/01/',
  'MA.156.',
  '.S',
  'X',
  '<<<',
  '319900',
  '\u0000',
  '\uD800',
  ' ',
  '%2',
  '+',
  '88.1.',
  'YP',
  'é',
  '{',
  '0',
  ']I1',
  ']Q2\\000026',
  'https://a/gtin/',
  '-',
  '\uFF08\uFF10\uFF11\uFF09',
  'P<UTO',
  '8613800138000',
  'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
];

const patterns = [
  { prefix: '31', length: 18 },
  { prefix: '', length: 9 },
];

it('a million made-up codes: none throws, none is endless, each answer holds its raw text', () => {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  for (let n = 0; n < inputs; n++) {
    let text = '';
    for (let length = next() % 9; length >= 0; length--) text += pieces[next() % pieces.length] ?? '';
    const code = classify(text, { today: '2022-04-10', patterns });
    if (code.raw !== text) expect(code.raw).toBe(text);
    if (code.ok) kitKey(code);
  }
});
