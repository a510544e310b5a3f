import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logLine, openLog } from '../../../electron/app/log.ts';
import {
  defaultPreferences,
  openSettings,
  type SettingsStore,
  setDamagedAside,
} from '../../../electron/app/settings.ts';
import { startWriting } from '../../../electron/app/writeWhole.ts';
import type { Gun } from '../../../shared/model/gun.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-unit-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const holding = (value: unknown): SettingsStore => ({ store: value });
const quiet = () => undefined;

describe('settings', () => {
  it.each([
    undefined,
    null,
    1,
    'x',
    [],
    {},
    { preferences: null },
    { preferences: [] },
    { preferences: 'x', bounds: 'y' },
  ])('fall back to the defaults on %j', (value) => {
    const settings = openSettings(holding(value), quiet);
    expect(settings.preferences()).toEqual(defaultPreferences);
    expect(settings.bounds()).toBeNull();
  });

  it('written before there was a privacy mode load as they are, with it off', () => {
    const { privacy: _privacy, ...older } = { ...defaultPreferences, language: 'en' as const, volume: 5 };
    const settings = openSettings(holding({ preferences: older, bounds: null, guns: [] }), quiet);
    expect(settings.preferences()).toEqual({ ...older, privacy: false });
    expect(settings.setPreferences({ ...settings.preferences(), privacy: true })).toBe('kept');
    expect(settings.preferences().privacy).toBe(true);
  });

  it('keep each part that holds and drop each that does not', () => {
    const settings = openSettings(
      holding({
        preferences: { language: 'en', theme: 'pink', scale: 1000, volume: 5, extra: 1, ['__proto__']: 1 },
        bounds: { x: 1, y: 2, width: 3 },
        more: true,
      }),
      quiet,
    );
    expect(settings.preferences()).toEqual({ ...defaultPreferences, language: 'en', volume: 5 });
    expect(settings.bounds()).toBeNull();
  });

  it('write both parts and nothing else', () => {
    const store = holding({});
    const settings = openSettings(store, quiet);
    const bounds = { x: -5, y: 0, width: 1366, height: 768, maximized: true };
    settings.setBounds(bounds);
    const wanted = { ...defaultPreferences, theme: 'dark' as const };
    expect(settings.setPreferences(wanted)).toBe('kept');
    expect(settings.preferences()).toEqual(wanted);
    expect(store.store).toEqual({ preferences: wanted, bounds, guns: [] });
    settings.setBounds({ ...bounds, width: Number.NaN });
    expect(settings.bounds()).toEqual(bounds);
  });

  it('keep each gun that holds, at most eight, and take no more', () => {
    const gun = (n: number): Gun => ({
      id: `gun-${n}`,
      name: `枪 ${n}`,
      role: 'kits',
      enabled: true,
      line: {
        kind: 'serial',
        path: `COM${n}`,
        usb: { vendorId: 0x0c2e, productId: 1, serialNumber: null },
        baudRate: 9600,
        dataBits: 8,
        parity: 'none',
        stopBits: 1,
        end: 'line',
        pauseMs: 60,
      },
    });
    const serial = gun(3).line;
    const odd = [
      null,
      'x',
      { ...gun(1), role: 'boss' },
      { ...gun(2), line: { ...serial, baudRate: 12_345 } },
      { ...gun(3), line: { ...serial, kind: 'tcp' } },
      { ...gun(4), more: 1 },
      { ...gun(5), line: { kind: 'hid', path: 'x', usb: null } },
    ];
    const store = holding({ guns: [gun(1), ...odd, gun(2)] });
    const settings = openSettings(store, quiet);
    expect(settings.guns()).toEqual([gun(1), gun(2)]);
    expect(openSettings(holding({ guns: { 0: gun(1) } }), quiet).guns()).toEqual([]);
    const nine = Array.from({ length: 9 }, (_unused, n) => gun(n));
    expect(settings.setGuns(nine)).toBe('unsound');
    expect(settings.guns()).toEqual([gun(1), gun(2)]);
    expect(settings.setGuns(nine.slice(0, 8))).toBe('kept');
    expect(openSettings(store, quiet).guns()).toEqual(nine.slice(0, 8));
    expect(openSettings(holding({ guns: nine }), quiet).guns()).toHaveLength(8);
  });

  it('stay as they were, and say so, when the disk takes no change', () => {
    const said: string[] = [];
    const broken: SettingsStore = {
      get store(): unknown {
        throw new Error('EIO');
      },
      set store(_value: unknown) {
        throw new Error('ENOSPC');
      },
    };
    const settings = openSettings(broken, (event) => said.push(event));
    expect(settings.setPreferences({ ...defaultPreferences, scale: 120 })).toBe('failed');
    expect(settings.preferences().scale).toBe(100);
    expect(said).toEqual(['settings.unreadable', 'settings.notWritten']);
  });

  it('set a damaged file aside with what it holds, and leave a sound one alone', () => {
    const file = path.join(folder, 'preferences.json');
    expect(setDamagedAside(file, 1)).toBeNull();
    writeFileSync(file, '{"preferences":{}}');
    expect(setDamagedAside(file, 2)).toBeNull();
    for (const [at, text] of ['', '{"a":', '[1]', '"x"', 'null', '\u0000\u0000'].entries()) {
      writeFileSync(file, text);
      const kept = setDamagedAside(file, 100 + at);
      expect(kept).toBe(path.join(folder, `preferences.damaged-${100 + at}.json`));
      expect(existsSync(file)).toBe(false);
      expect(readFileSync(kept ?? '', 'utf8')).toBe(text);
    }
  });
});

