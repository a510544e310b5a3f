import { z } from 'zod';
import { languages } from '../language.ts';
import {
  exportedSchema,
  exportReasonSchema,
  personPageSchema,
  revealedPersonSchema,
  revealReasonSchema,
} from '../model/disclosure.ts';
import { maskedPersonSchema, matchedPartSchema } from '../model/person.ts';
import { approvalSchema } from '../model/staff.ts';
import { testStatusSchema } from '../model/test.ts';
import { daySchema } from '../time.ts';
import { call, done, type Entry, id, page, requestId } from './call.ts';

const exporting = {
  exportId: id,
  path: z.string().min(1).max(4096),
  language: z.enum(languages),
  /** Null for the masked forms. */
  inClear: exportReasonSchema.nullable(),
};

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
  /** One person's numbers in full. The answer is given again only to the same operator within a minute: REQUEST_REUSED. */
  'people.reveal': call(
    z.strictObject({ requestId, personId: id, reason: revealReasonSchema, approval: approvalSchema.optional() }),
    revealedPersonSchema,
  ),
  /**
   * The people of a search as CSV, masked; in full with a reason and the right to it. Written whole or not at all:
   * FILE_NOT_WRITTEN, DISK_FULL, EXPORT_CANCELLED, REASON_PERSONAL. Emits `exports.progressed`.
   */
  'exports.people': call(z.strictObject({ ...exporting, query: z.string().max(100).default('') }), exportedSchema),
  /** The tests of a day (or of all), a status and a search, likewise. */
  'exports.tests': call(
    z.strictObject({
      ...exporting,
      day: daySchema.optional(),
      status: testStatusSchema.optional(),
      query: z.string().max(100).default(''),
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
