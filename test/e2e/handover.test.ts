import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { importHandover } from '../../central/handover/importHandover.ts';
import { addServiceKey, readServiceKeys } from '../../handover/serviceKeys.ts';
import { startCentral } from '../core/startCentral.ts';
import { goToScreen, kit, openDesk, person } from './deskStation.ts';

test('days without a network: a file to the stick, its receipt back, and nothing is unsent any more', async () => {
  const keys = readServiceKeys(addServiceKey(null));
  if (!keys.ok) throw new Error(keys.problem);
  const central = await startCentral(keys.keys);
  const station = await openDesk({ data: 'sample' });
  try {
    const { app, page, desk } = station;
    await desk.call('sync.connect', { requestId: crypto.randomUUID(), ...central.connection });
    await desk.call('sync.sendNow', {});
    await central.stopListening();
    await desk.scan(person(0).document, 'person');
    await desk.scan(kit(1), 'bound');

    await goToScreen(page, '同步');
    const section = page.getByRole('region', { name: '交接文件' });
    const write = section.getByRole('button', { name: '写交接文件' });
    await expect(section).toContainText('没有等待交接的记录');
    await expect(write).toBeDisabled();
    await desk.call('clock.advance', { byMs: 11_000 });
    await goToScreen(page, '工作台');
    await goToScreen(page, '同步');
    await expect(section).toContainText('现在可以交接 1 条记录');

    const folder = path.join(station.userData, 'stick');
    await app.evaluate(({ dialog }, base) => {
      dialog.showSaveDialog = (async (...args: unknown[]) => {
        const { defaultPath = '' } = args.at(-1) as { defaultPath?: string };
        return { canceled: false, filePath: `${base}-${defaultPath.split(/[\\/]/).at(-1)}` };
      }) as typeof dialog.showSaveDialog;
    }, folder);
    await write.click();
    await expect(section).toContainText('第 1 份交接文件已写好，共 1 条记录');
    await expect(section).toContainText('1 条记录在交接文件里等回执');
    const name = readdirSync(station.userData).find((each) => each.endsWith('.yiceda-handover')) ?? '';
    expect(name).toContain('stick-交接-');
    expect((await desk.call('sync.get', {})).sync.unsent).toBe(1);

    const bytes = readFileSync(path.join(station.userData, name));
    const done = await importHandover(central.database, { bytes, keys: keys.keys, citizenKeys: [], nowMs: Date.now() });
    if (!done.ok) throw new Error(done.fault);
    const receipt = path.join(station.userData, 'a.yiceda-receipt');
    const bad = path.join(station.userData, 'b.yiceda-receipt');
    writeFileSync(receipt, done.receipt);
    writeFileSync(bad, done.receipt.subarray(0, -1));
    const read = async (file: string): Promise<void> => {
      await app.evaluate(({ dialog }, chosen) => {
        const answer = async () => ({ canceled: false, filePaths: [chosen] });
        dialog.showOpenDialog = answer as typeof dialog.showOpenDialog;
      }, file);
      await section.getByRole('button', { name: '读回执' }).click();
    };
    await read(bad);
    await expect(section.getByRole('alert')).toContainText('这份回执不完整或被改过');
    await read(receipt);
    await expect(section).toContainText('第 1 份交接文件的回执已读');
    await expect(section).toContainText('中心收到 1 条');
    await read(receipt);
    await expect(section).toContainText('这份回执已经读过');
    expect((await desk.call('sync.get', {})).sync.unsent).toBe(0);
  } finally {
    await station.close();
    await central.close().catch(() => undefined);
  }
});
