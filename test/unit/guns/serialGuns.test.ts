import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGuns, type Guns } from '../../../electron/guns/guns.ts';
import { openHidLine } from '../../../electron/guns/hidLine.ts';
import { LineFault } from '../../../electron/guns/line.ts';
import { openSerialLine } from '../../../electron/guns/serialLine.ts';
import type { Gun, GunDamage, GunScan, GunState } from '../../../shared/model/gun.ts';
import { plugIn, type SerialCable } from './pty.ts';

/** Real serial ports: pseudo-terminals under the serialport package. */
describe.runIf(process.platform === 'linux')('serial guns', () => {
  let folder: string;
  let guns: Guns;
  let cables: SerialCable[];
  let scans: GunScan[];
  let damages: GunDamage[];
  let states: Map<string, GunState>;

  const makeGuns = (): Guns =>
    createGuns({
      open: (line, events) => (line.kind === 'serial' ? openSerialLine(line, events) : openHidLine(line, events)),
      nowAtMs: () => Date.now(),
      onScan: (scan) => scans.push(scan),
      onDamaged: (damage) => damages.push(damage),
      onState: (gunId, state) => states.set(gunId, state),
      log: () => {},
      retryMs: 20,
    });
  const plug = async (name: string): Promise<SerialCable> => {
    const cable = await plugIn(join(folder, name));
    cables.push(cable);
    return cable;
  };
  const gun = (name: string, more: Partial<Gun> = {}): Gun => ({
    id: name,
    name: `gun ${name}`,
    role: 'any',
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
      pauseMs: 50,
    },
    ...more,
  });
  const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 });
  const isIn = (name: string, state: GunState) => until(() => expect(states.get(name)).toBe(state));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'yiceda-guns-'));
    [cables, scans, damages, states] = [[], [], [], new Map()];
    guns = makeGuns();
  });
  afterEach(async () => {
    await guns.close();
    for (const cable of cables) await cable.pull();
    rmSync(folder, { recursive: true, force: true });
  });

  it('hands a scan on with its separators, name and role', async () => {
    const cable = await plug('A');
    guns.set([gun('A', { role: 'kits' })]);
    await isIn('A', 'open');
    await cable.send(']d201069012345678921724093010LOT1\u001D21SN1\r\n');
    await until(() => expect(scans).toHaveLength(1));
    expect(scans[0]).toMatchObject({
      gunId: 'A',
      name: 'gun A',
      role: 'kits',
      text: ']d201069012345678921724093010LOT1\u001D21SN1',
      bytes: expect.stringContaining('1d3231534e31'),
    });
  });

  it('unplugged in the middle of a scan: told, nothing of it handed on; plugged in again it goes on by itself', async () => {
    const cable = await plug('A');
    guns.set([gun('A')]);
    await isIn('A', 'open');
    await cable.send('WHOLE1\rHAL');
    await until(() => expect(scans).toHaveLength(1));
    await cable.pull();
    await isIn('A', 'waiting');
    expect(damages).toEqual([{ gunId: 'A', name: 'gun A', by: 'unplugged' }]);
    const again = await plug('A');
    await isIn('A', 'open');
    await again.send('WHOLE2\r');
    await until(() => expect(scans.map(({ text }) => text)).toEqual(['WHOLE1', 'WHOLE2']));
  });

  it('waits for a gun that is not there yet', async () => {
    guns.set([gun('A')]);
    await isIn('A', 'waiting');
    const cable = await plug('A');
    await isIn('A', 'open');
    await cable.send('SN1\r');
    await until(() => expect(scans.map(({ text }) => text)).toEqual(['SN1']));
  });

  it('two guns at once, five hundred scans as fast as they come: none lost, doubled or mixed', async () => {
    const [a, b] = [await plug('A'), await plug('B')];
    guns.set([gun('A', { role: 'people' }), gun('B', { role: 'kits' })]);
    await isIn('A', 'open');
    await isIn('B', 'open');
    const codes = (name: string) =>
      Array.from({ length: 250 }, (_unused, n) => `${name}-${n}-\u001D-${'x'.repeat(n % 50)}`);
    await Promise.all([a.send(`${codes('A').join('\r')}\r`), b.send(`${codes('B').join('\r')}\r`)]);
    await until(() => expect(scans).toHaveLength(500));
    for (const name of ['A', 'B']) {
      expect(scans.filter(({ gunId }) => gunId === name).map(({ text }) => text)).toEqual(codes(name));
    }
  });

  it('a flood without end is told and does not stop the gun', async () => {
    const cable = await plug('A');
    guns.set([gun('A')]);
    await isIn('A', 'open');
    await cable.send(`${'y'.repeat(20_000)}\rSN1\r`);
    await until(() => expect(scans.map(({ text }) => text)).toEqual(['SN1']));
    expect(damages).toEqual([{ gunId: 'A', name: 'gun A', by: 'tooLong' }]);
  });

  it('a port that another program has is busy, and opens once it is free', async () => {
    await plug('A');
    const other = await openSerialLine(gun('A').line as Extract<Gun['line'], { kind: 'serial' }>, {
      onScan: () => {},
      onDamaged: () => {},
      onGone: () => {},
    });
    guns.set([gun('A')]);
    await isIn('A', 'busy');
    await other.close();
    await isIn('A', 'open');
  });

  it('a change of its name or role keeps a gun open; another line, switching off and removing close it', async () => {
    const cable = await plug('A');
    guns.set([gun('A')]);
    await isIn('A', 'open');
    guns.set([gun('A', { name: 'new name', role: 'people' })]);
    await cable.send('SN1\r');
    await until(() => expect(scans[0]).toMatchObject({ name: 'new name', role: 'people' }));
    guns.set([gun('A', { enabled: false })]);
    expect(states.get('A')).toBe('off');
    await plug('B');
    guns.set([gun('A', { line: gun('B').line })]);
    await isIn('A', 'open');
    guns.set([]);
    expect(states.get('A')).toBe('off');
  });

  it('a HID scanner that is not plugged in is waited for, or told why it cannot be looked for', async () => {
    const line = { kind: 'hid', path: 'none', usb: { vendorId: 0x05f9, productId: 1, serialNumber: null } } as const;
    const events = { onScan: () => {}, onDamaged: () => {}, onGone: () => {} };
    await expect(openHidLine(line, events)).rejects.toThrow(LineFault);
  });
});
