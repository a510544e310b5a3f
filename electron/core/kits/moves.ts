import { type Span, sizeOf, spansOf, spotOf } from '../../../shared/codes/kitSpan.ts';
import { StationError } from '../../../shared/errors.ts';
import { leftOf, type Moved } from '../../../shared/model/stock.ts';
import { tailOf } from '../desk/cards.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, today } from '../station.ts';
import { findReceivedBox, mustOpenLot } from './receiving.ts';
import { mustReadKit, mustReadRange, type ScannedKit, serialHeadOf, tailAt } from './scannedKit.ts';

/** More cannot go than the books say is there: then somebody counts first. Lots that were never received are not held to it. */
function mustHave(station: Station, productId: string, lot: string, count: number, field: string): void {
  const terms = station.tables.stock.findTerms(productId, lot);
  if (terms === null || !terms.isKept) return;
  const left = leftOf(terms);
  if (count > left) throw new StationError('STOCK_SHORT', { left, lot, wanted: count }, field);
}

function mustBeGood(station: Station, kit: ScannedKit, field: string): void {
  const { tests, retention, stock } = station.tables;
  const at = tailOf(kit.serial);
  if (tests.findLiveByKit(kit.kitKey) !== null || retention.findSpentDay(kit.kitKey) !== null)
    throw new StationError('KIT_UNFIT', { problem: 'used', at }, field);
  if (stock.findAway(spotOf(kit.kitKey)) !== null) throw new StationError('KIT_UNFIT', { problem: 'away', at }, field);
  if (kit.productId === null) throw new StationError('KIT_UNFIT', { problem: 'productUnknown', at }, field);
}

type Line = {
  readonly productId: string;
  readonly lot: string;
  readonly count: number;
  readonly boxId: string | null;
  readonly span: Span | null;
  readonly serialHead: string;
};

const productOf = ({ productId, serial }: ScannedKit, field: string): string => {
  if (productId === null) throw new StationError('KIT_UNFIT', { problem: 'productUnknown', at: tailOf(serial) }, field);
  return productId;
};

/** What a line of a transfer means, kit by kit where they are known. */
function readMoved(station: Station, moved: Moved, field: string): Line[] {
  const { products, kits } = station.tables;
  switch (moved.by) {
    case 'count': {
      if (products.find(moved.productId) === null) throw new StationError('NOT_FOUND', { what: 'product' }, field);
      const { productId, lot, count } = moved;
      return [{ productId, lot, count, boxId: null, span: null, serialHead: '' }];
    }
    case 'box': {
      const box = findReceivedBox(station, moved.code);
      if (box === null) throw new StationError('NOT_FOUND', { what: 'box' }, field);
      const { id: boxId, productId, lot, count } = box;
      const spans = kits.listRangesOfBox(boxId);
      if (spans.length === 0) return [{ productId, lot, count, boxId, span: null, serialHead: '' }];
      return spans.map((span) => ({ productId, lot, count: sizeOf(span), boxId, span, serialHead: '' }));
    }
    case 'range': {
      const { span, first, last } = mustReadRange(station, moved.from, moved.to, field);
      const productId = productOf(first, field);
      if (productOf(last, field) !== productId || last.lot !== first.lot)
        throw new StationError('RANGE_WRONG', { problem: 'otherLot', at: tailOf(last.serial) }, field);
      const serialHead = serialHeadOf(span, first);
      return [{ productId, lot: first.lot ?? '', count: sizeOf(span), boxId: null, span, serialHead }];
    }
    case 'kits': {
      const groups = new Map<string, ScannedKit[]>();
      for (const text of moved.codes) {
        const kit = mustReadKit(station, text, field);
        const name = JSON.stringify([productOf(kit, field), kit.lot]);
        groups.set(name, [...(groups.get(name) ?? []), kit]);
      }
      return [...groups.values()].flatMap((group) =>
        spansOf(group.map(({ kitKey }) => kitKey)).map((span) => {
          const kit = group.find(({ kitKey }) => spotOf(kitKey).head === span.head) as ScannedKit;
          const serialHead = serialHeadOf(span, kit);
          const productId = productOf(kit, field);
          return { productId, lot: kit.lot ?? '', count: sizeOf(span), boxId: null, span, serialHead };
        }),
      );
    }
  }
}

/** Sent away: none of them used, spoiled or away already. Throws KIT_UNFIT with the first that is. */
function send(station: Station, span: Span, transferId: string, field: string): void {
  const { stock } = station.tables;
  const gone = stock.findGone(span);
  if (gone !== null) throw new StationError('KIT_UNFIT', { problem: gone.was, at: tailOf(gone.kitKey) }, field);
  const [away] = stock.listAwayIn(span);
  if (away !== undefined) throw new StationError('KIT_UNFIT', { problem: 'away', at: tailAt(away, away.first) }, field);
  stock.sendAway(span, transferId);
}

