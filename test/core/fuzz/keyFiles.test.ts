import { expect, it } from 'vitest';
import { fuzzKeyFiles } from '../../fuzz/keyFiles.ts';
import { fuzzRun, runLimitMs } from '../../fuzz/measure.ts';

it(
  'a damaged or forged key file opens nothing, breaks nothing and leaves the register as it is',
  async () => {
    const outcomes = await fuzzKeyFiles(fuzzRun('key files', 250));
    process.stdout.write(`  ${JSON.stringify(Object.fromEntries(outcomes))}\n`);
    expect([...outcomes.keys()].sort()).toEqual(expect.arrayContaining(['KEY_FILE_MISSING', 'KEY_WRONG', 'open']));
  },
  runLimitMs,
);
