/** What a report, or several together, came to. */
export type HidReading =
  | { readonly kind: 'scan'; readonly symbology: string | null; readonly bytes: Uint8Array }
  /** A message whose other reports never came, or came with a fault. */
  | { readonly kind: 'partMissing' }
  | { readonly kind: 'tooLong' };

export type HidReader = {
  readonly feed: (report: Uint8Array, atMs: number) => readonly HidReading[];
  /** What the passing of time ends; to be called at `deadlineMs`. */
  readonly tick: (atMs: number) => readonly HidReading[];
  readonly deadlineMs: () => number | null;
  /** Forgets a message that has begun; true when one had. */
  readonly drop: () => boolean;
};

/** Bar code scanned data (HID Point of Sale Usage Tables, page 0x8C, usage 0x12), as guns send it. */
const reportId = 2;
const payloadLength = 63;
const symbologyAt = 1;
const dataAt = 4;
const moreAt = 62;
const longestPart = moreAt - dataAt;
/** The reports of one message follow each other at once. */
const partsWithinMs = 1_000;
const longestMessage = 8_192;

/**
 * Reads input reports of a HID POS scanner: byte 0 the length of the data, 1 to 3 the AIM symbology identifier, data from
 * 4, and in byte 62 whether the message goes on in the next report. A report may begin with its number, 2.
 */
export function createHidReader(): HidReader {
  let held: number[] = [];
  let symbology: string | null = null;
  let isOpen = false;
  let lastMs = 0;

  const close = (): void => {
    held = [];
    symbology = null;
    isOpen = false;
  };

  return {
    feed: (report, atMs) => {
      const payload = payloadOf(report);
      if (payload === null) return [];
      const readings: HidReading[] = [];
      const length = payload[0] ?? 0;
      const own = symbologyOf(payload);
      const isTorn = isOpen && (atMs - lastMs > partsWithinMs || (own !== null && own !== symbology));
      if (isTorn || length > longestPart) {
        if (isOpen || length > longestPart) readings.push({ kind: 'partMissing' });
        close();
        if (length > longestPart) return readings;
      }
      lastMs = atMs;
      if (!isOpen) symbology = own;
      held.push(...payload.slice(dataAt, dataAt + length));
      isOpen = ((payload[moreAt] ?? 0) & 1) === 1;
      if (held.length > longestMessage) {
        close();
        return [...readings, { kind: 'tooLong' }];
      }
      if (isOpen) return readings;
      if (held.length > 0) readings.push({ kind: 'scan', symbology, bytes: Uint8Array.from(held) });
      close();
      return readings;
    },
    tick: (atMs) => {
      if (!isOpen || atMs - lastMs <= partsWithinMs) return [];
      close();
      return [{ kind: 'partMissing' }];
    },
    deadlineMs: () => (isOpen ? lastMs + partsWithinMs : null),
    drop: () => {
      const had = isOpen;
      close();
      return had;
    },
  };
}

function payloadOf(report: Uint8Array): Uint8Array | null {
  if (report.length === payloadLength) return report;
  return report.length === payloadLength + 1 && report[0] === reportId ? report.slice(1) : null;
}

/** `]d2` and the like; null where the gun gives none. */
function symbologyOf(payload: Uint8Array): string | null {
  const text = String.fromCharCode(...payload.slice(symbologyAt, dataAt));
  return /^\][A-Za-z][0-9A-Za-z]$/.test(text) ? text : null;
}
