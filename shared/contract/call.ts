import { z } from 'zod';
import { languages } from '../language.ts';

/** What a call takes and what it answers. */
export type Entry = { readonly input: z.ZodType; readonly output: z.ZodType };
export function call<I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
): { readonly input: I; readonly output: O } {
  return { input, output };
}

/** Names one act, so that its repetition finds the same answer. */
export const requestId = z.uuid();
export const id = z.string().min(1).max(64);
export const page = { offset: z.int().min(0).default(0), limit: z.int().min(1).max(500).default(100) };
export const path = z.string().min(1).max(4096);
export const siteText = z.string().trim().min(1).max(60);
export const nothing = z.strictObject({});
export const done = z.object({});
/** What every call that prints takes besides what it prints. */
export const onPaper = {
  language: z.enum(languages),
  to: z.enum(['file', 'printer']),
  printer: z.string().max(200).optional(),
};
export const printed = z.object({ path: z.string().nullable() });
