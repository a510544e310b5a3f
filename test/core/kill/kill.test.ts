import { it } from 'vitest';
import { killMany } from './killMany.ts';

it('a hundred SIGKILLs at random moments of a busy desk lose nothing acknowledged and double nothing', async () => {
  await killMany(100, 20_220_410);
}, 300_000);
