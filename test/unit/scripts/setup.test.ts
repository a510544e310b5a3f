import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseReady } from '../../../scripts/services/central.mjs';
import { cacheFolder, developmentUserData, hasDisplay } from '../../../scripts/setup/places.mjs';
import { fingerprint, readStamp, writeStamp } from '../../../scripts/setup/stamp.mjs';
import { installedPackages, missingPackages } from '../../../scripts/setup/systemPackages.mjs';
import { chosenSuites, everyDay, inGroups, readArguments } from '../../../scripts/tests/suites.mjs';

const folders: string[] = [];

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-stamp-'));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('fingerprint', () => {
  it('changes with a byte, a name, a new file and a missing one, and with nothing else', () => {
    const base = temporaryFolder();
    mkdirSync(path.join(base, 'src', 'deep'), { recursive: true });
    writeFileSync(path.join(base, 'src', 'a.ts'), 'one');
    writeFileSync(path.join(base, 'src', 'deep', 'b.ts'), 'two');
    const seen = [fingerprint(base, ['src', 'lock.json'])];
    expect(fingerprint(base, ['src', 'lock.json'])).toBe(seen[0]);
    writeFileSync(path.join(base, 'elsewhere.ts'), 'not asked for');
    expect(fingerprint(base, ['src', 'lock.json'])).toBe(seen[0]);

    writeFileSync(path.join(base, 'src', 'a.ts'), 'One');
    seen.push(fingerprint(base, ['src', 'lock.json']));
    writeFileSync(path.join(base, 'lock.json'), '');
    seen.push(fingerprint(base, ['src', 'lock.json']));
    rmSync(path.join(base, 'src', 'deep', 'b.ts'));
    seen.push(fingerprint(base, ['src', 'lock.json']));
    writeFileSync(path.join(base, 'src', 'b.ts'), 'two');
    seen.push(fingerprint(base, ['src', 'lock.json']));
    expect(new Set(seen).size).toBe(5);
  });

  it('does not mistake the end of one file for the beginning of the next', () => {
    const one = temporaryFolder();
    const other = temporaryFolder();
    writeFileSync(path.join(one, 'a'), 'xb');
    writeFileSync(path.join(one, 'b'), '');
    writeFileSync(path.join(other, 'a'), 'x');
    writeFileSync(path.join(other, 'b'), 'b');
    expect(fingerprint(one, ['a', 'b'])).not.toBe(fingerprint(other, ['a', 'b']));
  });
});

describe('stamps', () => {
  it('are read as written, and absent ones are undefined', () => {
    const file = path.join(temporaryFolder(), 'made', 'here', '.stamp');
    expect(readStamp(file)).toBeUndefined();
    writeStamp(file, 'abc');
    expect(readStamp(file)).toBe('abc');
  });
});

describe('system packages', () => {
  it('counts only wholly installed ones', () => {
    const text = 'ii  xvfb\nrc  xdotool\nun  libgtk-3-0t64\nii  libgtk-3-0\n\n';
    expect([...installedPackages(text)]).toEqual(['xvfb', 'libgtk-3-0']);
  });

  it('takes a library under either of its names', () => {
    const installed = new Set(['libgtk-3-0', 'xvfb']);
    expect(missingPackages(['libgtk-3-0t64|libgtk-3-0', 'xvfb', 'libnss3'], installed)).toEqual(['libnss3']);
  });
});

describe('places', () => {
  it('follows absolute XDG folders only, as their specification says', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me' })).toBe(path.join('/var/cache/me', 'yiceda-station'));
    expect(cacheFolder({ XDG_CACHE_HOME: 'relative' })).not.toContain('relative');
    expect(developmentUserData({ XDG_CONFIG_HOME: '/etc/me' })).toBe(path.join('/etc/me', 'yiceda-station-dev'));
  });

  it('sees a display where there is one', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: '' }, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'win32')).toBe(true);
  });
});

describe('parseReady', () => {
  it('reads the line of a service on loopback', () => {
    expect(parseReady('{"listening":"http://127.0.0.1:4711","stationToken":"t"}')).toEqual({
      url: 'http://127.0.0.1:4711',
      stationToken: 't',
    });
  });

  it.each([
    'starting',
    '{}',
    'null',
    '{"listening":"http://127.0.0.1:1"}',
    '{"listening":"http://10.0.0.1:80","stationToken":"t"}',
    '{"listening":"https://127.0.0.1:80","stationToken":"t"}',
    '{"listening":"nowhere","stationToken":"t"}',
  ])('takes no other line: %s', (line) => {
    expect(parseReady(line)).toBeUndefined();
  });
});

describe('inGroups', () => {
  it('runs each suite once, in their order, those that mostly wait side by side', () => {
    const groups = inGroups(everyDay);
    expect(groups.flat().toSorted()).toEqual(everyDay.toSorted());
    expect(groups).toContainEqual(['core', 'central', 'day']);
    expect(inGroups(['unit', 'day'])).toEqual([['unit'], ['day']]);
    expect(inGroups(['soak'])).toEqual([['soak']]);
  });
});

describe('chosenSuites', () => {
  it('runs everything by default, in order, and the soak only when asked', () => {
    expect(chosenSuites({})).toEqual(everyDay);
    expect(chosenSuites({})).not.toContain('soak');
    expect(chosenSuites({ soak: true })).toEqual(['soak']);
  });

  it('keeps the order whatever is asked first', () => {
    expect(chosenSuites({ only: 'core, unit' })).toEqual(['unit', 'core']);
  });

  it.each(['unti', 'unit,nothing', '', ' , '])('refuses %j rather than run nothing', (only) => {
    expect(() => chosenSuites({ only })).toThrow(/no suite called/);
  });
});

describe('readArguments', () => {
  it('tells suites from words', () => {
    expect(readArguments(['--only', 'unit', 'gs1'])).toEqual({ suites: ['unit'], words: ['gs1'] });
    expect(readArguments([])).toEqual({ suites: everyDay, words: [] });
  });

  it('refuses an option it does not know', () => {
    expect(() => readArguments(['--olny', 'unit'])).toThrow(/olny/);
  });
});
