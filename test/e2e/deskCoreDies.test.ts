import { expect, test } from 'playwright/test';
import { gun, kit, type OpenDesk, openDesk, operatorOfTests, paintedTally, person } from './deskStation.ts';

const fast = { paceMs: 0, suffix: 'Return' } as const;

async function killCore({ app }: OpenDesk): Promise<number> {
  const pid = await app.evaluate(
    (electron) => electron.app.getAppMetrics().find((one) => one.name === 'yiceda-core')?.pid ?? 0,
  );
  expect(pid).toBeGreaterThan(1);
  process.kill(pid, 'SIGKILL');
  return pid;
}

/** Core's process is killed under a busy desk: said, mended by itself, nothing acknowledged is lost. */
test('the desk goes on after core was killed, with the same operator and the right figures', async () => {
  const station = await openDesk({ language: 'en' });
  const { page, desk } = station;
  try {
    for (const n of [1, 2]) {
      await desk.scan(person(n).document, 'person');
      await desk.scan(kit(n), 'bound');
    }
    for (const n of [3, 4]) {
      // Once between two people, once with somebody waiting for their kit.
      if (n === 4) await desk.scan(person(n).document, 'person');
      const first = await killCore(station);
      await expect(page.locator('[data-core]')).toBeVisible();
      await expect(page.locator('[data-core="ready"]')).toContainText('Recovered');
      await expect(page.locator('[data-core]')).toHaveCount(0);
      await expect(page.getByRole('banner')).toContainText(operatorOfTests.name);
      await expect(page.locator('[data-stage]')).toBeVisible();
      if (n === 3) await gun([person(n).document], fast);
      await expect(page.locator('[data-stage="person"]')).toContainText(person(n).name);
      await gun([kit(n)], fast);
      await expect(page.locator('[data-stage="bound"]')).toContainText(person(n).name);
      expect(await paintedTally(page)).toMatchObject({ registered: n, pending: n });
      await expect(page.locator('[data-test-id]')).toHaveCount(n);
      const second = await station.app.evaluate(
        (electron) => electron.app.getAppMetrics().find((one) => one.name === 'yiceda-core')?.pid ?? 0,
      );
      expect(second).not.toBe(first);
    }
  } finally {
    await station.close();
  }
});

test('a scan while core is dead is done when it is back, once', async () => {
  const station = await openDesk({ language: 'en' });
  const { page, desk } = station;
  try {
    await desk.scan(person(1).document, 'person');
    await killCore(station);
    await gun([kit(1)], fast);
    await expect(page.locator('[data-stage="bound"]')).toContainText(person(1).name);
    expect(await paintedTally(page)).toMatchObject({ registered: 1, pending: 1 });
    expect((await desk.call('tests.list', { query: '', limit: 10 })).rows).toHaveLength(1);
  } finally {
    await station.close();
  }
});
