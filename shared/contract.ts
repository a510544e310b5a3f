/**
 * Every call and event of the workstation. Both sides' types are inferred from here; a key without a handler does not
 * compile. A call that changes something carries a `requestId`: the same id finds the same answer, never a second record.
 */
import { z } from 'zod';
import {
  auditFilterShape,
  auditRowSchema,
  auditStandingSchema,
  auditVerdictSchema,
  notedActs,
  notedPapers,
} from './model/audit.ts';
import { backupPlanSchema, backupSchema, backupStateSchema, restorePreviewSchema } from './model/backup.ts';
import { daySummarySchema } from './model/daySummary.ts';
import { deskViewSchema, syncViewSchema } from './model/desk.ts';
import {
  exportedSchema,
  exportReasonSchema,
  personPageSchema,
  revealedPersonSchema,
  revealReasonSchema,
} from './model/disclosure.ts';
import {
  foundDevicesSchema,
  gunDamageSchema,
  gunScanSchema,
  gunSchema,
  gunViewSchema,
  scanGunSchema,
  wedgeProfileSchema,
} from './model/gun.ts';
import { kitProductSchema, readingWindowSchema } from './model/kit.ts';
import { codePatternSchema, kitCorrectionSchema, repairRowSchema } from './model/pattern.ts';
import { maskedPersonSchema, personDraftSchema } from './model/person.ts';
import {
  destructionPieceSchema,
  destructionSchema,
  purgePreviewSchema,
  retentionPeriodsSchema,
} from './model/retention.ts';
import { roundSchema } from './model/round.ts';
import {
  approvalSchema,
  operatorSchema,
  pinSchema,
  roleSchema,
  shiftSchema,
  staffMemberSchema,
} from './model/staff.ts';
import { stickerBatchSchema, stickerLayouts, stickerReasonSchema, stickerRowSchema } from './model/sticker.ts';
import { outcomeSchema, reasonSchema, resultRevisionSchema, testCardSchema, testStatusSchema } from './model/test.ts';
import { atMsSchema, daySchema } from './time.ts';

const requestId = z.uuid();
const id = z.string().min(1).max(64);
const page = { offset: z.int().min(0).default(0), limit: z.int().min(1).max(500).default(100) };
export const languages = ['zh-CN', 'en'] as const;
const exporting = {
  exportId: id,
  path: z.string().min(1).max(4096),
  language: z.enum(languages),
  /** Null for the masked forms. */
  inClear: exportReasonSchema.nullable(),
};
const onPaper = {
  language: z.enum(['zh-CN', 'en']),
  to: z.enum(['file', 'printer']),
  printer: z.string().max(200).optional(),
};
const printed = z.object({ path: z.string().nullable() });
const nothing = z.strictObject({});
const done = z.object({});
const path = z.string().min(1).max(4096);
const secret = z.union([
  z.strictObject({ passphrase: z.string().min(1).max(200) }),
  z.strictObject({ recoveryKey: z.string().min(1).max(100) }),
]);
const protection = {
  protection: z.enum(['keychain', 'passphrase']),
  passphrase: z.string().min(1).max(200).optional(),
};
const siteText = z.string().trim().min(1).max(60);

export const languageSchema = z.enum(languages);
export type Language = z.infer<typeof languageSchema>;

/** What the window shows before and beside the desk. */
export const stationViewSchema = z.object({
  phase: z.enum(['fresh', 'locked', 'ready', 'refused', 'working']),
  /** What the desk waits for, when it does: a long step that must not be disturbed. */
  work: z.object({ task: z.enum(['rekey', 'restore']), step: z.string() }).nullable(),
  /** Why the register was refused, when it was: an ErrorCode with its params. */
  refusal: z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) }).nullable(),
  registerFile: z.string(),
  keychainAvailable: z.boolean(),
  /** The ways this register's key can be had, when there is one. */
  unlockBy: z.array(z.enum(['keychain', 'passphrase', 'recoveryKey'])),
  /** The keychain was to open it and did not: another PC or account, or its store was emptied. */
  keychainLost: z.boolean(),
  site: z.object({ siteName: z.string(), stationName: z.string(), zone: z.string() }).nullable(),
  operator: operatorSchema.nullable(),
  /** The test clock exists only outside the packaged program. */
  testClock: z.boolean(),
  nowAtMs: atMsSchema,
});
export type StationView = z.infer<typeof stationViewSchema>;

