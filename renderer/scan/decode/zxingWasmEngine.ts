import { prepareZXingModule, type ZXingReaderModule } from 'zxing-wasm/reader';
import { settled, textOfBytes } from './content.ts';
import type { CodeFormat } from './decoder.ts';
import type { Engine, Found, Gray, Look } from './engine.ts';
import type { Region } from './gray.ts';

type ReaderOptions = Parameters<ZXingReaderModule['readBarcodesFromPixmap']>[3];
type Reads = ReturnType<ZXingReaderModule['readBarcodesFromPixmap']> & { readonly delete: () => void };
type Read = NonNullable<ReturnType<Reads['get']>>;

/** What is used of the module; its own type builds on Emscripten's, which are not installed. */
type Reader = {
  readonly HEAPU8: Uint8Array;
  readonly _malloc: (bytes: number) => number;
  readonly _free: (place: number) => void;
  readonly readBarcodesFromPixmap: (place: number, width: number, height: number, options: ReaderOptions) => Reads;
};

type Placed = { readonly found: Found; readonly box: Region };

type Received = (instance: WebAssembly.Instance, compiled: WebAssembly.Module) => void;

const formats: Readonly<Record<string, CodeFormat>> = {
  QRCode: 'qrcode',
  QRCodeModel2: 'qrcode',
  DataMatrix: 'datamatrix',
  Code128: 'code128',
  EAN13: 'ean13',
  PDF417: 'pdf417',
};

/**
 * zxing-cpp compiled to WebAssembly, from bytes that the caller has: nothing is fetched. It answers at once, so it
 * belongs into a worker.
 *
 * @throws when the bytes are no WebAssembly or not this engine's
 */
export async function zxingWasmEngine(wasm: ArrayBuffer | Uint8Array | WebAssembly.Module): Promise<Engine> {
  const compiled = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(new Uint8Array(wasm));
  let reader: Reader | null = await start(compiled);
  return {
    name: 'zxing-wasm',
    find: (gray, look) => {
      if (reader === null) return [];
      try {
        return read(reader, gray, look);
      } catch {
        // A trap leaves its memory in an unknown state; the next pictures get a fresh one.
        reader = null;
        void start(compiled).then((fresh) => {
          reader = fresh;
        });
        return [];
      }
    },
  };
}

async function start(compiled: WebAssembly.Module): Promise<Reader> {
  const started: unknown = await prepareZXingModule({
    overrides: {
      instantiateWasm: (imports: WebAssembly.Imports, received: Received) => {
        void WebAssembly.instantiate(compiled, imports).then((instance) => received(instance, compiled));
        return {};
      },
    },
    // Each engine has its own memory.
    equalityFn: () => false,
    fireImmediately: true,
  });
  return started as Reader;
}

function read(reader: Reader, { width, height, data }: Gray, look: Look): readonly Found[] {
  const place = reader._malloc(data.length);
  if (place === 0) return [];
  let reads: Reads | null = null;
  try {
    reader.HEAPU8.set(data, place);
    reads = reader.readBarcodesFromPixmap(place, width, height, optionsFor(look));
    const found: Placed[] = [];
    for (let at = 0; at < reads.size(); at++) {
      const one = reads.get(at);
      const settledRead = one === undefined ? null : toFound(one);
      if (one !== undefined && settledRead !== null) found.push({ found: settledRead, box: boxOf(one) });
    }
    return withoutPhantoms(found);
  } finally {
    // It lives in the engine's memory; 20 frames a second would fill that before the collector comes.
    reads?.delete();
    reader._free(place);
  }
}

/**
 * Rows that cut a slanting bar code's end can read as other digits with a right check digit. Such a phantom lies where a
 * code is that many more rows agree on.
 */
function withoutPhantoms(all: readonly Placed[]): readonly Found[] {
  return all
    .filter(({ found, box }) => {
      const isHidden = (other: Placed) =>
        other.found.format === found.format && other.found.lines > found.lines && overlap(box, other.box);
      return found.lines === 0 || !all.some(isHidden);
    })
    .map(({ found }) => found);
}

function boxOf({ position: { topLeft, topRight, bottomRight, bottomLeft } }: Read): Region {
  const corners = [topLeft, topRight, bottomRight, bottomLeft];
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

function overlap(one: Region, other: Region): boolean {
  return one.left <= other.right && other.left <= one.right && one.top <= other.bottom && other.top <= one.bottom;
}

function toFound(read: Read): Found | null {
  const format = formats[read.format];
  // A part of a content that is spread over several symbols is not the content.
  if (format === undefined || !read.isValid || read.sequenceSize >= 0) return null;
  const text = read.hasECI ? read.text : (textOfBytes(read.bytes) ?? read.text);
  const content = settled(format, read.symbologyIdentifier, text);
  return content === null ? null : { ...content, engine: 'zxing-wasm', lines: read.lineCount };
}

function optionsFor({ harder, inverted, threshold, denoise }: Look): ReaderOptions {
  return {
    formats: 'QRCodeModel2,DataMatrix,Code128,EAN13,PDF417',
    tryHarder: harder,
    tryRotate: true,
    tryInvert: inverted,
    tryDownscale: harder,
    tryDenoise: denoise,
    binarizer: threshold === 'local' ? 0 : 1,
    isPure: false,
    downscaleFactor: 3,
    downscaleThreshold: 500,
    minLineCount: 2,
    maxNumberOfSymbols: 8,
    validateOptionalChecksum: false,
    returnErrors: false,
    eanAddOnSymbol: 0,
    textMode: 0,
    characterSet: 0,
    tryCode39ExtendedMode: false,
  };
}
