import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright/test';
import type { StationBridge } from '../../shared/bridge.ts';

declare global {
  interface Window {
    readonly station: StationBridge;
  }
}

export type LaunchOptions = {
  /** The preference that the window starts with; without one it is the program's default. */
  readonly language?: 'zh-CN' | 'en';
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** An own user-data folder of the test's that outlives this start; a fresh one otherwise, removed by `close`. */
  readonly userData?: string;
  /** The test clock is on unless a test says no. */
  readonly testClock?: boolean;
};

export type LaunchedStation = {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly userData: string;
  readonly close: () => Promise<void>;
};

/** The built program; another folder may be named while working on it. */
const appRoot = process.env['YICEDA_APP_ROOT'] ?? path.resolve(import.meta.dirname, '..', '..');

/** A user-data folder of a test's own. */
export function freshUserData(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'yiceda-e2e-'));
}

/**
 * What every start of the window under test has on its command line and in its environment. The Electron is that of
 * ELECTRON_OVERRIDE_DIST_PATH and is not named here: only an Electron that Playwright finds by itself waits at its start
 * until Playwright listens, and else the window's first page may be missed for good.
 */
export function launchSettings(userData: string, options: LaunchOptions = {}) {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  // Nothing of the surrounding shell decides what a test talks to.
  for (const name of ['YICEDA_CENTRAL_URL', 'YICEDA_CENTRAL_TOKEN', 'YICEDA_DEV_SERVER_URL', 'YICEDA_TEST_CLOCK'])
    delete env[name];
  if (options.testClock ?? true) env['YICEDA_TEST_CLOCK'] = '1';
  return {
    args: [
      appRoot,
      '--disable-gpu',
      // Chromium's sandbox cannot be had as root, in containers; the page's own isolation is tested all the same.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${userData}`,
      ...(options.args ?? []),
    ],
    env: { ...env, ...options.env },
  };
}

/** Starts the station in a real window and waits until the page says that it is ready. */
export async function launchStation(options: LaunchOptions = {}): Promise<LaunchedStation> {
  const userData = options.userData ?? freshUserData();
  if (options.language !== undefined) {
    mkdirSync(userData, { recursive: true });
    writeFileSync(
      path.join(userData, 'preferences.json'),
      JSON.stringify({
        preferences: {
          language: options.language,
          theme: 'light',
          scale: 100,
          volume: 0,
          speakNames: false,
          wedge: null,
        },
        bounds: null,
      }),
    );
  }
  const app = await _electron.launch({ ...launchSettings(userData, options), timeout: 30_000 });
  const close = async (): Promise<void> => {
    await app.close();
    if (options.userData === undefined) rmSync(userData, { recursive: true, force: true });
  };
  try {
    const page = await app.firstWindow({ timeout: 30_000 });
    await page.locator('body[data-ready]').waitFor({ state: 'attached', timeout: 30_000 });
    return { app, page, userData, close };
  } catch (error) {
    await close();
    throw error;
  }
}