export const siteSettingsSchema = z.strictObject({
  siteName: siteText,
  stationName: siteText,
  zone: z.string().min(1).max(60),
  /** Rule 6: what the reading window counts from. */
  windowFrom: z.enum(['binding', 'drop']),
  /** Minutes between binding and the usual moment of dropping, added when counting from the binding. */
  windowOffsetMin: z.number().min(0).max(60),
  /** Rule 4: a known product with an unknown lot or serial. */
  unknownKit: z.enum(['warn', 'refuse']),
  /** A kit that carries no code of its own: one of this station's stickers, or not used here. */
  noSerialKit: z.enum(['sticker', 'refuse']).default('sticker'),
  /** Minutes after which a desk that nobody touches locks itself; null for never. */
  autoLockMin: z.int().min(1).max(120).nullable().default(10),
});
export type SiteSettings = z.infer<typeof siteSettingsSchema>;

export const preferencesSchema = z.strictObject({
  language: languageSchema,
  theme: z.enum(['light', 'dark', 'system']),
  /** Text size in per cent of the design's. */
  scale: z.int().min(80).max(160),
  /** 0 (silent) to 100. */
  volume: z.int().min(0).max(100),
  speakNames: z.boolean(),
  /** For a desk that faces the queue: names masked everywhere, numbers hidden, nothing spoken. */
  privacy: z.boolean().default(false),
  /** How this desk's keyboard guns are set; null until a test sheet was scanned. */
  wedge: wedgeProfileSchema.nullable(),
});
export type Preferences = z.infer<typeof preferencesSchema>;

const importKinds = ['roster', 'manifest'] as const;
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

const parkedSchema = z.object({
  recordKey: z.string(),
  kind: z.string(),
  testId: z.string(),
  personMasked: z.string(),
  kitTail: z.string(),
  code: z.string(),
  message: z.string(),
  atMs: atMsSchema,
});
const conflictSchema = z.object({
  conflictId: z.string(),
  testId: z.string(),
  personMasked: z.string(),
  kitTail: z.string(),
  boundAtMs: atMsSchema,
  otherSite: z.string(),
  otherStation: z.string(),
  otherAtMs: atMsSchema,
  otherPersonMasked: z.string(),
  seenAtMs: atMsSchema,
});

const kitRowSchema = z.object({
  kitKey: z.string(),
  serial: z.string(),
  productName: z.string(),
  lot: z.string().nullable(),
  expiresOn: z.string().nullable(),
  status: z.enum(['known', 'bound', 'void', 'resulted']),
  testId: z.string().nullable(),
});
const lotRowSchema = z.object({
  lotId: z.string(),
  productName: z.string(),
  lot: z.string(),
  expiresOn: z.string().nullable(),
  known: z.int(),
  used: z.int(),
  recalledAtMs: atMsSchema.nullable(),
});

const backupsSchema = z.object({
  plan: backupPlanSchema,
  folder: z.string(),
  /** Beside the register, where nobody has chosen another. */
  isOwnFolder: z.boolean(),
  /** Those in the folder, the newest first. */
  backups: z.array(backupSchema),
  state: backupStateSchema,
});

type Entry = { readonly input: z.ZodType; readonly output: z.ZodType };
function call<I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
): { readonly input: I; readonly output: O } {
  return { input, output };
}

