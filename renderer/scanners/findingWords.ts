import type { WedgeProfile } from '../../shared/model/gun.ts';
import { type Finding, shown } from '../scan/gunCheck.ts';
import type { Text } from '../text/index.ts';

const layouts = ['de', 'fr', 'uk', 'jp'] as const;

/** A finding in words: what is seen, and what to change on the gun. */
export function findingWords(t: Text, { code, params }: Finding): { readonly seen: string; readonly change: string } {
  const layout = layouts.find((each) => each === params['layout']) ?? 'other';
  const words = {
    seen: params['seen'] ?? '',
    n: params['n'] ?? '',
    ms: params['ms'] ?? '',
    layout: t(`scanners.layout.${layout}`),
  };
  return { seen: t(`scanners.seen.${code}`, words), change: t(`scanners.change.${code}`, words) };
}

const named = [
  ...['01', '10', '11', '17', '21', '240'],
  ...['gtin', 'device', 'S', 'L', 'M', 'E', 'serial', 'code', 'url', 'command', 'number'],
] as const;

/** The name of a code's field; a GS1 identifier that has none here stands in brackets, as on the label. */
export function fieldWords(t: Text, name: string): string {
  const known = named.find((each) => each === name);
  if (known !== undefined) return t(`scanners.field.${known}` as Parameters<Text>[0]);
  return /^\d{2,4}$/.test(name) ? `(${name})` : name;
}

/** A profile in one sentence. */
export function profileWords(t: Text, profile: WedgeProfile): string {
  return t('scanners.profileWords', {
    gs: t(`scanners.gsWay.${profile.gs}`, { seen: shown(profile.replacement ?? '') }),
    prefix: profile.prefix === '' ? t('scanners.noPrefix') : t('scanners.prefixWords', { seen: shown(profile.prefix) }),
    suffix: t(`scanners.suffixWay.${profile.suffix}`),
    ms: Math.round(profile.paceMs),
  });
}
