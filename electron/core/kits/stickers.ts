import { hasRightOwnCheck, makeOwnCode } from '../../../shared/codes/ownCodes.ts';
import { compact } from '../../../shared/codes/plainText.ts';
import { StationError } from '../../../shared/errors.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, signedIn, today } from '../station.ts';

/** The earlier of two days, either of which may be unknown. */
export function earlierDay(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

function mustFindBatch(station: Station, batchId: string) {
  const batch = station.tables.stickers.findBatch(batchId);
  if (batch === null) throw new StationError('NOT_FOUND', { what: 'batch' });
  return batch;
}

/** A sticker's code as scanned or typed: case, spaces, hyphens and full width do not matter. */
function stickerCode(typed: string): string | null {
  const { text } = compact(typed, 0, typed.length, '-‐‑‒–—−_.\r\n');
  const code = text.toUpperCase();
  return code.startsWith('YK') && hasRightOwnCheck(code) ? code : null;
}

export const stickerHandlers: Handlers<'stickers.issue' | 'stickers.list' | 'stickers.get' | 'stickers.spoil'> = {
  'stickers.issue': change({
    run: (station, input) => {
      const operator = allow(station, 'stickers.issue');
      const { products, stickers } = station.tables;
      if (products.find(input.productId) === null) throw new StationError('NOT_FOUND', { what: 'product' });
      const lot = products.findLot(input.productId, input.lot);
      if (lot !== null && lot.recalledAtMs !== null) throw new StationError('LOT_RECALLED', { lot: lot.lot }, 'lot');
      const expiresOn = earlierDay(input.expiresOn, lot?.expiresOn ?? null);
      if (expiresOn !== null && expiresOn < today(station))
        throw new StationError('LOT_EXPIRED', { expiresOn }, 'expiresOn');
      const id = station.newId();
      const codes = Array.from({ length: input.count }, () => makeOwnCode('YK', station.random));
      stickers.issue(
        {
          id,
          productId: input.productId,
          lot: input.lot,
          expiresOn,
          count: input.count,
          issuedAtMs: station.clock.now(),
          operatorId: operator.id,
        },
        codes,
      );
      audit(station, 'stickers.issue', `stickers:${id}`, {
        product: input.productId,
        lot: input.lot,
        expiresOn,
        count: input.count,
      });
      return id;
    },
    answer: (station, id) => ({ batch: mustFindBatch(station, id) }),
  }),
  'stickers.list': look((station, { offset, limit }) => {
    signedIn(station);
    const { stickers } = station.tables;
    return { total: stickers.countBatches(), batches: stickers.listBatches(offset, limit) };
  }),
  'stickers.get': look((station, { batchId }) => {
    signedIn(station);
    return { batch: mustFindBatch(station, batchId), stickers: station.tables.stickers.listOfBatch(batchId) };
  }),
  'stickers.spoil': change({
    run: (station, { codes, reason }) => {
      const operator = signedIn(station);
      const { stickers, tests, retention } = station.tables;
      const wanted = new Set<string>();
      for (const typed of codes) {
        const code = stickerCode(typed);
        const known = code === null ? null : stickers.find(code);
        if (code === null || known === null) throw new StationError('STICKER_UNKNOWN', { code: typed.slice(0, 30) });
        const key = `sticker:${code}`;
        if (tests.findLiveByKit(key) !== null || retention.findSpentDay(key) !== null)
          throw new StationError('STICKER_USED', { code });
        // Reported twice is spoiled once, with its first reason.
        if (known.spoiledBy === null) wanted.add(code);
      }
      for (const code of wanted) {
        stickers.spoil(code, reason, station.clock.now(), operator.id);
        audit(station, 'stickers.spoil', `sticker:${code}`, { reason: reason.code });
      }
      return { spoiled: wanted.size };
    },
    answer: (_station, stored) => stored,
  }),
};
