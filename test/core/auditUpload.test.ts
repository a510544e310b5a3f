import { copyFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { markPath } from '../../electron/core/register/installation.ts';
import { openRegister } from '../../electron/db/open.ts';
import { openDesk, type TestDesk } from './openDesk.ts';
import { startCentral, type TestCentral } from './startCentral.ts';

let central: TestCentral;
let desk: TestDesk;
beforeAll(async () => {
  central = await startCentral();
});
afterAll(() => central.close());
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const standing = () => desk.call('audit.open', {} as never);
const connect = async (station: string) => {
  const token = await central.enrol(`site ${station}`, station);
  await desk.call('sync.connect', { url: central.connection.url, token } as never);
  await desk.call('sync.sendNow', {} as never);
};

describe('signed heads', () => {
  it('wait while there is no network, go up afterwards, and the check asks the service too', async () => {
    await desk.call('audit.sign', { why: 'asked' } as never);
    await desk.call('audit.sign', { why: 'print' } as never);
    expect(await standing()).toMatchObject({ waiting: 2, refused: 0, head: { delivery: 'waiting' } });
    await connect('a');
    expect(await standing()).toMatchObject({ waiting: 0, refused: 0, head: { delivery: 'received' } });
    const { verdict } = await desk.call('audit.verify', {} as never);
    expect(verdict).toMatchObject({ ok: true, heads: 2, received: 2 });
  });

  it('test records go first, and do not wait for a service that takes no heads', async () => {
    const asked: string[] = [];
    await desk.reopen({
      dataKeyHex: desk.dataKeyHex(),
      resumeSession: true,
      fetch: (url, init) => {
        asked.push(new URL(String(url)).pathname);
        return String(url).includes('audit-heads')
          ? Promise.resolve(new Response('{}', { status: 404 }))
          : fetch(url as string, init);
      },
    });
    await desk.bind(1);
    await desk.call('audit.sign', { why: 'asked' } as never);
    desk.clock.pass(11_000);
    await connect('b');
    expect(asked.filter((path) => path === '/v1/batches' || path === '/v1/audit-heads').slice(0, 2)).toEqual([
      '/v1/batches',
      '/v1/audit-heads',
    ]);
    expect(await desk.call('sync.get', {} as never)).toMatchObject({ sync: { unsent: 0, state: 'idle' } });
    expect(await standing()).toMatchObject({ waiting: 1 });
  });

  it('a register that was put back to an earlier state, together with the mark that knows it, is refused by the service and found by the check', async () => {
    await connect('c');
    await desk.core().close();
    // Without its mark it would go on under a new installation id, and say so.
    const files = [desk.registerFile, markPath(desk.registerFile)];
    for (const file of files) copyFileSync(file, `${file}.earlier`);
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    await desk.bind(1);
    await desk.call('audit.sign', { why: 'asked' } as never);
    await desk.call('sync.sendNow', {} as never);
    const former = await standing();
    expect(former).toMatchObject({ waiting: 0, refused: 0 });
    await desk.core().close();
    for (const file of files) copyFileSync(`${file}.earlier`, file);
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    await desk.call('audit.sign', { why: 'asked' } as never);
    await desk.call('sync.sendNow', {} as never);
    expect(await standing()).toMatchObject({ refused: 1, head: { delivery: 'refused' } });
    const { verdict } = await desk.call('audit.verify', {} as never);
    expect(verdict.bad).not.toBeNull();
    expect(['centralDiffers', 'cutOff']).toContain(verdict.bad?.fault);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    const written = db.prepare("SELECT detail FROM audit WHERE action = 'audit.headRefused'").pluck().all() as string[];
    db.close();
    expect(written.map((detail) => (JSON.parse(detail) as { code: string }).code)).toEqual(['otherHash']);
  });
});
