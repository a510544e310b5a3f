/** How a station comes to its token. */
import { z } from 'zod';
import { mod3736Check } from '../codes/ownCodes.ts';

const name = z.string().min(1).max(80);
/** 256 random bits in base64url. */
const tokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Characters of a code without its check character: Crockford's base 32, 55 random bits. */
export const enrolmentCodeLength = 11;

/**
 * What an administrator of the service gives to whoever sets a station up, read aloud or on paper: dashes, blanks and
 * small letters do not matter, I and L are 1, O is 0. The last character is ISO 7064 MOD 37,36 over the others.
 */
export function readEnrolmentCode(text: string): string | null {
  const plain = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll(/[IL]/g, '1').replaceAll('O', '0');
  if (!/^[0-9A-HJKMNP-TV-Z]{11}[0-9A-Z]$/.test(plain)) return null;
  // Of the check character too: only what Crockford's base 32 has is ever given out.
  return mod3736Check(plain.slice(0, -1)) === plain.slice(-1) ? plain : null;
}

/** As it is printed: three groups of four. */
export function writeEnrolmentCode(code: string): string {
  return code.replace(/^(.{4})(.{4})(.{4})$/, '$1-$2-$3');
}

export const enrolmentAskSchema = z.strictObject({ code: z.string().min(1).max(40) });
export const enrolmentReplySchema = z.object({ token: tokenSchema, site: name, station: name });
export type EnrolmentReply = z.infer<typeof enrolmentReplySchema>;

export const tokenAskSchema = z.strictObject({});
/** The token asked with stays good until the new one was used, at most until `formerEndsAtMs`. */
export const tokenReplySchema = z.object({ token: tokenSchema, formerEndsAtMs: z.int().min(0) });
export type TokenReply = z.infer<typeof tokenReplySchema>;
