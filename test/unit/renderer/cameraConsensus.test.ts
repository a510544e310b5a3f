import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createConsensus, type Sighting } from '../../../renderer/scan/camera/consensus.ts';

const kit: Sighting = { text: ']d2010690123456789210L\u001D21A1', format: 'datamatrix' };
const card: Sighting = { text: '319900194203040115', format: 'qrcode' };
const box: Sighting = { text: ']E06901234567892', format: 'ean13' };
/** Milliseconds between two frames. */
const frame = 100;

/** A camera under a hand clock: shows `what` for so many frames and answers what was taken. */
function camera() {
  const consensus = createConsensus();
  let nowMs = 5_000;
  return {
    show: (what: Sighting | null, frames: number, everyMs = frame): number => {
      let taken = 0;
      for (let n = 0; n < frames; n++) {
        nowMs += everyMs;
        if (consensus.see(what, nowMs) === 'take') taken += 1;
      }
      return taken;
    },
    see: (what: Sighting | null) => {
      nowMs += frame;
      return consensus.see(what, nowMs);
    },
    pause: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('a code before the camera', () => {
  it('counts on its second frame, an EAN-13 on its third', () => {
    const one = camera();
    expect([one.see(kit), one.see(kit)]).toEqual(['unsure', 'take']);
    const other = camera();
    expect([other.see(box), other.see(box), other.see(box)]).toEqual(['unsure', 'unsure', 'take']);
  });

  it('may be unreadable on frames in between, not for longer than a second', () => {
    const quick = camera();
    quick.see(kit);
    quick.show(null, 8);
    expect(quick.see(kit)).toBe('take');
    const slow = camera();
    slow.see(kit);
    slow.show(null, 11);
    expect(slow.see(kit)).toBe('unsure');
  });

  it('begins again after a different text', () => {
    const one = camera();
    one.see(kit);
    one.see(card);
    expect(one.see(kit)).toBe('unsure');
    expect(one.see(kit)).toBe('take');
  });

  it('counts once for as long as it lies there, and again only when it was out of the picture for 1.5 s', () => {
    const one = camera();
    expect(one.show(kit, 600)).toBe(1);
    one.show(null, 14);
    expect(one.show(kit, 5)).toBe(0);
    one.show(null, 15);
    expect(one.show(kit, 5)).toBe(1);
  });

  it('is not out of the picture while nobody looks', () => {
    const one = camera();
    one.show(kit, 2);
    one.pause(60_000);
    expect(one.show(kit, 5)).toBe(0);
    // One unreadable frame after a long pause is no 1.5 s either.
    one.pause(60_000);
    one.show(null, 1);
    expect(one.show(kit, 5)).toBe(0);
  });

  it('lets another code through at once, and each of two that lie there only once', () => {
    const one = camera();
    let taken = 0;
    for (let round = 0; round < 50; round++) taken += one.show(kit, 3) + one.show(card, 3);
    expect(taken).toBe(2);
  });

  it('never counts from less than its frames, nor twice without 1.5 s away, whatever is seen', () => {
    const seen = fc.constantFrom(null, kit, card, box);
    fc.assert(
      fc.property(fc.array(fc.tuple(seen, fc.integer({ min: 1, max: 3_000 })), { maxLength: 200 }), (frames) => {
        const consensus = createConsensus();
        const since = new Map<string, { frames: number; awayMs: number; hasCounted: boolean }>();
        let nowMs = 0;
        for (const [what, stepMs] of frames) {
          nowMs += stepMs;
          for (const one of since.values()) one.awayMs += stepMs;
          const verdict = consensus.see(what, nowMs);
          if (what === null) continue;
          const one = since.get(what.text) ?? { frames: 0, awayMs: 0, hasCounted: false };
          one.frames += 1;
          if (verdict === 'take') {
            expect(one.frames).toBeGreaterThanOrEqual(what.format === 'ean13' ? 3 : 2);
            one.hasCounted = true;
            one.frames = 0;
          } else if (one.hasCounted && one.awayMs < 1_500) {
            expect(verdict).toBe('taken');
            one.frames = 0;
          }
          if (verdict !== 'taken' && one.awayMs >= 1_500 && verdict !== 'take') one.hasCounted = false;
          one.awayMs = 0;
          since.set(what.text, one);
        }
      }),
    );
  });
});
