import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { freshUserData, type LaunchedStation, launchStation } from './launch.ts';

/** The rules of the shell, seen from inside the page: what a page that went wrong could try. */
test.describe('the window', () => {
  let station: LaunchedStation;
  test.beforeAll(async () => {
    station = await launchStation({ args: ['--use-fake-device-for-media-stream'] });
  });
  test.afterAll(async () => {
    await station.close();
  });

  test('runs the page in the sandbox, isolated, without Node', async () => {
    const preferences = await station.app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const contents = window?.webContents as unknown as
        | { getLastWebPreferences(): Record<string, unknown> }
        | undefined;
      return contents?.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    const inPage = await station.page.evaluate(() => ({
      globals: ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'electron', 'ipcRenderer'].filter(
        (name) => name in window,
      ),
      bridge: Object.keys(window.station).sort(),
      frozen: Object.isFrozen(window.station),
    }));
    expect(inPage).toEqual({ globals: [], bridge: ['call', 'on'], frozen: true });
  });

  test('sends a strict policy as a header, with a fresh nonce for each load', async () => {
    const load = () =>
      station.page.evaluate(async () => {
        const answer = await fetch('/');
        return {
          csp: answer.headers.get('content-security-policy') ?? '',
          sniff: answer.headers.get('x-content-type-options'),
          html: await answer.text(),
        };
      });
    const first = await load();
    const second = await load();
    for (const rule of [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]) {
      expect(first.csp).toContain(rule);
    }
    expect(first.csp).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
    expect(first.sniff).toBe('nosniff');
    const nonceOf = (csp: string) => /'nonce-([\w-]{22})'/.exec(csp)?.[1] ?? '';
    expect(nonceOf(first.csp)).not.toBe('');
    expect(nonceOf(first.csp)).not.toBe(nonceOf(second.csp));
    expect(first.html).toContain(`content="${nonceOf(first.csp)}"`);
    expect(first.html).not.toContain('__CSP_NONCE__');
  });

  test('refuses inline scripts, inline handlers, eval, foreign styles and blobs as scripts', async () => {
    const tried = await station.page.evaluate(async () => {
      const broken: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => broken.push(event.effectiveDirective));
      const mark = (name: string) => name in window;
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.body.append(script);
      const picture = document.createElement('div');
      picture.innerHTML = '<img src="data:," onerror="window.handlerRan = true">';
      document.body.append(picture);
      const style = document.createElement('style');
      style.textContent = 'body { --intruder: 1 }';
      document.head.append(style);
      const blob = document.createElement('script');
      blob.src = URL.createObjectURL(new Blob(['window.blobRan = true'], { type: 'text/javascript' }));
      const blobFailed = new Promise((resolve) => {
        blob.onerror = () => resolve(true);
        blob.onload = () => resolve(false);
      });
      document.body.append(blob);
      // In a task of the page's own: what the test's debugger evaluates itself may do more than the page may.
      const [evaluated, made] = await new Promise<[string, string]>((resolve) => {
        const outcome = (run: () => unknown): string => {
          try {
            run();
            return 'ran';
          } catch (error) {
            return (error as Error).name;
          }
        };
        // biome-ignore lint/security/noGlobalEval: this is what is being refused
        setTimeout(() => resolve([outcome(() => window.eval('1')), outcome(() => new Function('return 1')())]));
      });
      const blobRefused = await blobFailed;
      const answer = {
        evaluated,
        made,
        blobRefused,
        ran: ['inlineRan', 'handlerRan', 'blobRan'].filter(mark),
        style: getComputedStyle(document.body).getPropertyValue('--intruder'),
        broken: [...new Set(broken)].sort(),
      };
      for (const node of [script, picture, style, blob]) node.remove();
      return answer;
    });
    expect(tried.evaluated).toBe('EvalError');
    expect(tried.made).toBe('EvalError');
    expect(tried.blobRefused).toBe(true);
    expect(tried.ran).toEqual([]);
    expect(tried.style).toBe('');
    expect(tried.broken).toEqual(expect.arrayContaining(['script-src-elem', 'style-src-elem']));
  });

  test('allows wasm and workers of its own, and frames of nobody', async () => {
    const wasm = await station.page.evaluate(async () => {
      // The smallest module: magic number and version.
      const module = await WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
      return module instanceof WebAssembly.Module;
    });
    expect(wasm).toBe(true);
    const frame = await station.page.evaluate(async () => {
      const refused = new Promise((resolve) =>
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
          once: true,
        }),
      );
      const inner = document.createElement('iframe');
      inner.src = '/';
      document.body.append(inner);
      const directive = await refused;
      inner.remove();
      return directive;
    });
    expect(frame).toBe('frame-src');
  });

  test('goes nowhere: navigation, windows, webviews and downloads are refused', async () => {
    const { page, app } = station;
    const before = page.url();
    expect(before).toBe('app://station/');
    for (const address of [
      'https://example.com/',
      'http://127.0.0.1:9/',
      'file:///etc/passwd',
      'app://sheet/x',
      'app://other/',
      'data:text/html,hi',
      'javascript:document.title="gone"',
    ]) {
      await page.evaluate((href) => {
        const link = document.createElement('a');
        link.href = href;
        document.body.append(link);
        link.click();
        link.remove();
      }, address);
      await page
        .evaluate((href) => {
          window.location.href = href;
        }, address)
        .catch(() => undefined);
      expect(page.url()).toBe(before);
    }
    expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
    expect(await page.evaluate(() => window.open('app://station/') === null)).toBe(true);
    await page.evaluate(() => document.body.append(document.createElement('webview')));
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['x']));
      link.download = 'x.txt';
      link.click();
    });
    // A round trip through both processes: whatever the clicks started has been decided by now.
    await page.evaluate(() => window.station.call('app.info', {}));
    const seen = await app.evaluate(({ BrowserWindow, webContents }) => ({
      windows: BrowserWindow.getAllWindows().length,
      guests: webContents.getAllWebContents().filter((one) => one.getType() === 'webview').length,
      title: BrowserWindow.getAllWindows()[0]?.getTitle(),
    }));
    expect(seen).toEqual({ windows: 1, guests: 0, title: '疫测达工作站' });
    expect(page.url()).toBe(before);
    expect(await page.locator('body[data-ready]').count()).toBe(1);
  });

  test('has no permission but the camera', async () => {
    const asked = await station.page.evaluate(async () => {
      const states: Record<string, string> = {};
      for (const name of [
        'geolocation',
        'notifications',
        'microphone',
        'midi',
        'clipboard-read',
        'persistent-storage',
        'storage-access',
        'background-sync',
      ]) {
        try {
          states[name] = (await navigator.permissions.query({ name: name as PermissionName })).state;
        } catch {
          states[name] = 'unknown';
        }
      }
      const nameOf = (error: unknown) => (error as Error).name;
      const audio = await navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'given', nameOf);
      const video = await navigator.mediaDevices.getUserMedia({ video: true }).then((stream) => {
        for (const track of stream.getTracks()) track.stop();
        return 'given';
      }, nameOf);
      const both = await navigator.mediaDevices.getUserMedia({ audio: true, video: true }).then(() => 'given', nameOf);
      const screen = await navigator.mediaDevices.getDisplayMedia({ video: true }).then(() => 'given', nameOf);
      const clipboard = await navigator.clipboard.readText().then(() => 'given', nameOf);
      const notification = await Notification.requestPermission();
      const place = await new Promise((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('given'),
          (error) => resolve(error.code === error.PERMISSION_DENIED ? 'denied' : 'other'),
        ),
      );
      return { states, audio, video, both, screen, clipboard, notification, place };
    });
    expect(Object.values(asked.states).filter((state) => state === 'granted')).toEqual([]);
    expect(asked.audio).toBe('NotAllowedError');
    expect(asked.video).toBe('given');
    expect(asked.both).toBe('NotAllowedError');
    expect(asked.screen).not.toBe('given');
    expect(asked.clipboard).toBe('NotAllowedError');
    expect(asked.notification).not.toBe('granted');
    expect(asked.place).toBe('denied');
  });

  test('reaches nothing outside: fetch, sockets, beacons, pictures', async () => {
    const tried = await station.page.evaluate(async () => {
      const outcome = (address: string) =>
        fetch(address).then(
          () => 'reached',
          () => 'refused',
        );
      const picture = new Promise<string>((resolve) => {
        const image = new Image();
        image.onload = () => resolve('reached');
        image.onerror = () => resolve('refused');
        image.src = 'http://127.0.0.1:9/x.png';
      });
      const socket = new Promise<string>((resolve) => {
        try {
          const one = new WebSocket('ws://127.0.0.1:9/');
          one.onopen = () => resolve('reached');
          one.onerror = () => resolve('refused');
        } catch {
          resolve('refused');
        }
      });
      return [
        await outcome('https://example.com/'),
        await outcome('http://127.0.0.1:9/'),
        await outcome('file:///etc/passwd'),
        await outcome('app://sheet/1'),
        await picture,
        await socket,
      ];
    });
    expect(tried).toEqual(['refused', 'refused', 'refused', 'refused', 'refused', 'refused']);
  });

  test('serves its own files only, with their types', async () => {
    const statuses = await station.page.evaluate(async () => {
      const paths = [
        '/../package.json',
        '/..%2fpackage.json',
        '/%2e%2e/package.json',
        '/%2e%2e%2fpackage.json',
        '/..%5cpackage.json',
        '/..\\package.json',
        '/%00',
        '/index.html%00.js',
        '/assets/%2e%2e/%2e%2e/electron/main.js',
        '/.git/config',
        '/electron/main.js',
        '/nothing.js',
        '/C:/Windows/win.ini',
        '//etc/passwd',
        '/assets/',
      ];
      const found: Record<string, number> = {};
      for (const one of paths)
        found[one] = await fetch(`app://station${one}`).then(
          (answer) => answer.status,
          () => 0,
        );
      const posted = await fetch('/', { method: 'POST', body: 'x' }).then((answer) => answer.status);
      const html = await fetch('/index.html').then((answer) => answer.headers.get('content-type'));
      return { found, posted, html };
    });
    for (const [address, status] of Object.entries(statuses.found))
      expect([0, 404], `${address} → ${status}`).toContain(status);
    expect(statuses.posted).toBe(405);
    expect(statuses.html).toBe('text/html; charset=utf-8');
  });

  test('keeps its title, its zoom and its page whatever keys come', async () => {
    const { page, app } = station;
    await page.evaluate(() => {
      document.title = '张三 阳性';
      (window as unknown as { same: boolean }).same = true;
    });
    for (const keys of [
      'F5',
      'Control+r',
      'Control+Shift+r',
      'Control+w',
      'Control+Equal',
      'Control+Minus',
      'Control+p',
      'Alt+ArrowLeft',
      'F11',
      'F12',
      'Control+Shift+i',
    ]) {
      await page.keyboard.press(keys);
    }
    expect(await page.evaluate(() => 'same' in window)).toBe(true);
    const window = await app.evaluate(({ BrowserWindow, Menu, session }) => {
      const [one] = BrowserWindow.getAllWindows();
      return {
        title: one?.getTitle(),
        zoom: one?.webContents.getZoomFactor(),
        full: one?.isFullScreen(),
        devtools: one?.webContents.isDevToolsOpened(),
        menu: Menu.getApplicationMenu() === null,
        least: one?.getMinimumSize(),
        spell: one?.webContents.session.isSpellCheckerEnabled(),
        defaultSpell: session.defaultSession.isSpellCheckerEnabled(),
        onDisk: one?.webContents.session.isPersistent(),
      };
    });
    expect(window).toEqual({
      title: '疫测达工作站',
      zoom: 1,
      full: false,
      devtools: false,
      menu: true,
      least: [1180, 680],
      spell: false,
      defaultSpell: false,
      onDisk: false,
    });
  });

  test('takes no call from another window, whatever page it shows', async () => {
    const answers = await station.app.evaluate(
      async ({ BrowserWindow }, preload) => {
        const own = BrowserWindow.getAllWindows()[0];
        const asked: unknown[] = [];
        for (const address of ['app://station/', 'data:text/html,<body>other</body>']) {
          const other = new BrowserWindow({
            show: false,
            webPreferences: {
              preload,
              sandbox: true,
              contextIsolation: true,
              session: own?.webContents.session as Electron.Session,
            },
          });
          await other.loadURL(address);
          asked.push(await other.webContents.executeJavaScript(`window.station.call('app.info', {})`));
          other.destroy();
        }
        return asked;
      },
      await preloadPath(station),
    );
    expect(answers).toEqual([
      { ok: false, error: { code: 'FORBIDDEN', params: {}, retryable: false } },
      { ok: false, error: { code: 'FORBIDDEN', params: {}, retryable: false } },
    ]);
    expect((await station.page.evaluate(() => window.station.call('app.info', {}))).ok).toBe(true);
  });
});

