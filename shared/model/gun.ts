import { z } from 'zod';
import { atMsSchema } from '../time.ts';

/** How a keyboard gun writes the GS1 separator (FNC1, GS, 0x1D). `missing`: it does not, and the site was told. */
export const gsWays = ['control', 'alt', 'f8', 'replacement', 'missing'] as const;

/** What a keyboard gun puts after each scan. */
export const wedgeSuffixes = ['enter', 'tab', 'crlf', 'none'] as const;
export type WedgeSuffix = (typeof wedgeSuffixes)[number];

/**
 * How this desk's keyboard guns are set, learned from the test sheet. The system joins all its keyboards into one, so
 * there is one profile a desk.
 */
export const wedgeProfileSchema = z.strictObject({
  gs: z.enum(gsWays),
  /** What stands for GS inside a scan when `gs` is `replacement`, such as `|` or `{GS}`; null otherwise. */
  replacement: z.string().min(1).max(8).nullable(),
  /** Fixed text that the gun puts before each scan; taken off. Empty for none. */
  prefix: z.string().max(8),
  suffix: z.enum(wedgeSuffixes),
  /** Milliseconds a key, the median of what was scanned. */
  paceMs: z.number().min(0).max(1_000),
  learnedAtMs: atMsSchema,
});
export type WedgeProfile = z.infer<typeof wedgeProfileSchema>;

/** What a gun is for. A role settles what a code's shape leaves open, and keeps the other sort of code away. */
export const gunRoles = ['any', 'people', 'kits'] as const;
export const gunRoleSchema = z.enum(gunRoles);
export type GunRole = z.infer<typeof gunRoleSchema>;

/** The gun that a scan came from, where the system can tell guns apart. */
export const scanGunSchema = z.strictObject({ name: z.string().min(1).max(40), role: gunRoleSchema });
export type ScanGun = z.infer<typeof scanGunSchema>;

/** By what a USB device is known again, whatever port it is plugged into. */
const usbSchema = z.strictObject({
  vendorId: z.int().min(0).max(0xffff),
  productId: z.int().min(0).max(0xffff),
  serialNumber: z.string().max(120).nullable(),
});
export type Usb = z.infer<typeof usbSchema>;

/** What ends a scan on a serial line: CR, LF or both; a tab; ETX; or a pause. */
export const serialEnds = ['line', 'tab', 'etx', 'pause'] as const;
export const baudRates = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200] as const;

const serialLineSchema = z.strictObject({
  kind: z.literal('serial'),
  /** The system's name of the port, such as COM5 or /dev/ttyACM0. */
  path: z.string().trim().min(1).max(200),
  usb: usbSchema.nullable(),
  baudRate: z.literal(baudRates),
  dataBits: z.literal([7, 8]),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.literal([1, 2]),
  end: z.enum(serialEnds),
  /** How long nothing comes before a scan is over, in ms; used where `end` is `pause`. */
  pauseMs: z.int().min(10).max(2_000),
});
export type SerialLine = z.infer<typeof serialLineSchema>;

const hidLineSchema = z.strictObject({ kind: z.literal('hid'), path: z.string().min(1).max(400), usb: usbSchema });
export type HidLine = z.infer<typeof hidLineSchema>;

/** A gun on a line of its own, which types nothing. */
export const gunSchema = z.strictObject({
  id: z.string().min(1).max(64),
  name: z.string().trim().min(1).max(40),
  role: gunRoleSchema,
  enabled: z.boolean(),
  line: z.discriminatedUnion('kind', [serialLineSchema, hidLineSchema]),
});
export type Gun = z.infer<typeof gunSchema>;
/** More guns than a desk has hands for. */
export const mostGuns = 8;

/** `waiting`: not plugged in. `busy`: another program has it. `denied`: this user may not open it. */
const gunStates = ['open', 'opening', 'waiting', 'busy', 'denied', 'failed', 'off'] as const;
export const gunViewSchema = gunSchema.extend({ state: z.enum(gunStates), lastScanAtMs: atMsSchema.nullable() });
export type GunView = z.infer<typeof gunViewSchema>;
export type GunState = GunView['state'];

/** Something that can be set up as a gun. */
export const foundDeviceSchema = z.object({ path: z.string(), label: z.string(), usb: usbSchema.nullable() });
export type FoundDevice = z.infer<typeof foundDeviceSchema>;
export const foundDevicesSchema = z.object({
  serial: z.array(foundDeviceSchema),
  hid: z.array(foundDeviceSchema),
});
export type FoundDevices = z.infer<typeof foundDevicesSchema>;

export const gunScanSchema = z.object({
  gunId: z.string(),
  name: z.string(),
  role: gunRoleSchema,
  /** With the symbology identifier before it where the gun gave one. */
  text: z.string().min(1).max(8_192),
  /** What came over the line, in hexadecimal. */
  bytes: z.string().max(16_384),
  atMs: atMsSchema,
});
export type GunScan = z.infer<typeof gunScanSchema>;

/**
 * What a gun sent that is no scan: unplugged in the middle, longer than any code, stopped without its end, a report of
 * several missing, more in a row than any hand scans.
 */
export const gunDamageSchema = z.object({
  gunId: z.string(),
  name: z.string(),
  by: z.enum(['unplugged', 'tooLong', 'noEnd', 'partMissing', 'tooMany']),
});
export type GunDamage = z.infer<typeof gunDamageSchema>;
