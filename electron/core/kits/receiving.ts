import { classify } from '../../../shared/codes/classify.ts';
import { kitKey } from '../../../shared/codes/kitKey.ts';
import { type Span, sizeOf, spansOf, spotOf } from '../../../shared/codes/kitSpan.ts';
import { StationError } from '../../../shared/errors.ts';
import type { BoxReading, ReceivedBox } from '../../../shared/model/stock.ts';
import { tailOf } from '../desk/cards.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, today } from '../station.ts';
import { createLearner, patternPart, writeLessons } from './patterns.ts';
import { addRange } from './rangeLessons.ts';
import { mustReadKit, mustReadRange, type ScannedKit, scannedKit, serialHeadOf } from './scannedKit.ts';

type BoxCode = {
  /** What tells this box from all others; null where its label says only what is in it. */
  readonly key: string | null;
  readonly name: string;
  readonly gtin: string | null;
  readonly lot: string | null;
  readonly expiresOn: string | null;
  readonly count: number | null;
};

/** A box's label: an SSCC, a GTIN with how many it holds (AI 30 or 37), or a GTIN that names no single kit. */
export function readBoxCode(station: Station, text: string): BoxCode | null {
  const code = classify(text, { today: today(station) });
  if (!code.ok) return null;
  const { fields, days = {} } = code;
  if (code.kind === 'boxCode') {
    const name = fields['code'] ?? code.raw;
    return { key: `box:${name}`, name, gtin: null, lot: null, expiresOn: null, count: null };
  }
  if (code.kind === 'gtin') {
    const gtin = fields['gtin'] ?? fields['01'] ?? '';
    return { key: null, name: gtin, gtin, lot: null, expiresOn: null, count: null };
  }
  if (code.kind !== 'gs1' && code.kind !== 'gs1DigitalLink') return null;
  const sscc = fields['00'];
  const gtin = fields['02'] ?? fields['01'] ?? null;
  const counted = fields['37'] ?? fields['30'];
  const count = counted === undefined ? null : Number(counted);
  const serial = kitKey(code);
  // A serial without a count is a kit's own.
  if (sscc === undefined && (gtin === null || (serial !== null && (count === null || count <= 1)))) return null;
  return {
    key: sscc === undefined ? serial : `sscc:${sscc}`,
    name: sscc ?? gtin ?? '',
    gtin,
    lot: fields['10'] ?? null,
    expiresOn: days['17'] ?? null,
    count,
  };
}

function readAny(station: Station, text: string): BoxReading {
  const { stock, products, tests, retention } = station.tables;
  const box = readBoxCode(station, text);
  if (box !== null) {
    const received = box.key === null ? null : stock.findBox(box.key);
    return {
      kind: 'box',
      raw: text,
      name: box.name,
      productId: box.gtin === null ? null : (products.findByCode(box.gtin)?.id ?? null),
      lot: box.lot,
      expiresOn: box.expiresOn,
      count: box.count,
      receivedAtMs: received?.receivedAtMs ?? null,
    };
  }
  const kit = scannedKit(station, text);
  if (kit === null) return { kind: 'other' };
  const isUsed = tests.findLiveByKit(kit.kitKey) !== null || retention.findSpentDay(kit.kitKey) !== null;
  const state = isUsed
    ? 'used'
    : stock.findSpoil(kit.kitKey) !== null
      ? 'spoiled'
      : stock.findAway(spotOf(kit.kitKey)) !== null
        ? 'away'
        : kit.isKnown
          ? 'known'
          : 'fresh';
  const { productId, lot, expiresOn } = kit;
  return { kind: 'kit', raw: text, tail: tailOf(kit.serial), productId, lot, expiresOn, state };
}

/** The lot of a box: made known where it is not yet. Throws LOT_RECALLED, LOT_EXPIRED, EXPIRY_DIFFERS. */
export function mustOpenLot(
  station: Station,
  {
    productId,
    lot,
    expiresOn,
  }: { readonly productId: string; readonly lot: string; readonly expiresOn: string | null },
  field: string,
): string {
  const { products } = station.tables;
  const known = products.findLot(productId, lot);
  if (known !== null && known.recalledAtMs !== null) throw new StationError('LOT_RECALLED', { lot }, `${field}.lot`);
  if (known !== null && known.expiresOn !== null && expiresOn !== null && known.expiresOn !== expiresOn)
    throw new StationError('EXPIRY_DIFFERS', { known: known.expiresOn, lot }, `${field}.expiresOn`);
  const expiry = expiresOn ?? known?.expiresOn ?? null;
  if (expiry !== null && expiry < today(station))
    throw new StationError('LOT_EXPIRED', { expiresOn: expiry }, `${field}.expiresOn`);
  if (known === null) {
    const id = station.newId();
    products.insertLot({ id, productId, lot, expiresOn, importId: null });
    return id;
  }
  if (known.expiresOn === null && expiresOn !== null) products.setExpiry(known.id, expiresOn);
  return known.id;
}

type Listed = {
  readonly spans: readonly { readonly span: Span; readonly kit: ScannedKit }[];
  readonly checked: number;
};

