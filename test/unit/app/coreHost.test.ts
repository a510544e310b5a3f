import { fork } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CoreChild, createCoreHost, restartDelay } from '../../../electron/app/coreHost.ts';
import type { FromCore } from '../../../electron/app/coreMessages.ts';

type Answer = {
  readonly ok: boolean;
  readonly value?: { readonly pid: number; readonly input: unknown; readonly told: Record<string, unknown> };
  readonly error?: { code: string; retryable: boolean };
};

/** A host over real child processes. */
function hostOf(programVersion = 'test', beatMs?: number) {
  const emitted: { name: string; payload: unknown }[] = [];
  const logged: { event: string; fields: unknown }[] = [];
  const watchers = new Set<() => void>();
  const told = () => {
    for (const watcher of watchers) watcher();
  };
  let forks = 0;
  const host = createCoreHost({
    fork: (): CoreChild => {
      forks += 1;
      const child = fork(path.join(import.meta.dirname, 'coreChild.ts'), [], { serialization: 'advanced' });
      return {
        post: (message) => {
          child.send(message, () => undefined);
        },
        onMessage: (listener) => child.on('message', (message) => listener(message as FromCore)),
        onExit: (listener) => child.once('exit', (code) => listener(code)),
        kill: () => {
          child.kill('SIGKILL');
        },
      };
    },
    start: () => ({
      registerFile: '/none',
      testClock: true,
      nativeBinding: null,
      embeddedCentral: null,
      programVersion,
    }),
    keychain: { available: () => false, wrap: () => 'x', unwrap: () => null },
    emit: (name, payload) => {
      emitted.push({ name, payload });
      told();
    },
    log: (event, fields) => {
      logged.push({ event, fields });
      told();
    },
    now: () => performance.now(),
    ...(beatMs === undefined ? {} : { beatMs }),
  });
  onTestFinished(() => host.close(2_000));
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  const call = async (method: string, input: unknown = {}) => (await host.call(method, input)) as Answer;
  return { host, emitted, logged, until, call, forks: () => forks };
}

