import { spotOf } from '../../../shared/codes/kitSpan.ts';
import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import type { KitOrigin, KitTrace, TracedTest } from '../../../shared/model/trace.ts';
import type { ArrivedBox } from '../../db/traces.ts';
import { tailOf, testCard } from '../desk/cards.ts';
import { mustFind } from '../desk/gestures.ts';
import type { Station } from '../station.ts';
import { listNearKnown } from './check.ts';

/** What a code says of a kit by itself. */
export type SaidByCode = { readonly lot: string | null; readonly expiresOn: string | null };
/** Kits that nearly look the same, told beside one that is unknown. */
const nearAtMost = 5;
const slipsAtMost = 20;
const saysNothing: SaidByCode = { lot: null, expiresOn: null };

/** A key's parts: what names the product in it, where something does, and the serial. */
export function partsOfKey(kitKey: string): { readonly productCode: string | null; readonly serial: string } {
  const named = /^(?:gs1|ma):([^:]*):(.*)$/s.exec(kitKey);
  if (named !== null) return { productCode: named[1] ?? null, serial: named[2] ?? '' };
  return { productCode: null, serial: kitKey.slice(kitKey.indexOf(':') + 1) };
}

/** A box as it is told beside a kit. */
export function arrivalOf({ atMs, operatorName, sender, boxName, count }: ArrivedBox) {
  return { atMs, operatorName, sender: maskPersonalNumbers(sender), boxName, count };
}

/** One binding, with the person masked and all that came of it. */
function tracedTest(station: Station, testId: string, kitKey: string): TracedTest {
  const { tests, repairs, outbox, traces, people } = station.tables;
  const row = mustFind(station, testId);
  return {
    test: testCard(station, row),
    isNow: row.kitKey === kitKey && row.status !== 'undone',
    isPersonHere: people.find(row.personId) !== null,
    revisions: tests.listRevisions(testId),
    corrections: repairs.listOfTest(testId),
    uploads: outbox.listOfTest(testId, station.clock.now()),
    undone: tests.findUndo(testId),
    dropped: traces.findDrop(testId),
    slips: slipsOf(station, testId),
    retests: tests.listRetests(testId),
    conflicts: traces.listConflicts(testId, kitKey),
  };
}

/** The last prints of its result, oldest first. */
function slipsOf({ tables: { slips } }: Station, testId: string): TracedTest['slips'] {
  const count = slips.count(testId);
  return Array.from({ length: Math.min(count, slipsAtMost) }, (_unused, index) =>
    slips.findOfTest(testId, count - Math.min(count, slipsAtMost) + index + 1),
  ).flatMap((slip) => (slip === null ? [] : [{ atMs: slip.atMs, operatorName: slip.operatorName, number: slip.n }]));
}

/** How it came: the surest that is known. */
function originOf(station: Station, kitKey: string, productId: string | null, lot: string | null): KitOrigin | null {
  const { kits, traces } = station.tables;
  const sticker = kitKey.startsWith('sticker:') ? traces.findSticker(kitKey.slice(8)) : null;
  if (sticker !== null) return { by: 'sticker', ...sticker };
  const listing = kits.findListing(kitKey);
  const box = listing === null || listing.boxId === null ? null : traces.findBox(listing.boxId);
  if (box !== null) return { by: 'box', ...arrivalOf(box) };
  const list = listing === null || listing.importId === null ? null : traces.findList(listing.importId);
  if (list !== null) return { by: 'list', ...list };
  // It came in a range from another site: the transfer stands among its moves.
  if (listing !== null || productId === null || lot === null) return null;
  const boxes = traces.listBoxesOfLot(productId, lot);
  return boxes.length === 0 ? null : { by: 'lot', boxes: boxes.map(arrivalOf) };
}

/**
 * Where a kit came from, where it went and what came of it, link by link, each by a look at an index. What the register
 * does not know is null; a kit that was never here has its product and what its code says, no more.
 */
