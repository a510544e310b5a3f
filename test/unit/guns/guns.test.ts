import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFramer, type Framed, textOfScan } from '../../../electron/guns/framing.ts';
import { createGuns } from '../../../electron/guns/guns.ts';
import { createHidReader } from '../../../electron/guns/hidReport.ts';
import { deviceOf, type LineEvents, LineFault } from '../../../electron/guns/line.ts';
import type { FoundDevice, Gun, GunDamage, GunScan, GunState } from '../../../shared/model/gun.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (framed: readonly Framed[]) =>
  framed.map((one) => (one.kind === 'scan' ? textOfScan(one.bytes) : one.kind));

describe('what stops without its end', () => {
  it.each(['line', 'tab', 'etx'] as const)('is told and never runs into the next scan (%s)', (end) => {
    const mark = { line: '\r', tab: '\t', etx: '\u0003' }[end];
    const framer = createFramer({ end, pauseMs: 50 });
    expect(framer.feed(bytes('HALF'), 0)).toEqual([]);
    expect(framer.deadlineMs()).toBe(2_000);
    expect(framer.tick(1_999)).toEqual([]);
    expect(textOf(framer.tick(2_000))).toEqual(['noEnd']);
    expect(framer.deadlineMs()).toBeNull();
    expect(textOf(framer.feed(bytes(`SN1${mark}`), 2_001))).toEqual(['SN1']);
    framer.feed(bytes('noise'), 3_000);
    // The timer was late.
    expect(textOf(framer.feed(bytes(`SN2${mark}`), 9_000))).toEqual(['noEnd', 'SN2']);
  });

  it('of a slow line is waited for', () => {
    const framer = createFramer({ end: 'line', pauseMs: 50 });
    for (const [n, character] of [...'SLOW-LINE'].entries()) framer.feed(bytes(character), n * 1_900);
    expect(textOf(framer.feed(bytes('\r'), 9 * 1_900))).toEqual(['SLOW-LINE']);
  });

  it('is told once when it was too long before', () => {
    const framer = createFramer({ end: 'line', pauseMs: 50 });
    expect(textOf(framer.feed(bytes('x'.repeat(9_000)), 0))).toEqual(['tooLong']);
    expect(framer.tick(5_000)).toEqual([]);
    expect(textOf(framer.feed(bytes('SN1\r'), 5_001))).toEqual(['SN1']);
  });

  it('before the start of a text is none of it', () => {
    const framer = createFramer({ end: 'etx', pauseMs: 50 });
    expect(textOf(framer.feed(bytes('noise\u0002SN1\u0003\r\n\u0002SN2\u0003SN3\u0003'), 0))).toEqual([
      'SN1',
      'SN2',
      'SN3',
    ]);
  });

  it('of a HID message is told without waiting for the next', () => {
    const reader = createHidReader();
    const half = new Uint8Array(63);
    half[0] = 58;
    half[62] = 1;
    expect(reader.feed(half, 0)).toEqual([]);
    expect(reader.deadlineMs()).toBe(1_000);
    expect(reader.tick(1_000)).toEqual([]);
    expect(reader.tick(1_001)).toEqual([{ kind: 'partMissing' }]);
    expect(reader.deadlineMs()).toBeNull();
    expect(reader.drop()).toBe(false);
  });
});

describe('a gun is found again', () => {
  const usb = { vendorId: 0x0c2e, productId: 0x0b6a, serialNumber: 'S1' };
  const plain = { ...usb, serialNumber: null };
  const at = (path: string, of: FoundDevice['usb']): FoundDevice => ({ path, label: '', usb: of });
  const none: ReadonlySet<string> = new Set();

  it('by its serial number on whatever port, and no other gun in its place', () => {
    const other = at('COM5', { ...usb, serialNumber: 'S2' });
    expect(deviceOf([other, at('COM6', usb)], 'COM5', usb, new Set(['COM6']))?.path).toBe('COM6');
    expect(deviceOf([other, at('COM7', null)], 'COM5', usb, none)).toBeNull();
  });

  it('without one by its port, or on another that is no other gun’s', () => {
    const both = [at('COM5', plain), at('COM6', plain)];
    expect(deviceOf(both, 'COM6', plain, none)?.path).toBe('COM6');
    expect(deviceOf([at('COM6', plain)], 'COM5', plain, none)?.path).toBe('COM6');
    expect(deviceOf([at('COM6', plain)], 'COM5', plain, new Set(['COM6']))).toBeNull();
    expect(deviceOf([at('COM6', plain), at('COM7', plain)], 'COM5', plain, new Set(['COM6']))?.path).toBe('COM7');
  });
});