/** Answered by core, in its own process: the register's rules. */
export const coreContract = {
  'station.get': call(nothing, stationViewSchema),

  /** Makes a recovery key and holds it until `register.create` repeats it. */
  'register.prepareKey': call(nothing, z.object({ recoveryKey: z.string() })),
  'register.create': call(
    z.strictObject({
      requestId,
      siteName: siteText,
      stationName: siteText,
      zone: z.string().min(1).max(60),
      protection: z.enum(['keychain', 'passphrase']),
      passphrase: z.string().max(200).optional(),
      recoveryKeyRepeated: z.string().max(100),
      operatorName: siteText,
      pin: pinSchema,
      data: z.enum(['sample', 'empty']),
      /** What the first round is called, in the language of whoever sets up. */
      roundName: siteText.default('第 1 轮'),
    }),
    stationViewSchema,
  ),
  'register.unlock': call(
    z.strictObject({ passphrase: z.string().max(200).optional(), recoveryKey: z.string().max(100).optional() }),
    stationViewSchema,
  ),
  /** A register that was refused, tried once more: the other program may be closed by now, the disk may have room. */
  'register.tryAgain': call(nothing, stationViewSchema),
  /** For REGISTER_TAIL_LOST: opens what is left. The log of changes says that it was done. */
  'register.openWithoutTail': call(nothing, stationViewSchema),

  /* Keys and backups. */
  'register.keys': call(
    nothing,
    z.object({
      protection: z.enum(['keychain', 'passphrase']),
      keychainAvailable: z.boolean(),
      keychainLost: z.boolean(),
    }),
  ),
  /** Another passphrase, or another way to open it each day. `proof` stands in for the right: nobody is signed in yet. */
  'register.protect': call(z.strictObject({ requestId, ...protection, proof: secret.optional() }), done),
  /** The key that `register.prepareKey` showed takes the place of the former one. */
  'register.renewRecovery': call(z.strictObject({ requestId, recoveryKeyRepeated: z.string().min(1).max(100) }), done),
  /** A new data key for the whole register, with everything that opens it new. Emits `register.progressed`. CANCELLED. */
  'register.rekey': call(
    z.strictObject({ requestId, ...protection, recoveryKeyRepeated: z.string().min(1).max(100) }),
    stationViewSchema,
  ),
  /** Ends a re-keying as if it had not begun; after the swap it does nothing. */
  'register.cancelRekey': call(nothing, done),
  /** For everybody at the desk. */
  'backups.state': call(nothing, backupStateSchema),
  'backups.get': call(nothing, backupsSchema),
  'backups.setPlan': call(
    z.strictObject({
      requestId,
      plan: backupPlanSchema,
      folder: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('same') }),
        /** Beside the register. */
        z.strictObject({ kind: z.literal('own') }),
        z.strictObject({ kind: z.literal('chosen'), path }),
      ]),
    }),
    backupsSchema,
  ),
  /** Makes one now, in the plan's folder or in the one chosen. */
  'backups.make': call(z.strictObject({ requestId, folder: path.optional() }), z.object({ backup: backupSchema })),
  /** Without an open register, or for a backup under another key, a secret is the right. KEY_WRONG, BACKUP_DAMAGED. */
  'backups.preview': call(z.strictObject({ path, secret: secret.optional() }), restorePreviewSchema),
  /**
   * Puts a backup in the register's place, which is set aside. `lostEntries` is what the preview said, null where it could
   * not say: RESTORE_CHANGED when it is another number by now. Emits `register.progressed`.
   */
  'backups.restore': call(
    z.strictObject({ requestId, path, secret: secret.optional(), lostEntries: z.int().min(0).nullable() }),
    stationViewSchema,
  ),

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
   * date) then counts, and `person` gives the rest. NOT_ON_STAGE when that form is there no more.
   */
  'desk.registerPerson': call(
    z.strictObject({ requestId, person: personDraftSchema, formId: id.optional() }),
    deskViewSchema,
  ),
  /** The reason that the stage asks for: a second test in the round. */
  'desk.giveReason': call(z.strictObject({ requestId, reason: reasonSchema }), deskViewSchema),
  /** The person of an invalid test takes a new kit. */
  'desk.retest': call(z.strictObject({ requestId, testId: id }), deskViewSchema),
  'desk.showTest': call(z.strictObject({ requestId, testId: id }), deskViewSchema),
  'desk.clear': call(z.strictObject({ requestId }), deskViewSchema),
  'desk.undo': call(z.strictObject({ requestId }), deskViewSchema),

  /** The result of the test on the stage. A positive is taken only by its second scan, so the answer then asks for it. */
  'results.record': call(
    z.strictObject({
      requestId,
      testId: id,
      outcome: outcomeSchema,
      overrideReason: reasonSchema.optional(),
      approval: approvalSchema.optional(),
    }),
    deskViewSchema,
  ),
  'results.revise': call(
    z.strictObject({
      requestId,
      testId: id,
      outcome: outcomeSchema,
      reason: reasonSchema,
      approval: approvalSchema.optional(),
    }),
    deskViewSchema,
  ),
  'tests.void': call(z.strictObject({ requestId, testId: id, reason: reasonSchema }), deskViewSchema),
  'tests.get': call(
    z.strictObject({ testId: id }),
    z.object({
      test: testCardSchema,
      revisions: z.array(resultRevisionSchema),
      retests: z.array(z.string()),
      /** Changes of the kit, oldest first. */
      corrections: z.array(kitCorrectionSchema),
    }),
  ),
  'tests.list': call(
    z.strictObject({
      day: daySchema.optional(),
      status: testStatusSchema.optional(),
      query: z.string().max(100).default(''),
      ...page,
    }),
    z.object({ total: z.int(), rows: z.array(testCardSchema) }),
  ),

  'people.list': call(
    z.strictObject({ query: z.string().max(100).default(''), ...page }),
    z.object({ total: z.int(), rows: z.array(maskedPersonSchema.extend({ testedThisRound: z.boolean() })) }),
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
  'exports.cancel': call(z.strictObject({ exportId: id }), done),

  'products.list': call(nothing, z.object({ products: z.array(kitProductSchema) })),
  'products.save': call(
    z.strictObject({
      requestId,
      productId: id.nullable(),
      registrant: siteText,
      shortName: z.string().trim().max(60),
      method: z.string().trim().max(60).nullable(),
      registrationNumber: z.string().trim().max(60).nullable(),
      gtins: z.array(z.string().max(14)).max(20),
      window: readingWindowSchema.nullable(),
    }),
    z.object({ product: kitProductSchema }),
  ),
  'kits.list': call(
    z.strictObject({ query: z.string().max(100).default(''), ...page }),
    z.object({ total: z.int(), rows: z.array(kitRowSchema) }),
  ),
  'lots.list': call(nothing, z.object({ lots: z.array(lotRowSchema) })),

  /** What the codes in stock look like: a code one character short or long of all of them is refused at the desk. */
  'patterns.list': call(nothing, z.object({ patterns: z.array(codePatternSchema) })),
  'patterns.set': call(
    z.strictObject({ requestId, patternId: id, enabled: z.boolean() }),
    z.object({ pattern: codePatternSchema }),
  ),
  /** Codes of a new batch, scanned by a supervisor, make its pattern known. */
  'patterns.teach': call(
    z.strictObject({ requestId, codes: z.array(z.string().min(1).max(1024)).min(3).max(10) }),
    z.object({ patterns: z.array(codePatternSchema) }),
  ),

  /** Tests bound with a code that lost or gained a character; at most 500, `more` when there are others. */
  'repairs.preview': call(
    z.strictObject({ productId: id.optional(), fromDay: daySchema.optional(), toDay: daySchema.optional() }),
    z.object({ rows: z.array(repairRowSchema), more: z.boolean() }),
  ),
  /** All of these tests or none: REPAIR_CHANGED when one cannot be repaired any more. */
  'repairs.commit': call(
    z.strictObject({
      requestId,
      testIds: z.array(id).min(1).max(500),
      reason: z.string().trim().min(2).max(200),
    }),
    z.object({ repairId: z.string(), tests: z.int() }),
  ),
  'repairs.undo': call(z.strictObject({ requestId, repairId: id }), z.object({ repairId: z.string(), tests: z.int() })),
  'repairs.list': call(
    nothing,
    z.object({
      repairs: z.array(
        z.object({
          repairId: z.string(),
          atMs: atMsSchema,
          operatorName: z.string(),
          reason: z.string(),
          tests: z.int(),
          undoneAtMs: atMsSchema.nullable(),
          undoneByName: z.string().nullable(),
        }),
      ),
    }),
  ),

  /** New stickers for kits of a lot that carry no code of their own. LOT_EXPIRED, LOT_RECALLED. */
  'stickers.issue': call(
    z.strictObject({
      requestId,
      productId: id,
      lot: z.string().trim().min(1).max(40),
      expiresOn: daySchema.nullable(),
      count: z.int().min(1).max(1000),
    }),
    z.object({ batch: stickerBatchSchema }),
  ),
  'stickers.list': call(z.strictObject(page), z.object({ total: z.int(), batches: z.array(stickerBatchSchema) })),
  'stickers.get': call(
    z.strictObject({ batchId: id }),
    z.object({ batch: stickerBatchSchema, stickers: z.array(stickerRowSchema) }),
  ),
  /** All of them or none: STICKER_UNKNOWN, STICKER_USED. `spoiled` counts those that were not spoiled before. */
  'stickers.spoil': call(
    z.strictObject({
      requestId,
      codes: z.array(z.string().min(1).max(100)).min(1).max(200),
      reason: stickerReasonSchema,
    }),
    z.object({ spoiled: z.int() }),
  ),

  /** Reads and checks a whole file; nothing is visible before `imports.commit`. Emits `imports.progressed`. */
  'imports.preview': call(z.strictObject({ importId: id, kind: z.enum(importKinds), path }), importPreviewSchema),
  'imports.commit': call(z.strictObject({ requestId, importId: id }), z.object({ counts: importCountsSchema })),
  'imports.cancel': call(z.strictObject({ importId: id }), done),
  'imports.saveFaults': call(
    z.strictObject({ importId: id, path, language: languageSchema }),
    z.object({ path: z.string(), rows: z.int() }),
  ),

  'rounds.list': call(nothing, z.object({ rounds: z.array(roundSchema), currentId: z.string() })),
  'rounds.open': call(z.strictObject({ requestId, name: siteText, day: daySchema }), z.object({ round: roundSchema })),

  'retention.get': call(
    nothing,
    z.object({
      periods: retentionPeriodsSchema,
      due: purgePreviewSchema,
      /** The newest 200, the newest first. */
      destructions: z.array(destructionSchema),
    }),
  ),
  'retention.set': call(
    z.strictObject({ requestId, periods: retentionPeriodsSchema }),
    z.object({ periods: retentionPeriodsSchema }),
  ),
  /**
   * Destroys what is over its period, day by day, each whole in a transaction of its own; `tests`, `people` and `entries` are what
   * `retention.get` said. Emits `retention.progressed`. A purge that was broken off is finished by the same requestId or
   * by the next purge. PURGE_CHANGED, PURGE_NOTHING.
   */
  'retention.purge': call(
    z.strictObject({ requestId, tests: z.int().min(0), people: z.int().min(0), entries: z.int().min(0).default(0) }),
    z.object({
      destruction: destructionSchema,
      /** Nothing of it is left in the write-ahead log; false while somebody else reads the register. */
      logCleared: z.boolean(),
    }),
  ),
  'retention.find': call(
    z.strictObject({ destructionId: id }),
    z.object({ destruction: destructionSchema, pieces: z.array(destructionPieceSchema) }),
  ),

  'summary.get': call(z.strictObject({ day: daySchema.optional() }), daySummarySchema),
  /** Takes the number of the day's next paper copy, for exactly these figures; NOT_ON_STAGE when they have moved on. */
  'summary.countCopy': call(
    z.strictObject({ requestId, day: daySchema, sha256: z.string().length(64) }),
    z.object({ copy: z.int().min(1) }),
  ),

  'sync.get': call(
    nothing,
    z.object({
      sync: syncViewSchema,
      url: z.string().nullable(),
      parked: z.array(parkedSchema),
      conflicts: z.array(conflictSchema),
    }),
  ),
  'sync.sendNow': call(nothing, z.object({ sync: syncViewSchema })),
  'sync.connect': call(
    z.strictObject({ requestId, url: z.url().max(300), token: z.string().min(8).max(400) }),
    z.object({ sync: syncViewSchema }),
  ),
  /** A check of the connection as an operator would do it: reaches the service, signs in, says what is wrong. */
  'sync.test': call(
    nothing,
    z.object({ reachable: z.boolean(), accepted: z.boolean(), ms: z.number(), problem: z.string().nullable() }),
  ),

  'settings.get': call(nothing, siteSettingsSchema),
  'settings.set': call(z.strictObject({ requestId, settings: siteSettingsSchema }), siteSettingsSchema),

  // The audit log.
  /** Opens the log for reading, which is an entry itself; its requestId opens `audit.list` and `audit.export`. */
  'audit.open': call(z.strictObject({ requestId }), auditStandingSchema),
  /**
   * The newest first, from entry `from` on down. Looks through at most some thousand entries a call, so a page may have
   * fewer rows than asked for, or none, and a `next` all the same. NOT_FOUND for an opening that is not one's own.
   */
  'audit.list': call(
    z.strictObject({
      openingId: z.uuid(),
      ...auditFilterShape,
      from: z.int().min(1).optional(),
      limit: z.int().min(1).max(500).default(100),
    }),
    z.object({ rows: z.array(auditRowSchema), next: z.int().nullable() }),
  ),
  /** Signs the log as it is now, for a paper or because somebody asks; the signed head goes to the central service. */
  'audit.sign': call(
    z.strictObject({ requestId, why: z.enum(['print', 'asked']) }),
    z.object({ head: z.object({ seq: z.int(), day: daySchema, fingerprint: z.string() }) }),
  ),
  /** Checks the whole log, against the central service too where it answers. Emits `audit.progressed`. */
  'audit.verify': call(
    z.strictObject({ requestId }),
    z.object({ verdict: auditVerdictSchema, standing: auditStandingSchema }),
  ),
  /** The entries of a filter as CSV. FILE_NOT_WRITTEN, DISK_FULL, EXPORT_CANCELLED. Emits `exports.progressed`. */
  'audit.export': call(
    z.strictObject({ openingId: z.uuid(), exportId: id, path, language: z.enum(languages), ...auditFilterShape }),
    exportedSchema,
  ),
  /** What the window's own process printed or changed. */
  'audit.note': call(
    z.strictObject({
      requestId,
      act: z.enum(notedActs),
      paper: z.enum(notedPapers).optional(),
      to: z.enum(['file', 'printer']).optional(),
      subject: z
        .string()
        .regex(/^[a-z]{1,20}:[0-9A-Za-z-]{1,64}$/)
        .optional(),
    }),
    done,
  ),

  /** Codes of sample people and kits that are not used yet, to practise with where no gun is at hand. Empty without sample data. */
  'practice.codes': call(
    nothing,
    z.object({
      people: z.array(z.object({ label: z.string(), text: z.string() })),
      kits: z.array(z.object({ label: z.string(), text: z.string() })),
    }),
  ),

  /**
   * Test clock only: moves core's clock forward, with nobody at the desk meanwhile if `away`. FORBIDDEN in the packaged
   * program.
   */
  'clock.advance': call(
    z.strictObject({ byMs: z.int().min(0).max(86_400_000), away: z.boolean().default(false) }),
    z.object({ nowAtMs: atMsSchema }),
  ),
} as const satisfies Record<string, Entry>;

