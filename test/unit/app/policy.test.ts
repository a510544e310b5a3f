import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { assetPath, mediaType } from '../../../electron/app/assets.ts';
import {
  devServerOf,
  disabledFeatures,
  isAllowedNavigation,
  isAllowedRequest,
  isGranted,
  isOurOrigin,
  isTrustedSender,
  refusedSwitch,
  refusedSwitches,
  safeWebPreferences,
  stationCsp,
  switches,
} from '../../../electron/app/policy.ts';
import { leastSize, openingPlace, usualSize } from '../../../electron/app/windowPlace.ts';

describe('our origin', () => {
  it.each(['app://station/', 'app://station', 'app://station/index.html?x#y'])('is %s', (address) => {
    expect(isOurOrigin(address)).toBe(true);
  });
  it.each([
    '',
    'null',
    'about:blank',
    'app://station.evil/',
    'app://evil/station',
    'app://user@station/',
    'app://station:80/',
    'app:station',
    'app://sheet/x',
    'https://station/',
    'file:///station',
    'data:text/html,app://station/',
    'blob:app://station/1',
  ])('is not %s', (address) => {
    expect(isOurOrigin(address)).toBe(false);
    expect(isAllowedNavigation(address)).toBe(false);
  });
  it('may be navigated to as the page only', () => {
    expect(isAllowedNavigation('app://station/')).toBe(true);
    expect(isAllowedNavigation('app://station/index.html#/people')).toBe(true);
    expect(isAllowedNavigation('app://station/assets/a.js')).toBe(false);
  });
});

describe('requests', () => {
  const plain = { devServer: null, packaged: true };
  it.each([
    'https://example.com/',
    'http://127.0.0.1/',
    'ws://127.0.0.1/',
    'file:///etc/passwd',
    'ftp://x/',
    'chrome://gpu',
    'devtools://x/',
    'nonsense',
  ])('refuses %s', (address) => {
    expect(isAllowedRequest(address, plain)).toBe(false);
  });
  it.each(['app://station/', 'data:,x', 'blob:app://station/1'])('allows %s', (address) => {
    expect(isAllowedRequest(address, plain)).toBe(true);
  });
  it('allows the bundler while developing, at its own port only', () => {
    const devServer = devServerOf('http://127.0.0.1:5173', false);
    expect(devServer).not.toBeNull();
    expect(isAllowedRequest('http://127.0.0.1:5173/a', { devServer, packaged: false })).toBe(true);
    expect(isAllowedRequest('ws://127.0.0.1:5173/', { devServer, packaged: false })).toBe(true);
    expect(isAllowedRequest('http://127.0.0.1:5174/', { devServer, packaged: false })).toBe(false);
    expect(isAllowedRequest('devtools://x/', { devServer, packaged: false })).toBe(true);
  });
  it.each([
    undefined,
    '',
    'http://example.com',
    'https://127.0.0.1',
    'http://127.0.0.1.example.com',
    'http://a@127.0.0.1',
    'file:///x',
    'x',
  ])('takes no bundler at %s', (text) => {
    expect(devServerOf(text, false)).toBeNull();
  });
  it('takes no bundler at all in the packaged program', () => {
    expect(devServerOf('http://127.0.0.1:5173', true)).toBeNull();
  });
});

describe('permissions', () => {
  const ask = { permission: 'media', origin: 'app://station/', isMainFrame: true, media: ['video'] };
  it('grant the camera to our own page', () => {
    expect(isGranted(ask)).toBe(true);
  });
  it.each([
    { media: ['audio'] },
    { media: ['audio', 'video'] },
    { media: [] },
    { media: ['unknown'] },
    { isMainFrame: false },
    { origin: 'https://example.com' },
    { origin: '' },
    { permission: 'geolocation' },
    { permission: 'clipboard-read' },
    { permission: 'clipboard-sanitized-write' },
    { permission: 'display-capture' },
    { permission: 'unknown' },
  ])('refuse %j', (other) => {
    expect(isGranted({ ...ask, ...other })).toBe(false);
  });
});

describe('the sender of a call', () => {
  const own = { contentsId: 1, mainFrame: { routingId: 4, processId: 7 } };
  const frame = { routingId: 4, processId: 7, url: 'app://station/' };
  it('is our window’s main frame on our page', () => {
    expect(isTrustedSender({ contentsId: 1, frame }, own)).toBe(true);
  });
  it.each([
    { contentsId: 2, frame },
    { contentsId: 1, frame: null },
    { contentsId: 1, frame: { ...frame, routingId: 5 } },
    { contentsId: 1, frame: { ...frame, processId: 8 } },
    { contentsId: 1, frame: { ...frame, url: 'https://example.com/' } },
    { contentsId: 1, frame: { ...frame, url: 'about:blank' } },
    { contentsId: 1, frame: { ...frame, url: '' } },
  ])('is not %j', (sender) => {
    expect(isTrustedSender(sender, own)).toBe(false);
  });
  it('is nobody while there is no window', () => {
    expect(isTrustedSender({ contentsId: 1, frame }, null)).toBe(false);
  });
});

describe('the page’s policy', () => {
  it('allows nothing by default, no inline and no eval', () => {
    const csp = stationCsp('abc');
    expect(csp.startsWith("default-src 'none'; ")).toBe(true);
    expect(csp).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|https?:|ws:/);
    expect(csp).toContain("style-src 'self' 'nonce-abc'");
  });
  it('keeps Node out of every window', () => {
    expect(safeWebPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      plugins: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      disableBlinkFeatures: 'Auxclick',
    });
  });
  it('gives each switch and feature its reason', () => {
    for (const [name, why] of disabledFeatures) expect([name, why.length > 10]).toEqual([name, true]);
    for (const [name, , why] of switches) expect([name, why.length > 10]).toEqual([name, true]);
  });
});

