import { expect, it } from 'vitest';
import { contract } from '../../../shared/contract.ts';
import { fuzzCalls } from '../../fuzz/callsOnRegister.ts';
import { fuzzRun, runLimitMs } from '../../fuzz/measure.ts';

it(
  'hundreds of inputs of every kind for all calls, right and wrong, find no bug, no hang, no leak and no way out of the folder',
  async () => {
    const tally = await fuzzCalls(fuzzRun('calls', 1_200));
    const answered = Object.keys(contract).filter((method) => tally.answered.has(method));
    process.stdout.write(
      `  answered: ${[...tally.answered.values()].reduce((sum, each) => sum + each, 0)}, methods ${answered.length} of ${Object.keys(contract).length} (not ${Object.keys(
        contract,
      )
        .filter((method) => !tally.answered.has(method))
        .join(
          ' ',
        )}), codes ${JSON.stringify(Object.fromEntries(tally.codes))}, slowest ${tally.slowest.method} ${tally.slowest.ms} ms, grown ${Math.round(tally.grownBytes / 1024)} KiB\n`,
    );
    // It got behind the schemas, else it showed nothing.
    expect(answered.length).toBeGreaterThan(Object.keys(contract).length * 0.5);
    expect(tally.grownBytes).toBeLessThan(32 * 1024 * 1024);
  },
  runLimitMs,
);
