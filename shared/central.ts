/**
 * The HTTP contract between a station and the central service. The OpenAPI document is made from these schemas; both
 * sides parse with them, so that neither trusts the other's shape.
 */
import { z } from 'zod';
import { knownKitSchema } from './central/registry.ts';
import { auditHeadSchema, publicKeySchema, signatureSchema, signedHeadSchema } from './model/audit.ts';
import { addressSchema, documentKindSchema, sexSchema } from './model/person.ts';
import { outcomeSchema } from './model/test.ts';
import { atMsSchema, daySchema } from './time.ts';

/** The most records one batch may carry. */
export const batchLimit = 500;
/** The most bytes a station reads of an answer: 500 receipts of the longest allowed fields fit. */
export const replyLimitBytes = 2 * 1024 * 1024;
/** The most bytes a request body may have: 500 records of the longest allowed fields fit. */
export const bodyLimitBytes = 4 * 1024 * 1024;

const id = z.string().min(1).max(64);
const reason = z.strictObject({ code: z.string().max(40), text: z.string().max(200) });
const operator = z.strictObject({ id, name: z.string().min(1).max(80) });

/** The person as they were when tested; later changes of the roster never reach it. */
const personSnapshotSchema = z.strictObject({
  personId: id,
  name: z.string().min(1).max(80),
  sex: sexSchema.nullable(),
  birthDate: daySchema.nullable(),
  documentKind: documentKindSchema.nullable(),
  documentNumber: z.string().max(40).nullable(),
  phone: z.string().max(30).nullable(),
  address: addressSchema.strict(),
  guardianName: z.string().max(80).nullable(),
});

/** What a station's clock for a test is made of, so that another of the site can show and read it. */
const windowSchema = z.strictObject({
  from: z.enum(['binding', 'drop']),
  opensAfterMs: z.int().min(0),
  closesAfterMs: z.int().min(0),
});

export const kitSnapshotSchema = z.strictObject({
  /** Canonical: uniqueness is on this, never on raw text. */
  key: z.string().min(1).max(200),
  raw: z.string().max(8192),
  codeKind: z.string().max(40),
  gtin: z.string().max(14).nullable(),
  serial: z.string().max(200),
  lot: z.string().max(60).nullable(),
  expiresOn: daySchema.nullable(),
  productName: z.string().max(120),
  registrationNumber: z.string().max(60).nullable(),
  warnings: z.array(z.string().max(40)).max(10),
});

const boundPayloadSchema = z.strictObject({
  roundName: z.string().max(60),
  /** As the site's stations share it; older programs leave it out, and the window too. */
  roundId: id.optional(),
  window: windowSchema.optional(),
  day: daySchema,
  person: personSnapshotSchema,
  kit: kitSnapshotSchema,
  boundAtMs: atMsSchema,
  operator,
  personSource: z.string().max(20),
  kitSource: z.string().max(20),
  /** The service's clock minus this station's, as last measured; null when never measured. */
  clockOffsetMs: z.int().nullable(),
  retestOf: id.nullable(),
  secondTestReason: reason.nullable(),
});

const resultPayloadSchema = z.strictObject({
  /** 1 for the first reading; each correction is one more. */
  revision: z.int().min(1).max(1000),
  outcome: outcomeSchema,
  readAtMs: atMsSchema,
  readDay: daySchema,
  operator,
  confirmedBy: operator.nullable(),
  reason: reason.nullable(),
  overrideReason: reason.nullable(),
  clockOffsetMs: z.int().nullable(),
});

const voidPayloadSchema = z.strictObject({
  voidedAtMs: atMsSchema,
  operator,
  reason,
  clockOffsetMs: z.int().nullable(),
});

const kitCorrectedPayloadSchema = z.strictObject({
  /** The key that the test held until now; it is free again. */
  formerKey: kitSnapshotSchema.shape.key,
  /** What the code really was: the test holds this kit from here on, under the same rule as a binding. */
  kit: kitSnapshotSchema,
  correctedAtMs: atMsSchema,
  operator,
  reason,
  clockOffsetMs: z.int().nullable(),
});

