import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'playwright/test';
import { type LaunchedStation, launchSettings, launchStation } from './launch.ts';

/** The process id of core, as the system knows it. */
async function corePid(station: LaunchedStation): Promise<number | null> {
  return station.app.evaluate(({ app }) => app.getAppMetrics().find((one) => one.name === 'yiceda-core')?.pid ?? null);
}

test('core that is killed comes back, the window says so, and calls go on', async () => {
  const station = await launchStation();
  const { page } = station;
  await expect.poll(() => corePid(station)).not.toBeNull();
  expect((await page.evaluate(() => window.station.call('station.get', {}))).ok).toBe(true);
  await page.evaluate(() => {
    const told: { state: string; times: number }[] = [];
    (window as unknown as { told: typeof told }).told = told;
    window.station.on('core.restarted', (payload) => told.push(payload));
  });
  for (const round of [1, 2, 3]) {
    const before = await corePid(station);
    expect(before).not.toBeNull();
    process.kill(before ?? 0, 'SIGKILL');
    // Asked at once: either it is answered by the new core, or told to be sent again, which then succeeds.
    const answers = await page.evaluate(async () => {
      const got: string[] = [];
      for (let at = 0; at < 5; at += 1) {
        let answer = await window.station.call('station.get', {});
        if (!answer.ok && answer.error.code === 'CORE_RESTARTING' && answer.error.retryable)
          answer = await window.station.call('station.get', {});
        got.push(answer.ok ? 'ok' : answer.error.code);
      }
      return got;
    });
    expect(answers).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { told: { state: string; times: number }[] }).told.at(-1)))
      .toEqual({ state: 'ready', times: round });
    const after = await corePid(station);
    expect(after).not.toBeNull();
    expect(after).not.toBe(before);
  }
  const states = await page.evaluate(() =>
    (window as unknown as { told: { state: string }[] }).told.map((one) => one.state),
  );
  expect(states).toEqual(['restarting', 'ready', 'restarting', 'ready', 'restarting', 'ready']);
  expect(await page.locator('body[data-ready]').count()).toBe(1);
  await station.close();
});

test('a second start brings the first window to the front and ends', async () => {
  const station = await launchStation();
  await station.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  const seen = station.app.evaluate(
    ({ app }) => new Promise<boolean>((resolve) => app.once('second-instance', () => resolve(true))),
  );
  const { args, env } = launchSettings(station.userData);
  const second = spawn(await station.app.evaluate(() => process.execPath), args, { env, stdio: 'ignore' });
  const [code] = (await once(second, 'exit')) as [number | null];
  expect(code).toBe(0);
  expect(await seen).toBe(true);
  const windows = await station.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((one) => ({ shown: one.isVisible(), small: one.isMinimized() })),
  );
  expect(windows).toEqual([{ shown: true, small: false }]);
  await station.close();
});

test('core ends with the window', async () => {
  const station = await launchStation();
  await expect.poll(() => corePid(station)).not.toBeNull();
  const pid = (await corePid(station)) ?? 0;
  await station.close();
  await expect
    .poll(() => {
      try {
        process.kill(pid, 0);
        return 'alive';
      } catch {
        return 'gone';
      }
    })
    .toBe('gone');
});
