import { existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Preferences, preferencesSchema } from '../../shared/contract/app.ts';
import { type Gun, gunSchema, mostGuns } from '../../shared/model/gun.ts';
import { systemCode } from './faults.ts';

/** Where the window stood, in screen pixels independent of scaling. */
export const boundsSchema = z.strictObject({
  x: z.int().min(-100_000).max(100_000),
  y: z.int().min(-100_000).max(100_000),
  width: z.int().min(100).max(20_000),
  height: z.int().min(100).max(20_000),
  maximized: z.boolean(),
});
export type Bounds = z.infer<typeof boundsSchema>;

const gunsSchema = z.array(gunSchema).max(mostGuns);

const settingsSchema = z.strictObject({
  preferences: preferencesSchema,
  bounds: boundsSchema.nullable(),
  guns: gunsSchema,
});
type Stored = z.infer<typeof settingsSchema>;

export const defaultPreferences: Preferences = {
  language: 'zh-CN',
  theme: 'system',
  scale: 100,
  volume: 70,
  speakNames: false,
  privacy: false,
  wedge: null,
};

/** What keeps the settings file; electron-store is one. It writes whole files, atomically. */
export type SettingsStore = { store: unknown };

/** Whether the disk took a change. Where it did not, the former settings stand: what is shown is what the next start has. */
export type Kept = 'kept' | 'diskFull' | 'failed' | 'unsound';

/** This desk's own preferences and its window's place: nothing personal, nothing secret, nothing of the register. */
export type Settings = {
  readonly preferences: () => Preferences;
  readonly setPreferences: (preferences: Preferences) => Kept;
  readonly bounds: () => Bounds | null;
  readonly setBounds: (bounds: Bounds) => void;
  /** Guns on lines of their own. */
  readonly guns: () => readonly Gun[];
  /** `unsound`, and nothing is kept, when they are too many or not what guns are. */
  readonly setGuns: (guns: readonly Gun[]) => Kept;
};

export type SettingsLog = (event: string, fields: Readonly<Record<string, string | number | boolean>>) => void;

/**
 * Settings over a store. A part that does not hold (a hand-edited file, another version's) falls back to its default
 * and the rest is kept; a change that the disk does not take is not made, and the caller is told.
 */
export function openSettings(store: SettingsStore, log: SettingsLog): Settings {
  let now = readStored(store, log);
  const write = (next: Stored): Kept => {
    try {
      store.store = next;
      now = next;
      return 'kept';
    } catch (error) {
      const code = systemCode(error);
      log('settings.notWritten', { problem: error instanceof Error ? error.name : 'unknown', code });
      return code === 'ENOSPC' || code === 'EDQUOT' ? 'diskFull' : 'failed';
    }
  };
  return {
    preferences: () => now.preferences,
    setPreferences: (preferences) => write({ ...now, preferences: preferencesSchema.parse(preferences) }),
    bounds: () => now.bounds,
    setBounds: (bounds) => {
      const checked = boundsSchema.safeParse(bounds);
      if (checked.success) write({ ...now, bounds: checked.data });
    },
    guns: () => now.guns,
    setGuns: (guns) => {
      const checked = gunsSchema.safeParse(guns);
      return checked.success ? write({ ...now, guns: checked.data }) : 'unsound';
    },
  };
}

function readStored(store: SettingsStore, log: SettingsLog): Stored {
  let raw: unknown;
  try {
    raw = store.store;
  } catch (error) {
    log('settings.unreadable', { problem: error instanceof Error ? error.name : 'unknown' });
  }
  const parts = z
    .looseObject({ preferences: z.unknown(), bounds: z.unknown(), guns: z.array(z.unknown()) })
    .partial()
    .safeParse(raw);
  const bounds = boundsSchema.safeParse(parts.data?.bounds);
  return {
    preferences: preferencesOf(parts.data?.preferences),
    bounds: bounds.success ? bounds.data : null,
    guns: gunsOf(parts.data?.guns ?? []),
  };
}

/** Takes each gun that holds; one that does not is set up anew on its page. */
function gunsOf(raw: readonly unknown[]): Gun[] {
  return raw.flatMap((one) => gunSchema.safeParse(one).data ?? []).slice(0, mostGuns);
}

/** Takes each preference that holds, and the default for each that does not. */
function preferencesOf(raw: unknown): Preferences {
  const found = z.record(z.string(), z.unknown()).safeParse(raw);
  if (!found.success) return defaultPreferences;
  let preferences = defaultPreferences;
  for (const key of Object.keys(preferencesSchema.shape)) {
    if (!Object.hasOwn(found.data, key)) continue;
    const tried = preferencesSchema.safeParse({ ...preferences, [key]: found.data[key] });
    if (tried.success) preferences = tried.data;
  }
  return preferences;
}

/**
 * Renames a settings file that is not a JSON object, so that the store starts fresh and the damaged one can be looked
 * at. Returns the name it was kept under, or null when there was nothing to do.
 */
export function setDamagedAside(file: string, nowMs: number): string | null {
  if (!existsSync(file)) return null;
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return null;
  } catch {
    // Unreadable or not JSON: kept aside below.
  }
  const kept = path.join(path.dirname(file), `${path.basename(file, '.json')}.damaged-${nowMs}.json`);
  try {
    renameSync(file, kept);
    return kept;
  } catch {
    return null;
  }
}
