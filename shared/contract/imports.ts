import { z } from 'zod';
import { languageSchema } from '../language.ts';
import { call, done, type Entry, id, path, requestId } from './call.ts';

export const importKinds = ['roster', 'manifest'] as const;
export const importCountsSchema = z.object({
  rows: z.int(),
  fresh: z.int(),
  same: z.int(),
  changed: z.int(),
  faulty: z.int(),
  doubled: z.int(),
});
export type ImportCounts = z.infer<typeof importCountsSchema>;
const importFaultSchema = z.object({
  /** 1-based line of the file, the heading being line 1 where it stands there. */
  line: z.int(),
  column: z.string(),
  /** A code of importFaultCodes; the screen and the fault file word it. */
  code: z.string(),
  params: z.record(z.string(), z.string()),
});
export const importPreviewSchema = z.object({
  importId: id,
  kind: z.enum(importKinds),
  fileName: z.string(),
  encoding: z.string(),
  delimiter: z.string(),
  /** Heading of the file → our field, or null where a column is not used. */
  columns: z.array(z.object({ heading: z.string(), field: z.string().nullable() })),
  counts: importCountsSchema,
  sample: z.array(z.record(z.string(), z.string())),
  faults: z.array(importFaultSchema),
});
export type ImportPreview = z.infer<typeof importPreviewSchema>;

export const importsCalls = {
  /** Reads and checks a whole file; nothing is visible before `imports.commit`. Emits `imports.progressed`. */
  'imports.preview': call(z.strictObject({ importId: id, kind: z.enum(importKinds), path }), importPreviewSchema),
  'imports.commit': call(z.strictObject({ requestId, importId: id }), z.object({ counts: importCountsSchema })),
  'imports.cancel': call(z.strictObject({ importId: id }), done),
  'imports.saveFaults': call(
    z.strictObject({ importId: id, path, language: languageSchema }),
    z.object({ path: z.string(), rows: z.int() }),
  ),
} as const satisfies Record<string, Entry>;
