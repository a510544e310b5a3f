import { oneCharacterOff } from '../../../shared/codes/closeness.ts';
import type { ParsedCode } from '../../../shared/codes/codeKinds.ts';
import { kitKey, kitParts } from '../../../shared/codes/kitKey.ts';
import type { KitProduct, KitWarning } from '../../../shared/model/kit.ts';
import type { ScanSource } from '../../../shared/model/test.ts';
import type { Lot } from '../../db/products.ts';
import { tailOf } from '../desk/cards.ts';
import { type HeldKit, type Refusal, refusal } from '../desk/deskState.ts';
import { type Station, today } from '../station.ts';
import { kitGone } from './kitState.ts';
import { isTaught, knownGroups, lengthDoubt, patternPart, wholeGroups } from './patterns.ts';
import { earlierDay } from './stickers.ts';
import { olderLotOpen } from './stock.ts';

export type KitCheck = { readonly ok: true; readonly kit: HeldKit } | { readonly ok: false; readonly refusal: Refusal };

/** A code that names no single kit: what to do then is the site's policy. */
export function noSerial(station: Station): Refusal {
  return refusal('kitHasNoSerial', { policy: station.settings.get().noSerialKit });
}

/**
 * Whether a kit that nobody is bound to may be bound: its product known and with a reading window, in date, not
 * recalled, and known from the manifest or let through by the site's policy (rules 3 and 4 of the desk).
 */
export function checkKit(station: Station, code: ParsedCode, source: ScanSource): KitCheck {
  const { products, kits } = station.tables;
  const key = kitKey(code);
  const parts = kitParts(code);
  const no = (...args: Parameters<typeof refusal>): KitCheck => ({ ok: false, refusal: refusal(...args) });
  if (key === null || parts === null) return { ok: false, refusal: noSerial(station) };

  const spentOn = station.tables.retention.findSpentDay(key);
  if (spentOn !== null) return no('kitSpent', { spentOn, tail: tailOf(parts.serial ?? key) });
  const read = { kitKey: key, serial: parts.serial ?? key };
  const gone = kitGone(station, { ...read, productId: null, lot: null });
  if (gone !== null) return { ok: false, refusal: gone };
  const known = kits.find(key);
  // A sticker of this station stands for product, lot and expiry; one that a manifest lists is like any other kit.
  const sticker = code.kind === 'kitSticker' ? station.tables.stickers.find(parts.serial ?? '') : null;
  if (code.kind === 'kitSticker' && sticker === null && known === null)
    return no('stickerUnknown', { code: parts.serial ?? '' });
  if (sticker !== null && sticker.spoiledBy !== null) return no('stickerSpoiled', { reason: sticker.spoiledBy });
  if (known === null && sticker === null) {
    const lost = patternDoubt(station, code, key);
    if (lost !== null) return { ok: false, refusal: lost };
  }
  const productId = sticker?.productId ?? known?.productId ?? null;
  const product = productId === null ? productOf(station, code, parts.gtin) : products.find(productId);
  if (product === null) return no('productUnknown', { code: parts.gtin ?? tailOf(key) });
  if (product.window === null) return no('productWithoutWindow', { product: product.shortName });

  const lotName = parts.lot ?? sticker?.lot;
  const lot =
    known?.lotId != null
      ? products.findLotById(known.lotId)
      : lotName === undefined
        ? null
        : products.findLot(product.id, lotName);
  const expiresOn =
    sticker === null
      ? (parts.expiresOn ?? lot?.expiresOn ?? null)
      : earlierDay(sticker.expiresOn, lot?.expiresOn ?? null);
  if (expiresOn !== null && expiresOn < today(station))
    return no('kitExpired', { expiresOn, lot: lotName ?? lot?.lot ?? '' });
  // With its lot known, which may be recalled as a whole.
  const recalled = kitGone(station, { ...read, productId: product.id, lot: lotName ?? lot?.lot ?? null });
  if (recalled !== null) return { ok: false, refusal: recalled };

  const warnings: KitWarning[] = code.warnings.map((warning) => ({
    code: 'codeWarning',
    params: { message: warning.message },
  }));
  if (expiresOn === null) warnings.push({ code: 'expiryUnknown', params: {} });
  const misread = known !== null && lot !== null ? lotDoubt(lotName ?? lot.lot, [lot.lot]) : null;
  if (misread !== null) {
    if ('refusal' in misread) return { ok: false, refusal: misread.refusal };
    warnings.push(misread.warning);
  }
  if (known === null && sticker === null) {
    const doubt = doubtAbout(station, product, lot, parts.lot ?? null, parts.serial ?? '');
    if (doubt !== null) {
      if ('refusal' in doubt) return { ok: false, refusal: doubt.refusal };
      if (station.settings.get().unknownKit === 'refuse') {
        return no(doubt.warning.code === 'lotUnknown' ? 'kitLotUnknown' : 'kitSerialUnknown', doubt.warning.params);
      }
      warnings.push(doubt.warning);
    }
  }
  const older = olderLotOpen(station, product.id, lotName ?? lot?.lot ?? '', expiresOn);
  if (older !== null) warnings.push(older);
  return {
    ok: true,
    kit: {
      kitKey: key,
      raw: code.raw,
      codeKind: code.kind,
      gtin: parts.gtin ?? (sticker === null ? null : (product.gtins.find((name) => /^\d{14}$/.test(name)) ?? null)),
      serial: parts.serial ?? key,
      lot: lotName ?? lot?.lot ?? null,
      expiresOn,
      source,
      productId: product.id,
      warnings,
    },
  };
}

