import { execFile } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'playwright/test';
import { publish } from '../../central/store/publications.ts';
import { makeRecall, saveProduct } from '../../central/store/registry.ts';
import { enrol } from '../../central/store/stations.ts';
import { sampleProduct } from '../../electron/core/practice/sample.ts';
import { fromKeyboardToGun, pressKey } from '../../tools/hosts/gun.ts';
import { windowTitle } from '../../tools/hosts/window.ts';
import { databaseKinds, openMigrated, type TestDatabase } from '../central/databases.ts';
import { type Service, startService } from '../central/service.ts';
import { kit, type OpenDesk, openDesk, person } from './deskStation.ts';

const run = promisify(execFile);
const site = 'Xinjing 3';

let opened: TestDatabase;
let service: Service;
test.beforeAll(async () => {
  const postgres = databaseKinds.find(({ name }) => name === 'PostgreSQL');
  if (postgres === undefined) throw new Error('no PostgreSQL');
  opened = await openMigrated(postgres);
  service = await startService(opened.database);
});
test.afterAll(async () => {
  await service?.close();
  await opened?.close();
});

/** A cable to the service that can be pulled out. */
async function openCable(to: string) {
  const goal = new URL(to);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const behind = connect(Number(goal.port), goal.hostname);
    for (const each of [socket, behind]) {
      sockets.add(each);
      each.on('error', () => undefined).on('close', () => sockets.delete(each));
    }
    socket.pipe(behind).pipe(socket);
    socket.on('close', () => behind.destroy());
    behind.on('close', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    cut,
    mend: () => {
      isCut = false;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}

/** Two windows on one screen: the keys go to whoever is named. */
async function sitAt({ app }: OpenDesk): Promise<void> {
  const pid = String(app.process().pid);
  const { stdout } = await run('xdotool', [
    ...['search', '--sync', '--onlyvisible', '--all', '--pid', pid],
    ...['--name', windowTitle],
  ]);
  const [id] = stdout.trim().split('\n');
  if (id === undefined) throw new Error('no such window');
  await run('xdotool', ['windowraise', id, 'windowfocus', '--sync', id]);
}

async function openAt(station: string, url: string): Promise<OpenDesk> {
  const desk = await openDesk();
  const enrolled = await enrol(opened.database, { site, station }, Date.now(), false);
  if (!enrolled.ok) throw new Error(enrolled.code);
  await desk.desk.call('sync.connect', { requestId: crypto.randomUUID(), url, token: enrolled.token });
  return desk;
}

const shotsIn = process.env['YICEDA_SHOTS'];
async function picture({ page }: OpenDesk, name: string): Promise<void> {
  if (shotsIn !== undefined) await page.screenshot({ path: `${shotsIn}/${name}.png` });
}

test('two desks of a site in two windows: bound at one, read at the other, recalled at both, a pulled cable told', async () => {
  test.setTimeout(180_000);
  const cable = await openCable(service.url);
  const a = await openAt('1', service.url);
  try {
    const b = await openAt('2', cable.url);
    try {
      const pass = (desk: OpenDesk, byMs: number) => desk.desk.call('clock.advance', { byMs, away: false });
      const look = (desk: OpenDesk) => desk.desk.call('desk.get', {});
      await expect.poll(async () => (await look(b)).down.siblings).toBe(1);

      await sitAt(a);
      await a.desk.scan(person(0).document, 'person');
      await fromKeyboardToGun();
      await a.desk.scan(kit(1), 'bound');
      await pass(a, 10_000);
      // The round is the sample's at both; its person is counted at B as soon as B has heard of the test.
      await expect.poll(async () => (await look(b)).round.tested).toBe(1);

      await sitAt(b);
      await b.desk.scan(kit(1), 'test');
      const stage = b.page.locator('[data-stage]');
      await expect(stage).toContainText(person(0).name);
      await expect(stage).toContainText('绑定于');
      await picture(b, 'read-too-early');
      await pass(b, 16 * 60_000);
      await fromKeyboardToGun();
      await b.desk.scan(kit(1), 'test');
      await picture(b, 'read-open');
      await pressKey('F5');
      await expect(stage).toHaveAttribute('data-stage', 'recorded');
      await expect.poll(async () => (await look(a)).tally.negative).toBe(1);
      expect((await look(b)).tally.registered).toBe(0);

      // Somebody else's kit is nobody's at B either.
      await fromKeyboardToGun();
      await b.desk.scan(person(1).document, 'person');
      await fromKeyboardToGun();
      await b.desk.scan(kit(1), 'refused');
      await expect(stage).toContainText('（1）');
      await picture(b, 'refused-used');

      await opened.database.transaction(async (statements) => {
        const product = {
          id: 'of-the-service',
          registrant: '示例',
          shortName: '示例',
          method: null,
          registrationNumber: null,
          approvedOn: null,
          gtins: [sampleProduct.gtin],
          window: null,
          storage: null,
        };
        await saveProduct(statements, product);
        await publish(statements, [{ kind: 'not known yet', itemId: '1', siteId: null, payload: {} }]);
        await makeRecall(
          statements,
          { productId: product.id, reach: { lot: sampleProduct.lot }, source: '药监局', reason: '灵敏度不合格' },
          Date.now(),
        );
      });
      for (const desk of [a, b]) {
        await expect.poll(async () => (await desk.desk.call('recalls.list', {})).recalls.length).toBe(1);
        await sitAt(desk);
        await fromKeyboardToGun();
        await desk.desk.scan(kit(5), 'refused');
        await expect(desk.page.locator('[data-stage]')).toContainText('召回');
      }
      await picture(b, 'recalled');

      await expect(b.page.locator('[data-feed-silent]')).toHaveCount(0);
      cable.cut();
      await expect(b.page.locator('[data-feed-silent]')).toBeVisible({ timeout: 20_000 });
      await expect(a.page.locator('[data-feed-silent]')).toHaveCount(0);
      await picture(b, 'silent');
      cable.mend();
      await expect(b.page.locator('[data-feed-silent]')).toHaveCount(0, { timeout: 60_000 });
    } finally {
      await b.close();
    }
  } finally {
    await a.close();
    cable.close();
  }
});
