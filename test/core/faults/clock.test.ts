import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegister } from '../../../electron/db/open.ts';
import { hour, minute } from '../../../shared/time.ts';
import { kit, openDesk, signIn, type TestDesk } from '../openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

/** Core closed and opened again on a machine whose clock stands elsewhere. */
async function restart(byMs: number, resumeSession = false): Promise<void> {
  desk.clock.setWall(desk.clock.wallMs() + byMs);
  await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession });
  if (!resumeSession) await signIn(desk);
}

describe('a clock that is set', () => {
  it('back while the program runs: time goes on, the window is kept, results wait for a supervisor', async () => {
    const testId = await desk.bind(1);
    const before = (await desk.call('desk.get', {} as never)).nowAtMs;
    desk.clock.setWall(desk.clock.wallMs() - 3 * hour);
    const after = await desk.call('desk.get', {} as never);
    expect(after.nowAtMs).toBeGreaterThanOrEqual(before);
    expect(after.clockBehind).toBe(true);
    desk.clock.pass(16 * minute);
    const shown = await desk.scan(kit(1));
    expect(shown.stage).toMatchObject({
      kind: 'test',
      blockedBy: 'clockBehind',
      allowed: ['invalid'],
      mayOverride: true,
    });
    expect(await desk.call('results.record', { testId, outcome: 'negative' } as never)).toMatchObject({
      stage: { kind: 'refused', code: 'clockBehind' },
    });
    // Put right again: nothing has to be restarted.
    desk.clock.setWall(desk.clock.wallMs() + 3 * hour);
    expect((await desk.call('desk.get', {} as never)).clockBehind).toBe(false);
  });

  it('back between two runs: said at once, no undo of what is long done, no wait for uploads', async () => {
    const testId = await desk.bind(1);
    await restart(-26 * hour);
    expect((await desk.call('desk.get', {} as never)).clockBehind).toBe(true);
    expect((await desk.call('desk.undo', {} as never)).stage).toMatchObject({ kind: 'refused' });
    expect((await desk.call('tests.get', { testId } as never)).test.status).toBe('pending');
    // Its record is due within the seconds of undo, not in a day.
    const { sync } = await desk.call('sync.get', {} as never);
    expect(sync.unsent).toBe(1);
    const db = openRegister({
      file: desk.registerFile,
      dataKeyHex: desk.dataKeyHex(),
      readonly: true,
    });
    const due = db.prepare('SELECT max(due_at_ms) FROM outbox').pluck().get() as number;
    db.close();
    expect(due - desk.clock.wallMs()).toBeLessThanOrEqual(10_000);
  });

  it('back while core dies: time goes on where it was, and nobody waits longer on the stage than their minute', async () => {
    await desk.addPerson(1);
    const before = (await desk.call('desk.get', {} as never)).nowAtMs;
    await restart(-5 * hour, true);
    const after = await desk.call('desk.get', {} as never);
    expect(after.nowAtMs).toBeGreaterThanOrEqual(before);
    expect(after.stage.kind).toBe('person');
    desk.clock.pass(61_000);
    expect((await desk.scan(kit(1))).stage.kind).toBe('kit');
  });

  it('forward: waiting people are gone, windows are over, and a call that is sent again is still known', async () => {
    const requestId = crypto.randomUUID();
    await desk.addPerson(1);
    const scan = () => desk.reply('desk.scan', { requestId, text: kit(1), source: 'gun' } as never);
    expect(await scan()).toMatchObject({ ok: true, value: { stage: { kind: 'bound' } } });
    // Core died after the commit, and the clock jumped two days before the call came again.
    await restart(48 * hour, true);
    expect(await scan()).toMatchObject({ ok: true });
    expect((await desk.call('tests.list', { query: '', limit: 10 } as never)).total).toBe(1);
    expect((await desk.scan(kit(1))).stage).toMatchObject({ kind: 'test', blockedBy: 'tooLate', allowed: ['invalid'] });
    await desk.addPerson(2);
    desk.clock.setWall(desk.clock.wallMs() + hour);
    expect((await desk.call('desk.get', {} as never)).stage.kind).toBe('idle');
  });

  it('far ahead by mistake and back: results wait for a supervisor, everything else works, and one may override', async () => {
    await restart(365 * 24 * hour);
    await desk.bind(1);
    await restart(-365 * 24 * hour);
    const testId = await desk.bind(2);
    desk.clock.pass(16 * minute);
    expect((await desk.scan(kit(2))).stage).toMatchObject({ blockedBy: 'clockBehind' });
    const overridden = await desk.call('results.record', {
      testId,
      outcome: 'negative',
      overrideReason: { code: 'other', text: '电脑时间曾经设错' },
    } as never);
    expect(overridden.stage).toMatchObject({ kind: 'recorded', test: { status: 'negative' } });
  });
});

describe('summer time and zones', () => {
  it('the hour that comes twice: windows last as long as ever, and each test is on its own day', async () => {
    // 6 November 2022, 01:50 in New York, ten minutes before clocks go back to 01:00.
    const other = await openDesk({ startMs: Date.UTC(2022, 10, 6, 5, 50) });
    try {
      const settings = await other.call('settings.get', {} as never);
      await other.call('settings.set', { settings: { ...settings, zone: 'America/New_York' } } as never);
      await other.addPerson(1);
      const bound = await other.scan(kit(1, { expiry: '491231' }));
      expect(bound.stage).toMatchObject({ kind: 'bound', test: { day: '2022-11-06' } });
      // 01:06 again, by the clock on the wall an earlier time than the binding.
      other.clock.pass(16 * minute);
      const shown = await other.scan(kit(1, { expiry: '491231' }));
      expect(shown.stage).toMatchObject({
        kind: 'test',
        blockedBy: null,
        allowed: ['negative', 'positive', 'invalid'],
      });
      const { figures } = await other.call('summary.get', { day: '2022-11-06' } as never);
      expect(figures.total).toMatchObject({ registered: 1, pending: 1 });
      expect(figures.byHour).toMatchObject([{ hour: 1 }]);
    } finally {
      await other.close();
    }
  });

  it('the zone of the machine counts for nothing: another zone, the same day and the same window', async () => {
    const testId = await desk.bind(1);
    const { test } = await desk.call('tests.get', { testId } as never);
    await desk.core().close();
    const script = `
      const { openNodeCore } = await import(${JSON.stringify(join(import.meta.dirname, '../../../tools/hosts/core.ts'))});
      const now = ${desk.clock.wallMs()};
      const core = await openNodeCore({ registerFile: ${JSON.stringify(desk.registerFile)}, dataKeyHex: '${desk.dataKeyHex()}',
        resumeSession: true, time: { wallMs: () => now, monotonicMs: () => 0 } });
      const reply = await core.dispatch('tests.get', { testId: '${testId}' });
      await core.close();
      console.log(JSON.stringify([new Date(now).getTimezoneOffset(), reply]));`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ: 'Pacific/Kiritimati' },
      encoding: 'utf8',
    });
    const [offset, reply] = JSON.parse(run.stdout) as [number, { ok: boolean; value: { test: typeof test } }];
    expect(offset).toBe(-840);
    expect(reply.value.test).toMatchObject({ day: test.day, opensAtMs: test.opensAtMs, closesAtMs: test.closesAtMs });
  });
});
