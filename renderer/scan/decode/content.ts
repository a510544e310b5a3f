import type { CodeFormat } from './decoder.ts';
import type { Found } from './engine.ts';

const gs = '\u001d';

/** Symbology identifiers that say that the content is GS1 (GS1 General Specifications, 5.1.2). */
const gs1Symbols: ReadonlySet<string> = new Set([']C1', ']d2', ']d5', ']Q3', ']Q4']);

export function isGs1Symbol(symbology: string): boolean {
  return gs1Symbols.has(symbology);
}

/** What a plain symbol becomes when its content begins with GS: some printers write FNC1 in first place so. */
const markedByGs: Readonly<Record<string, string>> = {
  ']d1': ']d2',
  ']d4': ']d5',
  ']Q1': ']Q3',
  ']Q2': ']Q4',
  ']C0': ']C1',
};

/**
 * Bytes of which the symbol does not say how they are to be read. UTF-8 where they are that; else Shift_JIS, the
 * encoding of the QR standard's own home, where they are half-width kana beyond doubt; else GB 18030 where all of them
 * are letters of GB 2312, as Chinese printers send; null where none is so.
 */
export function textOfBytes(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    if (isHalfWidthKana(bytes)) return new TextDecoder('shift_jis').decode(bytes);
    return isGb2312(bytes) ? new TextDecoder('gb18030').decode(bytes) : null;
  }
}

/**
 * The same bytes may be Chinese: what tells is that a voiced mark stands among them, and only where the language has one
 * (JIS X 0201: DE after U, KA to TO, HA to HO; DF after HA to HO).
 */
function isHalfWidthKana(bytes: Uint8Array): boolean {
  let marks = 0;
  for (const [at, byte] of bytes.entries()) {
    if (byte < 0x80) continue;
    if (byte < 0xa1 || byte > 0xdf) return false;
    if (byte < 0xde) continue;
    const former = bytes[at - 1] ?? 0;
    const isOfHa = former >= 0xca && former <= 0xce;
    if (!isOfHa && (byte === 0xdf || (former !== 0xb3 && (former < 0xb6 || former > 0xc4)))) return false;
    marks++;
  }
  return marks > 0;
}

function isGb2312(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    const trail = bytes[++at] ?? 0;
    if (lead < 0xa1 || lead > 0xf7 || trail < 0xa1 || trail === 0xff) return false;
  }
  return true;
}

/**
 * The content in the form that both engines share, or null where it cannot be right: nothing at all, bytes that were lost
 * on the way to text, or an EAN-13 whose check digit is wrong.
 */
export function settled(
  format: CodeFormat,
  symbology: string,
  text: string,
): Pick<Found, 'format' | 'symbology' | 'text'> | null {
  const isMarked = text.startsWith(gs);
  const plain = isMarked ? text.slice(1) : text;
  if (plain === '' || plain.includes('\ufffd')) return null;
  if (format === 'ean13') return isEan13(plain) ? { format, symbology: ']E0', text: plain } : null;
  return { format, symbology: (isMarked ? markedByGs[symbology] : undefined) ?? symbology, text: plain };
}

/** Thirteen digits, the last the check digit: weights 1 and 3 in turn from the left (GS1 General Specifications, 7.9). */
function isEan13(text: string): boolean {
  if (!/^\d{13}$/.test(text)) return false;
  let sum = 0;
  for (let at = 0; at < 13; at++) sum += Number(text[at]) * (at % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
}
