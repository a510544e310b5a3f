import { it } from 'vitest';
import { killMany } from '../core/kill/killMany.ts';

it('a thousand SIGKILLs at random moments of a busy desk lose nothing acknowledged and double nothing', async () => {
  await killMany(1_000, 20_220_411);
});