/** Come in: what was away is here again; what was never known is known from now on. */
function bring(station: Station, { productId, lot, span, serialHead }: Line, field: string): void {
  const { stock, kits } = station.tables;
  const lotId = lot === '' ? null : mustOpenLot(station, { productId, lot, expiresOn: null }, field);
  if (span === null) return;
  const back = stock.listAwayIn(span);
  const gone = stock.findGone(span);
  if (gone !== null) throw new StationError('KIT_UNFIT', { problem: gone.was, at: tailOf(gone.kitKey) }, field);
  const returned = back.reduce((sum, part) => sum + sizeOf(part), 0);
  if (returned > 0 && returned < sizeOf(span))
    throw new StationError('RANGE_WRONG', { problem: 'partlyHere', at: tailAt(span, span.first) }, field);
  stock.takeBack(span);
  if (returned > 0) return;
  const known = kits.findOverlap(span);
  if (known !== null) throw new StationError('RANGE_WRONG', { problem: 'overlap', at: tailOf(known) }, field);
  kits.insertRange({ ...span, productId, lotId, serialHead, boxId: null, importId: null });
}

export const moveHandlers: Handlers<'kits.spoil' | 'transfers.make' | 'transfers.list' | 'lots.save'> = {
  'kits.spoil': change({
    run: (station, { codes, lot, reason }) => {
      const operator = allow(station, 'kits.spoil');
      const { stock, stickers, products } = station.tables;
      if (codes.length === 0 && lot === null)
        throw new StationError('INVALID_INPUT', { path: 'codes', problem: 'empty' }, 'codes');
      const written = {
        reasonCode: reason.code,
        reasonText: reason.text,
        atMs: station.clock.now(),
        operatorId: operator.id,
      };
      let spoiled = 0;
      for (const [index, text] of codes.entries()) {
        const field = `codes.${index}`;
        const kit = mustReadKit(station, text, field);
        // Reported twice is spoiled once, with its first reason.
        if (stock.findSpoil(kit.kitKey) !== null) continue;
        mustBeGood(station, kit, field);
        const productId = productOf(kit, field);
        const { kitKey } = kit;
        stock.insertSpoil({ ...written, id: station.newId(), productId, lot: kit.lot ?? '', kitKey, count: 1 });
        // The sticker on it goes with the kit.
        const sticker = kitKey.startsWith('sticker:') ? kitKey.slice(8) : null;
        if (sticker !== null && stickers.find(sticker)?.spoiledBy === null)
          stickers.spoil(sticker, { code: 'damaged', text: '' }, written.atMs, operator.id);
        spoiled += 1;
      }
      if (lot !== null) {
        if (products.find(lot.productId) === null) throw new StationError('NOT_FOUND', { what: 'product' }, 'lot');
        mustHave(station, lot.productId, lot.lot, lot.count, 'lot.count');
        stock.insertSpoil({ ...written, ...lot, id: station.newId(), kitKey: null });
        spoiled += lot.count;
      }
      if (spoiled > 0) audit(station, 'stock.spoil', 'stock', { kits: spoiled, reason: reason.code });
      return { spoiled };
    },
    answer: (station, stored) => {
      station.emit('desk.changed', { why: 'other' });
      return stored;
    },
  }),
  'transfers.make': change({
    run: (station, { direction, site, note, lines }) => {
      const operator = allow(station, 'kits.transfer');
      const { stock } = station.tables;
      const transferId = station.newId();
      const atMs = station.clock.now();
      stock.insertTransfer({
        id: transferId,
        direction,
        site,
        note,
        atMs,
        day: today(station),
        operatorId: operator.id,
      });
      let n = 0;
      let all = 0;
      for (const [index, moved] of lines.entries()) {
        const field = `lines.${index}`;
        const read = readMoved(station, moved, field);
        const boxId = read[0]?.boxId ?? null;
        if (direction === 'out' && boxId !== null && stock.isBoxAway(boxId))
          throw new StationError('KIT_UNFIT', { problem: 'away', at: '' }, field);
        for (const line of read) {
          if (direction === 'out') {
            mustHave(station, line.productId, line.lot, line.count, field);
            if (line.span !== null) send(station, line.span, transferId, field);
          } else bring(station, line, field);
          n += 1;
          all += line.count;
          const { serialHead: _head, ...written } = line;
          stock.insertTransferLine({ ...written, transferId, n, direction });
        }
      }
      audit(station, 'stock.transfer', `transfer:${transferId}`, { direction, kits: all });
      return { transferId, kits: all };
    },
    answer: (station, stored) => {
      station.emit('desk.changed', { why: 'other' });
      return stored;
    },
  }),
  'transfers.list': look((station, { offset, limit }) => {
    allow(station, 'desk.work');
    const { stock } = station.tables;
    return { total: stock.countTransfers(), rows: stock.listTransfers(offset, limit) };
  }),
  'lots.save': change({
    run: (station, { lotId, expiresOn, reason }) => {
      const operator = allow(station, 'products.edit');
      const { products } = station.tables;
      const lot = products.findLotById(lotId);
      if (lot === null) throw new StationError('NOT_FOUND', { what: 'lot' });
      if (lot.expiresOn === expiresOn) return {};
      const atMs = station.clock.now();
      products.changeExpiry({ lotId, from: lot.expiresOn, to: expiresOn, reason, atMs, operatorId: operator.id });
      audit(station, 'stock.expiry', `lot:${lotId}`, { from: lot.expiresOn, to: expiresOn });
      return {};
    },
    answer: (station, stored) => {
      station.emit('desk.changed', { why: 'other' });
      return stored;
    },
  }),
};
