import { classify } from '../../../shared/codes/classify.ts';
import type { CodeKind } from '../../../shared/codes/codeKinds.ts';
import { maskDocument } from '../../../shared/codes/mask.ts';
import type { GunScan } from '../../../shared/model/gun.ts';
import { isPersonal } from '../personal.ts';

/** What one scan of a gun looks like to whoever sets the gun up. */
export type Received = {
  /** Control characters by their signs (U+2400 and on); masked when it is personal. At most 600 characters. */
  readonly text: string;
  readonly isHidden: boolean;
  readonly characters: number;
  readonly bytes: number;
  readonly separators: number;
  readonly symbologyId: string | null;
  /** What it is; null where it has the shape of nothing. */
  readonly kind: CodeKind | null;
  readonly isFaulty: boolean;
};

const mostText = 600;

/** `today` is the site's day. */
export function receivedOf(scan: Pick<GunScan, 'text' | 'bytes'>, today: string): Received {
  const { text } = scan;
  const reading = classify(text, { today });
  const isHidden = isPersonal(text, reading, true);
  // The control pictures of Unicode stand in the order of the characters that they show.
  const clear = text
    .slice(0, mostText)
    .replace(/\p{Cc}/gu, (one) => (one < ' ' ? String.fromCharCode(0x2400 + one.charCodeAt(0)) : '�'));
  return {
    text: isHidden ? maskDocument(clear) : clear,
    isHidden,
    characters: text.length,
    bytes: scan.bytes.length / 2,
    separators: text.split('\u001D').length - 1,
    symbologyId: /^\][A-Za-z][0-9A-Za-z]/.exec(text)?.[0] ?? null,
    kind: reading.kind,
    isFaulty: !reading.ok,
  };
}
