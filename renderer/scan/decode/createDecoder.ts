import type { Decoder } from './decoder.ts';
import { decoderOf } from './decoderOf.ts';
import { zxingLibraryEngine } from './zxingLibraryEngine.ts';
import { zxingWasmEngine } from './zxingWasmEngine.ts';

/**
 * The decoder, from the bytes of zxing-wasm's reader. It answers at once (up to some 30 ms a frame and a second or two a
 * picture), so it belongs into a worker; it fetches nothing.
 *
 * @throws when the bytes are no WebAssembly or not this engine's
 */
export async function createDecoder(wasm: ArrayBuffer | Uint8Array | WebAssembly.Module): Promise<Decoder> {
  return decoderOf([await zxingWasmEngine(wasm), zxingLibraryEngine()]);
}
