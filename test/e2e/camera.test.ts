import { closeSync, ftruncateSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { readKeyFile, unwrapByPassphrase } from '../../electron/core/register/keyFile.ts';
import { openRegister } from '../../electron/db/open.ts';
import { focusWindowOf, pressKey } from '../../tools/hosts/gun.ts';
import { root, windowTitle } from '../../tools/hosts/window.ts';
import {
  goToScreen,
  gun,
  kit,
  type OpenDesk,
  openDesk,
  operatorOfTests,
  passphraseOfTests,
  person,
} from './deskStation.ts';
import { bracketed, cameraArgs, copyPicture, filmOf, pictureOf, trackStates, watchCamera } from './fakeCamera.ts';
import { freshUserData } from './launch.ts';

const fast = { paceMs: 0, suffix: 'Return' } as const;
const panelOf = (page: Page) => page.locator('[data-camera]');

/** Chromium's own camera shows a film of cards and kits; everything after it is the program's. */
test.describe
  .serial('the camera', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-film-'));
    const userData = freshUserData();
    let station: OpenDesk;

    test.beforeAll(async () => {
      const film = await filmOf(path.join(folder, 'desk.mjpeg'), [
        { code: null, seconds: 1 },
        { code: { bcid: 'qrcode', text: person(0).document }, seconds: 2.5 },
        { code: null, seconds: 1 },
        { code: { bcid: 'gs1datamatrix', text: bracketed(kit(1)) }, seconds: 5 },
        { code: null, seconds: 3 },
      ]);
      station = await openDesk({ args: cameraArgs(film), userData });
      await watchCamera(station.page);
    });
    test.afterAll(async () => {
      await station.close();
      for (const each of [folder, userData]) rmSync(each, { recursive: true, force: true });
    });

    async function turnOn(page: Page): Promise<void> {
      await pressKey('F12');
      await expect(panelOf(page)).toHaveAttribute('data-camera', 'on');
    }
    async function expectOut(page: Page): Promise<void> {
      await expect(panelOf(page)).toHaveCount(0);
      await expect.poll(() => trackStates(page)).not.toContain('live');
    }

    test('binds a person and a kit; a code that lies under it counts once; the screen goes on being painted', async () => {
      const { page, desk } = station;
      const stage = page.locator('[data-stage]');
      await turnOn(page);
      await expect(stage).toHaveAttribute('data-stage', 'person');
      await expect(stage).toContainText(person(0).name);
      await expect(stage).toHaveAttribute('data-stage', 'bound');
      const { version } = await desk.shown();
      expect(await trackStates(page)).toEqual(['live']);

      // Frames are decoded all the while: the longest pause between two paintings.
      const longestMs = await page.evaluate(
        () =>
          new Promise<number>((done) => {
            let last = performance.now();
            let longest = 0;
            let count = 0;
            const onPaint = (now: number): void => {
              longest = Math.max(longest, now - last);
              last = now;
              count += 1;
              if (count < 40) requestAnimationFrame(onPaint);
              else done(longest);
            };
            requestAnimationFrame(onPaint);
          }),
      );
      expect(longestMs).toBeLessThan(2_000);

      // The kit lies there for seconds more, longer than the desk's own pause for a double read.
      await expect(panelOf(page).locator('[data-seen]')).toHaveAttribute('data-seen', 'taken');
      await expect(panelOf(page).locator('[data-seen]')).toHaveAttribute('data-seen', 'nothing');
      expect((await desk.shown()).version).toBe(version);

      // Esc closes the panel first and leaves the stage as it is.
      await pressKey('Escape');
      await expectOut(page);
      await expect(stage).toHaveAttribute('data-stage', 'bound');

      // The gun's read of the same kit finds the test that the camera bound: separators came through intact.
      await desk.scan(kit(1), 'test');
      await expect(stage).toContainText(person(0).name);
      await desk.press('Escape', 'idle');
    });

    const ways: readonly {
      readonly what: string;
      readonly leave: () => Promise<void>;
      readonly back: () => Promise<void>;
    }[] = [
      { what: 'F12', leave: () => pressKey('F12'), back: async () => {} },
      {
        what: 'another screen',
        leave: () => goToScreen(station.page, '人员'),
        back: () => goToScreen(station.page, '工作台'),
      },
      {
        what: 'the window hidden',
        leave: () => station.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide()),
        back: async () => {
          await station.app.evaluate(({ BrowserWindow }) => {
            BrowserWindow.getAllWindows()[0]?.show();
            BrowserWindow.getAllWindows()[0]?.focus();
          });
          await focusWindowOf(windowTitle);
        },
      },
      {
        what: 'the lock',
        leave: () => pressKey('ctrl+l'),
        back: async () => {
          await station.page.locator('#pin').fill(operatorOfTests.pin);
          await pressKey('Return');
        },
      },
    ];
    for (const { what, leave, back } of ways) {
      test(`its light goes out with ${what}`, async () => {
        const { page } = station;
        await turnOn(page);
        await leave();
        await expectOut(page);
        await back();
        await expect(page.locator('[data-stage]')).toBeVisible();
        // Coming back does not put it on again.
        await expect(panelOf(page)).toHaveCount(0);
      });
    }

    test('closed again before the system gave it, it is put out as soon as it comes', async () => {
      const { page } = station;
      const before = (await trackStates(page)).length;
      await page.keyboard.press('F12');
      await page.keyboard.press('F12');
      await expect.poll(async () => (await trackStates(page)).length).toBe(before + 1);
      await expectOut(page);
    });

    test('reads picture files; says so where there is no code, no picture, or too much of one', async () => {
      const { page, desk } = station;
      await desk.press('Escape', 'idle');
      // Ctrl+V of a picture opens the panel without any light, and it goes when the picture was read.
      await copyPicture(station.app, await pictureOf({ bcid: 'qrcode', text: person(3).document }, 'png'));
      await pressKey('ctrl+v');
      await expect(page.locator('[data-stage="person"]')).toContainText(person(3).name);
      await expect(panelOf(page)).toHaveCount(0);

      await copyPicture(station.app, await pictureOf(null, 'png'));
      await pressKey('ctrl+v');
      await expect(panelOf(page)).toHaveAttribute('data-picture', 'noCode');
      await expect(panelOf(page)).toContainText('图片里没有读到码');
      await expect(panelOf(page)).toHaveAttribute('data-camera', 'off');

      const files = panelOf(page).locator('input[type="file"]');
      await files.setInputFiles({ name: 'kit.png', mimeType: 'image/png', buffer: Buffer.from('this is no picture') });
      await expect(panelOf(page)).toHaveAttribute('data-picture', 'notPicture');

      const bomb = Buffer.from(await pictureOf(null, 'png'));
      bomb.writeUInt32BE(20_000, 16);
      bomb.writeUInt32BE(10_000, 20);
      await files.setInputFiles({ name: 'bomb.png', mimeType: 'image/png', buffer: bomb });
      await expect(panelOf(page)).toHaveAttribute('data-picture', 'tooLarge');

      const huge = path.join(folder, 'huge.jpg');
      const handle = openSync(huge, 'w');
      ftruncateSync(handle, 41 * 1024 * 1024);
      closeSync(handle);
      await files.setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
      await expect(panelOf(page)).toHaveAttribute('data-picture', 'notPicture');
      await files.setInputFiles(huge);
      await expect(panelOf(page)).toHaveAttribute('data-picture', 'tooLarge');

      await files.setInputFiles({
        name: 'kit.jpg',
        mimeType: 'image/jpeg',
        buffer: await pictureOf({ bcid: 'gs1datamatrix', text: bracketed(kit(2)) }),
      });
      await expect(page.locator('[data-stage="bound"]')).toContainText(person(3).name);
      await pressKey('Escape');
      await expectOut(page);
    });

    test('scans nothing while something stands over the desk', async () => {
      const { page, desk } = station;
      await desk.press('Escape', 'idle');
      await page.evaluate(() => {
        const dialog = document.createElement('div');
        dialog.setAttribute('role', 'dialog');
        dialog.id = 'over';
        document.body.append(dialog);
      });
      const { version } = await desk.shown();
      // Keys of the desk are not taken either, so the button opens the panel.
      await page.getByRole('button', { name: /F12/ }).click();
      await expect(panelOf(page)).toContainText('先处理眼前的窗口');
      await page.evaluate(
        () =>
          new Promise<void>((done) => {
            const video = document.querySelector('video');
            const until = (video?.currentTime ?? 0) + 3;
            const look = (): void => ((video?.currentTime ?? 0) >= until ? done() : void requestAnimationFrame(look));
            look();
          }),
      );
      expect((await desk.shown()).version).toBe(version);
      await page.evaluate(() => document.querySelector('#over')?.remove());
      await pressKey('Escape');
      await expectOut(page);
    });

    test('a reader that dies is started again', async () => {
      const { page } = station;
      await turnOn(page);
      await expect(panelOf(page)).toHaveAttribute('data-reader', 'ready');
      const seen = page.evaluate(
        () =>
          new Promise<string>((done) => {
            const panel = document.querySelector('[data-reader]');
            new MutationObserver(() => done(panel?.getAttribute('data-reader') ?? '')).observe(panel as Element, {
              attributeFilter: ['data-reader'],
            });
          }),
      );
      await page.workers()[0]?.evaluate(() => {
        setTimeout(() => {
          throw new Error('made by the test');
        });
      });
      expect(await seen).toBe('restarting');
      await expect(panelOf(page)).toHaveAttribute('data-reader', 'ready');
    });

    test('says that it was unplugged, and that it is not allowed; asks for no microphone', async () => {
      const { page } = station;
      await page.evaluate(() => window.cameraWatch?.tracks.at(-1)?.dispatchEvent(new Event('ended')));
      await expect(panelOf(page).getByRole('alert')).toContainText('摄像头断开了');
      await expect.poll(() => trackStates(page)).not.toContain('live');
      await station.app.evaluate(({ BrowserWindow }) => {
        const session = BrowserWindow.getAllWindows()[0]?.webContents.session;
        session?.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
        session?.setPermissionCheckHandler(() => false);
      });
      await page.getByRole('button', { name: '再试一次' }).click();
      await expect(panelOf(page).getByRole('alert')).toContainText('电脑不允许使用摄像头');
      await pressKey('Escape');
      await expectOut(page);
      const asked = await page.evaluate(() => window.cameraWatch?.asked ?? []);
      expect(asked.length).toBeGreaterThan(5);
      for (const { audio, video } of asked) {
        expect(audio).toBe(false);
        expect(video).toBeTruthy();
      }
    });

    test('the register says that a camera read them', async () => {
      await station.app.close();
      const registerFile = path.join(userData, 'register', 'register.db');
      const key = await unwrapByPassphrase(readKeyFile(registerFile), passphraseOfTests);
      const register = openRegister({
        file: registerFile,
        dataKeyHex: Buffer.from(key).toString('hex'),
        readonly: true,
      });
      try {
        const rows = register
          .prepare('SELECT person_source, kit_source, kit_raw FROM tests ORDER BY bound_at_ms')
          .all() as { readonly person_source: string; readonly kit_source: string; readonly kit_raw: string }[];
        expect(rows).toEqual([
          { person_source: 'camera', kit_source: 'camera', kit_raw: kit(1) },
          { person_source: 'camera', kit_source: 'camera', kit_raw: kit(2) },
        ]);
      } finally {
        register.close();
      }
    });
  });

