import { execFileSync } from 'node:child_process';
import { expect, test } from 'playwright/test';
import { maskDocument } from '../../shared/codes/mask.ts';
import { gun, kit, type OpenDesk, openDesk, paintedTally, person, wordsOfStage } from './deskStation.ts';

/** A scanner gun is a keyboard: real key events, no field focused, whatever its pace, its suffix and the CapsLock lamp. */
test.describe('the gun', () => {
  let station: OpenDesk;
  test.beforeAll(async () => {
    station = await openDesk();
  });
  test.afterAll(async () => {
    await station.close();
  });

  const guns = [
    { paceMs: 0, suffix: 'Return', capsLock: false },
    { paceMs: 12, suffix: 'Return', capsLock: false },
    { paceMs: 12, suffix: 'Tab', capsLock: false },
    { paceMs: 0, suffix: 'Tab', capsLock: true },
    { paceMs: 12, suffix: 'Return', capsLock: true },
  ] as const;
  for (const [n, { capsLock, ...one }] of guns.entries()) {
    test(`binds at ${one.paceMs} ms a key, ending with ${one.suffix}, CapsLock ${capsLock ? 'on' : 'off'}`, async () => {
      const { page } = station;
      expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
      const stage = page.locator('[data-stage]');
      if (capsLock) execFileSync('xdotool', ['key', 'Caps_Lock']);
      try {
        await gun([person(n).document], one);
        await expect(stage).toHaveAttribute('data-stage', 'person');
        await expect(stage).toContainText(person(n).name);
        await gun([kit(n + 1)], one);
        await expect(stage).toHaveAttribute('data-stage', 'bound');
      } finally {
        if (capsLock) execFileSync('xdotool', ['key', 'Caps_Lock']);
      }
      const words = await wordsOfStage(page);
      expect(words).toContain(person(n).name);
      expect(words).toContain(`YL${String(n + 1).padStart(6, '0')}`);
      expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
      expect((await paintedTally(page)).pending).toBe(n + 1);
    });
  }

  test('thirty scans back to back: none lost, none doubled, each kit with its person', async () => {
    const { page, desk } = station;
    const before = await desk.shown();
    const registeredBefore = (await paintedTally(page)).registered;
    const pairs = Array.from({ length: 15 }, (_unused, n) => ({ person: person(10 + n), kit: kit(20 + n), n: 20 + n }));
    await gun(
      pairs.flatMap((pair) => [pair.person.document, pair.kit]),
      // As fast as the system takes them: equal characters in a row come in one millisecond.
      { paceMs: 0, suffix: 'Return' },
    );
    await expect(page.locator('[data-stage]')).toHaveAttribute('data-version', String(before.version + 30));
    expect(await paintedTally(page)).toMatchObject({
      registered: registeredBefore + 15,
      pending: registeredBefore + 15,
    });
    const list = await desk.call('tests.list', { query: '', limit: 200 });
    const bound = new Map(list.rows.map((row) => [row.kit.serial, row.person.documentMasked]));
    expect(bound.size).toBe(list.rows.length);
    for (const pair of pairs)
      expect(bound.get(`YL${String(pair.n).padStart(6, '0')}`)).toBe(maskDocument(pair.person.document));
    expect((await desk.call('desk.get', {})).stage.kind).toBe('bound');
  });

  test('the same code read twice is one scan', async () => {
    const { page, desk } = station;
    await desk.call('clock.advance', { byMs: 2_000 });
    const { version } = await desk.shown();
    const code = person(40).document;
    await gun([code, code, code], { paceMs: 0, suffix: 'Return' });
    await expect(page.locator('[data-stage]')).toHaveAttribute('data-stage', 'person');
    // The next scan comes after the three in the line: what they did is settled when it is shown.
    await gun([kit(60)], { paceMs: 0, suffix: 'Return' });
    await expect(page.locator('[data-stage]')).toHaveAttribute('data-stage', 'bound');
    expect((await desk.shown()).version).toBe(version + 2);
  });
});