/** Which kits are in a box. Throws RANGE_WRONG or KIT_UNFIT for one that cannot be. */
function kitsOfBox(station: Station, box: ReceivedBox, field: string): Listed {
  const fits = (kit: ScannedKit, code: 'RANGE_WRONG' | 'KIT_UNFIT', where: string): void => {
    const at = tailOf(kit.serial);
    if (kit.productId !== null && kit.productId !== box.productId)
      throw new StationError(code, { problem: 'otherProduct', at }, where);
    if (kit.lot !== null && kit.lot !== box.lot) throw new StationError(code, { problem: 'otherLot', at }, where);
  };
  if (box.range !== null) {
    const { span, first, last } = mustReadRange(station, box.range.from, box.range.to, `${field}.range`);
    for (const kit of [first, last]) fits(kit, 'RANGE_WRONG', `${field}.range`);
    if (sizeOf(span) !== box.count)
      throw new StationError('RANGE_WRONG', { problem: 'count', at: String(sizeOf(span)) }, `${field}.range`);
    return { spans: [{ span, kit: first }], checked: 0 };
  }
  const byKey = new Map<string, ScannedKit>();
  for (const [index, text] of box.kits.entries()) {
    const kit = mustReadKit(station, text, `${field}.kits.${index}`);
    fits(kit, 'KIT_UNFIT', `${field}.kits.${index}`);
    byKey.set(kit.kitKey, kit);
  }
  if (byKey.size > box.count)
    throw new StationError('RANGE_WRONG', { problem: 'count', at: String(byKey.size) }, `${field}.kits`);
  // Some of a box are a check of it; only a whole list says that no other serial is in it.
  if (byKey.size < box.count) return { spans: [], checked: byKey.size };
  const kits = [...byKey.values()];
  return {
    spans: spansOf(byKey.keys()).map((span) => ({
      span,
      kit: kits.find((kit) => spotOf(kit.kitKey).head === span.head) ?? (kits[0] as ScannedKit),
    })),
    checked: byKey.size,
  };
}

export const receivingHandlers: Handlers<'boxes.read' | 'boxes.receive' | 'boxes.list'> = {
  'boxes.read': look((station, { text }) => {
    allow(station, 'kits.receive');
    return readAny(station, text);
  }),
  'boxes.receive': change({
    run: (station, { sender, note, boxes }) => {
      const operator = allow(station, 'kits.receive');
      const { stock, products, kits } = station.tables;
      const shipmentId = station.newId();
      const atMs = station.clock.now();
      stock.insertShipment({ id: shipmentId, sender, note, atMs, day: today(station), operatorId: operator.id });
      const learner = createLearner();
      for (const [index, box] of boxes.entries()) {
        const field = `boxes.${index}`;
        if (products.find(box.productId) === null) throw new StationError('NOT_FOUND', { what: 'product' }, field);
        const label = box.raw === null ? null : readBoxCode(station, box.raw);
        if (box.raw !== null && label === null)
          throw new StationError('INVALID_INPUT', { path: `${field}.raw`, problem: 'notABox' }, `${field}.raw`);
        const boxKey = label?.key ?? null;
        const former = boxKey === null ? null : stock.findBox(boxKey);
        if (former !== null)
          throw new StationError(
            'BOX_RECEIVED',
            { receivedAtMs: former.receivedAtMs, name: label?.name ?? '' },
            `${field}.raw`,
          );
        const { spans, checked } = kitsOfBox(station, box, field);
        const lotId = mustOpenLot(station, box, field);
        const boxId = station.newId();
        const { raw, productId, lot, count } = box;
        stock.insertBox({ id: boxId, shipmentId, n: index + 1, boxKey, raw, productId, lot, count, checked });
        for (const { span, kit } of spans) {
          const taken = kits.findOverlap(span) ?? stock.findGone(span)?.kitKey ?? null;
          if (taken !== null)
            throw new StationError('RANGE_WRONG', { problem: 'overlap', at: tailOf(taken) }, `${field}.range`);
          const serialHead = serialHeadOf(span, kit);
          kits.insertRange({ ...span, productId, lotId, serialHead, boxId, importId: null });
          const part = patternPart(kit.kitKey);
          if (part !== null) addRange(learner, { productId, lotId, part }, serialHead, span);
        }
      }
      writeLessons(station, learner, 'listed');
      const all = boxes.reduce((sum, { count }) => sum + count, 0);
      audit(station, 'stock.receive', `shipment:${shipmentId}`, { boxes: boxes.length, kits: all });
      return { shipmentId, boxes: boxes.length, kits: all };
    },
    answer: (station, stored) => {
      station.emit('desk.changed', { why: 'other' });
      return stored;
    },
  }),
  'boxes.list': look((station, { offset, limit }) => {
    allow(station, 'desk.work');
    const { stock } = station.tables;
    return { total: stock.countShipments(), rows: stock.listShipments(offset, limit) };
  }),
};

/** A box that was received, by its label; null where no such box is known. */
export function findReceivedBox(station: Station, text: string) {
  const key = readBoxCode(station, text)?.key ?? null;
  return key === null ? null : station.tables.stock.findBox(key);
}
