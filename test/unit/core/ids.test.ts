import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { uuidV7 } from '../../../shared/uuidV7.ts';

it('is a UUID of version 7 that sorts by time (RFC 9562, appendix A.6)', () => {
  const fixed = (count: number) => new Uint8Array(count).fill(0xff);
  expect(uuidV7(0x017f22e279b0, fixed)).toBe('017f22e2-79b0-7fff-bfff-ffffffffffff');
  const ids = [1, 2, 255, 256, 1_650_000_000_000, 1_650_000_000_001].map((at) => uuidV7(at, randomBytes));
  expect([...ids].sort()).toEqual(ids);
});
