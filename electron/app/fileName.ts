/** Names that Windows keeps for devices, whatever ending follows. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * A name that every system takes, that leads into no other folder, and that shows its true ending: nothing in it is
 * invisible or turns the reading direction.
 */
export function safeFileName(name: string): string {
  const plain = name.replace(/\p{Cf}/gu, '').replace(/[\p{Cc}\p{Cs}\u2028\u2029\\/:*?"<>|]/gu, '-');
  const trim = (text: string): string => text.replace(/^[\s.]+|[\s.]+$/g, '');
  const cut = trim(Array.from(trim(plain)).slice(0, 60).join(''));
  return cut === '' ? '-' : cut.replace(reserved, '-$&');
}
