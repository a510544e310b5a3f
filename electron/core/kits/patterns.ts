import type { LearnedPattern } from '../../../shared/codes/classify.ts';
import { oneCharacterOff } from '../../../shared/codes/closeness.ts';
import type { ParsedCode } from '../../../shared/codes/codeKinds.ts';
import { readKitCode } from '../../../shared/codes/kitCode.ts';
import { kitKey, kitParts } from '../../../shared/codes/kitKey.ts';
import { textAt } from '../../../shared/codes/kitSpan.ts';
import { StationError } from '../../../shared/errors.ts';
import type { CodePattern } from '../../../shared/model/pattern.ts';
import type { PatternPart } from '../../db/patterns.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, signedIn, today } from '../station.ts';
import type { Group, PatternBook } from './patternBook.ts';
import { addRange } from './rangeLessons.ts';
import { drawn, firmPrefix, joined, prefixOf, type Shape, shapeOf } from './shape.ts';

/**
 * A site learns how the codes in its stock look: each group of codes of one product, part, length and beginning is one
 * row, kept up by each manifest and each binding, and held in memory. What is known follows from the rows alone.
 *
 * - A manifest is certain; so are codes that a supervisor scanned for it.
 * - Without a manifest twenty bound kits teach a group, unless codes of nearly its length say otherwise: then nobody can
 *   tell whether the gun loses a character of the one or adds one to the other. Typed codes teach nothing.
 */
const leastBound = 20;
const leastListed = 3;
/** Lots have many kits: what their names have in common shows only after some of them. */
const leastLots = 5;
/** A contradiction of up to one in twenty is what a gun loses now and then, not another batch. */
const contradictedFrom = 20;
/** Groups of one length that begin differently; more than these and the beginning says nothing. */
const mostHeads = 8;
const headLength = 2;

type Source = 'listed' | 'bound' | 'taught';

export type GroupState = 'used' | 'off' | 'learning' | 'contradicted';

/** The part of a kit's key that its pattern is about; null for kinds that check themselves or have no fixed shape. */
export function patternPart(key: string): 'whole' | 'serial' | null {
  if (key.startsWith('gs1:') || key.startsWith('ma:')) return 'serial';
  return key.startsWith('serial:') || key.startsWith('trace:') ? 'whole' : null;
}

/** All groups, by product. Read once; from then on memory follows what is written. */
export function patternBook(station: Station): PatternBook {
  const known = station.patterns.get();
  if (known !== null) return known;
  const book = new Map<string, Group[]>();
  for (const row of station.tables.patterns.list()) {
    const group = { ...row, shape: JSON.parse(row.shape) as Shape, enabled: row.enabled === 1 };
    const groups = book.get(row.productId);
    if (groups === undefined) book.set(row.productId, [group]);
    else groups.push(group);
  }
  station.patterns.set(book);
  return book;
}

function stateOf(group: Group, groups: readonly Group[]): GroupState {
  if (!group.enabled) return 'off';
  // A few lots say nothing of the next one's name; those that were taught only excuse a new lot (see knownGroups).
  if (group.part === 'lot') return group.listed >= leastLots ? 'used' : 'learning';
  if (group.taught > 0 || group.listed >= leastListed) return 'used';
  if (group.bound < leastBound) return 'learning';
  const isDoubted = groups.some(
    (near) =>
      near.part === group.part &&
      Math.abs(near.length - group.length) === 1 &&
      (near.listed > 0 || near.taught > 0 || near.bound * contradictedFrom > group.bound),
  );
  return isDoubted ? 'contradicted' : 'used';
}

const kitsOf = (group: Group): number => group.listed + group.bound + group.taught;

/**
 * The groups that a code of this product and lot is held against. A lot with a manifest of its own counts for itself,
 * beside what was taught by hand.
 */
export function knownGroups(
  station: Station,
  productId: string,
  part: PatternPart,
  lotId: string | null = null,
): readonly Group[] {
  const all = patternBook(station).get(productId) ?? [];
  const used = all.filter((group) => group.part === part && stateOf(group, all) === 'used');
  if (part === 'lot') return used.length === 0 ? [] : all.filter((group) => used.includes(group) || isTaughtLot(group));
  const own = lotId === null ? [] : used.filter((group) => group.lotId === lotId && group.listed > 0);
  return own.length === 0 ? used : [...own, ...used.filter((group) => group.lotId !== lotId && group.taught > 0)];
}

