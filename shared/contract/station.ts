import { z } from 'zod';
import { operatorSchema } from '../model/staff.ts';
import { atMsSchema } from '../time.ts';
import { call, type Entry, nothing } from './call.ts';

/** What the window shows before and beside the desk. */
export const stationViewSchema = z.object({
  phase: z.enum(['fresh', 'locked', 'ready', 'refused', 'working']),
  /** What the desk waits for, when it does: a long step that must not be disturbed. */
  work: z.object({ task: z.enum(['rekey', 'restore']), step: z.string() }).nullable(),
  /** Why the register was refused, when it was: an ErrorCode with its params. */
  refusal: z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) }).nullable(),
  registerFile: z.string(),
  keychainAvailable: z.boolean(),
  /** The ways this register's key can be had, when there is one. */
  unlockBy: z.array(z.enum(['keychain', 'passphrase', 'recoveryKey'])),
  /** The keychain was to open it and did not: another PC or account, or its store was emptied. */
  keychainLost: z.boolean(),
  site: z.object({ siteName: z.string(), stationName: z.string(), zone: z.string() }).nullable(),
  operator: operatorSchema.nullable(),
  /** The test clock exists only outside the packaged program. */
  testClock: z.boolean(),
  nowAtMs: atMsSchema,
});
export type StationView = z.infer<typeof stationViewSchema>;

export const stationCalls = {
  'station.get': call(nothing, stationViewSchema),
  /** Codes of sample people and kits that are not used yet, to practise with where no gun is at hand. Empty without sample data. */
  'practice.codes': call(
    nothing,
    z.object({
      people: z.array(z.object({ label: z.string(), text: z.string() })),
      kits: z.array(z.object({ label: z.string(), text: z.string() })),
    }),
  ),
  /**
   * Test clock only: moves core's clock forward, with nobody at the desk meanwhile if `away`. FORBIDDEN in the packaged
   * program.
   */
  'clock.advance': call(
    z.strictObject({ byMs: z.int().min(0).max(86_400_000), away: z.boolean().default(false) }),
    z.object({ nowAtMs: atMsSchema }),
  ),
} as const satisfies Record<string, Entry>;
