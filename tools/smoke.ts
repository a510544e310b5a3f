/**
 * The short proof that the program works on this machine's Electron: start, set up, bind one kit by the gun's keys, make
 * the day summary, quit, start again. Prints one JSON line; for a machine with the official Electron above all.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication } from 'playwright';
import { deskOf } from './day/desk.ts';
import { makePdf } from './day/screens.ts';
import { focusWindowOf } from './hosts/gun.ts';
import { setUpByCalls, toolPassphrase } from './hosts/setUp.ts';
import { openWorkstation, windowTitle } from './hosts/window.ts';

function versionsOf(app: ElectronApplication): Promise<{ electron: string; chromium: string; node: string }> {
  return app.evaluate(() => ({
    electron: process.versions.electron ?? '',
    chromium: process.versions['chrome'] ?? '',
    node: process.versions.node,
  }));
}

const folder = mkdtempSync(join(tmpdir(), 'yiceda-smoke-'));
try {
  const userData = join(folder, 'station');
  const first = await openWorkstation(userData);
  const versions = await versionsOf(first.app);
  await setUpByCalls(first.page, 'sample');
  await first.page.reload();
  await first.page.locator('[data-stage="idle"]').waitFor();
  const desk = deskOf(first.page);
  const { people, kits } = await desk.call('practice.codes', {});
  const scan = process.platform === 'linux' ? await byKeys() : byCalls();
  await scan(people[0]?.text ?? '', 'person');
  await scan(kits[0]?.text ?? '', 'bound');
  const pdf = join(folder, 'day.pdf');
  await makePdf(first.app, first.page, pdf, async () => {});
  const isPdf = readFileSync(pdf).subarray(0, 5).toString() === '%PDF-';
  await first.app.close();

  const second = await openWorkstation(userData);
  const again = deskOf(second.page);
  await second.page.locator('body[data-ready="locked"]').waitFor({ state: 'attached' });
  await again.call('register.unlock', { passphrase: toolPassphrase });
  const { tally } = await again.call('desk.get', {});
  await second.app.close();
  const isRight = isPdf && tally.registered === 1;
  process.stdout.write(`${JSON.stringify({ ok: isRight, ...versions, bound: tally.registered, pdf: isPdf })}\n`);
  if (!isRight) process.exitCode = 1;

  /** As a gun: by the system's own key events. */
  async function byKeys() {
    await focusWindowOf(windowTitle);
    return (text: string, stage: 'person' | 'bound') => desk.scan(text, stage);
  }

  /** Where no tool for key events is at hand, the scan itself is handed over. */
  function byCalls() {
    return async (text: string, stage: 'person' | 'bound') => {
      const view = await desk.call('desk.scan', { requestId: crypto.randomUUID(), text, source: 'gun' });
      if (view.stage.kind !== stage) throw new Error(`the desk shows ${view.stage.kind}, not ${stage}`);
    };
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
