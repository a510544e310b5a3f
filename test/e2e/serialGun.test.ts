import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { samplePerson } from '../../electron/core/practice/sample.ts';
import { maskDocument } from '../../shared/codes/mask.ts';
import type { Input } from '../../shared/contract.ts';
import type { GunRole, GunState } from '../../shared/model/gun.ts';
import { plugIn, type SerialCable } from '../unit/guns/pty.ts';
import { goToScreen, kit, type OpenDesk, openDesk, operatorOfTests, person, wordsOfStage } from './deskStation.ts';

const serial = (n: number) => `YL${String(n).padStart(6, '0')}`;

/** Guns on serial ports, in the real window: they type nothing, so nothing that has the focus is in their way. */
test.describe('serial guns', () => {
  test.skip(process.platform !== 'linux', 'pseudo-terminals under socat');
  let station: OpenDesk;
  let folder: string;
  const cables = new Set<SerialCable>();

  test.beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'yiceda-ports-'));
    station = await openDesk();
  });
  test.afterAll(async () => {
    await station.close();
    for (const cable of cables) await cable.pull();
    rmSync(folder, { recursive: true, force: true });
  });

  const plug = async (name: string): Promise<SerialCable> => {
    const cable = await plugIn(join(folder, name));
    cables.add(cable);
    return cable;
  };
  const pull = async (cable: SerialCable): Promise<void> => {
    cables.delete(cable);
    await cable.pull();
  };
  const save = (name: string, role: GunRole, more: Partial<Input<'guns.save'>['gun']> = {}) =>
    station.page.evaluate((gun) => window.station.call('guns.save', { gun }), {
      id: name,
      name,
      role,
      enabled: true,
      line: {
        kind: 'serial',
        path: join(folder, name),
        usb: null,
        baudRate: 9600,
        dataBits: 8,
        parity: 'none',
        stopBits: 1,
        end: 'line',
        pauseMs: 60,
      },
      ...more,
    } satisfies Input<'guns.save'>['gun']);
  const stateOf = (name: string): Promise<GunState | undefined> =>
    station.page.evaluate(async (wanted) => {
      const reply = await window.station.call('guns.get', {});
      return reply.ok ? reply.value.guns.find((gun) => gun.name === wanted)?.state : undefined;
    }, name);
  const isIn = (name: string, state: GunState) => expect.poll(() => stateOf(name)).toBe(state);
  const removeAll = async () => {
    for (const gun of await station.page.evaluate(async () => {
      const reply = await window.station.call('guns.get', {});
      return reply.ok ? reply.value.guns.map(({ id }) => id) : [];
    }))
      await station.page.evaluate((gunId) => window.station.call('guns.remove', { gunId }), gun);
    for (const cable of cables) await pull(cable);
  };
  const stage = (page: Page) => page.locator('[data-stage]');
  const gunsPid = () =>
    station.app.evaluate(({ app }) => app.getAppMetrics().find((one) => one.name === 'yiceda-guns')?.pid ?? null);

  test.afterEach(removeAll);

  test('without a gun there is no process for them', async () => {
    expect(await gunsPid()).toBeNull();
  });

  test('binds while a text field has the focus and another screen is shown; nothing is typed', async () => {
    const { page, desk } = station;
    const cable = await plug('A');
    expect((await save('A', 'any')).ok).toBe(true);
    await isIn('A', 'open');
    await goToScreen(page, '人员');
    const field = page.getByRole('searchbox').first();
    await field.fill('张');
    await expect(field).toBeFocused();
    const code = kit(1);
    expect(code).toContain('\u001D');

    await page.evaluate(() => {
      document.body.dataset['typed'] = '0';
      for (const name of ['keydown', 'beforeinput', 'input'])
        window.addEventListener(
          name,
          () => {
            document.body.dataset['typed'] = String(Number(document.body.dataset['typed']) + 1);
          },
          { capture: true },
        );
    });

    await cable.send(`${person(0).document}\r\n`);
    await expect(stage(page)).toHaveAttribute('data-stage', 'person');
    await goToScreen(page, '人员');
    await field.focus();
    await expect(field).toBeFocused();
    await cable.send(`${code}\r\n`);
    await expect(stage(page)).toHaveAttribute('data-stage', 'bound');
    expect(await page.evaluate(() => document.body.dataset['typed'])).toBe('0');
    const words = await wordsOfStage(page);
    expect(words).toContain(person(0).name);
    expect(words).toContain(serial(1));
    const { rows } = await desk.call('tests.list', { query: '', limit: 10 });
    // Every separator was in its place: lot and serial are apart.
    expect(rows[0]?.kit).toMatchObject({ serial: serial(1) });
    expect(rows[0]?.kit.lot).not.toContain('YL');
  });

  test('unplugged it is told in the bar and on its page; plugged in again it scans on without a restart', async () => {
    const { page } = station;
    const cable = await plug('A');
    await save('A', 'any');
    await isIn('A', 'open');
    await goToScreen(page, '扫码枪');
    await page.getByRole('tab', { name: '串口和 HID 枪' }).click();
    const row = page.locator('[data-gun="A"]');
    await expect(row).toHaveAttribute('data-state', 'open');
    await expect(page.locator('[data-gun-trouble]')).toHaveCount(0);

    await cable.send('WHOLE1\rHALF-A-SC');
    await expect(page.locator('[data-received]')).toHaveText('WHOLE1');
    await pull(cable);
    await expect(row).toHaveAttribute('data-state', 'waiting');
    await expect(row).toContainText('没有插上');
    await expect(page.locator('[data-gun-trouble]')).toContainText('A没有插上');
    await expect(page.getByText('扫到一半枪断开了')).toBeVisible();
    await goToScreen(page, '工作台');
    await expect(page.locator('[data-gun-trouble]')).toBeVisible();
    await station.desk.call('desk.clear', { requestId: randomUUID() });

    const again = await plug('A');
    await isIn('A', 'open');
    await expect(page.locator('[data-gun-trouble]')).toHaveCount(0);
    await again.send(`${person(2).document}\r`);
    await expect(stage(page)).toHaveAttribute('data-stage', 'person');
    await expect(stage(page)).toContainText(person(2).name);
    await again.send(`${kit(3)}\r`);
    await expect(stage(page)).toHaveAttribute('data-stage', 'bound');
  });

  test('its page shows what a gun sends, control characters by name, people masked, and registers nothing', async () => {
    const { page, desk } = station;
    const cable = await plug('A');
    await save('A', 'kits');
    await isIn('A', 'open');
    await goToScreen(page, '扫码枪');
    await page.getByRole('tab', { name: '串口和 HID 枪' }).click();
    await expect(page.locator('[data-gun="A"]')).toBeVisible();
    const before = (await desk.call('desk.get', {})).version;
    const shown = page.locator('[data-received]');
    await cable.send(`${kit(4)}\r`);
    await expect(shown).toContainText(serial(4));
    await expect(shown).toContainText('GS');
    await cable.send(`${person(3).document}\r`);
    await expect(shown).toContainText('****');
    await expect(shown).not.toContainText(person(3).document.slice(4, 14));
    await cable.send('no end of this');
    await expect(page.getByText('没有等到结尾')).toBeVisible();
    await expect(page.locator('[data-damaged]')).toHaveCount(0);
    expect((await desk.call('desk.get', {})).version).toBe(before);
    // On the desk it is told where everything is told.
    await goToScreen(page, '工作台');
    await cable.send('half a code');
    await expect(page.locator('[data-damaged="interrupted"]')).toBeVisible();
    await page.locator('[data-damaged] button').click();
    expect((await desk.call('desk.get', {})).version).toBe(before);
  });

  test('a gun is added, changed and removed on the page', async () => {
    const { page } = station;
    await plug('B');
    await goToScreen(page, '扫码枪');
    await page.getByRole('tab', { name: '串口和 HID 枪' }).click();
    await page.getByRole('button', { name: '添加一把枪' }).first().click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: '保存' }).click();
    await expect(sheet).toContainText('请选一个设备');
    await sheet.getByLabel('设备').selectOption({ label: '其他串口' });
    await sheet.getByLabel('串口名称').fill(join(folder, 'B'));
    await sheet.getByRole('textbox', { name: /^名称/ }).fill('试剂枪');
    await sheet.getByRole('radio', { name: '只扫试剂' }).check();
    await sheet.getByRole('button', { name: '保存' }).click();
    const row = page.locator('[data-gun="试剂枪"]');
    await expect(row).toHaveAttribute('data-state', 'open');
    await expect(row).toContainText('只扫试剂');
    await row.getByRole('button', { name: '修改' }).click();
    await sheet.getByRole('switch', { name: '启用' }).press('Space');
    await sheet.getByRole('button', { name: '保存' }).click();
    await expect(row).toHaveAttribute('data-state', 'off');
    await row.getByRole('button', { name: '移除' }).click();
    await row.getByRole('button', { name: '移除' }).click();
    await expect(row).toHaveCount(0);
  });

  test('two guns, one for people and one for kits: each takes its own, and says so for the other', async () => {
    const { page, desk } = station;
    const [people, kits] = [await plug('P'), await plug('K')];
    await save('P', 'people');
    await save('K', 'kits');
    await isIn('P', 'open');
    await isIn('K', 'open');
    await goToScreen(page, '工作台');
    await people.send(`${person(5).document}\r`);
    await expect(stage(page)).toHaveAttribute('data-stage', 'person');
    await people.send(`${kit(6)}\r`);
    await expect(stage(page)).toHaveAttribute('data-stage', 'refused');
    await expect(stage(page)).toContainText('这把枪是扫人员的');
    await kits.send(`${kit(7)}\r`);
    await expect(stage(page)).toHaveAttribute('data-stage', 'bound');
    await kits.send(`${person(6).document}\r`);
    await expect(stage(page)).toContainText('这把枪是扫试剂的');
    const { rows } = await desk.call('tests.list', { query: '', limit: 1 });
    expect(rows[0]).toMatchObject({
      person: { documentMasked: maskDocument(person(5).document) },
      kit: { serial: serial(7) },
    });
  });

  test('two hundred scans back to back from one gun: none lost, doubled or mixed', async () => {
    const { page, desk } = station;
    test.setTimeout(180_000);
    const cable = await plug('A');
    await save('A', 'any');
    await isIn('A', 'open');
    await goToScreen(page, '工作台');
    // More people than the sample has.
    for (let n = 60; n < 160; n++)
      await desk.call('desk.registerPerson', {
        requestId: randomUUID(),
        person: { ...samplePerson(n), guardianName: '家长' },
      });
    await desk.call('desk.clear', { requestId: randomUUID() });
    const before = (await desk.call('desk.get', {})).version;
    const pairs = Array.from({ length: 100 }, (_unused, n) => ({ who: person(60 + n), n: 60 + n }));
    await cable.send(pairs.map(({ who, n }) => `${who.document}\r${kit(n)}\r`).join(''));
    await expect(stage(page)).toHaveAttribute('data-version', String(before + 200), { timeout: 120_000 });
    const { rows } = await desk.call('tests.list', { query: '', limit: 500 });
    const bound = new Map(rows.map((row) => [row.kit.serial, row.person.documentMasked]));
    expect(bound.size).toBe(rows.length);
    for (const { who, n } of pairs) expect(bound.get(serial(n))).toBe(maskDocument(who.document));
  });

  test('their process killed: it is back by itself, and who waits at the desk goes on waiting', async () => {
    const { page, desk } = station;
    const cable = await plug('A');
    await save('A', 'any');
    await isIn('A', 'open');
    await goToScreen(page, '工作台');
    await cable.send(`${person(40).document}\r`);
    await expect(stage(page)).toHaveAttribute('data-stage', 'person');
    const { version } = await desk.shown();
    const pid = (await gunsPid()) ?? 0;
    expect(pid).toBeGreaterThan(0);
    process.kill(pid, 'SIGKILL');
    await expect.poll(gunsPid).not.toBe(pid);
    await isIn('A', 'open');
    expect((await desk.shown()).version).toBe(version);
    await expect(stage(page)).toHaveAttribute('data-stage', 'person');
    await cable.send(`${kit(41)}\r`);
    await expect(stage(page)).toHaveAttribute('data-stage', 'bound');
    await expect(stage(page)).toContainText(person(40).name);
  });

  test('an operator sees the guns and changes none; nobody signed in neither', async () => {
    const { page, desk } = station;
    await plug('A');
    await save('A', 'any');
    await desk.call('staff.enrol', { requestId: randomUUID(), name: 'Wang Qiang', role: 'operator', pin: '274951' });
    const { operators } = await desk.call('staff.list', {});
    const idOf = (name: string) => operators.find((one) => one.name === name)?.id ?? '';
    await desk.call('staff.lock', { requestId: randomUUID() });
    expect(await save('A', 'kits')).toMatchObject({ ok: false, error: { code: 'NOT_SIGNED_IN' } });
    await desk.call('staff.signIn', { requestId: randomUUID(), operatorId: idOf('Wang Qiang'), pin: '274951' });
    const forbidden = { ok: false, error: { code: 'FORBIDDEN', params: { needs: 'supervisor' } } };
    expect(await save('A', 'kits')).toMatchObject(forbidden);
    expect(await page.evaluate(() => window.station.call('guns.remove', { gunId: 'A' }))).toMatchObject(forbidden);
    expect(await page.evaluate(() => window.station.call('guns.findDevices', {}))).toMatchObject(forbidden);
    await isIn('A', 'open');
    await desk.call('staff.lock', { requestId: randomUUID() });
    await desk.call('staff.signIn', {
      requestId: randomUUID(),
      operatorId: idOf(operatorOfTests.name),
      pin: operatorOfTests.pin,
    });
    expect(await save('B', 'any', { name: 'A' })).toMatchObject({ ok: false, error: { code: 'NAME_TAKEN' } });
  });
});