describe('the log', () => {
  it('takes known fields only, and redacts texts', () => {
    const line = JSON.parse(
      logLine(0, 'core', 'call.failed', {
        id: 'ab12',
        ms: 3.5,
        ok: true,
        name: '张三',
        count: Number.NaN,
        message: 'kit 6921734900135001 for 310104198002291236',
        packaged: false,
      }),
    ) as Record<string, unknown>;
    expect(line).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      source: 'core',
      event: 'call.failed',
      id: 'ab12',
      message: 'kit […] for […]',
      packaged: false,
      ms: 3.5,
      dropped: 3,
    });
  });

  it('rotates by size and keeps so many files', () => {
    const log = openLog(path.join(folder, 'logs'), { maxBytes: 2_000, files: 3 });
    for (let at = 0; at < 200; at += 1) log.write('app', `line.${at}`, { count: at });
    const names = readdirSync(path.join(folder, 'logs')).sort();
    expect(names).toEqual(['station.1.log', 'station.2.log', 'station.log']);
    for (const name of names) expect(statSync(path.join(folder, 'logs', name)).size).toBeLessThanOrEqual(2_000);
    const lines = ['station.2.log', 'station.1.log', 'station.log'].flatMap((name) =>
      readFileSync(path.join(folder, 'logs', name), 'utf8')
        .trimEnd()
        .split('\n'),
    );
    const counts = lines.map((line) => (JSON.parse(line) as { count: number }).count);
    expect(counts.at(-1)).toBe(199);
    expect(counts).toEqual(Array.from({ length: counts.length }, (_, index) => 200 - counts.length + index));
  });

  it('goes on with the file of the last run, and never throws', () => {
    const logs = path.join(folder, 'logs');
    openLog(logs, { maxBytes: 10_000, files: 2 }).write('app', 'one');
    openLog(logs, { maxBytes: 10_000, files: 2 }).write('app', 'two');
    expect(readFileSync(path.join(logs, 'station.log'), 'utf8').trimEnd().split('\n')).toHaveLength(2);
    writeFileSync(path.join(folder, 'file'), '');
    expect(() => openLog(path.join(folder, 'file'), { maxBytes: 10, files: 2 }).write('app', 'x')).not.toThrow();
  });
});

describe('startWriting', () => {
  it('shows a file whole or not at all', async () => {
    const target = path.join(folder, '日报.pdf');
    const first = await startWriting(target);
    await first.fill(new Uint8Array(1000).fill(1));
    await first.fill(new Uint8Array([1, 2, 3]));
    expect(existsSync(target)).toBe(false);
    await first.keep();
    expect([...readFileSync(target)]).toEqual([1, 2, 3]);
    const second = await startWriting(target);
    await second.fill(new Uint8Array([9]));
    await second.discard();
    expect([...readFileSync(target)]).toEqual([1, 2, 3]);
    expect(readdirSync(folder)).toEqual(['日报.pdf']);
  });

  it('says at once when the folder cannot take it', async () => {
    await expect(startWriting(path.join(folder, 'nowhere', 'x.pdf'))).rejects.toMatchObject({ code: 'ENOENT' });
    chmodSync(folder, 0o700);
  });
});
