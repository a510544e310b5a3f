import { classify } from '../../../shared/codes/classify.ts';
import type { CodeKind, CodeReading, ParsedCode } from '../../../shared/codes/codeKinds.ts';
import { readKitCode } from '../../../shared/codes/kitCode.ts';
import { kitKey, kitParts } from '../../../shared/codes/kitKey.ts';
import { textAt } from '../../../shared/codes/kitSpan.ts';
import { lostSeparator } from '../../../shared/codes/lostSeparator.ts';
import { contentOf, halfWidth } from '../../../shared/codes/plainText.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Person } from '../../../shared/model/person.ts';
import type { Traced, TracedCandidate } from '../../../shared/model/trace.ts';
import { maskedPerson } from '../desk/cards.ts';
import { mustFind } from '../desk/gestures.ts';
import { type Handlers, look } from '../dispatch.ts';
import { documentKindOf, readPersonCode } from '../people/documents.ts';
import { personTest } from '../people/page.ts';
import { allow } from '../staff/rights.ts';
import { type Station, today } from '../station.ts';
import { readBoxCode } from './receiving.ts';
import { arrivalOf, partsOfKey, traceKit } from './trace.ts';

/** Kits to choose from at most; more are told as "more". */
const offeredAtMost = 20;
/** What may be a part of a serial. */
const partShape = /^[0-9A-Za-z-]{4,40}$/;

/** Listed, bound at any time, spoiled, sent away, used up, or a sticker of this station. */
function isKnown({ tables }: Station, key: string): boolean {
  return (
    tables.kits.find(key) !== null ||
    tables.traces.wasEverBound(key) ||
    tables.retention.findSpentDay(key) !== null ||
    tables.stock.findSpoil(key) !== null ||
    (key.startsWith('sticker:') && tables.stickers.find(key.slice(8)) !== null)
  );
}

/** A code that was read wrong and put right leads to the kit that it meant. */
function toWhatItMeant(station: Station, key: string): string {
  const { kits, traces, tests } = station.tables;
  if (kits.find(key) !== null || tests.findLiveByKit(key) !== null) return key;
  const [only, ...others] = new Set(traces.listTestsOf(key).map((testId) => mustFind(station, testId).kitKey));
  return only !== undefined && others.length === 0 ? only : key;
}

function candidateOf(station: Station, key: string): TracedCandidate {
  const { kits, products, tests, traces } = station.tables;
  const testId = tests.findLiveByKit(key);
  const test = testId === null ? null : mustFind(station, testId);
  if (test !== null) {
    const { kitSerial: serial, productName, kitLot: lot, status, boundAtMs } = test;
    return { kitKey: key, serial, productName, lot, status, boundAtMs };
  }
  const known = kits.find(key);
  const { productCode, serial } = partsOfKey(key);
  const product =
    known !== null ? products.find(known.productId) : productCode === null ? null : products.findByCode(productCode);
  const lot = known?.lotId == null ? null : (products.findLotById(known.lotId)?.lot ?? null);
  const spoiledLot = traces.findSpoil(key)?.lot;
  return {
    kitKey: key,
    serial: known?.serial ?? serial,
    productName: product?.shortName ?? '',
    lot: lot ?? (spoiledLot === undefined || spoiledLot === '' ? null : spoiledLot),
    status: null,
    boundAtMs: null,
  };
}

/** The kits that a text may mean as a serial: of exactly this one, whatever product; else by their beginning or end. */
function keysOf(station: Station, text: string): readonly string[] {
  const { kits, traces } = station.tables;
  const found = (part: string): readonly string[] => {
    const exact = traces.listKeysOfSerial(part).filter((key) => isKnown(station, key));
    if (exact.length > 0) return exact;
    if (!partShape.test(part)) return [];
    const limit = offeredAtMost + 1;
    return [...traces.listKeysByPart(part, limit), ...kits.listKeysInRanges(part, limit)];
  };
  const asTyped = found(text);
  // Case is a serial's own; hands leave it out.
  const keys = asTyped.length > 0 || text === text.toUpperCase() ? asTyped : found(text.toUpperCase());
  return [...new Set(keys.map((key) => toWhatItMeant(station, key)))];
}

