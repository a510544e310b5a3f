import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeEnrolmentCode } from '../../central/store/enrolments.ts';
import { writeEnrolmentCode } from '../../shared/central/enrolment.ts';
import { hour } from '../../shared/time.ts';
import { openDesk, type TestDesk } from './openDesk.ts';
import { startCentral, type TestCentral } from './startCentral.ts';

let central: TestCentral;
let desk: TestDesk;

beforeEach(async () => {
  central = await startCentral();
  desk = await openDesk({});
});
afterEach(async () => {
  await desk.close();
  await central.close();
});

const invite = async (): Promise<string> => {
  const nowMs = Date.now();
  const name = { site: '新泾三村', station: '9号台' };
  return writeEnrolmentCode(await makeEnrolmentCode(central.database, name, { nowMs, validUntilMs: nowMs + hour }));
};
const connect = (token: string, url = central.connection.url) =>
  desk.reply('sync.connect', { requestId: crypto.randomUUID(), url, token } as never);
const test = () => desk.call('sync.test', {} as never);

describe('connecting by a code', () => {
  it('exchanges it for a token that the service accepts', async () => {
    const code = await invite();
    expect(await connect(code.toLowerCase())).toMatchObject({ ok: true });
    expect(await test()).toMatchObject({ reachable: true, accepted: true });
    expect(JSON.stringify(await desk.call('sync.get', {} as never))).not.toContain(code);
  });

  it('says that a code is no good, and leaves the connection as it was', async () => {
    expect(await connect(await invite())).toMatchObject({ ok: true });
    const used = await invite();
    await connect(used);
    expect(await connect(used)).toMatchObject({ ok: false, error: { code: 'ENROLMENT_REFUSED', field: 'token' } });
    expect(await test()).toMatchObject({ reachable: true, accepted: true });
  });

  it('says that nobody answers, and the code is still good', async () => {
    const code = await invite();
    await central.stopListening();
    expect(await connect(code)).toMatchObject({ ok: false, error: { code: 'CENTRAL_UNREACHED', field: 'url' } });
    await central.listenAgain();
    expect(await connect(code)).toMatchObject({ ok: true });
    expect(await test()).toMatchObject({ accepted: true });
  });

  it('asks for the next token after a month, and goes on with it', async () => {
    await connect(await invite());
    const tokens = async () =>
      (
        await central.database.query<{ revoked: boolean }>(
          `SELECT revoked FROM station_tokens JOIN stations ON stations.id = station_id
            WHERE stations.name = '9号台' ORDER BY made_at_ms, revoked DESC`,
        )
      ).map(({ revoked }) => revoked);
    desk.clock.pass(29 * 24 * hour);
    await desk.call('sync.sendNow', {} as never);
    expect(await tokens()).toEqual([false]);
    desk.clock.pass(2 * 24 * hour);
    await desk.call('sync.sendNow', {} as never);
    expect(await test()).toMatchObject({ accepted: true });
    // The former ended when the next was used.
    expect((await tokens()).toSorted()).toEqual([false, true]);
    await desk.call('sync.sendNow', {} as never);
    expect(await tokens()).toHaveLength(2);
  });
});