describe('assetPath', () => {
  const folder = path.resolve('/build/renderer');
  it.each([
    ['app://station/', 'index.html'],
    ['app://station', 'index.html'],
    ['app://station/?x=1#y', 'index.html'],
    ['app://station/index.html', 'index.html'],
    ['app://station/assets/App-Bx3_9.js?v=1', 'assets/App-Bx3_9.js'],
    ['app://station/assets/reader.wasm', 'assets/reader.wasm'],
  ])('%s is %s', (address, file) => {
    expect(assetPath(folder, address)).toBe(path.join(folder, file));
  });
  it.each([
    'app://station/../package.json',
    'app://station/a/../../b.js',
    'app://station/..%2fpackage.json',
    'app://station/%2e%2e/package.json',
    'app://station/%2e%2e%5cpackage.json',
    'app://station/..\\package.json',
    'app://station/a\\b.js',
    'app://station/\u0000',
    'app://station/%00',
    'app://station/index.html%00.js',
    'app://station/index.html\u0000.js',
    'app://station//etc/passwd',
    'app://station/C:/Windows/win.ini',
    'app://station/index.html::$DATA',
    'app://station/.git/config',
    'app://station/assets/.hidden.js',
    'app://station/a.',
    'app://station/a..b',
    'app://station/assets/',
    'app://station/名.js',
    'app://station/a b.js',
    `app://station/${'a'.repeat(300)}`,
    '',
    '/index.html',
    'app:index.html',
  ])('refuses %j', (address) => {
    expect(assetPath(folder, address)).toBeNull();
  });
  it('knows the types of what is shipped, and no other', () => {
    expect(mediaType('a.wasm')).toBe('application/wasm');
    expect(mediaType('a.JS')).toBe('text/javascript; charset=utf-8');
    expect(mediaType('a.html')).toBe('text/html; charset=utf-8');
    for (const file of ['a', 'a.map', 'a.ts', 'a.exe', 'a.node', 'a.db']) expect(mediaType(file)).toBeNull();
  });
});

describe('openingPlace', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1040 };
  const kept = { x: 100, y: 50, width: 1400, height: 800, maximized: false };
  it('opens where the window stood, if it can be taken hold of', () => {
    expect(openingPlace(kept, [screen])).toEqual(kept);
    expect(openingPlace({ ...kept, x: -1100 }, [screen])).toMatchObject({ x: -1100 });
  });
  it('opens in the middle when that screen is gone', () => {
    for (const lost of [
      { ...kept, x: 5000 },
      { ...kept, y: -300 },
      { ...kept, y: 1030 },
      { ...kept, x: -1350 },
    ]) {
      expect(openingPlace(lost, [screen])).toEqual({ ...usualSize, maximized: false });
    }
    expect(openingPlace({ ...kept, maximized: true }, [])).toEqual({ ...usualSize, maximized: true });
    expect(openingPlace(null, [screen])).toEqual({ ...usualSize, maximized: false });
  });
  it('is never smaller than the desk needs', () => {
    expect(openingPlace({ ...kept, width: 200, height: 200 }, [screen])).toMatchObject(leastSize);
  });
});

describe('the command line', () => {
  const packaged = { packaged: true, isRoot: false };
  const only = (name: string) => (asked: string) => asked === name;
  it.each(refusedSwitches)('of the packaged program may not have --%s: %s', (name) => {
    expect(refusedSwitch(only(name), packaged)).toBe(name);
    expect(refusedSwitch(only(name), { packaged: true, isRoot: true })).toBe(name);
    // Development and tests use some of them.
    expect(refusedSwitch(only(name), { packaged: false, isRoot: false })).toBeNull();
  });
  it('gives up the sandbox for root alone, who can have none', () => {
    expect(refusedSwitch(only('no-sandbox'), packaged)).toBe('no-sandbox');
    expect(refusedSwitch(only('no-sandbox'), { packaged: true, isRoot: true })).toBeNull();
  });
  it.each(['lang', 'disable-gpu', 'user-data-dir', 'proxy-server', 'ozone-platform'])('may have --%s', (name) => {
    expect(refusedSwitch(only(name), packaged)).toBeNull();
  });
});

describe('every permission that Electron knows', () => {
  const known = [
    ...['accessibility-events', 'automatic-fullscreen', 'background-fetch', 'background-sync', 'clipboard-read'],
    ...['clipboard-sanitized-write', 'deprecated-sync-clipboard-read', 'display-capture', 'fileSystem', 'fullscreen'],
    ...['geolocation', 'hid', 'idle-detection', 'keyboardLock', 'local-fonts', 'mediaKeySystem', 'midi', 'midiSysex'],
    ...['notifications', 'openExternal', 'payment-handler', 'periodic-background-sync', 'persistent-storage'],
    ...['pointerLock', 'screen-wake-lock', 'serial', 'speaker-selection', 'storage-access', 'top-level-storage-access'],
    ...['unknown', 'usb', 'window-management', 'window-placement', '', 'MEDIA', 'media ', '__proto__', 'constructor'],
  ];
  it.each(known)('%j is refused, asked for or looked up', (permission) => {
    for (const media of [[], ['video'], ['audio'], ['video', 'audio']]) {
      expect(isGranted({ permission, origin: 'app://station/', isMainFrame: true, media })).toBe(false);
    }
  });
});
