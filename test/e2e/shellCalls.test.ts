import { expect, test } from 'playwright/test';
import { contract, type Method } from '../../shared/contract.ts';
import { hostileInputs } from '../unit/app/hostileInputs.ts';
import { sampleInputs } from '../unit/app/sampleInputs.ts';
import { type LaunchedStation, launchStation } from './launch.ts';

const methods = Object.keys(contract) as Method[];

test.describe('calls from the page', () => {
  let station: LaunchedStation;
  test.beforeAll(async () => {
    station = await launchStation();
  });
  test.afterAll(async () => {
    await station.close();
  });

  test('hostile inputs of every method are refused through the real door', async () => {
    for (const method of methods) {
      const cases = hostileInputs(method)
        // What the test's wire or the bridge makes a plain value of on the way never arrives as what it was.
        .filter((one) => !['a map', 'bytes', 'a sparse list', 'an own __proto__', 'a deep nest'].includes(one.what));
      const replies = await station.page.evaluate(
        async ([name, inputs]) => {
          const call = window.station.call as (method: unknown, input: unknown) => Promise<unknown>;
          return Promise.all((inputs as unknown[]).map((input) => call(name, input)));
        },
        [method, cases.map((one) => one.input)] as const,
      );
      for (const [index, reply] of replies.entries()) {
        expect(reply, `${method} with ${cases[index]?.what}`).toMatchObject({
          ok: false,
          error: { code: 'INVALID_INPUT', retryable: false },
        });
      }
    }
  });

  test('what cannot be sent, what is no method and what was never chosen is refused', async () => {
    const replies = await station.page.evaluate(
      async (samples) => {
        const call = window.station.call as (...args: unknown[]) => Promise<{ ok: boolean; error?: { code: string } }>;
        const code = async (...args: unknown[]) => {
          try {
            return (await call(...args)).error?.code ?? 'ok';
          } catch {
            // The bridge itself refuses, before our side of it sees anything.
            return 'not sent';
          }
        };
        let nest: unknown = 1;
        for (let depth = 0; depth < 200; depth += 1) nest = { nest };
        return {
          function: await code('desk.get', { x: () => 1 }),
          symbol: await code('desk.get', Symbol('x')),
          nest: await code('desk.get', nest),
          bytes: await code('desk.get', new Uint8Array(8)),
          promise: await code('desk.get', Promise.resolve({ x: 1 })),
          proto: await code('__proto__', {}),
          unknown: await code('desk.nothing', {}),
          object: await code({ toString: () => 'desk.get' }, {}),
          none: await code(),
          read: await code('imports.preview', samples.read),
          write: await code('imports.saveFaults', samples.write),
        };
      },
      { read: sampleInputs['imports.preview'], write: sampleInputs['imports.saveFaults'] },
    );
    expect(replies).toEqual({
      function: 'INVALID_INPUT',
      symbol: 'INVALID_INPUT',
      nest: 'INVALID_INPUT',
      bytes: 'INVALID_INPUT',
      promise: 'INVALID_INPUT',
      proto: 'UNKNOWN_METHOD',
      unknown: 'UNKNOWN_METHOD',
      object: 'INVALID_INPUT',
      none: 'UNKNOWN_METHOD',
      read: 'FILE_NOT_CHOSEN',
      write: 'FILE_NOT_CHOSEN',
    });
    expect(await station.page.evaluate(() => 'owned' in Object.prototype)).toBe(false);
  });

  test('listeners end one by one, and nobody hears what is no event', async () => {
    const heard = await station.page.evaluate(async () => {
      const got: string[] = [];
      const on = window.station.on as (name: unknown, listener: unknown) => () => void;
      const end = on('station.changed', () => got.push('a'));
      on('station.changed', () => got.push('b'));
      end();
      end();
      on('nothing', () => got.push('c'))();
      on({}, () => got.push('d'))();
      on('station.changed', 'no function')();
      return got;
    });
    expect(heard).toEqual([]);
    await station.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.send('station:event', 'station.changed', {}),
    );
    expect(await station.page.evaluate(() => window.station.call('app.info', {}))).toMatchObject({ ok: true });
  });
});
