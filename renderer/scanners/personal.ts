import type { CodeKind, CodeReading } from '../../shared/codes/codeKinds.ts';
import { readRecoveryKey } from '../../shared/codes/ownCodes.ts';

/** What belongs to a person, and badges, with which one signs in: never in clear on a screen that others watch. */
const personalKinds: ReadonlySet<CodeKind> = new Set<CodeKind>([
  'residentId',
  'residencePermit',
  'permanentResident',
  'travelPermit',
  'passportMrz',
  'mobile',
  'healthCode',
  'personQr',
  'staffBadge',
]);

/**
 * Whether a text that was scanned is masked on a page for looking at guns. Digits that nothing could be made of may be the
 * greater part of a document's number; of a scan that is not whole (`isWhole` false) fewer are enough.
 */
export function isPersonal(text: string, reading: CodeReading, isWhole: boolean): boolean {
  // The key to the whole register: also a damaged one, as it begins with YR.
  if (readRecoveryKey(text).ok || /^\W*YR[0-9A-Z]{3}-/i.test(text)) return true;
  if (reading.kind !== null && personalKinds.has(reading.kind)) return true;
  if (!reading.ok && (reading.candidates ?? []).some((kind) => personalKinds.has(kind))) return true;
  if (!isWhole) return /\d{7}/.test(text);
  return (reading.kind === null || reading.kind === 'serial') && /\d{11}/.test(text);
}
