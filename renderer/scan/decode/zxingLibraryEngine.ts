import {
  BarcodeFormat,
  BinaryBitmap,
  DecodeHintType,
  GlobalHistogramBinarizer,
  HybridBinarizer,
  InvertedLuminanceSource,
  type LuminanceSource,
  MultiFormatReader,
  type Result,
  ResultMetadataType,
  RGBLuminanceSource,
} from '@zxing/library';
import { settled, textOfBytes } from './content.ts';
import type { CodeFormat } from './decoder.ts';
import type { Engine, Found, Look } from './engine.ts';

const formats = new Map<BarcodeFormat, CodeFormat>([
  [BarcodeFormat.QR_CODE, 'qrcode'],
  [BarcodeFormat.DATA_MATRIX, 'datamatrix'],
  [BarcodeFormat.CODE_128, 'code128'],
  [BarcodeFormat.EAN_13, 'ean13'],
  [BarcodeFormat.PDF_417, 'pdf417'],
]);

/** The engine in JavaScript. It finds one symbol a picture at most and looks for bar codes along rows only. */
export function zxingLibraryEngine(): Engine {
  const quick = readerWith(false);
  const thorough = readerWith(true);
  return {
    name: '@zxing/library',
    find: ({ width, height, data }, look) => {
      const reader = look.harder ? thorough : quick;
      const luminance = new RGBLuminanceSource(new Uint8ClampedArray(data), width, height);
      const found = readOne(reader, luminance, look);
      if (found !== null || !look.inverted) return found === null ? [] : [found];
      const inverted = readOne(reader, new InvertedLuminanceSource(luminance), look);
      return inverted === null ? [] : [inverted];
    },
  };
}

function readerWith(harder: boolean): MultiFormatReader {
  const hints = new Map<DecodeHintType, unknown>([
    [DecodeHintType.POSSIBLE_FORMATS, [...formats.keys()]],
    // Without it Code 128 loses its separators.
    [DecodeHintType.ASSUME_GS1, true],
  ]);
  if (harder) hints.set(DecodeHintType.TRY_HARDER, true);
  const reader = new MultiFormatReader();
  reader.setHints(hints);
  return reader;
}

function readOne(reader: MultiFormatReader, luminance: LuminanceSource, { threshold }: Look): Found | null {
  const binarizer = threshold === 'local' ? new HybridBinarizer(luminance) : new GlobalHistogramBinarizer(luminance);
  let result: Result;
  try {
    result = reader.decodeWithState(new BinaryBitmap(binarizer));
  } catch {
    // It throws for "nothing found", and for its own faults as well.
    return null;
  }
  return toFound(result);
}

function toFound(result: Result): Found | null {
  const format = formats.get(result.getBarcodeFormat());
  const content = format === undefined ? null : contentOf(format, result);
  return content === null ? null : { ...content, engine: '@zxing/library', lines: isBars(content.format) ? 1 : 0 };
}

function isBars(format: CodeFormat): boolean {
  return format === 'code128' || format === 'ean13';
}

function contentOf(format: CodeFormat, result: Result): Pick<Found, 'format' | 'symbology' | 'text'> | null {
  const text = result.getText();
  if (format === 'qrcode') return qrContent(result);
  if (format === 'datamatrix') return dataMatrixContent(result);
  if (format === 'code128') {
    return text.startsWith(']C1') ? settled(format, ']C1', text.slice(3)) : settled(format, ']C0', text);
  }
  return settled(format, format === 'ean13' ? ']E0' : ']L0', latinAsBytes(text));
}

/**
 * The first codeword says what the symbol is (ISO/IEC 16022, 5.2.4): 232 FNC1, so GS1. The library reads over 233
 * (a part of a content), 234 (a command to the reader) and 241 (another character set) as though they were not there and
 * takes what follows them for text, so those are refused.
 */
function dataMatrixContent(result: Result): Pick<Found, 'format' | 'symbology' | 'text'> | null {
  const [first = 0, second = 0] = result.getRawBytes();
  if ([233, 234, 241].includes(first) || (first === 232 && second === 241)) return null;
  return settled('datamatrix', first === 232 ? ']d2' : ']d1', latinAsBytes(result.getText()));
}

/** The modes before the first characters (ISO/IEC 18004, 7.4): 3 a part of a content, 5 GS1, 7 character set, 9 other FNC1. */
function qrContent(result: Result): Pick<Found, 'format' | 'symbology' | 'text'> | null {
  const raw = result.getRawBytes();
  const nibble = (at: number) => ((raw[at >> 1] ?? 0) >> (at % 2 === 0 ? 4 : 0)) & 15;
  let at = 0;
  let hasCharacterSet = false;
  if (nibble(at) === 7) {
    hasCharacterSet = true;
    // One, two or three bytes, by the first bits of the number.
    const first = nibble(at + 1);
    at += 1 + (first < 8 ? 2 : first < 12 ? 4 : 6);
  }
  const mode = nibble(at);
  if (mode === 3 || mode === 9) return null;
  const symbology = mode === 5 ? (hasCharacterSet ? ']Q4' : ']Q3') : hasCharacterSet ? ']Q2' : ']Q1';
  const segments: unknown = result.getResultMetadata()?.get(ResultMetadataType.BYTE_SEGMENTS);
  const only: unknown = Array.isArray(segments) && segments.length === 1 ? segments[0] : null;
  const ownText = !hasCharacterSet && only instanceof Uint8Array && isWhole(only, nibble) ? textOfBytes(only) : null;
  return settled('qrcode', symbology, ownText ?? result.getText());
}

/** Whether a run of bytes is all that a QR symbol holds: mode 4, a length of 8 or 16 bits, the bytes, the end. */
function isWhole(segment: Uint8Array, nibble: (at: number) => number): boolean {
  if (nibble(0) !== 4) return false;
  const short = nibble(1) * 16 + nibble(2);
  const long = short * 256 + nibble(3) * 16 + nibble(4);
  return (
    (short === segment.length && nibble(3 + 2 * segment.length) === 0) ||
    (long === segment.length && nibble(5 + 2 * segment.length) === 0)
  );
}

/** The library gives bytes as Latin letters here; UTF-8 and GB 2312 are what is printed. */
function latinAsBytes(text: string): string {
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const isLatin = [...text].every((letter) => letter.charCodeAt(0) < 256);
  return isLatin ? (textOfBytes(bytes) ?? text) : text;
}
