import { z } from 'zod';
import { codeKinds } from '../codes/codeKinds.ts';
import { atMsSchema, daySchema } from '../time.ts';
import { personTestSchema } from './disclosure.ts';
import { kitProductSchema } from './kit.ts';
import { kitCorrectionSchema } from './pattern.ts';
import { maskedPersonSchema } from './person.ts';
import { differenceReasons, spoilReasons } from './stock.ts';
import { resultRevisionSchema, testCardSchema, testStatusSchema, testUploadSchema } from './test.ts';

const byWhom = { atMs: atMsSchema, operatorName: z.string() };

/** A box, or several of a lot, as a shipment brought them. */
const arrivalSchema = z.object({
  ...byWhom,
  sender: z.string(),
  /** What its label says; null for a box without a code. */
  boxName: z.string().nullable(),
  count: z.int(),
});

/** What brought a kit to this station, as surely as the register knows. */
export const kitOriginSchema = z.discriminatedUnion('by', [
  /** In this very box. */
  z.object({ by: z.literal('box'), ...arrivalSchema.shape }),
  /** Its lot came in boxes whose serials nobody listed: one of these. The newest first, 20 at most. */
  z.object({ by: z.literal('lot'), boxes: z.array(arrivalSchema) }),
  /** A maker's list named it. */
  z.object({ by: z.literal('list'), ...byWhom, fileName: z.string() }),
  /** A sticker of this station, put on a kit without a code. */
  z.object({ by: z.literal('sticker'), ...byWhom, number: z.int(), count: z.int() }),
]);
export type KitOrigin = z.infer<typeof kitOriginSchema>;

/** Of a kit, or of the sticker that was to be its code. */
const tracedSpoilReasons = [...spoilReasons, 'printedBadly'] as const;

/** A kit's way between sites. */
const kitMoveSchema = z.object({ ...byWhom, direction: z.enum(['out', 'in']), site: z.string() });

/** One binding of the kit, with all that came of it. */
export const tracedTestSchema = z.object({
  test: testCardSchema,
  /** The kit is this test's now. False: the binding was undone, or its code was put right and it is another kit. */
  isNow: z.boolean(),
  /** Still on the roster; their page can be opened. */
  isPersonHere: z.boolean(),
  revisions: z.array(resultRevisionSchema),
  corrections: z.array(kitCorrectionSchema),
  uploads: z.array(testUploadSchema),
  undone: z.object(byWhom).nullable(),
  dropped: z.object(byWhom).nullable(),
  /** Result slips that were printed of it, oldest first, 20 at most. */
  slips: z.array(z.object({ ...byWhom, number: z.int() })),
  retests: z.array(z.string()),
  /** Other stations that bound the same kit, as the central service told. */
  conflicts: z.array(
    z.object({ site: z.string(), station: z.string(), boundAtMs: atMsSchema, personMasked: z.string() }),
  ),
});
export type TracedTest = z.infer<typeof tracedTestSchema>;

