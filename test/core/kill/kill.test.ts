import { it } from 'vitest';
import { killMany } from './killMany.ts';
import { seedOf } from './seeded.ts';

it('thirty SIGKILLs at random moments of random work lose nothing acknowledged and double nothing', async () => {
  await killMany(30, seedOf(20_220_410, 'kills'));
}, 300_000);
