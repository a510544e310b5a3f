import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FromGuns } from '../../../electron/app/gunMessages.ts';
import { createGunsHost, type GunsChild } from '../../../electron/app/gunsHost.ts';
import type { Gun, GunScan } from '../../../shared/model/gun.ts';
import { plugIn, type SerialCable } from '../guns/pty.ts';

/** A host over real child processes with real guns in them. */
function hostOf(way: 'well' | 'dies' = 'well') {
  const children: ChildProcess[] = [];
  const emitted: { name: string; payload: unknown }[] = [];
  const logged: { event: string; fields: unknown }[] = [];
  let guns: Gun[] = [];
  const host = createGunsHost({
    fork: (): GunsChild => {
      const child = fork(path.join(import.meta.dirname, 'gunsChild.ts'), [way], { serialization: 'advanced' });
      children.push(child);
      return {
        post: (message) => {
          child.send(message, () => undefined);
        },
        onMessage: (listener) => child.on('message', (message) => listener(message as FromGuns)),
        onExit: (listener) => child.once('exit', (code) => listener(code)),
        kill: () => {
          child.kill('SIGKILL');
        },
      };
    },
    guns: () => guns,
    emit: (name, payload) => emitted.push({ name, payload }),
    log: (event, fields) => logged.push({ event, fields }),
    now: () => performance.now(),
    idleMs: 30,
  });
  onTestFinished(() => host.close());
  return {
    host,
    children,
    emitted,
    logged,
    set: (next: Gun[]) => {
      guns = next;
      host.apply();
    },
    scans: () => emitted.filter(({ name }) => name === 'guns.scanned').map(({ payload }) => (payload as GunScan).text),
    state: () => host.views()[0]?.state,
  };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 });
const gunAt = (port: string, more: Partial<Gun> = {}): Gun => ({
  id: 'one',
  name: 'gun one',
  role: 'any',
  enabled: true,
  line: {
    kind: 'serial',
    path: port,
    usb: null,
    baudRate: 9600,
    dataBits: 8,
    parity: 'none',
    stopBits: 1,
    end: 'line',
    pauseMs: 50,
  },
  ...more,
});

async function plugged(): Promise<{ readonly port: string; readonly cable: SerialCable }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'yiceda-host-'));
  const port = path.join(folder, 'A');
  const cable = await plugIn(port);
  onTestFinished(async () => {
    await cable.pull();
    rmSync(folder, { recursive: true, force: true });
  });
  return { port, cable };
}

describe("the host of the guns' process", () => {
  it('has none without a gun, nor for one that is switched off', () => {
    const { host, children, set } = hostOf();
    host.apply();
    set([gunAt('/dev/none', { enabled: false })]);
    expect(children).toHaveLength(0);
    expect(host.views()).toMatchObject([{ state: 'off', lastScanAtMs: null }]);
  });

  it('starts one to look for guns, and lets it go when none was added', async () => {
    const { host, children, logged } = hostOf();
    const [first, second] = await Promise.all([host.find(), host.find()]);
    expect(first.serial).toHaveLength(1);
    expect(second).toEqual(first);
    expect(children).toHaveLength(1);
    await until(() => expect(children[0]?.signalCode).toBe('SIGKILL'));
    expect(logged.map(({ event }) => event)).not.toContain('guns.died');
    const again = await host.find();
    expect(again.serial[0]?.path).toBe(`pid ${children[1]?.pid}`);
  });

  it.runIf(process.platform === 'linux')(
    'goes on after a death: states told, the gun open again, nothing doubled',
    async () => {
      const { port, cable } = await plugged();
      const { children, emitted, logged, set, state, scans, host } = hostOf();
      set([gunAt(port)]);
      await until(() => expect(state()).toBe('open'));
      await cable.send('SN1\r');
      await until(() => expect(scans()).toEqual(['SN1']));
      expect(host.views()[0]?.lastScanAtMs).toBeGreaterThan(0);
      children[0]?.kill('SIGKILL');
      await until(() => expect(logged.map(({ event }) => event)).toContain('guns.died'));
      await until(() => expect(state()).toBe('open'));
      await cable.send('SN2\r');
      await until(() => expect(scans()).toEqual(['SN1', 'SN2']));
      expect(children).toHaveLength(2);
      const told = emitted
        .filter(({ name }) => name === 'guns.changed')
        .map(({ payload }) => (payload as { guns: { state: string }[] }).guns[0]?.state);
      expect(told.lastIndexOf('open')).toBeGreaterThan(told.lastIndexOf('opening'));
      // The last one removed, its process goes.
      set([]);
      await until(() => expect(children[1]?.signalCode).toBe('SIGKILL'));
      expect(children).toHaveLength(2);
    },
  );

  it('that dies at each start is tried with growing pauses, and a search is answered with nothing', async () => {
    const { children, logged, set, host, state } = hostOf('dies');
    set([gunAt('/dev/none')]);
    expect(await host.find()).toEqual({ serial: [], hid: [] });
    await until(() => expect(logged.filter(({ event }) => event === 'guns.died')).toHaveLength(4));
    const pauses = logged
      .filter(({ event }) => event === 'guns.died')
      .map(({ fields }) => (fields as { waitMs: number }).waitMs);
    expect(pauses).toEqual([0, 250, 500, 1_000]);
    expect(children).toHaveLength(4);
    expect(state()).toBe('opening');
  });

  it('whose process is closed opens no other', async () => {
    const { host, children, set, logged } = hostOf();
    set([gunAt('/dev/none')]);
    await until(() => expect(host.views()[0]?.state).toBe('waiting'));
    host.close();
    await until(() => expect(children[0]?.signalCode).toBe('SIGKILL'));
    host.apply();
    expect(await host.find()).toEqual({ serial: [], hid: [] });
    expect(children).toHaveLength(1);
    expect(logged.map(({ event }) => event)).not.toContain('guns.died');
  });
});
