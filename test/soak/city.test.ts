import { it } from 'vitest';
import { cityUnderFaults } from '../central/faults/city.ts';
import { seedOf } from '../core/kill/seeded.ts';

it.each([1, 2, 3])('four desks and some thousand records, bad day %i', async (n) => {
  const seed = seedOf(20_220_500 + n, `city ${n}`);
  const restores = n > 1;
  console.info(
    JSON.stringify(
      await cityUnderFaults({ seed, sites: 2, stationsASite: 2, facts: 4_000, disturbances: 300, restores }),
    ),
  );
});
