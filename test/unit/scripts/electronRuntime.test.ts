import { describe, expect, it } from 'vitest';
import { executableName, waysToRuntime } from '../../../scripts/setup/electronRuntime.mjs';
import { needsCompiledBinding, sqliteDefines } from '../../../scripts/setup/sqliteBinding.mjs';

const facts = {
  overridden: false,
  officialPresent: false,
  fetchFailedLately: false,
  retryWanted: false,
  system: 'linux-x64',
};

describe('waysToRuntime', () => {
  it('takes a named runtime and nothing beside it', () => {
    expect(waysToRuntime({ ...facts, overridden: true, officialPresent: true })).toEqual(['override']);
  });

  it('takes the official one where it is', () => {
    expect(waysToRuntime({ ...facts, officialPresent: true, fetchFailedLately: true })).toEqual(['official']);
  });

  it('fetches first and then stands in', () => {
    expect(waysToRuntime(facts)).toEqual(['fetch', 'standIn']);
  });

  it('does not fetch again within a day of a failure, unless asked to', () => {
    expect(waysToRuntime({ ...facts, fetchFailedLately: true })).toEqual(['standIn']);
    expect(waysToRuntime({ ...facts, fetchFailedLately: true, retryWanted: true })).toEqual(['fetch', 'standIn']);
  });

  it.each(['win32-x64', 'darwin-arm64', 'linux-arm64'])('has no stand-in on %s and always tries to fetch', (system) => {
    expect(waysToRuntime({ ...facts, system, fetchFailedLately: true })).toEqual(['fetch']);
  });
});

describe('executableName', () => {
  it('knows where each system keeps it', () => {
    expect(executableName('linux')).toBe('electron');
    expect(executableName('win32')).toBe('electron.exe');
    expect(executableName('darwin')).toMatch(/Electron\.app.Contents.MacOS.Electron$/);
  });
});

describe('needsCompiledBinding', () => {
  it.each([
    ['33.2.1', true],
    ['35.9.9', true],
    ['36.0.0', false],
    ['45.4.1', false],
    ['', false],
  ])('%s: %s', (version, needed) => {
    expect(needsCompiledBinding(version)).toBe(needed);
  });
});

describe('sqliteDefines', () => {
  it('reads names with and without a value and no keys of the file', () => {
    const gypi =
      "{\n  'defines': [\n    'HAVE_USLEEP=1',\n    'SQLITE_DEFAULT_CACHE_SIZE=-16000',\n    'SQLITE_SOUNDEX',\n  ],\n}";
    expect(sqliteDefines(gypi)).toEqual(['-DHAVE_USLEEP=1', '-DSQLITE_DEFAULT_CACHE_SIZE=-16000', '-DSQLITE_SOUNDEX']);
  });
});
