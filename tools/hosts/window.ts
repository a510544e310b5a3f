import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';

export const root = resolve(import.meta.dirname, '../..');
/** The window's title never changes: it tells nothing of what is on the screen. */
export const windowTitle = '疫测达工作站';

export type OpenWindow = { readonly app: ElectronApplication; readonly page: Page; readonly userData: string };

/** Environment of a child with what a tool adds; unset values are left out. */
function environment(more: Readonly<Record<string, string>>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  return { ...env, ...more };
}

/** The flags that a development start needs here: no GPU under Xvfb, no sandbox for root (Chromium refuses both together). */
function startFlags(userData: string): readonly string[] {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [...asRoot, '--disable-gpu', `--user-data-dir=${userData}`];
}

/** Opens an Electron program in a real window with a user-data folder of its own, and waits until it is ready. */
export async function openWindow(
  program: string,
  userData: string,
  env: Readonly<Record<string, string>> = {},
): Promise<OpenWindow> {
  // Playwright takes the Electron from there by itself; one named to it would not wait at its start until it listens.
  if ((process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? '') === '')
    throw new Error('ELECTRON_OVERRIDE_DIST_PATH is not set: start this tool by `npm run`');
  mkdirSync(userData, { recursive: true });
  const app = await _electron.launch({
    args: [program, ...startFlags(userData)],
    env: environment(env),
  });
  const page = await app.firstWindow();
  await page.locator('body[data-ready]').waitFor({ state: 'attached', timeout: 60_000 });
  return { app, page, userData };
}

/** The built workstation. */
export function openWorkstation(userData: string, env: Readonly<Record<string, string>> = {}): Promise<OpenWindow> {
  return openWindow(root, userData, env);
}

/** Where a run leaves what it made, inside the project's `out/`. */
export function outFolder(name: string): string {
  return join(root, 'out', name);
}
