import { defineConfig } from 'playwright/test';

/** The real window. One worker: a gun's keys go to whichever window has the focus, and there is one screen. */
export default defineConfig({
  testDir: 'test/e2e',
  // The tests' own settings map better-sqlite3 to its types, which is for the compiler only.
  tsconfig: 'tsconfig.base.json',
  testMatch: '**/*.test.ts',
  outputDir: 'out/e2e',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
});
