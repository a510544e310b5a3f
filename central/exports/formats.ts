import { csvLine } from '../../shared/csvLine.ts';
import { bundleOf } from '../fhir/bundle.ts';
import { lifeOf, type TestChain } from '../fhir/life.ts';

/** How tests are written into a file: a line before them, and one or more each. */
export type Format = { readonly begin: string; readonly lineOf: (chain: TestChain) => string };

const columns = [
  'testId',
  'site',
  'station',
  'day',
  'status',
  'revision',
  'readAt',
  'name',
  'sex',
  'birthDate',
  'documentKind',
  'documentNumber',
  'phone',
  'building',
  'unit',
  'room',
  'guardianName',
  'kitKey',
  'product',
  'lot',
  'expiresOn',
  'boundAt',
  'operator',
] as const;
type Column = (typeof columns)[number];

/** Epoch milliseconds as an ISO instant in UTC; empty where the clock said what no calendar has. */
const timeOf = (atMs: number): string => (Math.abs(atMs) <= 8.64e15 ? new Date(atMs).toISOString() : '');

function cellsOf(chain: TestChain): Readonly<Record<Column, string | null>> {
  const { binding, now } = lifeOf(chain);
  const { person, day, boundAtMs, operator } = binding.record.payload;
  const reading = now.reading?.record.payload ?? null;
  const statuses = { void: now.voided !== null, pending: reading === null, unsettled: chain.isContested };
  const status = (['void', 'pending', 'unsettled'] as const).find((each) => statuses[each]) ?? reading?.outcome ?? null;
  return {
    testId: chain.testId,
    site: chain.site.name,
    station: chain.station.name,
    day,
    status,
    revision: reading === null ? null : String(reading.revision),
    readAt: reading === null ? null : timeOf(reading.readAtMs),
    name: person.name,
    sex: person.sex,
    birthDate: person.birthDate,
    documentKind: person.documentKind,
    documentNumber: person.documentNumber,
    phone: person.phone,
    building: person.address.building,
    unit: person.address.unit,
    room: person.address.room,
    guardianName: person.guardianName,
    kitKey: now.kit.key,
    product: now.kit.productName,
    lot: now.kit.lot,
    expiresOn: now.kit.expiresOn,
    boundAt: timeOf(boundAtMs),
    operator: operator.name,
  };
}

export const formats = {
  /** A line a test with all its records, in their order. */
  ndjson: {
    begin: '',
    lineOf: ({ testId, site, station, isContested, records }) =>
      `${JSON.stringify({
        testId,
        site: site.name,
        station: station.name,
        isContested,
        records: records.map(({ record, receivedAtMs }) => ({ receivedAtMs, record })),
      })}\n`,
  },
  /** A line a test as it is now, for spreadsheet programs: in UTF-8 with its mark, and nothing that they would compute. */
  csv: {
    begin: `\uFEFF${csvLine(columns)}`,
    lineOf: (chain) => {
      const cells = cellsOf(chain);
      return csvLine(columns.map((column) => cells[column] ?? ''));
    },
  },
  /** A Bundle of FHIR R4 a line. */
  fhir: { begin: '', lineOf: (chain) => `${JSON.stringify(bundleOf(chain))}\n` },
} as const satisfies Readonly<Record<string, Format>>;
export type FormatName = keyof typeof formats;