/** Serves the built page's files in the program's stead, but those that are not to be there. */
async function serveFiles({ app }: OpenDesk, isThere: (name: string) => boolean): Promise<void> {
  const folder = path.join(process.env['YICEDA_APP_ROOT'] ?? root, 'build', 'renderer');
  const names = readdirSync(path.join(folder, 'assets')).filter(isThere);
  await app.evaluate(
    ({ BrowserWindow, net }, there) => {
      const protocol = BrowserWindow.getAllWindows()[0]?.webContents.session.protocol;
      protocol?.unhandle('app');
      protocol?.handle('app', ({ url }) => {
        const name = there.names.find((each) => url.endsWith(`/assets/${each}`));
        return name === undefined
          ? new Response(null, { status: 404 })
          : net.fetch(`file://${there.folder}/assets/${name}`);
      });
    },
    { folder, names },
  );
}

test('a reader that cannot be loaded says so; without any camera the panel says so and still reads pictures', async () => {
  const station = await openDesk({ language: 'en' });
  try {
    const { page } = station;
    // First the reader's own file is not there.
    await serveFiles(station, (name) => !name.endsWith('.wasm'));
    await pressKey('F12');
    await expect(panelOf(page)).toHaveAttribute('data-reader', 'failed');
    await expect(panelOf(page).getByRole('alert')).toContainText('The code reader did not start');
    await serveFiles(station, () => true);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(panelOf(page)).toHaveAttribute('data-reader', 'ready');

    await expect(panelOf(page).getByRole('alert')).toContainText('No camera was found');
    await panelOf(page)
      .locator('input[type="file"]')
      .setInputFiles({
        name: 'card.png',
        mimeType: 'image/png',
        buffer: await pictureOf({ bcid: 'qrcode', text: person(5).document }, 'png'),
      });
    await expect(page.locator('[data-stage="person"]')).toContainText(person(5).name);
    await gun([kit(9)], fast);
    await expect(page.locator('[data-stage="bound"]')).toContainText(person(5).name);
  } finally {
    await station.close();
  }
});
