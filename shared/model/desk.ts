import { z } from 'zod';
import { atMsSchema } from '../time.ts';
import { tallySchema } from './daySummary.ts';
import { kitCardSchema } from './kit.ts';
import { maskedPersonSchema, personCardSchema, scannedDraftSchema } from './person.ts';
import { roundSchema } from './round.ts';
import { scannedSlipSchema } from './slip.ts';
import { operatorSchema } from './staff.ts';
import { outcomeSchema, stageTestSchema, testCardSchema } from './test.ts';

/** How an outcome feels: one word, one icon, one colour, one sound each. A result sounds the same whatever it is. */
export const tones = ['neutral', 'waiting', 'done', 'attention', 'refused'] as const;
export type Tone = (typeof tones)[number];

/** Why a scan was refused. The screen says why, and what to do, from the code and its params. */
export const refusalCodes = [
  'codeUnreadable', // params.message, params.at: what is wrong and where (English, for the curious)
  'codeAmbiguous', // params.kinds
  'codeCharacterLost', // one short of (or one over) a known code: params.read, params.known (tails), params.what: missing | extra
  // … or of every learned pattern: params.by = pattern, params.readLength, params.knownLength
  'separatorLost', // the gun leaves GS out: lot and serial run into one another
  'gunForPeople', // params.gun: a kit's code on a gun that is for people
  'gunForKits', // params.gun
  'codeNotForDesk', // a kind that means nothing here: params.kind
  'kitHasNoSerial', // GTIN and lot name a batch, not one kit; params.policy: sticker | refuse
  'stickerUnknown', // not issued by this station
  'stickerSpoiled', // params.reason
  'productUnknown', // params.gtin
  'productWithoutWindow', // params.product
  'kitExpired', // params.expiresOn
  'kitRecalled', // params.lot and .reason
  'kitSpoiled', // params.reason, params.tail
  'kitAway', // params.site, params.sentAtMs, params.tail
  'kitUsed', // params.boundAtMs, params.person (masked), params.address, params.operator
  'kitVoid', // the same for a voided one
  'kitSpent', // params.spentOn: used by a test that was destroyed when its time was over
  'kitServed', // params.boundAtMs, params.tail: used by a test of this station that only the central service knows
  'kitLotUnknown', // by the site's policy
  'kitSerialUnknown', // by the site's policy
  'personUnknown', // params.kind: a code that can only be found, not entered (phone, person QR)
  'typedOnce', // a typed code must be entered twice
  'typedDiffers',
  'tooEarly', // params.opensAtMs
  'tooLate', // params.closedAtMs
  'clockBehind', // params.highWaterMs
  'notDropped', // the sample-dropped scan is still missing
  'noResultPending', // a command without a test on the stage
  'confirmOtherKit', // a positive waits for its kit's second scan, another code came
  'confirmNeedsKit', // CONFIRM alone does not confirm a positive
  'alreadyResulted', // params.outcome is not told: the result is on the screen behind a deliberate act
  'slipUnknown', // a result slip that this station has not printed, or of a test that was destroyed
  'slipWaits', // somebody or something else is being seen to: that first
  'nothingToUndo',
  'undoTooLate',
  'otherStation', // params.station: bound at another station of the site, and only read here
  'signInFirst',
  'badgeUnknown',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

const paramsSchema = z.record(z.string(), z.union([z.string(), z.number()]));

/** What is held while somebody is still expected: it survives a refusal, and ends at `expiresAtMs`. */
const heldSchema = z.object({
  person: personCardSchema.nullable(),
  kit: kitCardSchema.nullable(),
  expiresAtMs: atMsSchema.nullable(),
});

/** The stage: one thing at a time. */
export const stageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }),
  /** A person waits for a kit. `replacedMasked` is who was waiting before and now is not. */
  z.object({
    kind: z.literal('person'),
    person: personCardSchema,
    replacedMasked: z.string().nullable(),
    isNew: z.boolean(),
    /** The site asks for consents, and this person's is not noted. */
    asksConsent: z.boolean(),
    /** The invalid test that this person is being tested again for. */
    retestOf: z.string().nullable(),
    expiresAtMs: atMsSchema,
  }),
  /** A kit waits for a person. */
  z.object({
    kind: z.literal('kit'),
    kit: kitCardSchema,
    replacedTail: z.string().nullable(),
    expiresAtMs: atMsSchema,
  }),
  /** Several people share what was scanned. */
  z.object({
    kind: z.literal('choose'),
    people: z.array(personCardSchema),
    kit: kitCardSchema.nullable(),
    expiresAtMs: atMsSchema,
  }),
  /** A document that nobody on the roster holds: the short form, prefilled. */
  z.object({
    kind: z.literal('newPerson'),
    draft: scannedDraftSchema,
    kit: kitCardSchema.nullable(),
    /** Another code was refused meanwhile: said above the form, which stays with what was typed into it. */
    refused: z.object({ code: z.enum(refusalCodes), params: paramsSchema }).nullable(),
  }),
  /** This person was tested in this round already: binding needs a reason. */
  z.object({
    kind: z.literal('secondTest'),
    person: personCardSchema,
    earlier: testCardSchema,
    kit: kitCardSchema.nullable(),
    expiresAtMs: atMsSchema,
  }),
  /** `household`: others at the same address whom nobody tested in this round yet, six at most. */
  z.object({
    kind: z.literal('bound'),
    test: stageTestSchema,
    undoUntilMs: atMsSchema,
    household: z.array(maskedPersonSchema),
  }),
  /** A bound kit was scanned again: its clock, and the results that may be given now. */
  z.object({
    kind: z.literal('test'),
    test: stageTestSchema,
    /** Results that would be taken at this moment without a supervisor. */
    allowed: z.array(outcomeSchema),
    /** Why the others are not, if they are not. */
    blockedBy: z.enum(['tooEarly', 'tooLate', 'clockBehind', 'notDropped', 'alreadyResulted', 'void']).nullable(),
    /** The signed-in person may override with a reason, if need be with somebody's approval. */
    mayOverride: z.boolean(),
    /** A result slip of this test was scanned. */
    slip: scannedSlipSchema.nullable(),
  }),
  z.object({ kind: z.literal('dropped'), test: stageTestSchema }),
  /** Positive was chosen: the kit is scanned again, or a second operator's badge. Counts from `confirmFromMs` on. */
  z.object({
    kind: z.literal('confirmPositive'),
    test: stageTestSchema,
    confirmFromMs: atMsSchema,
    expiresAtMs: atMsSchema,
  }),
  z.object({
    kind: z.literal('recorded'),
    test: stageTestSchema,
    /** After an invalid: the same person may take a new kit at once. */
    offersRetest: z.boolean(),
  }),
  /** VOID was scanned or pressed: which reason? */
  z.object({ kind: z.literal('voidReason'), test: stageTestSchema }),
  z.object({ kind: z.literal('voided'), test: stageTestSchema }),
  z.object({ kind: z.literal('undone'), test: stageTestSchema }),
  z.object({
    kind: z.literal('refused'),
    code: z.enum(refusalCodes),
    params: paramsSchema,
    kit: kitCardSchema.nullable(),
    held: heldSchema,
  }),
]);
export type Stage = z.infer<typeof stageSchema>;
export type StageKind = Stage['kind'];

