import { defineConfig } from 'playwright/test';

/**
 * A gun's keys go to whichever window has the focus: so one window a screen, and a worker for each screen there is.
 * Without a list of screens it is the one that is there.
 */
const screens = (process.env['YICEDA_SCREENS'] ?? '').split(' ').filter((screen) => screen !== '');
const own = screens[Number(process.env['TEST_PARALLEL_INDEX'] ?? 0)];
if (own !== undefined) process.env['DISPLAY'] = own;

export default defineConfig({
  testDir: 'test/e2e',
  // The tests' own settings map better-sqlite3 to its types, which is for the compiler only.
  tsconfig: 'tsconfig.base.json',
  testMatch: '**/*.test.ts',
  outputDir: 'out/e2e',
  workers: Math.max(1, screens.length),
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
});
