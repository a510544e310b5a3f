import { readKitCode } from '../../../shared/codes/kitCode.ts';
import { kitKey, kitParts } from '../../../shared/codes/kitKey.ts';
import { type Span, sizeOf, spanOf, textAt } from '../../../shared/codes/kitSpan.ts';
import { StationError } from '../../../shared/errors.ts';
import { tailOf } from '../desk/cards.ts';
import { type Station, today } from '../station.ts';

/** A kit's code as stock work reads it: which kit, and what is known of its product and lot. */
export type ScannedKit = {
  readonly kitKey: string;
  readonly serial: string;
  readonly productId: string | null;
  readonly lot: string | null;
  readonly expiresOn: string | null;
  readonly isKnown: boolean;
};

/** A kit by its code; null where the code names no single kit. */
export function scannedKit(station: Station, text: string): ScannedKit | null {
  const code = readKitCode(text, today(station));
  const key = code.ok ? kitKey(code) : null;
  const parts = code.ok ? kitParts(code) : null;
  if (!code.ok || key === null || parts === null) return null;
  const { kits, products, stickers } = station.tables;
  const known = kits.find(key);
  const sticker = code.kind === 'kitSticker' ? stickers.find(parts.serial ?? '') : null;
  const named = parts.gtin ?? code.fields['device'];
  const productId =
    known?.productId ?? sticker?.productId ?? (named === undefined ? null : (products.findByCode(named)?.id ?? null));
  const lotRow = known?.lotId == null ? null : products.findLotById(known.lotId);
  const lot = parts.lot ?? sticker?.lot ?? lotRow?.lot ?? null;
  return {
    kitKey: key,
    serial: parts.serial ?? key,
    productId,
    lot,
    expiresOn: parts.expiresOn ?? sticker?.expiresOn ?? lotRow?.expiresOn ?? null,
    isKnown: known !== null || sticker !== null,
  };
}

/** As `scannedKit`; throws KIT_UNFIT with the place of the code. */
export function mustReadKit(station: Station, text: string, field: string): ScannedKit {
  const kit = scannedKit(station, text);
  if (kit === null) throw new StationError('KIT_UNFIT', { problem: 'notAKit', at: text.slice(-8) }, field);
  return kit;
}

/** A range of at most `most` kits by its first and last. Throws RANGE_WRONG. */
export function mustReadRange(
  station: Station,
  from: string,
  to: string,
  field: string,
  most = 1_000_000,
): { readonly span: Span; readonly first: ScannedKit; readonly last: ScannedKit } {
  const first = scannedKit(station, from);
  const last = scannedKit(station, to);
  const wrong = (problem: string, at: string): never => {
    throw new StationError('RANGE_WRONG', { problem, at }, field);
  };
  if (first === null) return wrong('notAKit', from.slice(-8));
  if (last === null) return wrong('notAKit', to.slice(-8));
  const span = spanOf(first.kitKey, last.kitKey);
  if (typeof span === 'string') return wrong(span, tailOf(last.serial));
  if (span.width === 0 && span.first !== span.last) return wrong('uneven', tailOf(last.serial));
  if (sizeOf(span) > most) return wrong('tooLong', tailOf(last.serial));
  return { span, first, last };
}

/** What stands before the number in the serials of a span of keys, from one kit of it. */
export function serialHeadOf(span: Span, kit: Pick<ScannedKit, 'kitKey' | 'serial'>): string {
  return kit.serial.slice(0, Math.max(0, kit.serial.length - (kit.kitKey.length - span.head.length)));
}

/** The tail of a key at a place, as staff say it. */
export function tailAt({ head, width }: Span, number: number): string {
  return tailOf(textAt(head, width, number));
}