/** One line of the last outcomes at the foot of the desk. Names are masked there. */
export const railItemSchema = z.object({
  id: z.string(),
  atMs: atMsSchema,
  tone: z.enum(tones),
  /** bound, dropped, result (never which one), void, undone, refused:<code> */
  what: z.string(),
  personMasked: z.string().nullable(),
  kitTail: z.string().nullable(),
});
export type RailItem = z.infer<typeof railItemSchema>;

/** A running test on the wall. */
export const wallRowSchema = z.object({
  testId: z.string(),
  personMasked: z.string(),
  building: z.string(),
  room: z.string(),
  kitTail: z.string(),
  boundAtMs: atMsSchema,
  opensAtMs: atMsSchema.nullable(),
  closesAtMs: atMsSchema.nullable(),
});
export type WallRow = z.infer<typeof wallRowSchema>;

const syncStates = ['off', 'idle', 'sending', 'backingOff', 'paused', 'offline'] as const;
export const syncViewSchema = z.object({
  state: z.enum(syncStates),
  /** Records not yet acknowledged, those inside the seconds of undo included. */
  unsent: z.int(),
  oldestUnsentAtMs: atMsSchema.nullable(),
  parked: z.int(),
  conflicts: z.int(),
  lastContactAtMs: atMsSchema.nullable(),
  /** Why it is paused or backing off: signIn, forbidden, installationEnded, offline, dns, certificate, server, slow … */
  trouble: z.string().nullable(),
  nextTryAtMs: atMsSchema.nullable(),
  /**
   * After a restore, a move or a copy: what this station had sent since is fetched from the service before anything else.
   * `fetchedAtMs` is null while that was not possible yet. Null where it was never needed.
   */
  ownRecords: z
    .object({
      owedSinceMs: atMsSchema,
      fetchedAtMs: atMsSchema.nullable(),
      /** Results and voids that came back into the register. */
      taken: z.int(),
      /** Tests that only the service knows: their kits are used here. */
      kits: z.int(),
      /** Records that could not be taken; they stay with the service. */
      left: z.int(),
    })
    .nullable(),
});
export type SyncView = z.infer<typeof syncViewSchema>;

/** The feed from the central service, by which a desk hears of the site's other desks. */
export const downViewSchema = z.object({
  /** Other stations of the site. */
  siblings: z.int(),
  /** When the service last said something, be it that there is nothing new; null for never. */
  heardAtMs: atMsSchema.nullable(),
  /** There are others, and nothing was heard of them for a while: kits that they bind meanwhile are not known here. */
  isSilent: z.boolean(),
});
export type DownView = z.infer<typeof downViewSchema>;

/** Everything the desk shows, in one reply. */
export const deskViewSchema = z.object({
  /** Rises with every change, so that an older answer that comes late is not painted over a newer one. */
  version: z.int(),
  nowAtMs: atMsSchema,
  day: z.string(),
  siteName: z.string(),
  round: roundSchema,
  operator: operatorSchema.nullable(),
  stage: stageSchema,
  /** What this call did, for the ear: null when nothing was done (a double read, a plain look). */
  heard: z.enum(tones).nullable(),
  wall: z.array(wallRowSchema),
  /** Running tests that did not fit on the wall's list. */
  wallMore: z.int(),
  tally: tallySchema,
  rail: z.array(railItemSchema),
  /** The newest binding that can still be undone. */
  undo: z.object({ testId: z.string(), untilMs: atMsSchema }).nullable(),
  clockBehind: z.boolean(),
  sync: syncViewSchema,
  down: downViewSchema,
});
export type DeskView = z.infer<typeof deskViewSchema>;
