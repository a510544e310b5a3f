import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatElementString } from '../../../shared/codes/gs1.ts';
import { lostSeparator } from '../../../shared/codes/lostSeparator.ts';

const today = '2022-04-10';
const gtin = '0106921734900135';
const GS = '\u001D';

describe('a code whose separators were lost', () => {
  for (const [what, text] of [
    ['a lot that swallowed the serial', `${gtin}10LOT121SN1`],
    ['the same with a date before', `${gtin}1724090110LOT121SN1`],
    ['the same with a symbology identifier', `]d2${gtin}1724090110LOT121SN0084471`],
    ['a serial that swallowed the date', `${gtin}21SN117240901`],
    ['a serial that swallowed date and lot', `${gtin}21SN11724090110LOT1`],
    ['a lot that swallowed the date', `${gtin}10LOT117240901`],
    ['a lot that swallowed date and serial', `${gtin}10LOT11724090021SN1`],
    ['a serial that swallowed the lot and is too long for it', `${gtin}21SN008447100110LOTW22031A`],
    ['digits only', `${gtin}102203152100844712`],
  ] as const) {
    it(`is suspected: ${what}`, () => {
      expect(lostSeparator(text, today)).toBe(true);
    });
  }

  for (const [what, text] of [
    ['separators are there', `${gtin}1724090110LOT1${GS}21SN1`],
    ['one separator is enough to trust the gun', `${gtin}10LOT121SN1${GS}240A`],
    ['nothing follows', `${gtin}1724090121SN0084471`],
    ['a batch', `${gtin}1724090110LOT1`],
    ['a lot with a year', `${gtin}1020210315`],
    ['a longer lot with a year', `${gtin}10YF202103150001`],
    ['a short lot with 21 in it', `${gtin}10A2103`],
    ['the date stands before', `${gtin}1724090121SN117240901`],
    ['a serial that begins with the date', `${gtin}2117240901`],
    ['17 and no day', `${gtin}21SN117249901`],
    ['17 and a day of another age', `${gtin}21SN117600901`],
    ['a date inside the serial', `${gtin}21SN117240901XY`],
    ['a wrong GTIN', '010692173490013610LOT121SN1'],
    ['another identifier', `${gtin}240ABC21SN1`],
    ['a resident ID', '11010519491231002X'],
    ['nothing', ''],
    ['an unfinished code', `${gtin}17`],
  ] as const) {
    it(`is not suspected: ${what}`, () => {
      expect(lostSeparator(text, today)).toBe(false);
    });
  }

  it('is never found in a code that still has its separators, and no text makes it throw', () => {
    const part = fc.stringMatching(/^[A-Z0-9-]{1,20}$/);
    fc.assert(
      fc.property(part, part, (lot, serial) => {
        const whole = formatElementString([
          ['01', gtin.slice(2)],
          ['10', lot],
          ['21', serial],
        ]);
        expect(lostSeparator(whole, today)).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => typeof lostSeparator(gtin + text, today) === 'boolean'),
    );
  });

  it('is found in most codes of usual lots and serials', () => {
    const lots = ['W22031', 'LOT1', 'F20211203', '2203A', 'YK2021'];
    const serials = ['SN0084471', '000123', 'A1B2C3D4', 'YL000001'];
    for (const lot of lots) {
      for (const serial of serials) expect(lostSeparator(`${gtin}10${lot}21${serial}`, today), lot + serial).toBe(true);
    }
  });
});
