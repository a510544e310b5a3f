import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import iconv from 'iconv-lite';
import { expect, type Page, test } from 'playwright/test';
import { claimRegister } from '../../electron/db/claim.ts';
import { canMount, smallDisk } from '../core/faults/smallDisk.ts';
import { seeded, seedOf } from '../core/kill/seeded.ts';
import { gun, kit, type OpenDesk, openDesk, operatorOfTests, passphraseOfTests, person } from './deskStation.ts';
import { freshUserData, type LaunchedStation, launchStation } from './launch.ts';

const fast = { paceMs: 0, suffix: 'Return' } as const;

async function corePid({ app }: LaunchedStation): Promise<number> {
  return app.evaluate((electron) => electron.app.getAppMetrics().find((one) => one.name === 'yiceda-core')?.pid ?? 0);
}

async function newCore(station: LaunchedStation, former: number): Promise<number> {
  let pid = 0;
  await expect.poll(async () => (pid = await corePid(station)), { intervals: [20] }).not.toBe(former);
  return pid;
}

const shot = (page: Page, name: string) => page.screenshot({ path: path.join('out', 'e2e', 'faults', `${name}.png`) });

const unlock = (page: Page) =>
  page.evaluate((passphrase) => window.station.call('register.unlock', { passphrase }), passphraseOfTests);

/** A service that takes every connection and answers none. */
async function silentServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('core that hangs is told, ended and started again, and the scan under way is done once; one that always dies is given up', async () => {
  const station: OpenDesk = await openDesk({ env: { YICEDA_BEAT_MS: '200' } });
  const { page, desk } = station;
  try {
    await desk.scan(person(1).document, 'person');
    const hung = await corePid(station);
    process.kill(hung, 'SIGSTOP');
    await gun([kit(1)], fast);
    await expect(page.locator('[data-core="slow"]')).toContainText('请稍等');
    await expect(page.locator('[data-stage="bound"]')).toContainText(person(1).name);
    expect((await desk.call('tests.list', { query: '', limit: 10 })).rows).toHaveLength(1);
    expect(() => process.kill(hung, 0)).toThrow('ESRCH');

    // From here on every core dies as soon as it is there.
    let pid = await corePid(station);
    for (let deaths = 1; ; deaths++) {
      process.kill(pid, 'SIGKILL');
      if (deaths === 4) break;
      pid = await newCore(station, pid);
      while (pid === 0) pid = await newCore(station, 0);
    }
    await expect(page.locator('body[data-ready="failed"]')).toBeAttached();
    await expect(page.getByRole('alert')).toContainText('登记程序没能启动');
    await shot(page, 'given-up');
    expect(await page.evaluate(() => window.station.call('desk.get', {}))).toMatchObject({ ok: false });
    await page.locator('[data-again]').click();
    await expect(page.locator('[data-stage]')).toBeVisible();
    await expect(page.getByRole('banner')).toContainText(operatorOfTests.name);
    expect((await desk.call('tests.list', { query: '', limit: 10 })).rows).toHaveLength(1);
  } finally {
    await station.close();
  }
});

test('a register that another program has, or that is damaged, is told in plain words and opens when asked again', async () => {
  const userData = freshUserData();
  const first = await openDesk({ userData, language: 'en' });
  await first.desk.scan(person(1).document, 'person');
  await first.desk.scan(kit(1), 'bound');
  await first.close();
  const file = path.join(userData, 'register', 'register.db');
  const claim = claimRegister(file, null);
  const station = await launchStation({ userData, language: 'en' });
  const { page } = station;
  try {
    await page.getByLabel('Passphrase', { exact: true }).fill(passphraseOfTests);
    await page.getByRole('button', { name: 'Unlock', exact: true }).click();
    await expect(page.locator('[data-refusal="REGISTER_IN_USE"]')).toContainText('Close that one and try again');
    await shot(page, 'in-use');
    claim.release();
    await page.locator('[data-again]').click();
    await expect(page.locator('body[data-ready="signIn"]')).toBeAttached();

    // Every other page of it damaged while core is down.
    const former = await corePid(station);
    const whole = readFileSync(file);
    const damaged = Buffer.from(whole);
    for (let at = 8192; at < damaged.length; at += 8192) damaged[at] = (damaged[at] ?? 0) ^ 1;
    process.kill(former, 'SIGSTOP');
    writeFileSync(file, damaged);
    process.kill(former, 'SIGKILL');
    await expect(page.locator('[data-refusal="REGISTER_DAMAGED"]')).toContainText('Nothing was written to it');
    await shot(page, 'damaged');
    expect(readFileSync(file).equals(damaged)).toBe(true);
    writeFileSync(file, whole);
    await page.locator('[data-again]').click();
    await expect(page.locator('body[data-ready="signIn"]')).toBeAttached();
  } finally {
    claim.release();
    await station.close();
    rmSync(userData, { recursive: true, force: true, maxRetries: 20 });
  }
});

