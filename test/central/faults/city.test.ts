import { expect, it } from 'vitest';
import { seedOf } from '../../core/kill/seeded.ts';
import { cityUnderFaults } from './city.ts';

it('what the service holds is what the desks acknowledged, whatever was killed and cut meanwhile', async () => {
  const seed = seedOf(20_220_420, 'city');
  const figures = await cityUnderFaults({
    seed,
    sites: 1,
    stationsASite: 2,
    facts: 200,
    disturbances: 40,
    restores: false,
  });
  expect(Object.values(figures.faults).reduce((sum, times) => sum + times, 0)).toBeGreaterThan(20);
  console.info(JSON.stringify(figures));
}, 300_000);