const isTaughtLot = (group: Group): boolean => group.part === 'lot' && group.taught > 0 && group.enabled;

/** The groups of codes that are nothing but a serial or a trace code, of any product: they do not name theirs. */
export function wholeGroups(station: Station): readonly Group[] {
  return [...patternBook(station).keys()].flatMap((productId) => knownGroups(station, productId, 'whole'));
}

/** The same for the classifier, which tells a serial from a person's number by them. */
export function learnedPatterns(station: Station): readonly LearnedPattern[] {
  const book = patternBook(station);
  const ready = plainPatterns.get(book);
  if (ready !== undefined) return ready;
  const patterns = wholeGroups(station).map((group) => ({
    prefix: firmPrefix(group.shape, kitsOf(group)),
    length: group.length,
  }));
  plainPatterns.set(book, patterns);
  return patterns;
}

/** Worked out once a book, since every scan asks; a book never changes. */
const plainPatterns = new WeakMap<PatternBook, readonly LearnedPattern[]>();

function fits(group: Group, text: string): boolean {
  return text.length === group.length && text.startsWith(group.head);
}

/** Whether a supervisor has vouched for codes like this one. */
export function isTaught(station: Station, productId: string, part: PatternPart, text: string): boolean {
  const groups = patternBook(station).get(productId) ?? [];
  return groups.some((group) => group.part === part && group.taught > 0 && group.enabled && fits(group, text));
}

export type LengthDoubt = { readonly what: 'missing' | 'extra'; readonly group: Group };

/**
 * Whether a text fits no group and is one character short or long of one, with its beginning right or itself one
 * character off. Null where nothing is known or something fits.
 */
export function lengthDoubt(groups: readonly Group[], text: string): LengthDoubt | null {
  if (groups.some((group) => fits(group, text))) return null;
  let nearest: LengthDoubt | null = null;
  for (const group of groups) {
    const difference = text.length - group.length;
    if (Math.abs(difference) !== 1) continue;
    const what = difference < 0 ? 'missing' : 'extra';
    const prefix = firmPrefix(group.shape, kitsOf(group));
    const lead = text.slice(0, Math.max(0, prefix.length + difference));
    if (!text.startsWith(prefix) && oneCharacterOff(lead, prefix) !== what) continue;
    if (nearest === null || kitsOf(group) > kitsOf(nearest.group)) nearest = { what, group };
  }
  return nearest;
}

export type Lesson = {
  readonly productId: string;
  readonly lotId: string | null;
  readonly part: PatternPart;
  readonly text: string;
};

type Learned = { readonly productId: string; readonly lotId: string | null; readonly part: PatternPart } & {
  length: number;
  head: string;
  shape: Shape;
  count: number;
};

/** Gathers what many codes have in common in memory that does not grow with them, to be written at once. */
export function createLearner() {
  const gathered = new Map<string, Map<string, Learned>>();
  return {
    /** `count`: how many kits this one stands for. */
    add: ({ productId, lotId, part, text }: Lesson, count = 1): void => {
      if (text.length < 1 || text.length > 200) return;
      const place = JSON.stringify([productId, lotId, part, text.length]);
      let heads = gathered.get(place);
      if (heads === undefined) {
        heads = new Map();
        gathered.set(place, heads);
      }
      const head = heads.has('') ? '' : text.slice(0, headLength);
      const shape = shapeOf(text);
      const former = heads.get(head);
      if (former === undefined) heads.set(head, { productId, lotId, part, length: text.length, head, shape, count });
      else {
        former.shape = joined(former.shape, shape);
        former.count += count;
      }
      if (heads.size > mostHeads) melt(heads);
    },
    lessons: (): readonly Readonly<Learned>[] => [...gathered.values()].flatMap((heads) => [...heads.values()]),
  };
}

export type Learner = ReturnType<typeof createLearner>;

/** Makes one group of all: their beginnings say nothing. */
function melt(heads: Map<string, Learned>): void {
  const [first, ...others] = [...heads.values()];
  if (first === undefined) return;
  const all = { ...first, head: '' };
  for (const each of others) {
    all.shape = joined(all.shape, each.shape);
    all.count += each.count;
  }
  heads.clear();
  heads.set('', all);
}

/** Writes what was gathered, inside the caller's transaction. Costs a statement a group, not a kit. */
export function writeLessons(station: Station, learner: Learner, source: Source): readonly Group[] {
  const touched: Group[] = [];
  for (const lesson of learner.lessons()) touched.push(learn(station, lesson, source));
  return touched;
}

