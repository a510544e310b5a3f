import { readRecoveryKey } from '../../shared/codes/ownCodes.ts';

/** The key as it is printed, group by group. */
export function groupsOf(key: string): readonly string[] {
  return key.split('-').filter((group) => group !== '');
}

/** Whether what was typed or scanned back is the key that was shown. */
export function isSameKey(shown: string, repeated: string): boolean {
  const [one, other] = [readRecoveryKey(shown), readRecoveryKey(repeated)];
  return one.ok && other.ok && one.bytes.every((byte, index) => byte === other.bytes[index]);
}