/** Answered by the window's own process: what needs Electron. */
export const appContract = {
  'app.info': call(
    nothing,
    z.object({
      version: z.string(),
      platform: z.string(),
      packaged: z.boolean(),
      /** A central service that runs beside the workstation for trying out. */
      embeddedCentral: z.boolean(),
    }),
  ),
  /** After CORE_FAILED: core's process is started once more. */
  'app.startCore': call(nothing, z.object({})),
  'preferences.get': call(nothing, preferencesSchema),
  'preferences.set': call(preferencesSchema, preferencesSchema),
  /** Guns on a line of their own (USB serial, HID POS), as they are set up on this desk, with how each is now. */
  'guns.get': call(nothing, z.object({ guns: z.array(gunViewSchema) })),
  'guns.findDevices': call(nothing, foundDevicesSchema),
  /** Adds a gun or changes the one with this id. FORBIDDEN for operators; NAME_TAKEN; at most 8. */
  'guns.save': call(z.strictObject({ gun: gunSchema }), z.object({ guns: z.array(gunViewSchema) })),
  'guns.remove': call(z.strictObject({ gunId: id }), z.object({ guns: z.array(gunViewSchema) })),
  /** Opens the system's file dialog. Only paths that came out of it are accepted by calls that take a path. */
  'files.pick': call(
    z.strictObject({ purpose: z.enum([...importKinds, 'backup']) }),
    z.object({ path: z.string(), name: z.string(), bytes: z.int() }),
  ),
  'files.pickFolder': call(nothing, z.object({ path: z.string() })),
  'files.pickSave': call(z.strictObject({ suggestedName: z.string().max(120) }), z.object({ path: z.string() })),
  'print.daySummary': call(
    z.strictObject({
      requestId,
      day: daySchema,
      language: languageSchema,
      to: z.enum(['file', 'printer']),
      printer: z.string().max(200).optional(),
    }),
    z.object({ path: z.string().nullable(), copy: z.int(), sha256: z.string() }),
  ),
  'print.recoverySheet': call(
    z.strictObject({
      recoveryKey: z.string().max(100),
      siteName: z.string().max(60),
      language: languageSchema,
      to: z.enum(['file', 'printer']),
    }),
    z.object({ path: z.string().nullable() }),
  ),
  /** Codes by which a gun shows how it is set. */
  'print.testSheet': call(z.strictObject(onPaper), printed),
  /** Command cards to cut out, or all on one sheet to laminate. */
  'print.commandCards': call(z.strictObject({ layout: z.enum(['cards', 'sheet']), ...onPaper }), printed),
  'print.badges': call(
    z.strictObject({ requestId, operatorIds: z.array(id).min(1).max(50), renew: z.boolean(), ...onPaper }),
    printed,
  ),
  /** The unused stickers of a batch, from a running number on; the first one on place `startAt` (from 1) of the sheet. */
  'print.stickers': call(
    z.strictObject({
      batchId: id,
      from: z.int().min(1).max(1000).default(1),
      count: z.int().min(1).max(1000).default(1000),
      layout: z.enum(stickerLayouts),
      startAt: z.int().min(1).max(65).default(1),
      ...onPaper,
    }),
    printed,
  ),
  /** The record of a destruction, to sign and to file. */
  'print.destruction': call(z.strictObject({ destructionId: id, ...onPaper }), printed),
  'print.listPrinters': call(
    nothing,
    z.object({ printers: z.array(z.object({ name: z.string(), isDefault: z.boolean() })) }),
  ),
} as const satisfies Record<string, Entry>;

