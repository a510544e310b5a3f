import { z } from 'zod';
import { deskViewSchema } from '../model/desk.ts';
import { scanGunSchema } from '../model/gun.ts';
import { likenessSchema, maskedPersonSchema, personDraftSchema } from '../model/person.ts';
import { reasonSchema } from '../model/test.ts';
import { call, done, type Entry, id, nothing, requestId } from './call.ts';

export const deskCalls = {
  'desk.get': call(nothing, deskViewSchema),
  /** Somebody is at the keyboard or the mouse: the desk does not lock itself. */
  'desk.touch': call(nothing, done),
  /** One scan: classified, bound or shown, committed, answered. `repeated` is the second entry of a typed code. */
  'desk.scan': call(
    z.strictObject({
      requestId,
      text: z.string().min(1).max(8192),
      source: z.enum(['gun', 'camera', 'typed']),
      /** The gun, where the system can tell one from another. */
      gun: scanGunSchema.optional(),
      repeated: z.string().max(8192).optional(),
    }),
    deskViewSchema,
  ),
  'desk.choosePerson': call(z.strictObject({ requestId, personId: id }), deskViewSchema),
  /**
   * Somebody entered by the short form. `formId` names the form on the stage: what its code said (document, phone, birth
   * date) then counts, and `person` gives the rest. NOT_ON_STAGE when that form is there no more. Where somebody is known
   * who may be this person, it asks: PERSON_SAME_DOCUMENT, PERSON_ALIKE; `isAnother` says that they are not.
   */
  'desk.registerPerson': call(
    z.strictObject({
      requestId,
      person: personDraftSchema,
      formId: id.optional(),
      isAnother: z.boolean().default(false),
    }),
    deskViewSchema,
  ),
  /** Who is known and may be the person of a form: the same document, or the same name and birth date. */
  'desk.findAlike': call(
    z.strictObject({ person: personDraftSchema, formId: id.optional() }),
    z.object({
      people: z.array(maskedPersonSchema.extend({ why: likenessSchema, testedThisRound: z.boolean() })),
    }),
  ),
  /** The reason that the stage asks for: a second test in the round. */
  'desk.giveReason': call(z.strictObject({ requestId, reason: reasonSchema }), deskViewSchema),
  /** The person of an invalid test takes a new kit. */
  'desk.retest': call(z.strictObject({ requestId, testId: id }), deskViewSchema),
  'desk.showTest': call(z.strictObject({ requestId, testId: id }), deskViewSchema),
  'desk.clear': call(z.strictObject({ requestId }), deskViewSchema),
  'desk.undo': call(z.strictObject({ requestId }), deskViewSchema),
} as const satisfies Record<string, Entry>;
