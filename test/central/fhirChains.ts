import fc from 'fast-check';
import type { KitSnapshot, TestChain } from '../../central/fhir/life.ts';
import { type CentralRecord, recordSchema } from '../../shared/central.ts';
import { documentKinds, sexes } from '../../shared/model/person.ts';
import { outcomes } from '../../shared/model/test.ts';
import { hashed } from './records.ts';

/** Names that were seen, and that nobody expects. */
const oddNames = [
  '欧阳娜娜',
  'O’Brien-Müller, Seán',
  'Åsa\u00a0Öberg',
  '买买提·吐尔逊',
  '𠮷野家',
  '王\u3000小明',
  'محمد',
  '<b>李</b>&"\'',
  ' \t张三\r\n',
  '\u200b',
  '=HYPERLINK("x")',
  'a'.repeat(80),
];
const day = fc
  .date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))
  .filter((text) => /^\d{4}-/.test(text));
const near = fc.integer({ min: 1_640_000_000_000, max: 1_680_000_000_000 });
const atMs = fc.oneof({ weight: 20, arbitrary: near }, fc.constantFrom(0, 8_640_000_000_000_000, 253_402_300_799_999));
const words = (maxLength: number) =>
  fc
    .oneof(
      fc.string({ maxLength, unit: 'grapheme-composite' }),
      fc.string({ maxLength, unit: 'binary' }),
      fc.constantFrom('', ' ', '\u3000', '\u0000x', 'plain'),
    )
    .map((text) => text.slice(0, maxLength));
const named = (maxLength: number) =>
  fc.oneof(fc.constantFrom(...oddNames), words(maxLength)).map((text) => text.slice(0, maxLength) || '某');
const id = fc.oneof(
  fc.uuid(),
  fc.string({ minLength: 1, maxLength: 64, unit: 'binary' }).map((text) => text.slice(0, 64)),
  fc.constantFrom(' ', '1'),
);
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const operator = fc.record({ id, name: named(80) });
const reason = fc.record({ code: fc.oneof(fc.constantFrom('misread', 'other', ''), words(40)), text: words(200) });

const kit: fc.Arbitrary<KitSnapshot> = fc
  .record({
    kind: fc.constantFrom('gs1', 'gs1DigitalLink', 'ma', 'drugTrace', 'kitSticker', 'url', 'serial', 'industrialId'),
    serial: words(60),
    gtin: nullable(fc.constantFrom('06901234567892', '00000000000000', '123', '')),
    lot: nullable(words(60)),
    expiresOn: nullable(day),
    productName: words(120),
    registrationNumber: nullable(words(60)),
  })
  .map(({ kind, serial, ...rest }) => {
    const prefixes = {
      gs1: 'gs1',
      gs1DigitalLink: 'gs1',
      drugTrace: 'trace',
      kitSticker: 'sticker',
      industrialId: 'industrial',
    };
    const prefix = prefixes[kind as keyof typeof prefixes] ?? kind;
    return {
      key: `${prefix}:${rest.gtin ?? ''}:${serial}`,
      raw: serial,
      codeKind: kind,
      serial,
      warnings: [],
      ...rest,
    };
  });

const person = fc.record({
  personId: id,
  name: named(80),
  sex: nullable(fc.constantFrom(...sexes)),
  birthDate: nullable(day),
  documentKind: nullable(fc.constantFrom(...documentKinds)),
  documentNumber: nullable(fc.oneof(fc.constantFrom('11010519491231002X', 'E12345678', 'K1234567(8)', ''), words(40))),
  phone: nullable(fc.oneof(fc.constantFrom('13800000000', '+44 20 7946 0958'), words(30))),
  address: fc.record({ building: words(60), unit: words(60), room: words(60) }),
  guardianName: nullable(named(80)),
});

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('test.resulted' as const),
      revision: fc.integer({ min: 1, max: 4 }),
      outcome: fc.constantFrom(...outcomes),
      readAtMs: atMs,
      operator,
      confirmedBy: nullable(operator),
      reason: nullable(reason),
      overrideReason: nullable(reason),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('test.kitCorrected' as const),
      kit,
      correctedAtMs: atMs,
      operator,
      reason,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('test.voided' as const), voidedAtMs: atMs, operator, reason }),
  },
);

const known = fc.record({
  productId: fc.constant('p'),
  productName: words(60),
  registrationNumber: nullable(words(60)),
  registrant: words(60),
  lot: nullable(words(20)),
  expiresOn: nullable(day),
  recalled: fc.constant(null),
});

/** Whole lives of tests: whatever the contract lets a station send, in any order that the service would store. */
export const chains: fc.Arbitrary<TestChain> = fc
  .record({
    testId: id,
    site: fc.record({ id: fc.uuid(), name: named(80) }),
    station: fc.record({ id: fc.uuid(), name: named(80) }),
    isContested: fc.boolean(),
    known: nullable(known),
    receivedAtMs: near,
    person,
    kit,
    binding: fc.record({
      boundAtMs: atMs,
      operator,
      kitSource: fc.constantFrom('gun', 'camera', 'typed', 'chosen', 'form', ''),
      retestOf: nullable(id),
      secondTestReason: nullable(reason),
    }),
    steps: fc.array(step, { maxLength: 7 }),
  })
  .map(
    ({
      testId,
      site,
      station,
      isContested,
      known: registered,
      receivedAtMs,
      person: who,
      kit: first,
      binding,
      steps,
    }) => {
      let held = first.key;
      const bound = {
        kind: 'test.bound',
        payload: {
          roundName: '',
          day: '2022-04-10',
          personSource: 'gun',
          clockOffsetMs: null,
          person: who,
          kit: first,
          ...binding,
        },
      };
      const rest = steps.map(({ kind, ...payload }) => {
        if (!('kit' in payload))
          return {
            kind,
            payload: { ...payload, ...(kind === 'test.resulted' ? { readDay: '2022-04-10' } : {}), clockOffsetMs: 5 },
          };
        const formerKey = held;
        held = payload.kit.key;
        return { kind, payload: { ...payload, formerKey, clockOffsetMs: 5 } };
      });
      const records = [bound, ...rest].map((content, n) => ({
        receivedAtMs: receivedAtMs + n * 1000,
        // Every third reading is another desk's.
        station: content.kind === 'test.resulted' && n % 3 === 0 ? { id: 'other', name: '二号台' } : station,
        record: recordSchema.parse(
          hashed({ key: `${n}`, testId, seq: n + 1, ...content } as unknown as Omit<CentralRecord, 'contentHash'>),
        ),
      }));
      return { testId, site, station, isContested, known: registered, records };
    },
  );
