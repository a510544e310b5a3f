/**
 * UUID version 7 (RFC 9562, 5.7): 48 bits of epoch milliseconds, then random bits, so that rows written one after the
 * other stand side by side in an index.
 */
export function uuidV7(nowMs: number, random: (byteCount: number) => Uint8Array): string {
  const bytes = new Uint8Array(16);
  bytes.set(random(16));
  let rest = nowMs;
  for (let place = 5; place >= 0; place--) {
    bytes[place] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
