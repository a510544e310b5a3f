import { z } from 'zod';
import { daySchema } from '../time.ts';

export const sexes = ['male', 'female'] as const;
export const sexSchema = z.enum(sexes);
export type Sex = z.infer<typeof sexSchema>;

export const documentKinds = [
  'residentId',
  'residencePermit',
  'permanentResident',
  'travelPermit',
  'passport',
  'other',
] as const;
export const documentKindSchema = z.enum(documentKinds);
export type DocumentKind = z.infer<typeof documentKindSchema>;

/** Where somebody lives or works, as the site speaks of it. */
export const addressSchema = z.object({
  building: z.string().max(60),
  unit: z.string().max(60),
  room: z.string().max(60),
});
export type Address = z.infer<typeof addressSchema>;

/** A person as the roster holds them. Unknown parts are null, never an empty string. */
export const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  sex: sexSchema.nullable(),
  birthDate: daySchema.nullable(),
  documentKind: documentKindSchema.nullable(),
  documentNumber: z.string().nullable(),
  phone: z.string().nullable(),
  address: addressSchema,
  guardianName: z.string().nullable(),
});
export type Person = z.infer<typeof personSchema>;

/** A person as lists, histories and other people's business show them: nothing in full (rules: shared/codes/mask.ts). */
export const maskedPersonSchema = z.object({
  personId: z.string(),
  nameMasked: z.string(),
  sex: sexSchema.nullable(),
  /** The year only: `1966-**-**`. */
  birthMasked: z.string().nullable(),
  /** Whole years on the day of showing. */
  age: z.int().nullable(),
  address: addressSchema,
  documentKind: documentKindSchema.nullable(),
  documentMasked: z.string().nullable(),
  phoneMasked: z.string().nullable(),
  guardianMasked: z.string().nullable(),
});
export type MaskedPerson = z.infer<typeof maskedPersonSchema>;

/** The person who stands at the desk, or whose page was opened: by name. Everything else stays masked. */
export const personCardSchema = maskedPersonSchema.extend({ name: z.string() });
export type PersonCard = z.infer<typeof personCardSchema>;

/** What a scanned code says of somebody who is not on the roster. The numbers themselves stay with core. */
export const scannedDraftSchema = z.object({
  /** Another document starts another form. */
  formId: z.string(),
  name: z.string(),
  sex: sexSchema.nullable(),
  birthMasked: z.string().nullable(),
  age: z.int().nullable(),
  documentKind: documentKindSchema.nullable(),
  documentMasked: z.string().nullable(),
  phoneMasked: z.string().nullable(),
});
export type ScannedDraft = z.infer<typeof scannedDraftSchema>;

/** The short form for somebody who is not on the roster, prefilled from what their document says. */
export const personDraftSchema = z.strictObject({
  name: z.string().trim().min(1).max(80),
  sex: sexSchema.nullable(),
  birthDate: daySchema.nullable(),
  documentKind: documentKindSchema.nullable(),
  documentNumber: z.string().trim().max(40).nullable(),
  phone: z.string().trim().max(30).nullable(),
  address: z.strictObject({
    building: z.string().trim().max(60),
    unit: z.string().trim().max(60),
    room: z.string().trim().max(60),
  }),
  guardianName: z.string().trim().max(80).nullable(),
});
export type PersonDraft = z.infer<typeof personDraftSchema>;

/** What of a person answers to a search. */
export const matchedParts = ['name', 'document', 'phone', 'address'] as const;
export const matchedPartSchema = z.enum(matchedParts);
export type MatchedPart = z.infer<typeof matchedPartSchema>;
