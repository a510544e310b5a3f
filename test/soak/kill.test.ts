import { it } from 'vitest';
import { killMany } from '../core/kill/killMany.ts';
import { seedOf } from '../core/kill/seeded.ts';

it('a thousand SIGKILLs at random moments of random work lose nothing acknowledged and double nothing', async () => {
  console.info(JSON.stringify(await killMany(1_000, seedOf(20_220_411, 'kills'))));
});
