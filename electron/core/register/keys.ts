import { StationError } from '../../../shared/errors.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station } from '../station.ts';
import { type Keychain, wrapFor } from './create.ts';
import { readKeyFile, type Secret, unwrapBySecret, type Wraps, wrapByRecoveryKey, writeKeyFile } from './keyFile.ts';

export type KeyParts = {
  readonly registerFile: string;
  readonly keychain: Keychain;
  /** Of the open register. */
  readonly dataKeyHex: () => string;
  /** The recovery key that was shown, once it was given back. Throws RECOVERY_KEY_STALE, RECOVERY_KEY_MISMATCH. */
  readonly provenRecovery: (repeated: string) => Uint8Array;
  readonly forgetRecovery: () => void;
};

/** Another way to the same data key: each change writes the key file whole, with the wraps that stay taken over. */
export function keyHandlers(
  parts: KeyParts,
): Handlers<'register.keys' | 'register.protect' | 'register.renewRecovery'> {
  const dataKey = () => Buffer.from(parts.dataKeyHex(), 'hex');

  const write = (station: Station, change: (former: Wraps) => Wraps): void => {
    const { registerId, wraps } = readKeyFile(parts.registerFile);
    writeKeyFile(parts.registerFile, { version: 1, registerId, wraps: change(wraps) }, station.clock.now());
  };

  return {
    'register.keys': look(async (station) => {
      allow(station, 'register.keys');
      const { wraps } = readKeyFile(parts.registerFile);
      const opened = wraps.keychain === undefined ? null : await parts.keychain.unwrap(wraps.keychain);
      return {
        protection: wraps.keychain === undefined ? ('passphrase' as const) : ('keychain' as const),
        keychainAvailable: await parts.keychain.available(),
        /** The keychain holds a wrap that this computer's keychain cannot open. */
        keychainLost: wraps.keychain !== undefined && opened === null,
      };
    }),
    'register.protect': change({
      prepare: async (station, input) => {
        await authorize(station, input.proof ?? null);
        const { registerId } = readKeyFile(parts.registerFile);
        return wrapFor(dataKey(), input, parts.keychain, registerId);
      },
      // In the transaction: the entry is committed only when the file is written.
      run: (station, { protection }, daily) => {
        write(station, ({ recovery }) => ({ ...daily, recovery }));
        audit(station, 'register.protect', 'register', { protection });
        return {};
      },
      answer: (station) => {
        station.emit('station.changed', {});
        return {};
      },
    }),
    'register.renewRecovery': change({
      run: (station, { recoveryKeyRepeated }) => {
        allow(station, 'register.keys');
        const bytes = parts.provenRecovery(recoveryKeyRepeated);
        const { registerId } = readKeyFile(parts.registerFile);
        const recovery = wrapByRecoveryKey(dataKey(), bytes, registerId);
        write(station, (former) => ({ ...former, recovery }));
        audit(station, 'register.renewRecovery', 'register');
        return {};
      },
      answer: () => {
        parts.forgetRecovery();
        return {};
      },
    }),
  };

  /** Whoever may, or whoever has just opened the register with something that only they have. */
  async function authorize(station: Station, proof: Secret | null): Promise<void> {
    if (proof === null) {
      allow(station, 'register.keys');
      return;
    }
    const found = await unwrapBySecret(readKeyFile(parts.registerFile), proof);
    if (!found.some(({ dataKeyHex }) => dataKeyHex === parts.dataKeyHex())) throw new StationError('KEY_WRONG');
  }
}
