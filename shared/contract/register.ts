import { z } from 'zod';
import { pinSchema } from '../model/staff.ts';
import { call, done, type Entry, nothing, requestId, siteText } from './call.ts';
import { stationViewSchema } from './station.ts';

/** What opens a register where its keychain does not. */
export const secret = z.union([
  z.strictObject({ passphrase: z.string().min(1).max(200) }),
  z.strictObject({ recoveryKey: z.string().min(1).max(100) }),
]);
const protection = {
  protection: z.enum(['keychain', 'passphrase']),
  passphrase: z.string().min(1).max(200).optional(),
};

export const registerCalls = {
  /** Makes a recovery key and holds it until `register.create` repeats it. */
  'register.prepareKey': call(nothing, z.object({ recoveryKey: z.string() })),
  'register.create': call(
    z.strictObject({
      requestId,
      siteName: siteText,
      stationName: siteText,
      zone: z.string().min(1).max(60),
      protection: z.enum(['keychain', 'passphrase']),
      passphrase: z.string().max(200).optional(),
      recoveryKeyRepeated: z.string().max(100),
      operatorName: siteText,
      pin: pinSchema,
      data: z.enum(['sample', 'empty']),
      /** What the first round is called, in the language of whoever sets up. */
      roundName: siteText.default('第 1 轮'),
    }),
    stationViewSchema,
  ),
  'register.unlock': call(
    z.strictObject({ passphrase: z.string().max(200).optional(), recoveryKey: z.string().max(100).optional() }),
    stationViewSchema,
  ),
  /** A register that was refused, tried once more: the other program may be closed by now, the disk may have room. */
  'register.tryAgain': call(nothing, stationViewSchema),
  /** For REGISTER_TAIL_LOST: opens what is left. The log of changes says that it was done. */
  'register.openWithoutTail': call(nothing, stationViewSchema),
  /* Keys and backups. */
  'register.keys': call(
    nothing,
    z.object({
      protection: z.enum(['keychain', 'passphrase']),
      keychainAvailable: z.boolean(),
      keychainLost: z.boolean(),
    }),
  ),
  /** Another passphrase, or another way to open it each day. `proof` stands in for the right: nobody is signed in yet. */
  'register.protect': call(z.strictObject({ requestId, ...protection, proof: secret.optional() }), done),
  /** The key that `register.prepareKey` showed takes the place of the former one. */
  'register.renewRecovery': call(z.strictObject({ requestId, recoveryKeyRepeated: z.string().min(1).max(100) }), done),
  /** A new data key for the whole register, with everything that opens it new. Emits `register.progressed`. CANCELLED. */
  'register.rekey': call(
    z.strictObject({ requestId, ...protection, recoveryKeyRepeated: z.string().min(1).max(100) }),
    stationViewSchema,
  ),
  /** Ends a re-keying as if it had not begun; after the swap it does nothing. */
  'register.cancelRekey': call(nothing, done),
} as const satisfies Record<string, Entry>;
