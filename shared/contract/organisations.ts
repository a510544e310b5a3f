import { z } from 'zod';
import { languages } from '../language.ts';
import { exportedSchema, revealReasonSchema } from '../model/disclosure.ts';
import {
  contactsMost,
  organisationFiguresSchema,
  organisationKindSchema,
  organisationSchema,
  roundStandings,
} from '../model/organisation.ts';
import { maskedPersonSchema } from '../model/person.ts';
import { approvalSchema } from '../model/staff.ts';
import { daySchema } from '../time.ts';
import { call, type Entry, id, nothing, page, path, requestId } from './call.ts';

/** A round, the current one where it is left out, and one day of it or all of them. */
const of = { roundId: id.optional(), day: daySchema.optional() };
const contact = z.union([
  /** Stays as it is: nobody needs to see a number to keep it. */
  z.strictObject({ contactId: id }),
  z.strictObject({ name: z.string().trim().min(1).max(40), phone: z.string().trim().max(30).nullable() }),
]);

export const organisationsCalls = {
  'organisations.list': call(nothing, z.object({ organisations: z.array(organisationSchema) })),
  /**
   * A new one, or another name, code and other contacts for one there is. A contact that is not named again goes.
   * INVALID_INPUT (creditCode), ORGANISATION_EXISTS, REASON_PERSONAL.
   */
  'organisations.save': call(
    z.strictObject({
      requestId,
      organisationId: id.nullable(),
      kind: organisationKindSchema,
      name: z.string().trim().min(1).max(60),
      creditCode: z.string().trim().max(40).nullable(),
      contacts: z.array(contact).max(contactsMost),
    }),
    z.object({ organisation: organisationSchema }),
  ),
  /** Only one without people. ORGANISATION_IN_USE. */
  'organisations.remove': call(z.strictObject({ requestId, organisationId: id }), z.object({})),
  /** A contact by name and number, for a stated reason; an entry in the log. */
  'organisations.contact': call(
    z.strictObject({
      requestId,
      organisationId: id,
      contactId: id,
      reason: revealReasonSchema,
      approval: approvalSchema.optional(),
    }),
    z.object({ contactId: z.string(), name: z.string(), phone: z.string().nullable() }),
  ),
  /** The people of one organisation by address. */
  'organisations.people': call(
    z.strictObject({
      organisationId: id,
      ...of,
      standing: z.enum(['all', ...roundStandings]).default('all'),
      ...page,
    }),
    z.object({ total: z.int(), rows: z.array(maskedPersonSchema.extend({ standing: z.enum(roundStandings) })) }),
  ),
  /** Enters people one by one, or everybody whom a search finds. SEARCH_TOO_WIDE, SEARCH_EMPTY. */
  'organisations.enlist': call(
    z.strictObject({
      requestId,
      organisationId: id,
      who: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('people'), personIds: z.array(id).min(1).max(500) }),
        z.strictObject({ kind: z.literal('search'), query: z.string().trim().min(1).max(100) }),
      ]),
    }),
    z.object({ added: z.int(), there: z.int() }),
  ),
  /** They are in it no more; what was recorded of them stays. */
  'organisations.release': call(
    z.strictObject({ requestId, organisationId: id, personIds: z.array(id).min(1).max(500) }),
    z.object({ removed: z.int() }),
  ),
  /** Every organisation's figures. */
  'organisations.figures': call(
    z.strictObject(of),
    z.object({
      roundId: z.string(),
      roundName: z.string(),
      day: daySchema.nullable(),
      rows: z.array(organisationFiguresSchema),
    }),
  ),
  /** The same as a file, CSV or XLSX by its name. FILE_NOT_WRITTEN, DISK_FULL. */
  'exports.organisations': call(
    z.strictObject({ exportId: id, path, language: z.enum(languages), ...of }),
    exportedSchema,
  ),
} as const satisfies Record<string, Entry>;