/** By a serial or a part of one; null where nothing is known under it. */
function bySerial(station: Station, text: string): Traced | null {
  const keys = keysOf(station, text);
  const [only] = keys;
  if (only === undefined) return null;
  if (keys.length === 1) return { kind: 'kit', trace: traceKit(station, only) };
  const offered = keys.slice(0, offeredAtMost).map((key) => candidateOf(station, key));
  // What was used last is asked for most.
  offered.sort((a, b) => (b.boundAtMs ?? 0) - (a.boundAtMs ?? 0) || (a.serial < b.serial ? -1 : 1));
  return { kind: 'several', kits: offered, isMore: keys.length > offeredAtMost };
}

/** Whose code this is; null for one that is nobody's by its kind. */
function peopleOf({ tables: { people } }: Station, code: CodeReading): readonly Person[] | null {
  if (!code.ok) return null;
  if (code.kind === 'personQr') {
    const person = people.findByCode(code.fields['code'] ?? code.raw);
    return person === null ? [] : [person];
  }
  const number = code.fields['number'];
  if (number === undefined) return null;
  if (code.kind === 'mobile') return people.findByPhone(number);
  return documentKindOf(code.kind) === null ? null : people.findByDocument(number);
}

function asPeople(station: Station, people: readonly Person[]): Traced {
  const day = today(station);
  return { kind: 'people', people: people.map((person) => maskedPerson(person, day)) };
}

/** A box, a product or a lot: what is known of it. */
function byContents(station: Station, code: ParsedCode): Traced {
  const { products, stock, traces, kits } = station.tables;
  const box = readBoxCode(station, code.raw);
  if (box !== null && box.key !== null) {
    const row = stock.findBox(box.key);
    const found = row === null ? null : traces.findBox(row.id);
    const product = found === null ? null : products.find(found.productId);
    if (row === null || found === null || product === null) return { kind: 'box', name: box.name, received: null };
    const received = {
      ...arrivalOf(found),
      product,
      lot: found.lot,
      expiresOn: products.findLot(found.productId, found.lot)?.expiresOn ?? null,
      isAway: stock.isBoxAway(row.id),
      kits: traces.listSerialsOfBox(row.id).map(({ head, width, first, last }) => ({
        from: textAt(head, width, first),
        to: textAt(head, width, last),
        count: last - first + 1,
      })),
    };
    // Kits of the same key as a box would be another sort of thing: a label is a box's.
    return kits.find(box.key) === null
      ? { kind: 'box', name: box.name, received }
      : { kind: 'kit', trace: traceKit(station, box.key) };
  }
  const parts = kitParts(code);
  const name = box?.gtin ?? parts?.gtin ?? code.fields['gtin'] ?? code.fields['device'] ?? code.raw;
  const lot = box?.lot ?? parts?.lot ?? null;
  const product = products.findByCode(name);
  const lotRow = product === null || lot === null ? null : products.findLot(product.id, lot);
  return {
    kind: 'product',
    product,
    code: name,
    lot,
    expiresOn: lotRow?.expiresOn ?? box?.expiresOn ?? parts?.expiresOn ?? null,
    boxes: product === null || lot === null ? [] : traces.listBoxesOfLot(product.id, lot).map(arrivalOf),
  };
}

const contentsKinds: ReadonlySet<CodeKind> = new Set(['gs1', 'gs1DigitalLink', 'ma', 'gtin', 'boxCode']);

