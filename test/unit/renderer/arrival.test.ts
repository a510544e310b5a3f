import { describe, expect, it } from 'vitest';
import { arrivalOf } from '../../../renderer/scanners/arrival.ts';
import { makeOwnCode, makeRecoveryKey } from '../../../shared/codes/ownCodes.ts';
import { testSheet } from '../../../shared/codes/testSheet.ts';
import type { WedgeProfile } from '../../../shared/model/gun.ts';
import { pull, rightGun, type SimulatedGun } from './simulatedGun.ts';

const GS = '\u001D';
const today = '2022-04-10';
const kit = `0106921734900135172409011${'0LOT1'}${GS}21SN0084471`;

function arrivalFrom(gun: SimulatedGun, text: string, profile: WedgeProfile | null = null) {
  const traced = pull(gun, text, profile).find((action) => action.do === 'traced');
  if (traced === undefined) throw new Error('nothing arrived');
  return arrivalOf(traced.trace, today);
}
const facesOf = (gun: SimulatedGun, text: string) => arrivalFrom(gun, text).chips.map(({ face }) => face);

describe('what arrives', () => {
  it('is shown key by key, with the time since the key before', () => {
    const { chips, pace, suffix, outcome } = arrivalFrom({ ...rightGun, paceMs: 7 }, kit);
    expect(chips.map(({ face }) => face).join('')).toBe(`${kit.replace(GS, '␝')}⏎`);
    expect(chips[0]?.sinceMs).toBeNull();
    expect(chips[1]?.sinceMs).toBe(7);
    expect(chips.filter(({ isControl }) => isControl).map(({ face }) => face)).toEqual(['␝', '⏎']);
    expect({ pace, suffix, outcome }).toEqual({
      pace: { medianMs: 7, longestMs: 7, pauses: 0 },
      suffix: 'enter',
      outcome: 'scan',
    });
  });

  it('is read as the desk would read it', () => {
    expect(arrivalFrom({ ...rightGun, symbologyId: true, gs: 'f8', capsLock: true }, kit)).toMatchObject({
      text: `]d2${kit.replace(GS, '␝')}`,
      isHidden: false,
      characters: kit.length + 3,
      bytes: kit.length + 3,
      symbologyId: ']d2',
      gsWays: ['f8'],
      capsLock: true,
      kind: 'gs1',
      isFaulty: false,
      fields: [
        { name: '01', value: '06921734900135' },
        { name: '10', value: 'LOT1' },
        { name: '17', value: '2024-09-01' },
        { name: '21', value: 'SN0084471' },
      ],
    });
  });

  it('shows what came, and reads what the profile makes of it', () => {
    const profile: WedgeProfile = {
      gs: 'replacement',
      replacement: '|',
      prefix: '##',
      suffix: 'enter',
      paceMs: 5,
      learnedAtMs: 0,
    };
    const arrival = arrivalFrom({ ...rightGun, prefix: '##', gs: { text: '|' } }, kit, profile);
    expect(arrival).toMatchObject({
      text: `##${kit.replace(GS, '|')}`,
      kind: 'gs1',
      isFaulty: false,
      wasReplaced: true,
    });
  });

  it('hides what belongs to a person, and badges: in the text and on the keys', () => {
    for (const secret of [
      '31990119770523612X',
      '319901770523612',
      '13800138000',
      'H12345678',
      '12345678',
      makeOwnCode('YS', (count) => new Uint8Array(count).fill(13)),
      makeRecoveryKey((count) => new Uint8Array(count).fill(91)).text,
      makeOwnCode('YP', (count) => new Uint8Array(count).fill(7)),
    ]) {
      const arrival = arrivalFrom(rightGun, secret);
      expect(arrival.isHidden, secret).toBe(true);
      expect(arrival.text, secret).not.toContain(secret.slice(3, -4));
      expect(arrival.text, secret).toHaveLength(secret.length);
      expect(arrival.fields, secret).toEqual([]);
      expect(facesOf(rightGun, secret).join(''), secret).toBe(`${'•'.repeat(secret.length)}⏎`);
    }
  });

  it('hides a document that lost a digit, shows the test sheet and kits', () => {
    expect(arrivalFrom({ ...rightGun, loses: 5 }, '310104198002291236').isHidden).toBe(true);
    for (const { key, text } of testSheet) {
      const arrival = arrivalFrom({ ...rightGun, letters: 'upper' }, text);
      expect(arrival).toMatchObject({ sheetKey: key, isHidden: false });
    }
    expect(arrivalFrom(rightGun, kit.slice(0, 30)).isHidden).toBe(false);
  });

  it('draws no more keys than fit', () => {
    const { chips, moreKeys, text } = arrivalFrom(rightGun, 'A'.repeat(3_000));
    expect(chips).toHaveLength(400);
    expect(moreKeys).toBe(2_601);
    expect(text.length).toBeLessThanOrEqual(600);
  });
});
