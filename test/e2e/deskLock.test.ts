import { randomBytes } from 'node:crypto';
import { expect, test } from 'playwright/test';
import { makeOwnCode } from '../../shared/codes/ownCodes.ts';
import { pressKey } from '../../tools/hosts/gun.ts';
import { gun, kit, type OpenDesk, openDesk, operatorOfTests, paintedTally, person } from './deskStation.ts';

const fast = { paceMs: 0, suffix: 'Return' } as const;

test.describe
  .serial('locking and refusing', () => {
    let station: OpenDesk;
    test.beforeAll(async () => {
      station = await openDesk({ language: 'en' });
    });
    test.afterAll(async () => {
      await station.close();
    });

    test('a locked desk shows nobody, takes no scan, and tells a wrong PIN', async () => {
      const { page, desk } = station;
      await desk.scan(person(1).document, 'person');
      await pressKey('ctrl+l');
      const pin = page.locator('#pin');
      await expect(pin).toBeFocused();
      await expect(page.locator('[data-stage]')).toHaveCount(0);
      await expect(page.getByText(person(1).name)).toHaveCount(0);
      await expect(page.getByRole('navigation').getByRole('button')).toHaveCount(0);

      // A kit scanned meanwhile is bound to nobody, and is no PIN either.
      await gun([kit(1)], fast);
      await expect(page.getByRole('alert')).toContainText('Scan a badge or enter a PIN');
      await expect(pin).toHaveValue('');

      await pin.fill('9999');
      // By the button: an Enter this soon after the gun's is taken for the gun's second suffix.
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('alert')).toContainText('That PIN is not right');
      await expect(pin).toHaveValue('');
      await expect(pin).toBeFocused();

      await pin.fill(operatorOfTests.pin);
      await pressKey('Return');
      // Whoever waited has gone with the lock.
      await expect(page.locator('[data-stage="idle"]')).toBeVisible();
      await expect(page.getByRole('banner')).toContainText(operatorOfTests.name);
      expect(await paintedTally(page)).toMatchObject({ registered: 0, pending: 0 });
    });

    const refusals = [
      { what: 'nonsense', code: 'HELLO WORLD 12', title: 'Code not readable', todo: 'Please scan it again' },
      {
        what: 'a kit of no known product',
        code: '010690000000000721ABC1',
        title: 'Unknown kind of kit',
        todo: 'Please take a known kit',
      },
      {
        what: 'a kit code with one character missing',
        code: (): string => kit(3).slice(0, -1),
        title: 'One character off',
        todo: 'Please scan it again',
      },
      {
        what: 'an unknown badge',
        code: makeOwnCode('YS', randomBytes),
        title: 'Unknown badge',
        todo: 'Try another badge, or a PIN',
      },
    ] as const;
    for (const { what, code, title, todo } of refusals) {
      test(`${what} is refused with why and what to do; the person goes on waiting`, async () => {
        const { page, desk } = station;
        await desk.scan(person(2).document, 'person');
        await desk.scan(typeof code === 'string' ? code : code(), 'refused');
        const stage = page.locator('[data-stage="refused"]');
        await expect(stage).toHaveAttribute('data-tone', 'refused');
        await expect(stage.getByRole('heading', { level: 1 })).toHaveText(title);
        await expect(stage).toContainText(todo);
        // No key of a sentence and no hole in one is left.
        await expect(stage).not.toHaveText(/\{\{|refusals\.|undefined|null|NaN/);
        await expect(stage).toContainText(person(2).name);
        // For those who cannot see it, the same sentence.
        await expect(page.locator('[aria-live="polite"]').first()).toContainText(title);
        await desk.press('Escape', 'idle');
        expect(await paintedTally(page)).toMatchObject({ registered: 0 });
        await desk.call('clock.advance', { byMs: 2_000 });
      });
    }
  });