test.describe('a disk', () => {
  test.skip(!canMount(), 'needs a file system of its own: root on Linux');

  test('that is full is told at the desk and in the settings; the same kit is bound once there is room', async () => {
    const disk = smallDisk(64);
    if (disk === null) return;
    const station = await openDesk({ userData: path.join(disk.folder, 'data') });
    const { page, desk } = station;
    try {
      await desk.scan(person(1).document, 'person');
      // What the -wal has used before needs no room: so much is filled that it has to grow.
      disk.fill(0);
      let refused = false;
      for (let n = 0; n < 40 && !refused; n++) {
        const reply = await page.evaluate(
          (requestId) => window.station.call('desk.clear', { requestId }),
          randomUUID() as string,
        );
        refused = !reply.ok && reply.error.code === 'DISK_FULL';
      }
      expect(refused).toBe(true);
      await gun([kit(1)], fast);
      await expect(page.getByText('磁盘满了').first()).toBeVisible();
      await shot(page, 'disk-full');
      const preferences = await page.evaluate(async () => {
        const now = await window.station.call('preferences.get', {});
        return now.ok ? window.station.call('preferences.set', { ...now.value, volume: 5 }) : now;
      });
      expect(preferences).toMatchObject({ ok: false, error: { code: 'DISK_FULL' } });
      disk.empty();
      // Past the pause in which the same code is the same scan.
      await desk.call('clock.advance', { byMs: 2_000 });
      await desk.scan(person(1).document, 'person');
      await desk.scan(kit(1), 'bound');
      expect((await desk.call('tests.list', { query: '', limit: 10 })).rows).toHaveLength(1);
    } finally {
      disk.empty();
      await station.close();
      disk.close();
    }
  });
});

/** Files under these folders that hold one of these texts, in any encoding that a Chinese system may use. */
function filesWith(folders: readonly string[], texts: readonly string[]): string[] {
  const needles = texts.flatMap((text) => [
    Buffer.from(text),
    Buffer.from(text, 'utf16le'),
    iconv.encode(text, 'gb18030'),
  ]);
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return needles.some((needle) => bytes.includes(needle));
    });
}

