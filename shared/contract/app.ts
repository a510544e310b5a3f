import { z } from 'zod';
import { languageSchema } from '../language.ts';
import { foundDevicesSchema, gunSchema, gunViewSchema, wedgeProfileSchema } from '../model/gun.ts';
import { slipSizes } from '../model/slip.ts';
import { stickerLayouts } from '../model/sticker.ts';
import { daySchema } from '../time.ts';
import { call, type Entry, id, nothing, onPaper, printed, requestId } from './call.ts';
import { importKinds } from './imports.ts';
import { cardsOf } from './people.ts';
import { slipOf } from './slips.ts';

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
    z.strictObject({ purpose: z.enum([...importKinds, 'backup', 'receipt']) }),
    z.object({ path: z.string(), name: z.string(), bytes: z.int() }),
  ),
  'files.pickFolder': call(nothing, z.object({ path: z.string() })),
  'files.pickSave': call(z.strictObject({ suggestedName: z.string().max(120) }), z.object({ path: z.string() })),
  /** Saves the support bundle where the person says. CANCELLED, DISK_FULL, FILE_NOT_WRITTEN. */
  'support.save': call(nothing, z.object({ path: z.string() })),
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
  /** Cards by which people are found with one scan, by building, unit and room; see `people.cards`. */
  'print.personCards': call(z.strictObject({ requestId, ...cardsOf, ...onPaper }), printed),
  /** One person's result to take home; see `slips.make`. */
  'print.slip': call(z.strictObject({ requestId, ...slipOf, size: z.enum(slipSizes), ...onPaper }), printed),
  /** The record of a destruction, to sign and to file. */
  'print.destruction': call(z.strictObject({ destructionId: id, ...onPaper }), printed),
  /** Whom to look for behind which door, with boxes to tick; the part of the list that was chosen. */
  'print.notTested': call(
    z.strictObject({
      roundId: id,
      building: z.string().max(60).optional(),
      absence: z.enum(['any', 'none', 'noted']).default('any'),
      ...onPaper,
    }),
    printed,
  ),
  /** Everybody tested with what is recalled, by result. */
  'print.recall': call(z.strictObject({ recallId: id, ...onPaper }), printed),
  /** How far each organisation is, in a round (the current one where it is left out) or on one of its days. */
  'print.organisations': call(
    z.strictObject({ roundId: id.optional(), day: daySchema.optional(), ...onPaper }),
    printed,
  ),
  /** Where a kit came from and went, masked. NOT_FOUND for one that was never here. */
  'print.trace': call(z.strictObject({ kitKey: z.string().min(1).max(4200), ...onPaper }), printed),
  'print.listPrinters': call(
    nothing,
    z.object({ printers: z.array(z.object({ name: z.string(), isDefault: z.boolean() })) }),
  ),
} as const satisfies Record<string, Entry>;