/** The product that a code names by its GTIN-14 or, for MA codes, by its device part. */
function productOf(station: Station, code: ParsedCode, gtin: string | undefined): KitProduct | null {
  const name = gtin ?? code.fields['device'];
  return name === undefined ? null : station.tables.products.findByCode(name);
}

/**
 * A code whose serial or lot is one character short or long of every pattern that the site has learned. Refused whatever
 * the site's policy for unknown kits: such a code is nobody's.
 */
export function patternDoubt(station: Station, code: ParsedCode, key: string): Refusal | null {
  const part = patternPart(key);
  const parts = kitParts(code);
  if (part === null || parts === null) return null;
  const check = (what: 'whole' | 'serial' | 'lot', text: string, groups: Parameters<typeof lengthDoubt>[0]) => {
    const doubt = lengthDoubt(groups, text);
    if (doubt === null) return null;
    const { length } = doubt.group;
    const sizes = { readLength: text.length, knownLength: length };
    return refusal('codeCharacterLost', { by: 'pattern', what: doubt.what, part: what, read: text, ...sizes });
  };
  const { lot, serial = '' } = parts;
  if (part === 'whole') return check('whole', serial, wholeGroups(station));
  const product = productOf(station, code, parts.gtin);
  if (product === null) return null;
  const lotRow = lot === undefined ? null : station.tables.products.findLot(product.id, lot);
  const lostOfLot =
    lot === undefined || lotRow !== null ? null : check('lot', lot, knownGroups(station, product.id, 'lot'));
  return lostOfLot ?? check('serial', serial, knownGroups(station, product.id, 'serial', lotRow?.id ?? null));
}

type Doubt = { readonly warning: KitWarning } | { readonly refusal: Refusal };

/** What is odd about the lot that a code names, beside the lots that are known. */
function lotDoubt(lotName: string, known: readonly string[]): Doubt | null {
  if (known.includes(lotName)) return null;
  for (const name of known) {
    const off = oneCharacterOff(lotName, name);
    if (off === 'missing' || off === 'extra') {
      return { refusal: refusal('codeCharacterLost', { what: off, part: 'lot', read: lotName, known: name }) };
    }
  }
  return { warning: { code: 'lotUnknown', params: { lot: lotName } } };
}

/**
 * What is odd about a kit of a known product that no manifest lists. A code that is exactly one character shorter or
 * longer than a known one is a scanner's fault and refused; one that differs in a character may well be the next kit of
 * the box, so it is only told.
 */
function doubtAbout(
  station: Station,
  product: KitProduct,
  lot: Lot | null,
  lotName: string | null,
  serial: string,
): Doubt | null {
  const { products, kits } = station.tables;
  // What a supervisor has vouched for is not taken for another code that lost a character.
  if (lot === null && lotName !== null) {
    const near = isTaught(station, product.id, 'lot', lotName) ? [] : products.listLotNames(product.id);
    return lotDoubt(lotName, near);
  }
  if (lot !== null && !kits.isLotListed(lot.id)) return null;
  const near = nearestKnown(station, product.id, serial);
  if (near === null) {
    return lot === null ? null : { warning: { code: 'serialUnknown', params: { serial: tailOf(serial) } } };
  }
  if ((near.off === 'missing' || near.off === 'extra') && !isTaught(station, product.id, 'serial', serial)) {
    return {
      refusal: refusal('codeCharacterLost', {
        what: near.off,
        part: 'serial',
        read: serial,
        known: tailOf(near.serial),
      }),
    };
  }
  return { warning: { code: 'serialOneOff', params: { serial: tailOf(serial), known: tailOf(near.serial) } } };
}

const alphabet = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-'];

type Near = {
  readonly kitKey: string;
  readonly serial: string;
  readonly off: NonNullable<ReturnType<typeof oneCharacterOff>>;
};

/** The known serial of the product that is one character away from `serial`, losses first. */
function nearestKnown(station: Station, productId: string, serial: string): Near | null {
  return listNearKnown(station, productId, serial, 1)[0] ?? null;
}

/**
 * Known kits of the product whose serial is one character away from `serial`, losses first, `limit` at most. Looks each
 * neighbour up by the index instead of reading the manifest: some thousand probes of a microsecond, on the rare path only.
 */
export function listNearKnown(station: Station, productId: string, serial: string, limit: number): readonly Near[] {
  const near = new Map<string, Near>();
  for (const neighbour of neighbours(serial)) {
    if (near.size >= limit) break;
    const known = station.tables.kits.findBySerial(productId, neighbour);
    if (known === null || near.has(known.kitKey)) continue;
    const off = oneCharacterOff(serial, known.serial);
    if (off !== null) near.set(known.kitKey, { kitKey: known.kitKey, serial: known.serial, off });
  }
  return [...near.values()];
}

function* neighbours(serial: string): Generator<string> {
  if (serial.length > 40) return;
  for (let place = 0; place <= serial.length; place++) {
    for (const character of alphabet) yield serial.slice(0, place) + character + serial.slice(place);
  }
  for (let place = 0; place < serial.length; place++) yield serial.slice(0, place) + serial.slice(place + 1);
  for (let place = 0; place < serial.length; place++) {
    for (const character of alphabet) {
      if (character !== serial[place]) yield serial.slice(0, place) + character + serial.slice(place + 1);
    }
  }
}
