import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { setRules } from '../../central/store/rules.ts';
import type { SiteSettings } from '../../shared/contract/settings.ts';
import { openDesk, type TestDesk } from './openDesk.ts';
import { startCentral, type TestCentral } from './startCentral.ts';

let central: TestCentral;
let site = '';
let a: TestDesk;
let b: TestDesk;
beforeAll(async () => {
  central = await startCentral();
});
afterAll(() => central.close());
beforeEach(async () => {
  site = `规则 ${crypto.randomUUID()}`;
  [a, b] = [await deskOf('甲'), await deskOf('乙')];
});
afterEach(async () => {
  await a.close();
  await b.close();
});

async function deskOf(station: string): Promise<TestDesk> {
  const token = await central.enrol(site, station);
  const desk = await openDesk({ core: { embeddedCentral: { url: central.connection.url, token } } });
  await set(desk, { stationName: station });
  return desk;
}

const settingsOf = (desk: TestDesk): Promise<SiteSettings> => desk.call('settings.get', {} as never);
const lockedAt = async (desk: TestDesk) => (await desk.call('settings.rules', {} as never)).byCentral;
const trySet = async (desk: TestDesk, more: Partial<SiteSettings>) =>
  desk.reply('settings.set', { settings: { ...(await settingsOf(desk)), ...more } } as never);
async function set(desk: TestDesk, more: Partial<SiteSettings>): Promise<void> {
  const reply = await trySet(desk, more);
  if (!reply.ok) throw new Error(reply.error.code);
}
/** Until a desk says so. */
async function until(desk: TestDesk, more: Partial<SiteSettings>): Promise<void> {
  await expect.poll(() => settingsOf(desk), { timeout: 12_000, interval: 20 }).toMatchObject(more);
}

it('a rule that one desk changes comes to the others of its site; what is a desk’s own stays there', async () => {
  await set(a, { windowFrom: 'drop', lowStock: { perProduct: 7, total: null }, autoLockMin: 20, zone: 'Asia/Urumqi' });
  await until(b, { windowFrom: 'drop', lowStock: { perProduct: 7, total: null } });
  expect(await settingsOf(b)).toMatchObject({ stationName: '乙', zone: 'Asia/Shanghai', autoLockMin: null });
  // And back: the later change counts.
  a.clock.pass(1_000);
  b.clock.pass(2_000);
  await set(b, { windowFrom: 'binding' });
  await until(a, { windowFrom: 'binding', lowStock: { perProduct: 7, total: null } });
  const token = await central.enrol(`${site} 别处`, '1');
  const elsewhere = await openDesk({ core: { embeddedCentral: { url: central.connection.url, token } } });
  await expect.poll(async () => (await elsewhere.call('desk.get', {} as never)).down.heardAtMs).not.toBeNull();
  expect(await settingsOf(elsewhere)).toMatchObject({ lowStock: { perProduct: 40 } });
  await elsewhere.close();
});

it('what the central service sets holds at every desk and is refused there; a site’s comes before everybody’s', async () => {
  await setRules(central.database, null, { unknownKit: 'refuse', siteContact: '12345' });
  for (const desk of [a, b]) await until(desk, { unknownKit: 'refuse', siteContact: '12345' });
  expect(await lockedAt(a)).toEqual(['siteContact', 'unknownKit']);
  expect(await trySet(a, { unknownKit: 'warn' })).toMatchObject({
    ok: false,
    error: { code: 'SETTING_OF_CENTRAL', field: 'settings.unknownKit' },
  });
  expect(await settingsOf(a)).toMatchObject({ unknownKit: 'refuse' });
  await set(a, { askConsent: true });
  await until(b, { askConsent: true, unknownKit: 'refuse' });

  expect(await setRules(central.database, site, { unknownKit: 'warn' })).toBe(true);
  for (const desk of [a, b]) await until(desk, { unknownKit: 'warn', siteContact: '12345' });
  await setRules(central.database, site, {});
  for (const desk of [a, b]) await until(desk, { unknownKit: 'refuse' });
  await setRules(central.database, null, {});
  for (const desk of [a, b]) await expect.poll(() => lockedAt(desk), { timeout: 12_000 }).toEqual([]);
  // It stays as it was, and is the site's again.
  expect(await settingsOf(a)).toMatchObject({ unknownKit: 'refuse' });
  await set(a, { unknownKit: 'warn' });
  await until(b, { unknownKit: 'warn' });
  expect(await setRules(central.database, 'no such site', { unknownKit: 'warn' })).toBe(false);
});

it('a change made while the service is away is told later, and a rule that is none is put aside', async () => {
  await central.stopListening();
  await set(a, { noSerialKit: 'refuse' });
  await central.listenAgain();
  await until(b, { noSerialKit: 'refuse' });
  const wrong = { windowOffsetMin: 'long' } as never;
  await setRules(central.database, site, wrong);
  await setRules(central.database, null, { askConsent: true });
  await until(b, { askConsent: true, windowOffsetMin: (await settingsOf(a)).windowOffsetMin });
  await setRules(central.database, null, {});
});
