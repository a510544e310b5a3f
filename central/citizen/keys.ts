import { z } from 'zod';
import { type Hmac, hmacUnder } from './hmac.ts';

const secret = z.string().regex(/^[0-9a-f]{64}$/, 'a secret is 64 lower-case hex digits');

const keyFileSchema = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[0-9A-Za-z._-]{1,16}$/, 'an id has 1 to 16 letters, digits, dots, dashes'),
        /** What the city's app server has too, and makes its HMAC with. */
        shared: secret,
        /** What nobody but the service has: the marks in its database are made with it. */
        pepper: secret,
      }),
    )
    .min(1)
    // The one that goes and the one that comes.
    .max(2),
});

/** The secrets themselves are nowhere but in what they make. */
export type CitizenKey = { readonly id: string; readonly shared: Hmac; readonly pepper: Hmac };

export type ReadKeys =
  | { readonly ok: true; readonly keys: readonly CitizenKey[] }
  | { readonly ok: false; readonly problem: string };

/** Reads the text of a key file. What it says of a bad one never quotes a secret. */
export function readCitizenKeys(text: string): ReadKeys {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'it is not JSON' };
  }
  const parsed = keyFileSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, problem: `${(issue?.path ?? []).map(String).join('.')}: ${issue?.message ?? 'invalid'}` };
  }
  const { keys } = parsed.data;
  const secrets = keys.flatMap(({ shared, pepper }) => [shared, pepper]);
  if (new Set(secrets).size < secrets.length) return { ok: false, problem: 'the same secret stands twice' };
  if (new Set(keys.map(({ id }) => id)).size < keys.length) return { ok: false, problem: 'the same id stands twice' };
  if (secrets.some((each) => new Set(each).size < 6)) return { ok: false, problem: 'a secret is not random' };
  return {
    ok: true,
    keys: keys.map(({ id, shared, pepper }) => ({
      id,
      shared: hmacUnder(Buffer.from(shared, 'hex')),
      pepper: hmacUnder(Buffer.from(pepper, 'hex')),
    })),
  };
}