const recordBase = {
  /** Idempotency key: one fact of one station, for ever. */
  key: id,
  testId: id,
  /** 1, 2, 3 … within the test: the binding first. */
  seq: z.int().min(1).max(2000),
  /** SHA-256, lower-case hex, over the canonical JSON of {kind, testId, seq, payload}. */
  contentHash: z.string().regex(/^[0-9a-f]{64}$/),
};
export const recordSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...recordBase, kind: z.literal('test.bound'), payload: boundPayloadSchema }),
  z.strictObject({ ...recordBase, kind: z.literal('test.resulted'), payload: resultPayloadSchema }),
  z.strictObject({ ...recordBase, kind: z.literal('test.voided'), payload: voidPayloadSchema }),
  z.strictObject({ ...recordBase, kind: z.literal('test.kitCorrected'), payload: kitCorrectedPayloadSchema }),
]);
export type CentralRecord = z.infer<typeof recordSchema>;
export type RecordKind = CentralRecord['kind'];

/**
 * A batch. Its records are parsed one by one, so that a bad one is answered by itself and the rest are kept: here they
 * are any JSON objects.
 */
export const batchSchema = z.strictObject({
  batchId: id,
  installationId: id,
  sentAtMs: atMsSchema,
  records: z.array(z.unknown()).min(1).max(batchLimit),
});
export type Batch = Omit<z.infer<typeof batchSchema>, 'records'> & { readonly records: readonly CentralRecord[] };

