import { isFirstPassportLine, isSecondPassportLine } from '../../shared/codes/mrz.ts';
import type { SerialLine } from '../../shared/model/gun.ts';

/** One scan as it came over a line, its end taken off; a stream that would not end; or one that stopped without an end. */
export type Framed =
  | { readonly kind: 'scan'; readonly bytes: Uint8Array }
  | { readonly kind: 'tooLong' }
  | { readonly kind: 'noEnd' };

export type Framer = {
  readonly feed: (chunk: Uint8Array, atMs: number) => readonly Framed[];
  /** What the passing of time ends; to be called at `deadlineMs`. */
  readonly tick: (atMs: number) => readonly Framed[];
  readonly deadlineMs: () => number | null;
  /** Forgets what has come of a scan; true when something had. */
  readonly drop: () => boolean;
};

/** The longest scan in bytes. What is longer is no code but a device that is not a gun. */
export const longestScan = 8_192;
/** The second line of a passport follows the first within this. */
const secondLineMs = 600;
/** A gun sends a scan in one go: when nothing has come for this long, its end will not come either. */
const stalledMs = 2_000;

const cr = 0x0d;
const lf = 0x0a;
const tab = 0x09;
const stx = 0x02;
const etx = 0x03;

/**
 * Cuts a stream of bytes into scans. Control characters inside a scan, GS above all, stay as they are. A passport's two
 * lines are one scan. Of a stream without end one `tooLong` is told, and nothing is kept until its next end or pause.
 * What stops without its end (a part of a scan, noise, a gun set to another end) is told as `noEnd` and never runs into
 * the next scan.
 */
export function createFramer({ end, pauseMs }: Pick<SerialLine, 'end' | 'pauseMs'>): Framer {
  const ends: ReadonlySet<number> = new Set(
    end === 'line' ? [cr, lf] : end === 'tab' ? [tab] : end === 'etx' ? [etx] : [],
  );
  let held: number[] = [];
  let isOverlong = false;
  let lastMs = 0;
  let firstLine: { readonly bytes: Uint8Array; readonly untilMs: number } | null = null;

  const finish = (atMs: number): Framed[] => {
    const bytes = Uint8Array.from(trimmed(held));
    held = [];
    if (isOverlong) {
      isOverlong = false;
      return [];
    }
    return bytes.length === 0 ? [] : joined(bytes, atMs);
  };

  const joined = (bytes: Uint8Array, atMs: number): Framed[] => {
    const first = firstLine;
    firstLine = null;
    const text = asciiOf(bytes);
    if (first !== null && isSecondPassportLine(text)) {
      return [{ kind: 'scan', bytes: Uint8Array.from([...first.bytes, lf, ...bytes]) }];
    }
    const before: Framed[] = first === null ? [] : [{ kind: 'scan', bytes: first.bytes }];
    if (end !== 'pause' && isFirstPassportLine(text)) {
      firstLine = { bytes, untilMs: atMs + secondLineMs };
      return before;
    }
    return [...before, { kind: 'scan', bytes }];
  };

  const overdue = (atMs: number): Framed[] => {
    const isUnderWay = held.length > 0 || isOverlong;
    if (end === 'pause' && isUnderWay && atMs - lastMs >= pauseMs) return finish(atMs);
    if (end !== 'pause' && isUnderWay && atMs - lastMs >= stalledMs) {
      const wasTold = isOverlong;
      held = [];
      isOverlong = false;
      return wasTold ? [] : [{ kind: 'noEnd' }];
    }
    if (firstLine !== null && held.length === 0 && atMs >= firstLine.untilMs) {
      const { bytes } = firstLine;
      firstLine = null;
      return [{ kind: 'scan', bytes }];
    }
    return [];
  };

  return {
    feed: (chunk, atMs) => {
      const framed = overdue(atMs);
      lastMs = atMs;
      for (const byte of chunk) {
        if (end === 'etx' && byte === stx) {
          // What stands before the start of a text is none of it.
          held = [];
          isOverlong = false;
        } else if (ends.has(byte)) {
          framed.push(...finish(atMs));
        } else if (!isOverlong) {
          held.push(byte);
          if (held.length <= longestScan) continue;
          held = [];
          isOverlong = true;
          framed.push({ kind: 'tooLong' });
        }
      }
      return framed;
    },
    tick: overdue,
    deadlineMs: () => {
      if (held.length > 0 || isOverlong) return lastMs + (end === 'pause' ? pauseMs : stalledMs);
      return firstLine !== null && held.length === 0 ? firstLine.untilMs : null;
    },
    drop: () => {
      const had = held.length > 0 || isOverlong || firstLine !== null;
      held = [];
      isOverlong = false;
      firstLine = null;
      return had;
    },
  };
}

/** Without the STX that some guns put before and the ends of other kinds that stand after. */
function trimmed(bytes: readonly number[]): readonly number[] {
  let from = 0;
  let to = bytes.length;
  while (from < to && bytes[from] === stx) from++;
  while (to > from && [cr, lf, tab, etx].includes(bytes[to - 1] ?? 0)) to--;
  return bytes.slice(from, to);
}

function asciiOf(bytes: Uint8Array): string {
  return bytes.length > 100 ? '' : String.fromCharCode(...bytes);
}

/** The text of a scan's bytes: UTF-8 where they are that, else GB 18030 as Chinese guns send, else Latin-1. */
export function textOfScan(bytes: Uint8Array): string {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // The next one.
    }
  }
  return new TextDecoder('latin1').decode(bytes);
}