export function traceKit(station: Station, kitKey: string, said: SaidByCode = saysNothing): KitTrace {
  const { kits, products, stickers, stock, traces } = station.tables;
  const { siteName, stationName } = station.settings.get();
  const { productCode, serial: ownSerial } = partsOfKey(kitKey);
  const known = kits.find(kitKey);
  const sticker = kitKey.startsWith('sticker:') ? stickers.find(ownSerial) : null;
  const tests = traces
    .listTestsOf(kitKey)
    .map((testId) => tracedTest(station, testId, kitKey))
    .sort((a, b) => a.test.boundAtMs - b.test.boundAtMs);
  const use = tests.find(({ isNow }) => isNow) ?? null;
  // What was recorded with it counts before what lists say now.
  const bound = (use ?? tests.at(-1))?.test.kit ?? null;
  const spoil = traces.findSpoil(kitKey);
  const productId =
    bound?.productId ??
    known?.productId ??
    sticker?.productId ??
    spoil?.productId ??
    (productCode === null ? null : (products.findByCode(productCode)?.id ?? null));
  const listedLot = known?.lotId == null ? null : products.findLotById(known.lotId);
  const spoiledLot = spoil === null || spoil.lot === '' ? null : spoil.lot;
  const lot = bound?.lot ?? said.lot ?? listedLot?.lot ?? sticker?.lot ?? spoiledLot;
  const lotRow = productId === null || lot === null ? null : products.findLot(productId, lot);
  const spent = traces.findSpent(kitKey);
  const away = stock.findAway(spotOf(kitKey));
  const stickerSpoil = sticker === null ? null : traces.findStickerSpoil(ownSerial);
  const moves = traces.listMoves(spotOf(kitKey));
  const origin = originOf(station, kitKey, productId, lot);
  const isHere = known !== null || sticker !== null || moves.length > 0 || tests.length > 0;
  const serial = bound !== null && use !== null ? bound.serial : (known?.serial ?? ownSerial);
  const standing: KitTrace['standing'] =
    use !== null
      ? 'used'
      : spent !== null
        ? 'destroyed'
        : spoil !== null || stickerSpoil !== null
          ? 'spoiled'
          : away !== null
            ? 'away'
            : isHere
              ? 'here'
              : 'unknown';
  const near =
    standing === 'unknown' && productId !== null ? listNearKnown(station, productId, serial, nearAtMost) : [];
  return {
    kitKey,
    serial,
    tail: tailOf(serial),
    standing,
    near: near.map(({ kitKey: key, serial: other }) => ({ kitKey: key, serial: other })),
    product: productId === null ? null : products.find(productId),
    productCode,
    lot,
    expiresOn: lotRow?.expiresOn ?? bound?.expiresOn ?? said.expiresOn ?? sticker?.expiresOn ?? null,
    lotChanges:
      lotRow === null
        ? []
        : traces.listLotChanges(lotRow.id).map((change) => ({ ...change, reason: maskPersonalNumbers(change.reason) })),
    recalls: recallsOf(station, kitKey, productId, lot),
    origin,
    moves: moves.map((move) => ({ ...move, site: maskPersonalNumbers(move.site) })),
    spoiled:
      spoil !== null
        ? {
            atMs: spoil.atMs,
            operatorName: spoil.operatorName,
            reason: spoil.reason,
            text: maskPersonalNumbers(spoil.text),
          }
        : stickerSpoil !== null
          ? { ...stickerSpoil, text: maskPersonalNumbers(stickerSpoil.text) }
          : null,
    counted: productId === null || lot === null ? null : traces.findCount(productId, lot),
    tests,
    spent,
    site: siteName,
    station: stationName,
  };
}

/** Recalls of the kit's lot, or of kits that it is one of, those that were lifted too. There are few of them in all. */
function recallsOf(
  { tables }: Station,
  kitKey: string,
  productId: string | null,
  lot: string | null,
): KitTrace['recalls'] {
  const { head, width, number } = spotOf(kitKey);
  return tables.recalls
    .list()
    .filter(({ reach }) => {
      if ('lot' in reach) return reach.productId === productId && reach.lot === lot;
      const { span } = reach;
      return span.head === head && span.width === width && span.first <= number && span.last >= number;
    })
    .reverse()
    .map(({ atMs, operatorName, source, reason, liftedAtMs, liftedBy, liftReason }) => ({
      atMs,
      operatorName,
      source: maskPersonalNumbers(source),
      reason: maskPersonalNumbers(reason),
      lifted:
        liftedAtMs === null
          ? null
          : { atMs: liftedAtMs, operatorName: liftedBy ?? '', reason: maskPersonalNumbers(liftReason ?? '') },
    }));
}
