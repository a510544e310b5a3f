import { z } from 'zod';
import { languages } from '../language.ts';
import {
  exportedSchema,
  exportReasonSchema,
  personPageSchema,
  revealedPersonSchema,
  revealReasonSchema,
} from '../model/disclosure.ts';
import {
  addressSchema,
  consentStates,
  consentWays,
  likenessSchema,
  maskedPersonSchema,
  matchedPartSchema,
  personChangeSchema,
  personFieldSchema,
} from '../model/person.ts';
import { approvalSchema } from '../model/staff.ts';
import { testStatusSchema } from '../model/test.ts';
import { personTraceSchema } from '../model/trace.ts';
import { atMsSchema, daySchema } from '../time.ts';
import { call, done, type Entry, id, nothing, page, requestId } from './call.ts';

const exporting = {
  exportId: id,
  path: z.string().min(1).max(4096),
  language: z.enum(languages),
  /** Null for the masked forms. */
  inClear: exportReasonSchema.nullable(),
};

const comparedSchema = z.object({
  person: maskedPersonSchema,
  tests: z.int(),
  source: z.enum(['roster', 'desk', 'sample']),
  addedAtMs: atMsSchema,
});

/** Whose cards: whoever a search finds, everybody of a building, or both. */
export const cardsOf = {
  query: z.string().max(100).default(''),
  building: z.string().max(60).optional(),
  inClear: exportReasonSchema.nullable(),
};

/** What stands on a card. The code is the person's own and says nothing to a stranger. */
export const personCardPrintSchema = z.object({ code: z.string(), name: z.string(), address: addressSchema });
export type PersonCardPrint = z.infer<typeof personCardPrintSchema>;

export const peopleCalls = {
  /**
   * Everybody by address, or who answers to a search: name, pinyin, initials, last digits, address, in any mixture.
   * `total` is at most 1000 for a search, with `isMore` where there are more; `matched` says what was found by.
   */
  'people.list': call(
    z.strictObject({ query: z.string().max(100).default(''), ...page }),
    z.object({
      total: z.int(),
      isMore: z.boolean(),
      rows: z.array(maskedPersonSchema.extend({ matched: z.array(matchedPartSchema), testedThisRound: z.boolean() })),
    }),
  ),
  // What is shown of a person beyond the masked forms, and what leaves the station as a file. Each is in the audit log.
  /** A person's page. One opening, one requestId, one entry `person.read`. */
  'people.get': call(z.strictObject({ requestId, personId: id }), personPageSchema),
  /** Every kit and result of a person, masked, also of those who turned out to be them. Undone bindings too. */
  'people.trace': call(z.strictObject({ personId: id, ...page }), personTraceSchema),
  /** One person's numbers in full. The answer is given again only to the same operator within a minute: REQUEST_REUSED. */
  'people.reveal': call(
    z.strictObject({ requestId, personId: id, reason: revealReasonSchema, approval: approvalSchema.optional() }),
    revealedPersonSchema,
  ),
  /**
   * Corrects what is known of a person; what was recorded and printed before stays as it was. Parts that are not there
   * stay. INVALID_INPUT at the part; PERSON_SAME_DOCUMENT where somebody else holds that document, unless `isAnother`.
   */
  'people.change': call(
    z.strictObject({ requestId, personId: id, change: personChangeSchema, isAnother: z.boolean().default(false) }),
    z.object({ changed: z.array(personFieldSchema) }),
  ),
  /** Pairs of people who may be one: the same document, or the same name and birth date. 100 at most. */
  'people.listDoubles': call(
    nothing,
    z.object({
      pairs: z.array(z.object({ why: likenessSchema, a: maskedPersonSchema, b: maskedPersonSchema })),
      isMore: z.boolean(),
    }),
  ),
  /** Two people beside each other, masked; `differs` names what is not the same, which masks may hide. */
  'people.compare': call(
    z.strictObject({ aId: id, bId: id }),
    z.object({
      a: comparedSchema,
      b: comparedSchema,
      differs: z.array(personFieldSchema),
    }),
  ),
  /**
   * Two people become one. Of what differs, `take` names the parts that come from the one who is absorbed. The tests of
   * both then belong to the kept one, each as it was recorded. PERSON_MERGED where one of them is part of another already.
   */
  'people.merge': call(
    z.strictObject({ requestId, keptId: id, absorbedId: id, take: z.array(personFieldSchema).max(7) }),
    z.object({ mergeId: z.string(), tests: z.int() }),
  ),
  /**
   * Takes a merge back: the tests that came with it go back, the parts that it changed are as they were. Tests made since
   * stay with the kept person (`stay`), and so do parts that somebody changed since (`kept`). MERGE_UNDONE, MERGE_LATER.
   */
  'people.undoMerge': call(
    z.strictObject({ requestId, mergeId: id }),
    z.object({ tests: z.int(), stay: z.int(), kept: z.array(personFieldSchema) }),
  ),
  /** They are two, whatever they have in common: not offered again. */
  'people.setDistinct': call(z.strictObject({ requestId, aId: id, bId: id }), done),
  /** Notes a consent or its end. A child's is given by their guardian, who must be known. */
  'people.noteConsent': call(
    z.strictObject({ requestId, personId: id, state: z.enum(consentStates), how: z.enum(consentWays) }),
    done,
  ),
  /**
   * The people of a search or a building with their own codes, to be printed as cards: by building, unit and room. Names
   * masked, or in full with a reason and the right to it. CARDS_NONE, CARDS_TOO_MANY (params.most).
   */
  'people.cards': call(z.strictObject({ requestId, ...cardsOf }), z.object({ cards: z.array(personCardPrintSchema) })),
  /**
   * The people of a search as CSV, masked; in full with a reason and the right to it. Written whole or not at all:
   * FILE_NOT_WRITTEN, DISK_FULL, EXPORT_CANCELLED, REASON_PERSONAL. Emits `exports.progressed`.
   */
  'exports.people': call(z.strictObject({ ...exporting, query: z.string().max(100).default('') }), exportedSchema),
  /** The tests of a day (or of all), a status, a search and a recall, likewise. */
  'exports.tests': call(
    z.strictObject({
      ...exporting,
      day: daySchema.optional(),
      status: testStatusSchema.optional(),
      query: z.string().max(100).default(''),
      recallId: id.optional(),
    }),
    exportedSchema,
  ),
  /** A round's not-tested list in the order of the doors, likewise. */
  'exports.notTested': call(
    z.strictObject({
      ...exporting,
      roundId: id,
      building: z.string().max(60).optional(),
      floor: z.int().nullable().optional(),
      absence: z.enum(['any', 'none', 'noted']).default('any'),
    }),
    exportedSchema,
  ),
  'exports.cancel': call(z.strictObject({ exportId: id }), done),
} as const satisfies Record<string, Entry>;
