import { aiAt } from '../../shared/codes/gs1Ai.ts';
import type { WedgeProfile } from '../../shared/model/gun.ts';

const GS = '\u001D';
/** An AIM symbology identifier at the beginning: `]d2`, `]C1`. */
const symbologyId = /^\][A-Za-z][0-9A-Za-z]/;

/**
 * What a keyboard gun meant by what it typed: the fixed prefix is taken off and the replacement becomes GS again. Only a
 * text in which a GS1 application identifier begins (after separators that may stand first) and an ISO 15434 envelope have
 * separators; any other, such as a URL that holds the very replacement, stays as it is. Without a profile the text comes
 * back as it is.
 */
export function applyProfile(typed: string, profile: WedgeProfile | null): string {
  if (profile === null) return typed;
  const text = typed.startsWith(profile.prefix) ? typed.slice(profile.prefix.length) : typed;
  const { replacement } = profile;
  if (profile.gs !== 'replacement' || replacement === null) return text;
  const start = symbologyId.exec(text)?.[0].length ?? 0;
  const body = text.slice(start);
  let content = body;
  while (content.startsWith(replacement)) content = content.slice(replacement.length);
  const hasSeparators = aiAt(content, 0) !== null || content.startsWith('[)>');
  return hasSeparators ? text.slice(0, start) + body.replaceAll(replacement, GS) : text;
}
