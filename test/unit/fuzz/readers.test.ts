import { describe, expect, it } from 'vitest';
import { fuzzRun, runLimitMs } from '../../fuzz/measure.ts';
import { readMany } from '../../fuzz/readAll.ts';
import { readers } from '../../fuzz/readers.ts';

describe('whatever comes from outside', () => {
  it.each(readers)(
    '$name: hundreds of hostile ones throw nothing, end, hold nothing and keep the rule',
    (reader) => {
      const { grownBytes } = readMany(reader, fuzzRun(reader.name, 250 * reader.weight));
      expect(grownBytes).toBeLessThan(16 * 1024 * 1024);
    },
    runLimitMs,
  );
});
