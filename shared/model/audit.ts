import { z } from 'zod';
import { canonicalJson } from '../canonicalJson.ts';
import { atMsSchema, daySchema } from '../time.ts';

/**
 * Everything that the audit log can say: `noun.verb`, past in both languages' words. An action that is not here does not
 * compile, and one without words in a language does not either.
 */
export const auditActions = [
  // The log itself
  'audit.key', // the station's key for signing heads was made: detail.publicKey
  'audit.sign',
  'audit.read',
  'audit.verify',
  'audit.export',
  'audit.exportNotWritten',
  'audit.checkpoint',
  'audit.headRefused', // the central service does not take a head: it contradicts an earlier one
  // What was asked and not done
  'refused.call',
  'refused.pin',
  'refused.approval',
  // The program and the register
  'register.create',
  'register.migrate',
  'register.open',
  'register.openWithoutTail',
  'register.rekey',
  'register.protect',
  'register.renewRecovery',
  'register.restore',
  'register.verify',
  'installation.renew',
  'core.restart',
  'clock.jump',
  'backup.make',
  'backup.fail',
  'backup.plan',
  'backup.rotate',
  'backup.verify',
  // People in charge
  'staff.enrol',
  'staff.badgePrint',
  'staff.signIn',
  'staff.lock',
  'staff.changePin',
  'staff.resetPin',
  'staff.letGo',
  'staff.takeBack',
  // The desk
  'person.show',
  'person.add',
  'person.read',
  'person.reveal',
  'person.receive', // from another station of the site
  'person.change', // detail.fields: which parts, never what stood there
  'person.merge',
  'person.undoMerge',
  'person.distinct',
  'person.consent',
  'person.cards',
  'test.show',
  'test.read',
  'test.bind',
  'test.drop',
  'test.undo',
  'test.void',
  'test.slip',
  'result.record',
  'result.revise',
  'result.receive', // another station of the site has read a test of ours
  'followUp.note',
  'followUp.withdraw',
  'followUp.close',
  'followUp.reopen',
  'organisation.add',
  'organisation.change',
  'organisation.remove',
  'organisation.contact',
  'organisation.enlist',
  'organisation.release',
  // Kits and rounds
  'product.save',
  'product.receive', // from the central service
  'pattern.set',
  'pattern.teach',
  'recall.make',
  'recall.lift',
  'recall.receive',
  'recall.liftReceive',
  'repair.commit',
  'repair.undo',
  'stock.expiry',
  'stock.receive',
  'stock.spoil',
  'stock.transfer',
  'stock.count',
  'stock.confirm',
  'stickers.issue',
  'stickers.spoil',
  'round.open',
  'round.change',
  'round.choose',
  'round.end',
  'round.absence',
  'round.receive', // from another station of the site
  // In and out
  'import.preview',
  'import.commit',
  'import.cancel',
  'import.saveFaults',
  'import.undo',
  'export.people',
  'export.tests',
  'export.notTested',
  'export.organisations',
  'export.products',
  'export.notWritten',
  'print.done',
  'summary.copy',
  'guns.save',
  'guns.remove',
  'sync.connect',
  'sync.token', // the station's token was replaced by the next
  'sync.park',
  'sync.conflict',
  'sync.mend', // detail.how: another record of the same fact, or its test's chain once more
  'sync.epoch', // the service was restored from an older backup: detail.records go again
  'sync.ownRecords', // after a restore: what came back from the service, counted
  'sync.takeBack', // a result or void that only the service had
  'sync.supportBundle',
  'handover.key', // the service's key for hand-over files was learned: detail.key, or null where it takes none
  'handover.write', // detail.records, detail.file: its SHA-256 without the signature
  'handover.receipt',
  'settings.set',
  'settings.receive', // rules of the site, from another desk or the central service
  'retention.set',
  'retention.begin',
  'retention.purge',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** What the viewer filters by: the noun before the dot. */
export const auditKinds = [
  ...new Set(auditActions.map((action) => action.slice(0, action.indexOf('.')))),
] as readonly AuditKind[];
export type AuditKind = AuditAction extends infer A ? (A extends `${infer Noun}.${string}` ? Noun : never) : never;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** Ed25519: 32 bytes of a public key, 64 of a signature, in base64url without padding. */
export const publicKeySchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
export const signatureSchema = z.string().regex(/^[A-Za-z0-9_-]{86}$/);

/** The newest entry at a moment, signed: what is printed and uploaded. It stands for every entry up to `seq`. */
export const auditHeadSchema = z.strictObject({
  installationId: z.string().min(1).max(64),
  /** 1, 2, 3 … in the order of signing: a head that comes with a smaller `seq` than an earlier one went back. */
  n: z.int().min(1),
  /** The site's day that it closes, or was made on. */
  day: daySchema,
  seq: z.int().min(1),
  hash,
  /** Entries that the register held then: all of them, less those that a checkpoint stands for. */
  count: z.int().min(1),
  atMs: atMsSchema,
});
export type AuditHead = z.infer<typeof auditHeadSchema>;

export const signedHeadSchema = auditHeadSchema.extend({ signature: signatureSchema });
export type SignedHead = z.infer<typeof signedHeadSchema>;

/** What stands for entries that were destroyed when their time was over: from one to the other, and the last one's hash. */
export type AuditCheckpoint = {
  readonly installationId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  /** The hash of entry `toSeq`: the next entry follows it. */
  readonly hash: string;
  readonly count: number;
  readonly fromAtMs: number;
  readonly toAtMs: number;
  readonly atMs: number;
};

/** The text that a head's signature is over (UTF-8). */
export function headText({ installationId, n, day, seq, hash, count, atMs }: AuditHead): string {
  return canonicalJson({ is: 'yiceda.audit.head.1', installationId, n, day, seq, hash, count, atMs });
}

export function checkpointText(checkpoint: AuditCheckpoint): string {
  const { installationId, fromSeq, toSeq, hash, count, fromAtMs, toAtMs, atMs } = checkpoint;
  const facts = { installationId, fromSeq, toSeq, hash, count, fromAtMs, toAtMs, atMs };
  return canonicalJson({ is: 'yiceda.audit.checkpoint.1', ...facts });
}

/** Short enough to be read out, long enough (64 bits) that nobody finds another entry with it in their lifetime of trying. */
export function shortFingerprint(hash: string): string {
  return (hash.slice(0, 16).match(/.{4}/g) ?? []).join(' ');
}

export const auditFaults = [
  'altered', // the entry is not what its hash says
  'moved', // it follows another entry than the one before it
  'removed', // its number is missing
  'cutOff', // the log ends before an entry that a signed head stands for
  'extra', // an entry where a checkpoint says there are none
  'otherHash', // a signed head says another hash of it
  'badSignature', // a head or checkpoint whose signature does not hold
  'headMissing', // the entry says that it was signed, and there is no such head
  'headWentBack', // heads that are not in the order of signing
  'badCheckpoint', // checkpoints that do not follow one another
  'badKey', // the station's key is not the one that it was, or is no key
  'centralDiffers', // the central service holds another head of it
  'paperDiffers', // a printed head says another fingerprint
] as const;
export type AuditFault = (typeof auditFaults)[number];

const badEntrySchema = z.object({
  seq: z.int(),
  /** Null where there is no entry that says when. */
  atMs: atMsSchema.nullable(),
  fault: z.enum(auditFaults),
});

export const auditVerdictSchema = z.object({
  ok: z.boolean(),
  /** Entries that were walked and found right, up to `bad` where there is one. */
  entries: z.int(),
  /** The first and the last of them; 0 in an empty log. */
  fromSeq: z.int(),
  toSeq: z.int(),
  hash: z.string(),
  /** Signed heads, checkpoints and heads from the central service that were held against the log. */
  heads: z.int(),
  checkpoints: z.int(),
  received: z.int(),
  /** The newest signed head in the register; entries after it are only chained. */
  newestHead: z.object({ seq: z.int(), day: z.string(), atMs: atMsSchema, fingerprint: z.string() }).nullable(),
  /** The first bad entry. */
  bad: badEntrySchema.nullable(),
});
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;

export const auditRowSchema = z.object({
  seq: z.int(),
  atMs: atMsSchema,
  operatorId: z.string().nullable(),
  /** Who it was; null for the program itself. */
  operatorName: z.string().nullable(),
  /** One of auditActions, or what an older program wrote. */
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
  installationId: z.string().nullable(),
  prevHash: z.string(),
  hash: z.string(),
});
export type AuditRow = z.infer<typeof auditRowSchema>;

export const auditFilterShape = {
  fromDay: daySchema.optional(),
  toDay: daySchema.optional(),
  operatorId: z.string().min(1).max(64).optional(),
  kind: z.string().min(1).max(40).optional(),
  subject: z.string().min(1).max(120).optional(),
};

/** How the log stands: what the viewer says above its entries. */
export const auditStandingSchema = z.object({
  entries: z.int(),
  lastSeq: z.int(),
  /** The newest signed head, and whether the central service has it. */
  head: z
    .object({
      seq: z.int(),
      day: z.string(),
      atMs: atMsSchema,
      fingerprint: z.string(),
      delivery: z.enum(['waiting', 'received', 'refused']),
    })
    .nullable(),
  /** Heads that the central service does not have yet, and those that it does not take. */
  waiting: z.int(),
  refused: z.int(),
  verified: z.object({ atMs: atMsSchema, verdict: auditVerdictSchema }).nullable(),
});
export type AuditStanding = z.infer<typeof auditStandingSchema>;

/** What the window's own process prints or changes and core writes down. */
export const notedActs = ['print.done', 'guns.save', 'guns.remove'] as const;
export const notedPapers = [
  'recoverySheet',
  'testSheet',
  'commandCards',
  'badges',
  'stickers',
  'notTested',
  'recall',
  'trace',
  'destruction',
  'personCards',
  'resultSlip',
  'organisationFigures',
  'daySummary',
] as const;
