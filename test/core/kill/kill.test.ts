import { it } from 'vitest';
import { killMany } from './killMany.ts';
import { seedOf } from './seeded.ts';

it('fifty SIGKILLs at random moments of random work lose nothing acknowledged and double nothing', async () => {
  await killMany(50, seedOf(20_220_410, 'kills'));
}, 300_000);