async function preloadPath(station: LaunchedStation): Promise<string> {
  return station.app.evaluate(({ app }) => `${app.getAppPath()}/build/electron/preload.cjs`);
}

test('a damaged settings file costs the settings, not the start, and is kept', async () => {
  const userData = freshUserData();
  const file = path.join(userData, 'preferences.json');
  writeFileSync(file, '{"preferences": {"language": "en", "th');
  const station = await launchStation({ userData });
  const got = await station.page.evaluate(() => window.station.call('preferences.get', {}));
  expect(got).toEqual({
    ok: true,
    value: {
      language: 'zh-CN',
      theme: 'system',
      scale: 100,
      volume: 70,
      speakNames: false,
      privacy: false,
      wedge: null,
    },
  });
  expect(readdirSync(userData).some((name) => name.startsWith('preferences.damaged-'))).toBe(true);
  const wanted = {
    language: 'en',
    theme: 'dark',
    scale: 120,
    volume: 0,
    speakNames: true,
    privacy: false,
    wedge: null,
  } as const;
  expect(await station.page.evaluate((next) => window.station.call('preferences.set', next), wanted)).toEqual({
    ok: true,
    value: wanted,
  });
  await station.close();

  const again = await launchStation({ userData });
  expect(await again.page.evaluate(() => window.station.call('preferences.get', {}))).toEqual({
    ok: true,
    value: wanted,
  });
  await again.close();
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  expect(Object.keys(kept).sort()).toEqual(['bounds', 'guns', 'preferences']);
  rmSync(userData, { recursive: true, force: true });
});

test('writes its log without what must not be in it', async () => {
  const station = await launchStation();
  await station.page.evaluate(() => window.station.call('station.get', {}));
  const log = path.join(station.userData, 'logs', 'station.log');
  expect(existsSync(log)).toBe(true);
  const lines = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map((line) => line['event'])).toEqual(expect.arrayContaining(['app.start', 'core.ready']));
  await station.close();
});