/** Where one kit came from, where it went and what came of it. */
export const kitTraceSchema = z.object({
  kitKey: z.string(),
  serial: z.string(),
  tail: z.string(),
  /** `destroyed`: it was used, and its test was destroyed by the retention rules since. `unknown`: never here. */
  standing: z.enum(['unknown', 'here', 'away', 'spoiled', 'used', 'destroyed']),
  /** For one that was never here: kits that are, whose serial differs in a single character. Five at most. */
  near: z.array(z.object({ kitKey: z.string(), serial: z.string() })),
  product: kitProductSchema.nullable(),
  /** What names the product in its code: a GTIN or the device part of an MA code. */
  productCode: z.string().nullable(),
  lot: z.string().nullable(),
  expiresOn: daySchema.nullable(),
  /** Changes of the lot's expiry date, oldest first. */
  lotChanges: z.array(
    z.object({ ...byWhom, from: daySchema.nullable(), to: daySchema.nullable(), reason: z.string() }),
  ),
  /** Recalls of its lot or of kits that it is one of, oldest first; one that is not lifted stops it. */
  recalls: z.array(
    z.object({
      ...byWhom,
      source: z.string(),
      reason: z.string(),
      lifted: z.object({ ...byWhom, reason: z.string() }).nullable(),
    }),
  ),
  origin: kitOriginSchema.nullable(),
  /** Oldest first. */
  moves: z.array(kitMoveSchema),
  spoiled: z.object({ ...byWhom, reason: z.enum(tracedSpoilReasons), text: z.string() }).nullable(),
  /** The last confirmed count of its lot. */
  counted: z
    .object({
      atMs: atMsSchema,
      countedBy: z.string(),
      confirmedBy: z.string(),
      counted: z.int(),
      difference: z.int(),
      reason: z.enum(differenceReasons).nullable(),
    })
    .nullable(),
  /** Oldest first. */
  tests: z.array(tracedTestSchema),
  spent: z
    .object({ day: daySchema, was: z.enum(['resulted', 'bound', 'void']), destroyedAtMs: atMsSchema.nullable() })
    .nullable(),
  site: z.string(),
  station: z.string(),
});
export type KitTrace = z.infer<typeof kitTraceSchema>;

/** A kit that a part of a serial may mean. */
export const tracedCandidateSchema = z.object({
  kitKey: z.string(),
  serial: z.string(),
  productName: z.string(),
  lot: z.string().nullable(),
  /** Null for a kit that nobody was bound to. */
  status: testStatusSchema.nullable(),
  boundAtMs: atMsSchema.nullable(),
});
export type TracedCandidate = z.infer<typeof tracedCandidateSchema>;

/** What a code answers to. */
export const tracedSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('kit'), trace: kitTraceSchema }),
  /** A part of several serials, or one serial of several products: which? 20 at most. */
  z.object({ kind: z.literal('several'), kits: z.array(tracedCandidateSchema), isMore: z.boolean() }),
  /** Its shape is that of several kinds and nothing here settles it: which? */
  z.object({ kind: z.literal('ask'), kinds: z.array(z.enum(codeKinds)) }),
  /** Somebody's document, phone or card: nobody, somebody, or several to choose from. */
  z.object({ kind: z.literal('people'), people: z.array(maskedPersonSchema) }),
  /** A product or a lot, which is no single kit. */
  z.object({
    kind: z.literal('product'),
    product: kitProductSchema.nullable(),
    code: z.string(),
    lot: z.string().nullable(),
    expiresOn: daySchema.nullable(),
    boxes: z.array(arrivalSchema),
  }),
  z.object({
    kind: z.literal('box'),
    name: z.string(),
    /** Null where it was never received here. */
    received: z
      .object({
        ...arrivalSchema.shape,
        product: kitProductSchema,
        lot: z.string(),
        expiresOn: daySchema.nullable(),
        isAway: z.boolean(),
        /** The ends of its kits' serials, where they are listed; 20 ranges at most. */
        kits: z.array(z.object({ from: z.string(), to: z.string(), count: z.int() })),
      })
      .nullable(),
  }),
  /** A badge, a command card, a company's code: nothing that has a trace. */
  z.object({ kind: z.literal('other'), codeKind: z.enum(codeKinds) }),
  /** Neither a code nor a part of a serial that is known here. `short`: fewer than four characters. `separatorLost`:
   * the gun left out what parts lot and serial, which makes another kit of each code. */
  z.object({ kind: z.literal('none'), problem: z.enum(['notFound', 'short', 'unreadable', 'separatorLost']) }),
]);
export type Traced = z.infer<typeof tracedSchema>;

/** One test of somebody, with the kit that it was. */
export const personTraceSchema = z.object({
  person: maskedPersonSchema,
  total: z.int(),
  /** The newest first. */
  rows: z.array(personTestSchema),
});
