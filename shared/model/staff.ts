import { z } from 'zod';
import { atMsSchema } from '../time.ts';

export const roles = ['operator', 'supervisor', 'administrator'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

export const operatorSchema = z.object({ id: z.string(), name: z.string(), role: roleSchema });
export type Operator = z.infer<typeof operatorSchema>;

/** 4 to 12 digits. Core also refuses the ones that everybody tries first. */
export const pinSchema = z.string().regex(/^\d{4,12}$/);

/** Consent on the spot of somebody who may: their badge as scanned, their PIN, and why. Neither is ever stored. */
export const approvalSchema = z.strictObject({
  badge: z.string().min(1).max(100),
  pin: z.string().min(1).max(12),
  reason: z.string().trim().min(2).max(200),
});
export type Approval = z.infer<typeof approvalSchema>;

export const staffMemberSchema = operatorSchema.extend({
  enrolledAtMs: atMsSchema,
  /** When they left; null for whoever works here. */
  endedAtMs: atMsSchema.nullable(),
  /** How long their next PIN is not looked at, ms. */
  waitMs: z.int().min(0),
});
export type StaffMember = z.infer<typeof staffMemberSchema>;

/** Somebody's time at the desk. */
export const shiftSchema = z.object({
  operatorName: z.string(),
  fromMs: atMsSchema,
  toMs: atMsSchema.nullable(),
  /** They locked the desk, nobody touched it, somebody else took over, the program ended, or they left for good. */
  endedBy: z.enum(['lock', 'idle', 'change', 'restart', 'left']).nullable(),
});
export type Shift = z.infer<typeof shiftSchema>;
