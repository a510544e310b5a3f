import { z } from 'zod';
import { deskViewSchema } from '../model/desk.ts';
import { operatorSchema, pinSchema, roleSchema, shiftSchema, staffMemberSchema } from '../model/staff.ts';
import { call, done, type Entry, id, nothing, requestId, siteText } from './call.ts';

export const staffCalls = {
  'staff.list': call(nothing, z.object({ operators: z.array(operatorSchema) })),
  'staff.signIn': call(z.strictObject({ requestId, operatorId: id, pin: z.string().max(12) }), deskViewSchema),
  'staff.lock': call(z.strictObject({ requestId }), deskViewSchema),
  'staff.enrol': call(
    z.strictObject({ requestId, name: siteText, role: roleSchema, pin: pinSchema }),
    z.object({ operator: operatorSchema, badge: z.string() }),
  ),
  /** Everybody who works or worked here, and the newest 200 shifts at this desk. */
  'staff.listAll': call(nothing, z.object({ staff: z.array(staffMemberSchema), shifts: z.array(shiftSchema) })),
  /** One's own PIN; `pin` is the former one. PIN_WRONG, PIN_WEAK. */
  'staff.changePin': call(z.strictObject({ requestId, pin: z.string().min(1).max(12), newPin: pinSchema }), done),
  /** A new PIN for somebody else who has forgotten theirs. PIN_WEAK, OWN_PIN. */
  'staff.resetPin': call(z.strictObject({ requestId, operatorId: id, newPin: pinSchema }), done),
  /** They have left: badge and PIN stop at once, their name stays in what they did. LAST_ADMINISTRATOR. */
  'staff.letGo': call(z.strictObject({ requestId, operatorId: id }), deskViewSchema),
  /** They are back, with the PIN they had; their badge must be printed anew. */
  'staff.takeBack': call(z.strictObject({ requestId, operatorId: id }), done),
  /** Badges to print. `renew` makes new codes, so that the former badges stop working at once. */
  'staff.badges': call(
    z.strictObject({ requestId, operatorIds: z.array(id).min(1).max(50), renew: z.boolean() }),
    z.object({
      badges: z.array(z.object({ operatorId: z.string(), name: z.string(), role: roleSchema, badge: z.string() })),
    }),
  ),
} as const satisfies Record<string, Entry>;