function learn(station: Station, lesson: Readonly<Learned>, source: Source): Group {
  const { productId, lotId, part, length } = lesson;
  const book = patternBook(station);
  const groups = book.get(productId) ?? [];
  const isNear = (group: Group) => group.lotId === lotId && group.part === part && group.length === length;
  const near = groups.filter(isNear);
  const atMs = station.clock.now();
  const isMelted =
    lesson.head === '' ||
    near.some((group) => group.head === '') ||
    (near.length >= mostHeads && !near.some((group) => group.head === lesson.head));
  const head = isMelted ? '' : lesson.head;
  const merged = isMelted ? near : near.filter((group) => group.head === head);
  // Of several that become one the group with this very beginning goes on, where it is there.
  const kept = merged.find((group) => group.head === head);
  const gone = merged.filter((group) => group !== kept);
  const sum = (name: Source) => merged.reduce((n, group) => n + group[name], name === source ? lesson.count : 0);
  const next: Group = {
    id: kept?.id ?? station.newId(),
    productId,
    lotId,
    part,
    length,
    head,
    shape: merged.reduce((shape, group) => joined(group.shape, shape), lesson.shape),
    listed: sum('listed'),
    bound: sum('bound'),
    taught: sum('taught'),
    firstAtMs: merged.reduce((first, group) => Math.min(first, group.firstAtMs), atMs),
    lastAtMs: atMs,
    // Whoever scans kits to teach a batch wants it known.
    enabled: source === 'taught' || merged.length === 0 || merged.some((group) => group.enabled),
  };
  for (const group of gone) station.tables.patterns.remove(group.id);
  save(station, next);
  const others = groups.filter((group) => !merged.includes(group));
  station.patterns.set(new Map(book).set(productId, [...others, next]));
  return next;
}

function save(station: Station, group: Group): void {
  station.tables.patterns.save({
    ...group,
    shape: JSON.stringify(group.shape),
    enabled: group.enabled ? 1 : 0,
  });
}

/** A kit was bound that no manifest lists: one statement more in the binding's transaction. */
export function learnBound(station: Station, kit: { kitKey: string; productId: string; serial: string }): void {
  const part = patternPart(kit.kitKey);
  if (part === null || station.tables.kits.find(kit.kitKey) !== null) return;
  const learner = createLearner();
  learner.add({ productId: kit.productId, lotId: null, part, text: kit.serial });
  writeLessons(station, learner, 'bound');
}

const learnedKey = 'patterns.learned';
/** Bindings of a register from before that are looked at. */
const lastBindings = 5_000;

/** Teaches a register that was filled before there were patterns, once. In the caller's transaction. */
export function learnOnce(station: Station): void {
  const { tables } = station;
  if (tables.settings.get(learnedKey) !== null) return;
  const listed = createLearner();
  for (const kit of tables.patterns.eachListed()) {
    const part = patternPart(kit.kitKey);
    if (part !== null) listed.add({ productId: kit.productId, lotId: kit.lotId, part, text: kit.serial });
  }
  for (const { head, width, first, last, productId, lotId, serialHead } of tables.kits.listRanges()) {
    const part = patternPart(textAt(head, width, first));
    if (part !== null) addRange(listed, { productId, lotId, part }, serialHead, { head, width, first, last });
  }
  for (const { productId, lot } of tables.patterns.listLots()) {
    listed.add({ productId, lotId: null, part: 'lot', text: lot });
  }
  writeLessons(station, listed, 'listed');
  const bound = createLearner();
  for (const kit of tables.patterns.listLastBound(lastBindings)) {
    const part = tables.kits.find(kit.kitKey) === null ? patternPart(kit.kitKey) : null;
    if (part !== null) bound.add({ productId: kit.productId, lotId: null, part, text: kit.serial });
  }
  writeLessons(station, bound, 'bound');
  tables.settings.set(learnedKey, '1');
}

function patternView(station: Station, group: Group, groups: readonly Group[]): CodePattern {
  const product = station.tables.products.find(group.productId);
  const lot = group.lotId === null ? null : station.tables.products.findLotById(group.lotId);
  return {
    patternId: group.id,
    productId: group.productId,
    productName: product?.shortName ?? '',
    lot: lot?.lot ?? null,
    part: group.part,
    length: group.length,
    prefix: prefixOf(group.shape),
    shape: drawn(group.shape),
    kits: kitsOf(group),
    source: group.listed > 0 ? 'manifest' : group.taught > 0 ? 'taught' : 'bound',
    sinceMs: group.firstAtMs,
    lastAtMs: group.lastAtMs,
    enabled: group.enabled,
    state: stateOf(group, groups),
  };
}