describe('the set of guns', () => {
  const gun = (id: string, path = id): Gun => ({
    id,
    name: `gun ${id}`,
    role: 'any',
    enabled: true,
    line: {
      kind: 'hid',
      path,
      usb: { vendorId: 1, productId: 2, serialNumber: null },
    },
  });
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  function gunsOver(open: Parameters<typeof createGuns>[0]['open']) {
    const [scans, damages, states] = [[] as GunScan[], [] as GunDamage[], new Map<string, GunState>()];
    let nowMs = 1_000_000;
    const guns = createGuns({
      open,
      nowAtMs: () => nowMs,
      onScan: (scan) => scans.push(scan),
      onDamaged: (damage) => damages.push(damage),
      onState: (id, state) => states.set(id, state),
      log: () => undefined,
      retryMs: 5,
    });
    closing.push(guns.close);
    return {
      guns,
      scans,
      damages,
      states,
      pass: (ms: number) => {
        nowMs += ms;
      },
    };
  }
  const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 2 });

  it('a driver that does not answer holds up no other gun', async () => {
    let answer = (): void => undefined;
    const { guns, states } = gunsOver((line) =>
      line.path === 'A'
        ? new Promise((_resolve, reject) => {
            answer = () => reject(new LineFault('failed', 'late'));
          })
        : Promise.resolve({ path: line.path, close: () => Promise.resolve() }),
    );
    guns.set([gun('A'), gun('B')]);
    await until(() => expect(states.get('B')).toBe('open'));
    expect(states.get('A')).toBe('opening');
    answer();
    await until(() => expect(states.get('A')).toBe('failed'));
    guns.set([]);
  });

  it('knows which paths are the other guns’, as set up and as found', async () => {
    const told = new Map<string, ReadonlySet<string>>();
    const { guns, states } = gunsOver((line, _events, taken) => {
      told.set(line.path, taken);
      if (line.path === 'B' && !taken.has('A-moved')) throw new LineFault('busy', 'not yet');
      return Promise.resolve({ path: line.path === 'A' ? 'A-moved' : line.path, close: () => Promise.resolve() });
    });
    guns.set([gun('A'), gun('B')]);
    await until(() => expect(states.get('B')).toBe('open'));
    expect(told.get('B')).toEqual(new Set(['A', 'A-moved']));
    expect([...(told.get('A') ?? [])]).not.toContain('A');
  });

  it('a flood of scans is cut off and told once, until it has been quiet for a second', async () => {
    const given: LineEvents[] = [];
    const { guns, scans, damages, states, pass } = gunsOver((line, events) => {
      given.push(events);
      return Promise.resolve({ path: line.path, close: () => Promise.resolve() });
    });
    guns.set([gun('A')]);
    await until(() => expect(states.get('A')).toBe('open'));
    const scan = (text: string) => given[0]?.onScan({ text, bytes: bytes(text) });
    for (let n = 0; n < 1_000; n++) scan(`N${n}`);
    expect(scans).toHaveLength(1_000);
    expect(damages).toEqual([]);
    for (let n = 0; n < 5_000; n++) {
      pass(1);
      scan('noise');
    }
    expect(damages).toEqual([{ gunId: 'A', name: 'gun A', by: 'tooMany' }]);
    // What had drained by then may pass, no more.
    expect(scans.length).toBeLessThan(1_100);
    pass(1_000);
    scan('SN1');
    expect(scans.at(-1)?.text).toBe('SN1');
    // The clock set back is no flood.
    pass(-3_600_000);
    scan('SN2');
    expect(scans.at(-1)?.text).toBe('SN2');
  });

  it('a busy day of twenty scans a second is no flood', async () => {
    const given: LineEvents[] = [];
    const { guns, scans, states, pass } = gunsOver((line, events) => {
      given.push(events);
      return Promise.resolve({ path: line.path, close: () => Promise.resolve() });
    });
    guns.set([gun('A')]);
    await until(() => expect(states.get('A')).toBe('open'));
    for (let n = 0; n < 20_000; n++) {
      pass(50);
      given[0]?.onScan({ text: 'x', bytes: bytes('x') });
    }
    expect(scans).toHaveLength(20_000);
  });
});
