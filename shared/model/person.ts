import { z } from 'zod';
import { atMsSchema, daySchema } from '../time.ts';

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

/** Somebody below this age comes with their guardian (rule 12 of the desk). */
export const guardianBelow = 14;

export const consentStates = ['given', 'withdrawn'] as const;
export type ConsentState = (typeof consentStates)[number];
/** On paper that is kept, or said to whoever sits at the desk. */
export const consentWays = ['paper', 'oral'] as const;
export type ConsentWay = (typeof consentWays)[number];
/** What is noted of somebody's consent; a child's is their guardian's. */
export const consentSchema = z.object({
  state: z.enum(consentStates),
  how: z.enum(consentWays),
  givenBy: z.enum(['self', 'guardian']),
  guardianMasked: z.string().nullable(),
  atMs: atMsSchema,
  operatorName: z.string(),
});
export type Consent = z.infer<typeof consentSchema>;

/** Parts of a person that can be changed, and that are chosen where two people are one. */
export const personFields = ['name', 'sex', 'birthDate', 'document', 'phone', 'address', 'guardianName'] as const;
export const personFieldSchema = z.enum(personFields);
export type PersonField = z.infer<typeof personFieldSchema>;

/** What of a person is changed; parts that are not there stay. */
export const personChangeSchema = z
  .strictObject({
    name: personDraftSchema.shape.name,
    sex: sexSchema.nullable(),
    birthDate: daySchema.nullable(),
    document: z.strictObject({ kind: documentKindSchema, number: z.string().trim().min(1).max(40) }).nullable(),
    phone: z.string().trim().max(30).nullable(),
    address: personDraftSchema.shape.address.partial(),
    guardianName: z.string().trim().max(80).nullable(),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { message: 'changes nothing' });
export type PersonChange = z.infer<typeof personChangeSchema>;

/** Why two people may be one. */
const likenesses = ['document', 'nameAndBirth'] as const;
export const likenessSchema = z.enum(likenesses);
export type Likeness = z.infer<typeof likenessSchema>;

/** A merge as it stands on a person's page. */
export const personMergeSchema = z.object({
  mergeId: z.string(),
  atMs: atMsSchema,
  operatorName: z.string(),
  /** Whoever became part of this person. */
  absorbedMasked: z.string(),
  /** Tests that came over with them. */
  tests: z.int(),
  undone: z.object({ atMs: atMsSchema, operatorName: z.string() }).nullable(),
});
export type PersonMerge = z.infer<typeof personMergeSchema>;
