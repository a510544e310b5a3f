import type { WedgeProfile } from '../../shared/model/gun.ts';

const GS = '\u001D';

/**
 * What a gun typed, as the code says it: the profile's prefix is taken off, and what stands for GS becomes GS again.
 * Separators exist in element strings alone, which begin with the digits of an identifier (after a symbology identifier,
 * or a separator that stands first), and in ISO 15434 envelopes; in a URL the same characters mean themselves.
 */
export function applyProfile(typed: string, profile: WedgeProfile | null): string {
  if (profile === null) return typed;
  const { prefix, replacement } = profile;
  const text = prefix !== '' && typed.startsWith(prefix) ? typed.slice(prefix.length) : typed;
  if (profile.gs !== 'replacement' || replacement === null || !text.includes(replacement)) return text;
  const symbology = /^\][A-Za-z][0-9A-Za-z]/.exec(text)?.[0] ?? '';
  let content = text.slice(symbology.length);
  while (content.startsWith(replacement)) content = content.slice(replacement.length);
  // 88.x.y/… is the industrial internet's, two digits and a dot no application identifier.
  const holdsSeparators = /^\d{2}(?!\.)/.test(content) || content.startsWith('[)>');
  return holdsSeparators ? text.replaceAll(replacement, GS) : text;
}