export const rejectionCodes = [
  'malformed', // the record does not fit its schema; message names the field
  'hashMismatch', // the content is not what its hash says
  'testUnknown', // a result, void or correction for a test whose binding was never stored
  'outOfOrder', // an earlier seq of the test is still missing; the station sends again later
  'keyReused', // the same key with other content: kept aside, never overwritten
  'notYours', // the test belongs to another station
  'readElsewhere', // another station of the site has read the test, and otherwise: kept aside, a supervisor decides
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

/** The other side of a conflict, as far as a station may know: site, time, masked person. */
const otherSideSchema = z.object({
  testId: z.string().max(64),
  site: z.string().max(500),
  station: z.string().max(500),
  boundAtMs: atMsSchema,
  personMasked: z.string().max(200),
});

export const receiptSchema = z.object({
  /** The record's key; for a record too broken to have one, its place in the batch as `#0`, `#1` … */
  key: z.string().max(64),
  status: z.enum(['stored', 'duplicate', 'conflict', 'rejected']),
  code: z.enum(rejectionCodes).optional(),
  message: z.string().max(1000).optional(),
  /** With `conflict`: the record is stored all the same, and neither side is published as settled. */
  other: otherSideSchema.optional(),
});
export type Receipt = z.infer<typeof receiptSchema>;

export const batchReplySchema = z.object({
  batchId: z.string().max(64),
  serverAtMs: atMsSchema,
  /** Changes when the service was restored from an older backup. */
  epoch: z.string().max(64),
  receipts: z.array(receiptSchema).max(batchLimit),
});
export type BatchReply = z.infer<typeof batchReplySchema>;

export const kitReplySchema = z.object({
  key: z.string(),
  bound: z.boolean(),
  /** Every live binding of this kit: more than one is a conflict. */
  bindings: z.array(otherSideSchema),
  /** What its maker's manifest says of it; null where no manifest names it. */
  known: knownKitSchema.nullable(),
});
export type KitReply = z.infer<typeof kitReplySchema>;

/** Counts over the asking station's own site. */
export const statsReplySchema = z.object({
  tests: z.int(),
  registered: z.int(),
  negative: z.int(),
  positive: z.int(),
  invalid: z.int(),
  pending: z.int(),
  void: z.int(),
  withResult: z.int(),
  revisions: z.int(),
  conflicts: z.int(),
  records: z.int(),
});
export type StatsReply = z.infer<typeof statsReplySchema>;

/** The most heads one upload may carry. */
export const auditHeadsLimit = 100;

/** Signed heads of an installation's audit log. The key is pinned by the first upload and never replaced. */
export const auditHeadsSchema = z.strictObject({
  installationId: id,
  publicKey: publicKeySchema,
  heads: z.array(signedHeadSchema).min(1).max(auditHeadsLimit),
});
export type AuditHeadsUpload = z.infer<typeof auditHeadsSchema>;

export const headRefusals = [
  'badSignature', // not signed by the key that came with it
  'otherKey', // another key was pinned for this installation
  'otherInstallation', // a head of another installation than the upload's
  'otherHash', // the same entry, or the same head, was signed before with another content
  'wentBack', // signed later than a head that stands for more entries, or earlier than one that stands for fewer
] as const;
export type HeadRefusal = (typeof headRefusals)[number];

const headReceiptSchema = z.object({
  n: z.int(),
  /** `conflict`: kept aside and flagged, never taken; `rejected`: it is not what it says it is. */
  status: z.enum(['stored', 'duplicate', 'conflict', 'rejected']),
  code: z.enum(headRefusals).optional(),
});
export type HeadReceipt = z.infer<typeof headReceiptSchema>;

export const auditHeadsAnswerSchema = z.object({
  serverAtMs: atMsSchema,
  /** In the order of the upload. */
  receipts: z.array(headReceiptSchema),
});
export type AuditHeadsReply = z.infer<typeof auditHeadsAnswerSchema>;

/** What the service keeps of the asking station's logs. */
export const auditHeadsReplySchema = z.object({
  serverAtMs: atMsSchema,
  keys: z.array(z.object({ installationId: z.string(), publicKey: publicKeySchema })),
  /** The newest 500 over all its installations, the newest first. */
  heads: z.array(auditHeadSchema.extend({ signature: signatureSchema })),
  /** How many heads were set aside since ever. */
  conflicts: z.int(),
});
export type KeptHeads = z.infer<typeof auditHeadsReplySchema>;

/** The most records one page of the feed holds. */
export const feedLimit = 1000;

/** One record of any station, as a line of the city's feed. */
export const feedLineSchema = z.object({
  /** Where to go on after this line. Opaque: it is sent back as it is. */
  cursor: z.string().max(120),
  site: z.string(),
  station: z.string(),
  receivedAtMs: atMsSchema,
  record: recordSchema,
});
export type FeedLine = z.infer<typeof feedLineSchema>;

export const healthReplySchema = z.object({
  status: z.literal('ok'),
  service: z.literal('yiceda-central'),
  epoch: z.string(),
  serverAtMs: atMsSchema,
  store: z.enum(['postgres', 'pglite']),
});
export type HealthReply = z.infer<typeof healthReplySchema>;

/** Every error of the service, whatever its status. */
export const problemSchema = z.object({
  code: z.enum([
    'badRequest',
    'unauthorized',
    'forbidden',
    'notFound',
    'methodNotAllowed',
    'installationEnded', // another installation sends for this station: this one was restored from, moved or copied
    'tooLarge',
    'unsupportedMediaType',
    'tooMany',
    'epochChanged', // the cursor is of another life of the service's database: begin without one
    'internal',
  ]),
  message: z.string(),
  /** Dotted path of the field at fault, where there is one. */
  field: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** The text whose SHA-256 is a record's contentHash. */
export type HashedContent = Pick<CentralRecord, 'kind' | 'testId' | 'seq' | 'payload'>;

export const routes = {
  batches: '/v1/batches',
  kit: '/v1/kits/:key',
  stats: '/v1/stats',
  installations: '/v1/installations',
  ownRecords: '/v1/records/own',
  auditHeads: '/v1/audit-heads',
  keptAuditHeads: '/v1/audit-heads/kept',
  feed: '/v1/feed',
  fhirFeed: '/v1/fhir/feed',
  fhirBundle: '/v1/fhir/Bundle/:testId',
  citizenLatest: '/v1/citizen/latest',
  totals: '/v1/totals',
  down: '/v1/down',
  siteItems: '/v1/site-items',
  enrolments: '/v1/enrolments',
  token: '/v1/token',
  handoverKey: '/v1/handover-key',
  health: '/v1/health',
  live: '/v1/live',
  ready: '/v1/ready',
  openapi: '/v1/openapi.json',
} as const;
