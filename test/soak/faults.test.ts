import { describe, it } from 'vitest';
import { damageMany } from '../core/faults/damage.ts';
import { fillMany } from '../core/faults/diskFull.ts';
import { canMount } from '../core/faults/smallDisk.ts';
import { cutFrozen, cutTraced } from '../core/kill/powerCut.ts';
import { seedOf } from '../core/kill/seeded.ts';
import { canTrace } from '../core/kill/trace.ts';

/** Figures of a part, printed for the record in docs/survival.md. */
function say(part: string, figures: object): void {
  console.info(`${part}: ${JSON.stringify(figures)}`);
}

/** A part of the soak for a machine with little time: YICEDA_SOAK_SHARE=0.1 is a tenth of it. */
const share = Number(process.env['YICEDA_SOAK_SHARE'] ?? '1');
const times = (whole: number): number => Math.max(1, Math.round(whole * share));

describe('a thousand faults lose nothing acknowledged', () => {
  it.skipIf(!canTrace())('power cuts, every write and flush traced', async () => {
    const seed = seedOf(20_220_501, 'cuts');
    const runs = [];
    // Some registers of their own, so that the cuts fall into other work.
    for (let n = 0; n < times(10); n++) runs.push(await cutTraced(100, 90, seed + 1_000 * n));
    say('power cuts, traced', total(runs));
  });

  it('core frozen and copied, its -wal cut and torn', async () => {
    const seed = seedOf(20_220_502, 'frozen');
    const runs = [];
    for (let n = 0; n < times(20); n++) runs.push(await cutFrozen(25, seed + 1_000 * n));
    say('frozen and copied', total(runs));
  });

  it('bytes of the register and its -wal damaged', async () => {
    const seed = seedOf(20_220_503, 'damage');
    const runs = [];
    for (let n = 0; n < times(5); n++) runs.push(await damageMany(200, seed + 1_000 * n));
    say('damaged', total(runs));
  });

  it.skipIf(!canMount())('a disk that is full in the middle of commits', async () => {
    say('disk full', await fillMany(times(1_000), seedOf(20_220_504, 'full')));
  });
});

function total<T extends object>(runs: readonly T[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const run of runs) for (const [name, n] of Object.entries(run)) sums[name] = (sums[name] ?? 0) + Number(n);
  return sums;
}
