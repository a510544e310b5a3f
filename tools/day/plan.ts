import { sampleExpiry } from '../../electron/core/practice/sample.ts';
import { makePeople, type RosterPerson } from './people.ts';

/** The product of the day: fictional, and named so. */
export const dayProduct = {
  registrant: '示例生物（演示用）',
  shortName: '示例试剂',
  method: '胶体金法',
  gtin: '06901234567892',
  lot: 'W22031',
  window: { opensAfterMin: 15, closesAfterMin: 20 },
} as const;

export const rosterSize = 2_000;
export const boundTarget = 200;
/** Kits delivered: enough for the day, its mistakes and its re-tests. */
const deliveredKits = 260;

export type DayPlan = {
  readonly people: readonly RosterPerson[];
  readonly kitCode: (n: number) => string;
  readonly kitSerial: (n: number) => string;
  readonly manifestFile: string;
};

/** What the readings need to know of the morning: which kit was bound, in order. */
export type Session = {
  readonly kits: readonly number[];
  /** The kit whose result is corrected afterwards. */
  readonly toRevise: number;
};

export function planDay(today: string): DayPlan {
  const expiresOn = sampleExpiry(today);
  const expiry = expiresOn.slice(2).replaceAll('-', '');
  const kitSerial = (n: number) => `SN${String(84_000 + n * 7).padStart(7, '0')}`;
  const rows = Array.from({ length: deliveredKits }, (_unused, n) =>
    [dayProduct.gtin, dayProduct.lot, expiresOn, kitSerial(n)].join(','),
  );
  return {
    people: makePeople(rosterSize),
    kitCode: (n) => `]d201${dayProduct.gtin}17${expiry}10${dayProduct.lot}\u001D21${kitSerial(n)}`,
    kitSerial,
    manifestFile: ['GTIN,批号,有效期,序列号', ...rows, ''].join('\n'),
  };
}