describe('the host of core', () => {
  it('makes calls wait for the start, and answers each with its own reply', async () => {
    const { host, call, emitted } = hostOf();
    const early = Array.from({ length: 20 }, (_, at) => call('echo', { at }));
    host.start();
    const answers = await Promise.all(early);
    expect(answers.map((answer) => answer.value?.input)).toEqual(Array.from({ length: 20 }, (_, at) => ({ at })));
    expect(answers[0]?.value?.told).toMatchObject({ resumeSession: false, dataKeyHex: null, testClock: true });
    expect(emitted).toEqual([]);
  });

  it('answers what was under way CORE_RESTARTING, and goes on with the remembered key', async () => {
    const { host, call, emitted, until } = hostOf();
    host.start();
    const first = await call('echo');
    const [hanging, dying] = await Promise.all([call('hang'), call('die')]);
    for (const answer of [hanging, dying])
      expect(answer).toEqual({ ok: false, error: { code: 'CORE_RESTARTING', params: {}, retryable: true } });
    // Sent again at once, as the window does.
    const again = await call('echo', { again: true });
    expect(again.value?.input).toEqual({ again: true });
    expect(again.value?.told).toMatchObject({ resumeSession: true, dataKeyHex: 'ab'.repeat(32) });
    expect(again.value?.pid).not.toBe(first.value?.pid);
    await until(() => emitted.length === 2);
    expect(emitted).toEqual([
      { name: 'core.restarted', payload: { state: 'restarting', times: 1 } },
      { name: 'core.restarted', payload: { state: 'ready', times: 1 } },
    ]);
  });

  it('gives core up after five deaths in a minute: every call is told at once, and somebody may try again', async () => {
    const { host, emitted, logged, until, forks, call } = hostOf('never ready');
    host.start();
    const waiting = call('echo');
    const states = () => emitted.map((one) => (one.payload as { state: string }).state);
    await until(() => emitted.length === 5);
    expect(states()).toEqual(['restarting', 'restarting', 'restarting', 'restarting', 'failed']);
    expect(forks()).toBe(5);
    expect(logged.filter((one) => one.event === 'core.died').at(-1)?.fields).toMatchObject({ exitCode: 3, times: 5 });
    for (const answer of [await waiting, await call('echo')])
      expect(answer).toMatchObject({ ok: false, error: { code: 'CORE_FAILED', retryable: false } });
    expect(forks()).toBe(5);
    host.startAgain();
    await until(() => emitted.length === 11);
    expect(states().slice(5)).toEqual(['restarting', 'restarting', 'restarting', 'restarting', 'restarting', 'failed']);
  });

  it('tells that core is slow, ends it when it hangs, and the waiting call may be sent again', async () => {
    const { host, call, emitted, logged, until } = hostOf('test', 150);
    host.start();
    const first = await call('echo');
    const hanging = await call('spin');
    expect(hanging).toEqual({ ok: false, error: { code: 'CORE_RESTARTING', params: {}, retryable: true } });
    const again = await call('echo', { again: true });
    expect(again.value?.pid).not.toBe(first.value?.pid);
    await until(() => emitted.length === 3);
    expect(emitted.map((one) => (one.payload as { state: string }).state)).toEqual(['slow', 'restarting', 'ready']);
    expect(logged.map((one) => one.event)).toContain('core.hung');
  });

  it('ends a core that is stopped by the system and hears nothing', async () => {
    const { host, call } = hostOf('test', 150);
    host.start();
    const { pid = 0 } = (await call('echo')).value ?? {};
    process.kill(pid, 'SIGSTOP');
    expect((await call('echo')).error?.code).toBe('CORE_RESTARTING');
    expect((await call('echo')).value?.pid).not.toBe(pid);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('leaves alone a core that said it would take long', async () => {
    const { host, call, emitted, until } = hostOf('test', 100);
    host.start();
    const first = await call('echo');
    expect((await call('slowStep', { ms: 1_500 })).value?.pid).toBe(first.value?.pid);
    await until(() => emitted.length === 2);
    expect(emitted.map((one) => (one.payload as { state: string }).state)).toEqual(['slow', 'answering']);
  });

  it('ends a core that hangs while it starts, again and again, until it is given up', async () => {
    const { host, emitted, until, call } = hostOf('hangs at start', 10);
    host.start();
    await until(() => emitted.length === 5);
    expect(emitted.at(-1)?.payload).toMatchObject({ state: 'failed', times: 5 });
    expect((await call('echo')).error?.code).toBe('CORE_FAILED');
  });

  it('passes on events that the contract knows, and drops what does not fit', async () => {
    const { host, call, emitted, logged } = hostOf();
    host.start();
    await call('event', { why: 'clock' });
    await call('event', { why: 'nonsense', name: '张三' });
    expect(emitted).toEqual([{ name: 'desk.changed', payload: { why: 'clock' } }]);
    expect(logged.map((one) => one.event)).toContain('core.oddEvent');
  });

  it('answers a keychain question that makes no sense as failed', async () => {
    const { host, call, logged, until } = hostOf();
    host.start();
    await call('keychain');
    await until(() => logged.some((one) => one.event === 'hostReply'));
    expect(logged.find((one) => one.event === 'hostReply')?.fields).toEqual({ id: 7, reason: 'failed' });
  });

  it('closes core in time, or ends it', async () => {
    const quick = hostOf();
    quick.host.start();
    await quick.call('echo');
    await quick.host.close(5_000);
    expect(quick.logged.map((one) => one.event)).not.toContain('core.killedOnClose');
    expect((await quick.call('echo')).error).toMatchObject({ code: 'CORE_RESTARTING', retryable: true });
    expect(quick.emitted).toEqual([]);

    const slow = hostOf('never closes');
    slow.host.start();
    await slow.call('echo');
    await slow.host.close(200);
    expect(slow.logged.map((one) => one.event)).toContain('core.killedOnClose');
  });

  it('waits longer the more often core has died', () => {
    expect([1, 2, 3, 4, 5, 9].map(restartDelay)).toEqual([0, 250, 500, 1_000, 10_000, 10_000]);
  });
});
