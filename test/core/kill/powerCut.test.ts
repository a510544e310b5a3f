import { describe, it } from 'vitest';
import { cutFrozen, cutTraced } from './powerCut.ts';
import { seedOf } from './seeded.ts';
import { canTrace } from './trace.ts';

describe('a power cut loses nothing acknowledged', () => {
  it('core frozen at random moments, its files copied, the -wal cut and torn where nothing was acknowledged', async () => {
    await cutFrozen(12, seedOf(20_220_412, 'frozen'));
  });

  it.skipIf(!canTrace())('every write and flush traced, the unflushed lost, kept or torn by sectors', async () => {
    await cutTraced(40, 40, seedOf(20_220_413, 'cuts'));
  });
});