/** What a text answers to: read as it is, without the desk's rules for what may be bound. */
function byCode(station: Station, text: string, as: 'any' | 'kit' | 'person'): Traced {
  const day = today(station);
  const plain = halfWidth(contentOf(text));
  if (plain === '') return { kind: 'none', problem: 'short' };
  const shape = classify(text, { today: day });
  if (as === 'person') {
    const people = peopleOf(station, readPersonCode(text, day, shape.ok ? [] : (shape.candidates ?? [])));
    return people === null ? { kind: 'none', problem: 'unreadable' } : asPeople(station, people);
  }
  const code = as === 'kit' ? readKitCode(text, day) : shape;
  if (!code.ok) {
    const kits = bySerial(station, plain);
    const kinds = code.error.code === 'ambiguous' ? (code.candidates ?? []) : [];
    if (kinds.length === 0) {
      if (kits !== null) return kits;
      if (lostSeparator(text, day)) return { kind: 'none', problem: 'separatorLost' };
      const problem = !/^[0-9A-Za-z-]+$/.test(plain) ? 'unreadable' : plain.length < 4 ? 'short' : 'notFound';
      return { kind: 'none', problem };
    }
    // Only one of them is known here: it is that one. Both or neither: somebody says.
    const people = peopleOf(station, readPersonCode(text, day, kinds)) ?? [];
    if (kits !== null && people.length === 0) return kits;
    if (kits === null && people.length > 0) return asPeople(station, people);
    return { kind: 'ask', kinds: [...kinds] };
  }
  const people = peopleOf(station, code);
  if (people !== null) {
    // Eleven digits that nobody here has as a phone may be a serial that somebody here has used.
    const kits = people.length === 0 && partShape.test(plain) ? bySerial(station, plain) : null;
    return kits ?? asPeople(station, people);
  }
  const key = kitKey(code);
  const isBox = code.kind === 'boxCode' || (contentsKinds.has(code.kind) && readBoxCode(station, text)?.key != null);
  if (code.kind === 'resultSlip') {
    const slip = station.tables.slips.find(code.fields['code'] ?? code.raw);
    const test = slip === null ? null : station.tables.tests.find(slip.testId);
    return test === null
      ? { kind: 'other', codeKind: code.kind }
      : { kind: 'kit', trace: traceKit(station, test.kitKey) };
  }
  // As at the desk: such a code names neither this lot nor this kit.
  if ((key === null || !isKnown(station, key)) && lostSeparator(text, day))
    return { kind: 'none', problem: 'separatorLost' };
  if (key !== null && !isBox) {
    if (code.kind === 'serial' || code.kind === 'drugTrace') {
      const kits = isKnown(station, key) ? null : bySerial(station, plain);
      if (kits !== null) return kits;
    }
    const parts = kitParts(code);
    const said = { lot: parts?.lot ?? null, expiresOn: parts?.expiresOn ?? null };
    return { kind: 'kit', trace: traceKit(station, toWhatItMeant(station, key), said) };
  }
  if (code.kind === 'gtin') {
    const kits = bySerial(station, plain);
    if (kits !== null) return kits;
  }
  return contentsKinds.has(code.kind) ? byContents(station, code) : { kind: 'other', codeKind: code.kind };
}

export const traceHandlers: Handlers<'kits.trace' | 'people.trace'> = {
  'kits.trace': look((station, { asked }) => {
    allow(station, 'desk.work');
    return asked.by === 'kit'
      ? { kind: 'kit', trace: traceKit(station, asked.kitKey) }
      : byCode(station, asked.text, asked.as);
  }),
  'people.trace': look((station, { personId, offset, limit }) => {
    allow(station, 'desk.work');
    const { people, tests, traces, rounds } = station.tables;
    const person = people.find(personId);
    if (person === null) throw new StationError('NOT_FOUND', { what: 'person' });
    const roundNames = new Map(rounds.list().map(({ id, name }) => [id, name]));
    return {
      person: maskedPerson(person, today(station)),
      total: tests.countOfPerson(person.id),
      rows: traces.listOfPerson(person.id, limit, offset).map((testId) => personTest(station, testId, roundNames)),
    };
  }),
};