test('the whole program killed at random moments of its work: each acknowledged binding is there once, and no trace of anybody in clear', async () => {
  test.setTimeout(120_000);
  const seed = seedOf(20_220_416, 'program kills');
  const random = seeded(seed);
  const userData = freshUserData();
  const temporary = freshUserData();
  const env = { TMPDIR: temporary };
  const acknowledged = new Set<number>();
  let n = 0;
  const work = async (page: Page) => {
    for (;;) {
      n += 1;
      const of = n;
      const bound = await page.evaluate(
        async ([document, code, first, second]) => {
          const scan = (text: string, requestId: string) =>
            window.station.call('desk.scan', { requestId, text, source: 'gun' });
          await scan(document, first);
          const reply = await scan(code, second);
          return reply.ok && reply.value.stage.kind === 'bound';
        },
        [person(of).document, kit(of), randomUUID() as string, randomUUID() as string] as const,
      );
      if (bound) acknowledged.add(of);
    }
  };
  try {
    let station: LaunchedStation = await openDesk({ userData, env });
    for (let kills = 0; kills < 2; kills++) {
      // People looked for, and a paper with names under way to a printer that is not there.
      await station.page.evaluate(
        async ([name, requestId]) => {
          await window.station.call('people.list', { query: name });
          const staff = await window.station.call('staff.list', {});
          const operatorIds = staff.ok ? staff.value.operators.map(({ id }) => id) : [];
          void window.station.call('print.badges', {
            requestId,
            operatorIds,
            renew: false,
            language: 'zh-CN',
            to: 'printer',
          });
        },
        [person(1).name, randomUUID() as string] as const,
      );
      const working = work(station.page).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 200 + random() * 600));
      const program = station.app.process();
      const gone = new Promise((resolve) => program.once('exit', resolve));
      program.kill('SIGKILL');
      await gone;
      await working;
      // As it was left: register, -wal, logs, preferences, Chromium's folders, the temporary folder.
      const people = [...acknowledged].map((of) => person(of));
      const secrets = people.flatMap(({ name, document }) => [name, document, document.slice(0, 17)]);
      const codes = [...acknowledged].map((of) => kit(of).slice(-8));
      expect(filesWith([userData, temporary], [...secrets, ...codes, operatorOfTests.name, passphraseOfTests])).toEqual(
        [],
      );
      expect(filesWith([userData], ['"language"'])).toEqual([path.join(userData, 'preferences.json')]);
      station = await launchStation({ userData, language: 'zh-CN', env });
      expect(await unlock(station.page)).toMatchObject({ ok: true, value: { phase: 'ready' } });
      await station.page.evaluate(
        async ([requestId, pin]) => {
          const staff = await window.station.call('staff.list', {});
          const operatorId = staff.ok ? (staff.value.operators[0]?.id ?? '') : '';
          return window.station.call('staff.signIn', { requestId, operatorId, pin });
        },
        [randomUUID() as string, operatorOfTests.pin] as const,
      );
    }
    expect(acknowledged.size).toBeGreaterThan(2);
    const { page } = station;
    const serials = await page.evaluate(async () => {
      const listed = await window.station.call('tests.list', { query: '', limit: 200 });
      return listed.ok ? listed.value.rows.map(({ kit: bound }) => bound.serial) : [];
    });
    expect(new Set(serials).size).toBe(serials.length);
    for (const of of acknowledged)
      expect(
        serials.some((serial) => kit(of).includes(serial)),
        `kit ${of}`,
      ).toBe(true);
    await station.close();
  } finally {
    for (const folder of [userData, temporary]) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  }
});

test('a print system and a central service that never answer hold up neither the window nor its end', async () => {
  const printers = await silentServer();
  const central = await silentServer();
  const userData = freshUserData();
  const station = await openDesk({
    userData,
    language: 'en',
    env: {
      CUPS_SERVER: `127.0.0.1:${printers.port}`,
      YICEDA_PAPER_LIMIT_MS: '1500',
      YICEDA_CENTRAL_URL: `http://127.0.0.1:${central.port}`,
      YICEDA_CENTRAL_TOKEN: 'nobody-answers',
    },
  });
  const { page, desk } = station;
  try {
    await desk.scan(person(1).document, 'person');
    await desk.scan(kit(1), 'bound');
    await desk.call('clock.advance', { byMs: 15_000 });
    await expect.poll(() => central.connections()).toBeGreaterThan(0);
    const { figures } = await desk.call('summary.get', {});
    const requestId = randomUUID() as string;
    const input = { requestId, day: figures.day, language: 'en', to: 'printer', printer: 'Office' } as const;
    const printed = page.evaluate((asked) => window.station.call('print.daySummary', asked), input);
    // Meanwhile the desk goes on.
    await desk.scan(person(2).document, 'person');
    expect(await printed).toMatchObject({ ok: false, error: { code: 'PRINT_FAILED', retryable: true } });
    // Its number is kept for the next try of the same paper.
    expect((await desk.call('summary.get', {})).copiesPrinted).toBe(1);
    const again = await page.evaluate((asked) => window.station.call('print.daySummary', asked), input);
    expect(again).toMatchObject({ ok: false });
    expect((await desk.call('summary.get', {})).copiesPrinted).toBe(1);
    expect(await page.evaluate(() => window.station.call('print.listPrinters', {}))).toMatchObject({ ok: true });
    const ended = new Promise((resolve) => station.app.process().once('exit', resolve));
    await station.app.evaluate(({ BrowserWindow }) => {
      for (const one of BrowserWindow.getAllWindows()) if (one.isVisible()) one.close();
    });
    await ended;
    const log = readFileSync(path.join(userData, 'logs', 'station.log'), 'utf8');
    expect(log).toContain('"app.end"');
    expect(log).not.toContain('core.killedOnClose');
  } finally {
    station.app.process().kill('SIGKILL');
    printers.close();
    central.close();
    rmSync(userData, { recursive: true, force: true, maxRetries: 20 });
  }
});
