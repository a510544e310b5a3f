import type { CodeFormat } from '../decode/decoder.ts';

/** What was read on one frame. */
export type Sighting = { readonly text: string; readonly format: CodeFormat };

/** Two frames of the same text count only when they are no further apart than this, ms. */
const withinMs = 1_000;
/** A code that was taken may come again once it has been out of the picture this long, ms. */
const outMs = 1_500;
/** Between two frames at most this much counts as time out of the picture: while nobody looked, nothing was seen. */
const longestStepMs = 400;

/** EAN-13 has one check digit only, and was seen to come wrong; the others correct errors or have stronger checks. */
function neededFrames(format: CodeFormat): number {
  return format === 'ean13' ? 3 : 2;
}

export type Consensus = {
  /**
   * One frame that was looked at, at `atMs` of a steady clock; null where nothing was read. `take`: the code counts now.
   * `taken`: it has counted before and is still in the picture. `unsure`: not seen often enough yet. `nothing`: no code.
   */
  readonly see: (sighting: Sighting | null, atMs: number) => 'take' | 'taken' | 'unsure' | 'nothing';
};

/**
 * When a code in front of the camera is a scan: read on several frames in a row, with unreadable ones between them
 * allowed. A code that lies under the camera counts once, however long it lies there.
 */
export function createConsensus(): Consensus {
  let candidate: { readonly text: string; readonly frames: number; readonly atMs: number } | null = null;
  /** Codes that have counted, with the time that each has been out of the picture. */
  const taken = new Map<string, number>();
  let lastMs: number | null = null;

  return {
    see: (sighting, atMs) => {
      const stepMs = lastMs === null ? 0 : Math.min(longestStepMs, Math.max(0, atMs - lastMs));
      lastMs = atMs;
      for (const [text, forMs] of taken) {
        if (text === sighting?.text) taken.set(text, 0);
        else if (forMs + stepMs >= outMs) taken.delete(text);
        else taken.set(text, forMs + stepMs);
      }
      if (sighting === null) return 'nothing';
      const { text, format } = sighting;
      if (taken.has(text)) {
        candidate = null;
        return 'taken';
      }
      const goesOn = candidate !== null && candidate.text === text && atMs - candidate.atMs <= withinMs;
      const frames = goesOn && candidate !== null ? candidate.frames + 1 : 1;
      if (frames < neededFrames(format)) {
        candidate = { text, frames, atMs };
        return 'unsure';
      }
      candidate = null;
      taken.set(text, 0);
      return 'take';
    },
  };
}
