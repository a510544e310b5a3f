import type { CodeKind } from '../../../shared/codes/codeKinds.ts';
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