/** What counts stands on top. */
const stateOrder: readonly GroupState[] = ['used', 'contradicted', 'off', 'learning'];

function mustFindGroup(station: Station, id: string): { readonly group: Group; readonly groups: readonly Group[] } {
  for (const groups of patternBook(station).values()) {
    const group = groups.find((each) => each.id === id);
    if (group !== undefined) return { group, groups };
  }
  throw new StationError('NOT_FOUND', { what: 'pattern' });
}

/** Reads the codes of a new batch; throws INVALID_INPUT with the place of the one that does not belong to the others. */
function readLessons(station: Station, codes: readonly string[]): { learner: Learner; productId: string } {
  const day = today(station);
  const wrong = (index: number, problem: string) =>
    new StationError('INVALID_INPUT', { path: `codes.${index}`, problem }, `codes.${index}`);
  const seen = new Set<string>();
  let first: { productId: string; part: string; length: number; lotLength: number | null } | null = null;
  const read = codes.map((text, index) => {
    const code = readKitCode(text, day);
    const key = code.ok ? kitKey(code) : null;
    const part = key === null ? null : patternPart(key);
    if (!code.ok || key === null || part === null) throw wrong(index, 'notAKit');
    if (seen.has(key)) throw wrong(index, 'doubled');
    seen.add(key);
    const productId = productIdOf(station, code, key);
    if (productId === null) throw wrong(index, 'productUnknown');
    const { lot = null, serial = '' } = kitParts(code) ?? {};
    const own = { productId, part, length: serial.length, lotLength: lot?.length ?? null };
    first ??= own;
    if (own.productId !== first.productId || own.part !== first.part) throw wrong(index, 'otherProduct');
    if (own.length !== first.length || own.lotLength !== first.lotLength) throw wrong(index, 'otherLength');
    return { productId, part, text: serial, lot };
  });
  const learner = createLearner();
  // Serials without order begin differently: then it is their length that counts.
  for (const { productId, part, text } of read) learner.add({ productId, lotId: null, part, text });
  for (const lot of new Set(read.flatMap((each) => (each.lot === null ? [] : [each.lot])))) {
    learner.add({ productId: read[0]?.productId ?? '', lotId: null, part: 'lot', text: lot });
  }
  return { learner, productId: read[0]?.productId ?? '' };
}

function productIdOf(station: Station, code: ParsedCode, key: string): string | null {
  const { products, kits } = station.tables;
  const name = kitParts(code)?.gtin ?? code.fields['device'];
  return (name === undefined ? null : products.findCodeOwner(name)) ?? kits.find(key)?.productId ?? null;
}

export const patternHandlers: Handlers<'patterns.list' | 'patterns.set' | 'patterns.teach'> = {
  'patterns.list': look((station) => {
    signedIn(station);
    const patterns = [...patternBook(station).values()].flatMap((groups) =>
      groups.map((group) => patternView(station, group, groups)),
    );
    return {
      patterns: patterns.sort(
        (a, b) =>
          stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state) ||
          a.productName.localeCompare(b.productName, 'zh-CN') ||
          a.part.localeCompare(b.part) ||
          b.kits - a.kits,
      ),
    };
  }),
  'patterns.set': change({
    run: (station, { patternId, enabled }) => {
      allow(station, 'patterns.edit');
      const { group, groups } = mustFindGroup(station, patternId);
      const next = { ...group, enabled };
      save(station, next);
      const others = groups.map((each) => (each === group ? next : each));
      station.patterns.set(new Map(patternBook(station)).set(group.productId, others));
      audit(station, 'pattern.set', `pattern:${patternId}`, { enabled });
      return { pattern: patternView(station, next, others) };
    },
    answer: (_station, stored) => stored,
  }),
  'patterns.teach': change({
    run: (station, { codes }) => {
      allow(station, 'patterns.edit');
      const { learner, productId } = readLessons(station, codes);
      const groups = writeLessons(station, learner, 'taught');
      audit(station, 'pattern.teach', `product:${productId}`, {
        codes: codes.length,
        patterns: groups.map((group) => group.id),
      });
      const all = patternBook(station).get(productId) ?? [];
      return { patterns: groups.map((group) => patternView(station, group, all)) };
    },
    answer: (_station, stored) => stored,
  }),
};
