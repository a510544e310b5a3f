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
  /** People who join an organisation by it, and organisations it makes; where the file is about any. */
  joining: z.int().optional(),
  organisations: z.int().optional(),
});
export type ImportCounts = z.infer<typeof importCountsSchema>;
/** What an undo did: who was taken away, put back, and who stays for which reason. */
export const undoCountsSchema = z.object({
  removed: z.int(),
  putBack: z.int(),
  /** Brought by the import and tested, changed, merged, in use elsewhere or at the desk since. */
  stayTested: z.int(),
  stayEdited: z.int(),
  stayMerged: z.int(),
  stayUsed: z.int(),
  stayAtDesk: z.int(),
  /** Changed by the import and changed again since. */
  changedSince: z.int(),
  /** Those who stay and were taken out of the organisations that it had put them into. */
  released: z.int().optional(),
});
export type UndoCounts = z.infer<typeof undoCountsSchema>;

const importFaultSchema = z.object({
  /** 1-based line of the file or sheet. */
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
  format: z.enum(['csv', 'xlsx']),
  encoding: z.string(),
  /** Of CSV; empty for a workbook. */
  delimiter: z.string(),
  /** Sheets that hold something, and the one that was read; none in CSV. */
  sheets: z.array(z.string()),
  sheet: z.string().nullable(),
  /** The line that the headings stand in; null where the file has none. */
  headingLine: z.int().nullable(),
  /** Heading of the file → our field, or null where a column is not used; how it was found; some of its cells, masked. */
  columns: z.array(
    z.object({
      heading: z.string(),
      field: z.string().nullable(),
      by: z.enum(['heading', 'content', 'remembered', 'hand']).nullable(),
      examples: z.array(z.string()),
    }),
  ),
  /** The fields that a column can be. */
  fields: z.array(z.string()),
  /** Fields without which nothing can be taken: COLUMNS_MISSING until columns are chosen for them. */
  missing: z.array(z.string()),
  /** What whoever brings the file should know of how it was read: codes of importNotes. */
  notes: z.array(z.object({ code: z.string(), params: z.record(z.string(), z.string()) })),
  counts: importCountsSchema,
  sample: z.array(z.record(z.string(), z.string())),
  /** Some of those who would change, masked. */
  changes: z.array(
    z.object({
      line: z.int(),
      nameMasked: z.string(),
      differences: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
    }),
  ),
  faults: z.array(importFaultSchema),
  /** Which organisations a roster's people join; null where neither a column nor a choice says so. */
  organisations: z
    .object({
      /** Chosen for everybody in the file. */
      chosenId: z.string().nullable(),
      /** Names that nobody here is called become organisations at the commit; null where that cannot be offered. */
      createsUnknown: z.boolean().nullable(),
      /** The largest first. `organisationId` is null for one that is not there yet; no name shows a person's number. */
      rows: z.array(
        z.object({ organisationId: z.string().nullable(), name: z.string(), people: z.int(), joining: z.int() }),
      ),
      /** How many there are beside those. */
      more: z.int(),
      unknown: z.int(),
    })
    .nullable(),
});
export type ImportPreview = z.infer<typeof importPreviewSchema>;

/**
 * Whether an import can be taken back: `can`; `later` ones stand on it and go first; its day is over (`tooLate`); it `was`
 * already; `never`, where its kind cannot be.
 */
const undoStandings = ['can', 'later', 'tooLate', 'was', 'never'] as const;

export const importsCalls = {
  /**
   * Reads and checks a whole file (CSV or XLSX, told by what it holds); nothing is visible before `imports.commit`. Emits
   * `imports.progressed`. FILE_UNREADABLE (params.problem: a code of fileProblems), FILE_TOO_LARGE, IMPORT_CANCELLED.
   */
  'imports.preview': call(z.strictObject({ importId: id, kind: z.enum(importKinds), path }), importPreviewSchema),
  /**
   * The same file with its columns matched by hand (a field or null for each column, each field once: INVALID_INPUT), or
   * by another of its sheets. The rows that were read are kept: only another sheet is read anew.
   */
  'imports.map': call(
    z.strictObject({
      importId: id,
      sheet: z.string().max(100).optional(),
      fields: z.array(z.string().max(40).nullable()).max(256).optional(),
      /** Rosters only: one organisation for everybody in the file (null: as its column says), and whether new ones are made. */
      organisations: z.strictObject({ chosenId: id.nullable(), createUnknown: z.boolean() }).optional(),
    }),
    importPreviewSchema,
  ),
  /** COLUMNS_MISSING; IMPORT_GONE also where another import was committed or undone since the preview. */
  'imports.commit': call(z.strictObject({ requestId, importId: id }), z.object({ counts: importCountsSchema })),
  'imports.cancel': call(z.strictObject({ importId: id }), done),
  /** As CSV, or as a workbook where the path ends with `.xlsx`. */
  'imports.saveFaults': call(
    z.strictObject({ importId: id, path, language: languageSchema }),
    z.object({ path: z.string(), rows: z.int() }),
  ),
  /** What was imported, the newest first. */
  'imports.list': call(
    z.strictObject({ kind: z.enum(importKinds), limit: z.int().min(1).max(200).default(50) }),
    z.object({
      rows: z.array(
        z.object({
          importId: z.string(),
          fileName: z.string(),
          operatorName: z.string(),
          atMs: z.int(),
          counts: importCountsSchema,
          undo: z.enum(undoStandings),
          undoneAtMs: z.int().nullable(),
          undone: undoCountsSchema.nullable(),
        }),
      ),
    }),
  ),
  /**
   * Takes an import back on the day of its commit, by the id that `imports.list` says: whoever it brought goes, whoever it
   * changed is what they were; those with whom something was done since stay. NOT_FOUND, UNDO_TOO_LATE, NOTHING_TO_UNDO
   * (it was undone), IMPORT_NOT_NEWEST.
   */
  'imports.undo': call(z.strictObject({ requestId, importId: id }), z.object({ counts: undoCountsSchema })),
} as const satisfies Record<string, Entry>;