export const contract = { ...coreContract, ...appContract } as const;

export type CoreContract = typeof coreContract;
export type CoreMethod = keyof CoreContract;
export type AppMethod = keyof typeof appContract;
export type Contract = typeof contract;
export type Method = keyof Contract;
/** What a caller writes: fields with a default may be left out. */
export type Input<M extends Method> = z.input<Contract[M]['input']>;
/** What a handler gets: parsed, defaults filled in. */
export type ParsedInput<M extends Method> = z.output<Contract[M]['input']>;
export type Output<M extends Method> = z.output<Contract[M]['output']>;

export const events = {
  /** Something changed that no call of this window asked for: look again. */
  'desk.changed': z.object({ why: z.enum(['sync', 'import', 'clock', 'other']) }),
  'sync.changed': syncViewSchema,
  'imports.progressed': z.object({
    importId: z.string(),
    phase: z.enum(['reading', 'committing']),
    done: z.int(),
    total: z.int(),
  }),
  'audit.progressed': z.object({ requestId: z.string(), done: z.int(), total: z.int() }),
  'exports.progressed': z.object({ exportId: z.string(), done: z.int(), total: z.int() }),
  /**
   * Core's process: it does not answer (`slow`) or does again (`answering`); it died and is being started again, or is
   * back; it died so often that it is not started again by itself.
   */
  'core.restarted': z.object({
    state: z.enum(['slow', 'answering', 'restarting', 'ready', 'failed']),
    times: z.int(),
  }),
  'retention.progressed': z.object({ destructionId: z.string(), done: z.int(), total: z.int() }),
  'station.changed': z.object({}),
  'backups.changed': z.object({}),
  /** Between the steps of a re-keying or a restore. */
  'register.progressed': z.object({ task: z.enum(['rekey', 'restore']), step: z.string() }),
  'guns.scanned': gunScanSchema,
  'guns.damaged': gunDamageSchema,
  'guns.changed': z.object({ guns: z.array(gunViewSchema) }),
  /** The window was hidden or minimised, or is seen again. Its page cannot tell: it is never throttled. */
  'window.seen': z.object({ isSeen: z.boolean() }),
} as const;
export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = z.output<(typeof events)[E]>;

export function isMethod(name: string): name is Method {
  return Object.hasOwn(contract, name);
}

export function isCoreMethod(name: string): name is CoreMethod {
  return Object.hasOwn(coreContract, name);
}

/** The two IPC channels, all there are. */
export const callChannel = 'station:call';
export const eventChannel = 'station:event';
