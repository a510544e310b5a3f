import { classify } from '../../../shared/codes/classify.ts';
import { type CodeKind, type CodeReading, parsed } from '../../../shared/codes/codeKinds.ts';
import { compact, contentOf } from '../../../shared/codes/plainText.ts';
import { readResidentId } from '../../../shared/codes/residentId.ts';
import type { DocumentKind } from '../../../shared/model/person.ts';

const kinds: Partial<Record<CodeKind, DocumentKind>> = {
  residentId: 'residentId',
  residencePermit: 'residencePermit',
  permanentResident: 'permanentResident',
  travelPermit: 'travelPermit',
  passportMrz: 'passport',
};

/** The document that a code of this kind stands on, or null when it stands on none. */
export function documentKindOf(kind: CodeKind): DocumentKind | null {
  return kinds[kind] ?? null;
}

/**
 * What a code is when it is known to come from a person's papers, where its shape alone left it open between
 * `candidates`: eight or ten digits are a Taiwan resident's travel permit, eighteen that could be a company's are a card.
 */
export function readPersonCode(text: string, day: string, candidates: readonly CodeKind[]): CodeReading {
  // What the stock's codes look like says nothing here.
  const code = classify(text, { today: day });
  if (code.ok) return code;
  // Guns on lines of their own put the symbology identifier before it.
  const content = contentOf(text);
  if (candidates.includes('travelPermit')) {
    return parsed('travelPermit', text, { number: compact(content).text, region: 'TW' });
  }
  const card = readResidentId(content, day);
  return candidates.includes('permanentResident') && card.ok ? { ...card, raw: text } : code;
}
