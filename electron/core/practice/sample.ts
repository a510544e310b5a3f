import { classify } from '../../../shared/codes/classify.ts';
import { kitKey } from '../../../shared/codes/kitKey.ts';
import { residentIdCheck } from '../../../shared/codes/residentId.ts';
import type { Person, Sex } from '../../../shared/model/person.ts';
import { addPerson } from '../people/people.ts';
import type { Station } from '../station.ts';

/**
 * Sample data to try the desk with: fictional people (their numbers carry a county code that was never assigned, so they
 * are nobody's) and one product marked as a sample, whose GTIN and reading window are the sample's own.
 */
export const sampleProduct = {
  gtin: '06901234567892',
  lot: 'SAMPLE01',
  window: { opensAfterMin: 15, closesAfterMin: 20 },
} as const;

/** A county code that GB/T 2260 never assigned. */
const nobodysCounty = '319900';
const surnames = [...'李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'];
const givenNames = [
  '建国',
  '秀英',
  '伟',
  '芳',
  '敏',
  '静',
  '丽华',
  '强',
  '磊',
  '洋',
  '艳',
  '勇',
  '娟',
  '涛',
  '明',
  '超',
  '秀兰',
  '霞',
  '平',
  '桂英',
];
export const samplePeopleCount = 60;
/** As many of them live in the sample's community. */
const sampleResidents = 45;
export const sampleKitCount = 200;

/** The n-th sample person, always the same. */
export function samplePerson(n: number): Omit<Person, 'id'> {
  const sex: Sex = n % 2 === 0 ? 'female' : 'male';
  const year = 1935 + ((n * 7) % 80);
  const birthDate = `${year}-${two(1 + ((n * 5) % 12))}-${two(1 + ((n * 11) % 28))}`;
  // Odd sequence numbers are men's, even ones women's (GB 11643).
  const sequence = String(100 + n * 2 + (sex === 'male' ? 1 : 0)).padStart(3, '0');
  const body = `${nobodysCounty}${birthDate.replaceAll('-', '')}${sequence}`;
  return {
    name: `${surnames[n % surnames.length]}${givenNames[(n * 3 + Math.floor(n / 20)) % givenNames.length]}`,
    sex,
    birthDate,
    documentKind: 'residentId',
    documentNumber: body + residentIdCheck(body),
    phone: null,
    address: { building: String(1 + (n % 6)), unit: '', room: `${1 + (Math.floor(n / 6) % 12)}0${1 + (n % 4)}` },
    guardianName: null,
  };
}

/** What the n-th sample kit's code reads. */
export function sampleKitCode(n: number, expiresOn: string): string {
  const expiry = expiresOn.slice(2).replaceAll('-', '');
  return `]d201${sampleProduct.gtin}17${expiry}10${sampleProduct.lot}\u001D21${sampleSerial(n)}`;
}

function sampleSerial(n: number): string {
  return `YL${String(n).padStart(6, '0')}`;
}

/** Two years ahead, the last of the month. */
export function sampleExpiry(day: string): string {
  const year = Number(day.slice(0, 4)) + 2;
  const month = Number(day.slice(5, 7));
  return `${year}-${two(month)}-${two(new Date(Date.UTC(year, month, 0)).getUTCDate())}`;
}

/** Fills a fresh register with the sample, inside its creating transaction. */
export function writeSample(station: Station, day: string): void {
  const { products, kits } = station.tables;
  const productId = station.newId();
  products.save({
    id: productId,
    registrant: '示例试剂（仅供练习）',
    shortName: '示例试剂',
    method: '胶体金法',
    registrationNumber: null,
    approvedOn: null,
    gtins: [sampleProduct.gtin],
    window: sampleProduct.window,
    storage: null,
    isSample: true,
  });
  const expiresOn = sampleExpiry(day);
  const lotId = station.newId();
  products.insertLot({ id: lotId, productId, lot: sampleProduct.lot, expiresOn, importId: null });
  for (let n = 1; n <= sampleKitCount; n++) {
    const code = classify(sampleKitCode(n, expiresOn), { today: day });
    const key = code.ok ? kitKey(code) : null;
    if (key === null) throw new Error('the sample kit code does not parse');
    kits.insert({ kitKey: key, productId, lotId, serial: sampleSerial(n), importId: null });
  }
  const atMs = station.clock.now();
  const community = station.newId();
  const enterprise = station.newId();
  const { organisations } = station.tables;
  organisations.save({ id: community, kind: 'community', name: '示例社区', creditCode: null }, atMs);
  organisations.setContacts(community, [{ id: station.newId(), name: '何主任', phone: null }]);
  organisations.save({ id: enterprise, kind: 'enterprise', name: '示例食品厂', creditCode: null }, atMs);
  for (let n = 0; n < samplePeopleCount; n++) {
    const personId = station.newId();
    addPerson(station, { id: personId, ...samplePerson(n) }, 'sample', null);
    const row = { personId, atMs, operatorId: null };
    if (n < sampleResidents) organisations.enlist({ ...row, organisationId: community });
    // Some live in the community and work there too.
    if (n % 4 === 0) organisations.enlist({ ...row, organisationId: enterprise });
  }
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
