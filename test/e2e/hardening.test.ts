import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'playwright/test';
import { type LaunchedStation, launchStation } from './launch.ts';
import { type Lure, openLure } from './lure.ts';

/** What a page that went wrong, or somebody at the keyboard, could try: each test is a rule, tried in the real window. */
test.describe('hardening', () => {
  let station: LaunchedStation;
  let lure: Lure;
  test.beforeAll(async () => {
    lure = await openLure();
    station = await launchStation({ args: ['--use-fake-device-for-media-stream'] });
  });
  test.afterAll(async () => {
    await station.close();
    // The lure does count: without this, nothing that is counted here would show anything.
    await fetch(lure.url);
    expect(lure.reached().connections).toBe(1);
    await lure.close();
  });

  /** Nothing reached the lure, and the window is where it was. */
  const stayed = async () => {
    // A round trip through both processes: whatever was started has been decided by now.
    await station.page.evaluate(() => window.station.call('app.info', {}));
    const seen = await station.app.evaluate(({ BrowserWindow, webContents }) => ({
      windows: BrowserWindow.getAllWindows().length,
      contents: webContents.getAllWebContents().length,
      urls: webContents.getAllWebContents().map((one) => one.getURL()),
    }));
    expect(seen).toEqual({ windows: 1, contents: 1, urls: ['app://station/'] });
    expect(lure.reached()).toEqual({ connections: 0, datagrams: 0 });
    expect(await station.page.locator('body[data-ready]').count()).toBe(1);
  };

  test('every page that is ever shown, the hidden ones that print included, has the safe preferences', async () => {
    const { app, page } = station;
    await app.evaluate(({ app: electron }) => {
      const seen: Record<string, unknown>[] = [];
      (globalThis as { seenPreferences?: unknown }).seenPreferences = seen;
      electron.on('web-contents-created', (_event, contents) => {
        contents.once('did-finish-load', () => {
          const own = contents as unknown as { getLastWebPreferences(): Record<string, unknown> };
          seen.push({ ...own.getLastWebPreferences(), persistent: contents.session.isPersistent() });
        });
      });
    });
    expect((await page.evaluate(() => window.station.call('print.listPrinters', {}))).ok).toBe(true);
    const all = await app.evaluate(({ BrowserWindow }) => {
      const window = BrowserWindow.getAllWindows()[0];
      const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      const hidden = (globalThis as { seenPreferences?: Record<string, unknown>[] }).seenPreferences ?? [];
      return { shown: contents.getLastWebPreferences(), hidden };
    });
    expect(all.hidden).toHaveLength(1);
    for (const preferences of [all.shown, ...all.hidden]) {
      expect(preferences).toMatchObject({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
      });
    }
    expect(all.hidden[0]).toMatchObject({ javascript: false, persistent: false });
    expect(all.hidden[0]?.['preload']).toBeUndefined();
  });

  test('the sandbox holds the page in the system too, wherever there can be one', async () => {
    const { app } = station;
    const pids = await app.evaluate(({ app: electron }) =>
      electron.getAppMetrics().flatMap((one) => (one.type === 'Tab' ? [one.pid] : [])),
    );
    expect(pids.length).toBeGreaterThan(0);
    const switches = await app.evaluate(({ app: electron }) => electron.commandLine.hasSwitch('no-sandbox'));
    // Root can have none; nobody else goes without.
    expect(switches).toBe(process.platform === 'linux' && process.getuid?.() === 0);
    if (process.platform !== 'linux' || switches) return;
    for (const pid of pids) expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m);
  });

  test('the page has one door, frozen, and nothing of Electron or Node behind it', async () => {
    const found = await station.page.evaluate(
      () =>
        new Promise<Record<string, unknown>>((resolve) => {
          // In a task of the page's own: what the debugger evaluates itself may do more than the page.
          setTimeout(() => {
            const outcome = (run: () => unknown): unknown => {
              try {
                return run() === undefined ? 'nothing' : 'got';
              } catch (error) {
                return (error as Error).name;
              }
            };
            const spoil = window as unknown as Record<string, unknown>;
            try {
              spoil['station'] = { call: 1 };
              (window.station as unknown as Record<string, unknown>)['more'] = 1;
              (window.station as unknown as Record<string, unknown>)['call'] = 1;
            } catch {
              // Refused aloud, or in silence.
            }
            const door = window.station as unknown as Record<string, { constructor: (code: string) => () => unknown }>;
            resolve({
              names: Object.getOwnPropertyNames(window.station).sort(),
              symbols: Object.getOwnPropertySymbols(window.station).length,
              frozen: Object.isFrozen(window.station),
              still: typeof window.station.call,
              constructor: outcome(() => door['call']?.constructor('return process')()),
              opener: window.opener,
              globals: Object.getOwnPropertyNames(window).filter((name) =>
                /^(process|require|module|Buffer|global|electron|ipcRenderer|__dirname|__filename|setImmediate)$/i.test(
                  name,
                ),
              ),
            });
          });
        }),
    );
    expect(found).toEqual({
      names: ['call', 'on'],
      symbols: 0,
      frozen: true,
      still: 'function',
      constructor: 'EvalError',
      opener: null,
      globals: [],
    });
  });

  test('an empty frame of the page has no door, and a page that spoils the built-ins spoils only itself', async () => {
    const { page } = station;
    const inner = await page.evaluate(() => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const has = frame.contentWindow !== null && 'station' in frame.contentWindow;
      frame.remove();
      return has;
    });
    expect(inner).toBe(false);
    const reply = await page.evaluate(async () => {
      const { map } = Array.prototype;
      Array.prototype.map = () => {
        throw new Error('spoilt');
      };
      try {
        return await window.station.call('desk.nothing' as 'desk.get', {});
      } finally {
        Array.prototype.map = map;
      }
    });
    expect(reply).toMatchObject({ ok: false, error: { code: 'UNKNOWN_METHOD' } });
  });

  test('one channel answers in all of Electron’s own process', async () => {
    const channels = await station.app.evaluate(({ ipcMain }) => ({
      invoked: [...((ipcMain as unknown as { _invokeHandlers: Map<string, unknown> })._invokeHandlers?.keys() ?? [])],
      // Node's own, for every emitter.
      heard: ipcMain
        .eventNames()
        .map(String)
        .filter((name) => name !== 'error'),
    }));
    expect(channels).toEqual({ invoked: ['station:call'], heard: [] });
  });

  test('the page goes nowhere, by whatever way it is asked to', async () => {
    const { page } = station;
    const targets = [
      `${lure.url}/gone`,
      'https://example.com/',
      'file:///etc/passwd',
      'app://sheet/x',
      'app://station.evil/',
      'app://station/assets/',
      'data:text/html,<p>gone',
      'blob:app://station/0',
      'chrome://gpu/',
      'devtools://devtools/bundled/inspector.html',
      'view-source:app://station/',
      'javascript:document.body.textContent="gone"',
      'mailto:a@b',
      'tel:110',
      'ms-settings:',
      '\\\\127.0.0.1\\share',
    ];
    const ways: Record<string, (href: string) => unknown> = {
      link: (href) => {
        const link = document.createElement('a');
        link.href = href;
        document.body.append(link);
        link.click();
        link.remove();
      },
      blank: (href) => {
        const link = document.createElement('a');
        link.href = href;
        link.target = '_blank';
        link.rel = 'opener';
        document.body.append(link);
        link.click();
        link.remove();
      },
      ping: (href) => {
        const link = document.createElement('a');
        link.href = '#';
        link.ping = href;
        document.body.append(link);
        link.click();
        link.remove();
      },
      assign: (href) => window.location.assign(href),
      replace: (href) => window.location.replace(href),
      top: (href) => {
        if (window.top !== null) window.top.location.href = href;
      },
      open: (href) => window.open(href),
      named: (href) => window.open(href, 'other', 'popup,noopener'),
      form: (href) => {
        const form = document.createElement('form');
        form.action = href;
        form.method = 'post';
        document.body.append(form);
        form.submit();
        form.remove();
      },
      button: (href) => {
        const form = document.createElement('form');
        form.innerHTML = '<button>go</button>';
        const button = form.querySelector('button');
        if (button !== null) {
          button.formAction = href;
          button.formTarget = '_blank';
        }
        document.body.append(form);
        button?.click();
        form.remove();
      },
      refresh: (href) => {
        const meta = document.createElement('meta');
        meta.httpEquiv = 'refresh';
        meta.content = `0;url=${href}`;
        document.head.append(meta);
        meta.remove();
      },
      frame: (href) => {
        const frame = document.createElement('iframe');
        frame.src = href;
        document.body.append(frame);
        frame.remove();
      },
      area: (href) => {
        const area = document.createElement('area');
        area.href = href;
        document.body.append(area);
        area.click();
        area.remove();
      },
      history: (href) => history.pushState(null, '', href),
      navigation: (href) =>
        (window as unknown as { navigation?: { navigate(to: string): { finished: Promise<unknown> } } }).navigation
          ?.navigate(href)
          .finished.catch(() => undefined),
    };
    for (const [way, go] of Object.entries(ways)) {
      for (const target of targets) {
        // Its own addresses a page may write into its own bar.
        if (way === 'history' && target.startsWith('app://station/')) continue;
        await page
          .evaluate(`(() => { try { (${go.toString()})(${JSON.stringify(target)}); } catch {} })()`)
          .catch(() => undefined);
      }
      expect(page.url().replace(/#$/, ''), way).toBe('app://station/');
    }
    // A reload makes the address its own again, without the mark that the last link left.
    await page.evaluate(() => history.replaceState(null, '', '/'));
    await stayed();
  });

  test('a middle click, a dropped file and a dropped address open nothing', async () => {
    const { page } = station;
    const box = await page.evaluate((href) => {
      const link = document.createElement('a');
      link.id = 'lure';
      link.href = href;
      link.textContent = 'lure';
      link.style.setProperty('position', 'fixed');
      link.style.setProperty('inset', '0');
      link.style.setProperty('z-index', '100000');
      document.body.append(link);
      const { x, y, width, height } = link.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }, lure.url);
    for (const [button, modifier] of [
      ['middle', null],
      ['left', 'Control'],
      ['left', 'Shift'],
      ['middle', 'Shift'],
    ] as const) {
      if (modifier !== null) await page.keyboard.down(modifier);
      await page.mouse.click(box.x, box.y, { button });
      if (modifier !== null) await page.keyboard.up(modifier);
    }
    const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-drop-'));
    const file = path.join(folder, 'page.html');
    writeFileSync(file, '<script>document.title = "gone"</script>');
    const wire = await page.context().newCDPSession(page);
    const drops = [
      { items: [], files: [file], dragOperationsMask: 1 },
      { items: [{ mimeType: 'text/uri-list', data: lure.url }], dragOperationsMask: 1 },
      { items: [{ mimeType: 'text/html', data: '<img src=x onerror="document.title=1">' }], dragOperationsMask: 1 },
    ];
    for (const data of drops) {
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
        await wire.send('Input.dispatchDragEvent', { type, x: box.x, y: box.y, data });
    }
    await wire.detach();
    await page.evaluate(() => document.querySelector('#lure')?.remove());
    rmSync(folder, { recursive: true, force: true });
    await stayed();
  });

  test('nothing is loaded from elsewhere: no script, style, picture, font, frame, object, socket or hint', async () => {
    const { page } = station;
    const tried = await page.evaluate(
      async ({ url, socketUrl, udpPort }) => {
        const broken = new Set<string>();
        const hear = (event: SecurityPolicyViolationEvent) => broken.add(event.effectiveDirective);
        document.addEventListener('securitypolicyviolation', hear);
        const nodes: Element[] = [];
        const put = (html: string) => {
          const holder = document.createElement('div');
          holder.innerHTML = html;
          document.body.append(holder);
          nodes.push(holder);
        };
        put(
          `<img src="${url}/i.png" srcset="${url}/i2.png 2x"><picture><source srcset="${url}/p.webp"><img></picture>`,
        );
        put(
          `<video src="${url}/v.mp4" poster="${url}/p.png" autoplay></video><audio src="${url}/a.mp3" autoplay></audio>`,
        );
        put(`<object data="${url}/o.html"></object><embed src="${url}/e.html"><iframe src="${url}/f.html"></iframe>`);
        put(
          `<iframe srcdoc="<img src='${url}/s.png'>"></iframe><track src="${url}/t.vtt"><input type="image" src="${url}/b.png">`,
        );
        put(
          `<svg><image href="${url}/svg.png"/><use href="${url}/use.svg#a"/><script href="${url}/s.js"></script></svg>`,
        );
        put(`<link rel="stylesheet" href="${url}/c.css"><div style="background:url(${url}/bg.png)"></div>`);
        for (const rel of [
          'preload',
          'prefetch',
          'preconnect',
          'dns-prefetch',
          'modulepreload',
          'icon',
          'manifest',
          'prerender',
        ]) {
          const link = document.createElement('link');
          link.rel = rel;
          link.href = `${url}/${rel}`;
          if (rel === 'preload') link.as = 'script';
          document.head.append(link);
          nodes.push(link);
        }
        const script = document.createElement('script');
        script.src = `${url}/s.js`;
        document.head.append(script);
        const base = document.createElement('base');
        base.href = `${url}/`;
        document.head.append(base);
        nodes.push(script, base);
        const rules = document.createElement('script');
        rules.type = 'speculationrules';
        rules.textContent = JSON.stringify({ prefetch: [{ source: 'list', urls: [`${url}/spec`] }] });
        document.head.append(rules);
        nodes.push(rules);
        const refused = async (run: () => unknown): Promise<boolean> => {
          try {
            await run();
            return false;
          } catch {
            return true;
          }
        };
        const waitFor = (open: (end: (isOpen: boolean) => void) => void) =>
          new Promise<void>((resolve, reject) => open((isOpen) => (isOpen ? resolve() : reject(new Error('refused')))));
        const outcomes = {
          fetch: await refused(() => fetch(`${url}/fetch`)),
          noCors: await refused(() => fetch(`${url}/fetch`, { mode: 'no-cors', keepalive: true })),
          xhr: await refused(() =>
            waitFor((end) => {
              const request = new XMLHttpRequest();
              request.onload = () => end(true);
              request.onerror = () => end(false);
              request.open('GET', `${url}/xhr`);
              request.send();
            }),
          ),
          events: await refused(() =>
            waitFor((end) => {
              const source = new EventSource(`${url}/events`);
              source.onopen = () => end(true);
              source.onerror = () => {
                source.close();
                end(false);
              };
            }),
          ),
          socket: await refused(() =>
            waitFor((end) => {
              const socket = new WebSocket(socketUrl);
              socket.onopen = () => end(true);
              socket.onerror = () => end(false);
            }),
          ),
          font: await refused(() => new FontFace('lure', `url(${url}/f.woff2)`).load()),
          imported: await refused(() => import(/* @vite-ignore */ `${url}/m.js`)),
          worker: await refused(() => new Worker(`${url}/w.js`)),
          blobWorker: await refused(() =>
            waitFor((end) => {
              const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' })));
              worker.onmessage = () => end(true);
              worker.onerror = () => end(false);
            }),
          ),
          dataWorker: await refused(() =>
            waitFor((end) => {
              const worker = new Worker('data:text/javascript,postMessage(1)');
              worker.onmessage = () => end(true);
              worker.onerror = () => end(false);
            }),
          ),
          serviceWorker: await refused(() => navigator.serviceWorker.register('/assets/sw.js')),
        };
        navigator.sendBeacon(`${url}/beacon`, 'x');
        const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${udpPort}` }] });
        peer.createDataChannel('x');
        await peer.setLocalDescription(await peer.createOffer());
        await new Promise<void>((resolve) => {
          if (peer.iceGatheringState === 'complete') resolve();
          else peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve();
        });
        const leaked = /candidate:.* (typ host|typ srflx)/.test(peer.localDescription?.sdp ?? '');
        peer.close();
        for (const node of nodes) node.remove();
        document.removeEventListener('securitypolicyviolation', hear);
        return { outcomes, broken: [...broken].sort(), base: document.baseURI, leaked };
      },
      { url: lure.url, socketUrl: lure.socketUrl, udpPort: lure.udpPort },
    );
    for (const [way, isRefused] of Object.entries(tried.outcomes)) expect(isRefused, way).toBe(true);
    expect(tried.base).toBe('app://station/');
    expect(tried.broken).toEqual(
      expect.arrayContaining([
        'base-uri',
        'connect-src',
        'font-src',
        'frame-src',
        'img-src',
        'media-src',
        'object-src',
        'script-src-elem',
        'style-src-elem',
        'worker-src',
      ]),
    );
    await stayed();
  });

  test('no permission but the camera: every other door of the browser stays shut', async () => {
    const given = await station.page.evaluate(async () => {
      const got: string[] = [];
      const reach = window.navigator as unknown as Record<string, Record<string, (...args: unknown[]) => unknown>>;
      const soon = new Promise((_resolve, reject) => setTimeout(() => reject(new Error('no answer')), 1_500));
      const ask = async (name: string, run: () => unknown) => {
        try {
          const value = await Promise.race([run(), soon]);
          const isNothing = Array.isArray(value) && value.length === 0;
          if (value !== undefined && value !== null && value !== false && value !== 'denied' && !isNothing)
            got.push(name);
        } catch {
          // Refused.
        }
      };
      const page = window as unknown as Record<string, (...args: unknown[]) => unknown>;
      await Promise.all([
        ask('usb', () => reach['usb']?.['requestDevice']?.({ filters: [] })),
        ask('usbDevices', async () => ((await reach['usb']?.['getDevices']?.()) as unknown[])?.length || null),
        ask('serial', () => reach['serial']?.['requestPort']?.()),
        ask(
          'hid',
          async () => ((await reach['hid']?.['requestDevice']?.({ filters: [] })) as unknown[])?.length || null,
        ),
        ask('bluetooth', () => reach['bluetooth']?.['requestDevice']?.({ acceptAllDevices: true })),
        ask('midi', () => navigator.requestMIDIAccess({ sysex: true })),
        ask('screen', () => navigator.mediaDevices.getDisplayMedia({ video: true })),
        ask('microphone', () => navigator.mediaDevices.getUserMedia({ audio: true })),
        ask('clipboardRead', () => navigator.clipboard.read()),
        ask('clipboardText', () => navigator.clipboard.readText()),
        ask('persist', () => navigator.storage.persist()),
        ask('notifications', () => Notification.requestPermission()),
        ask('fonts', () => page['queryLocalFonts']?.()),
        ask('screens', () => page['getScreenDetails']?.()),
        ask('openFile', () => page['showOpenFilePicker']?.()),
        ask('saveFile', () => page['showSaveFilePicker']?.()),
        ask('folder', () => page['showDirectoryPicker']?.()),
        ask('idle', () =>
          (window as unknown as { IdleDetector?: { requestPermission(): unknown } }).IdleDetector?.requestPermission(),
        ),
        ask('keyboard', () => (reach['keyboard']?.['lock']?.() as Promise<void> | undefined)?.then(() => true)),
        ask('drm', () => navigator.requestMediaKeySystemAccess('com.widevine.alpha', [{}])),
        ask('place', () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject))),
        ask('payment', () => page['PaymentRequest'] && null),
        ask('credentials', () => navigator.credentials?.get({ password: true } as CredentialRequestOptions)),
      ]);
      return got;
    });
    expect(given).toEqual([]);
    const denied = await station.app.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      return contents?.executeJavaScript(
        `document.documentElement.requestPointerLock?.().then(() => 'given', () => 'refused')`,
        true,
      );
    });
    expect(denied).not.toBe('given');
  });

  test('its scheme serves the page’s own files to whoever asks rightly, and nothing else in any spelling', async () => {
    const { page } = station;
    const up = [
      '..',
      '%2e%2e',
      '%2E.',
      '.%2e',
      '%252e%252e',
      '%c0%ae%c0%ae',
      '..;',
      '...',
      '%e2%80%a5',
      '\u2025',
      '..%00',
      '..%20',
    ];
    const slash = ['/', '%2f', '%252f', '\\', '%5c', '%c0%af', '//', '/./', '\u2215'];
    const ends = ['package.json', 'electron/main.js', 'electron/preload.cjs'];
    const paths = up.flatMap((dots) =>
      slash.flatMap((bar) =>
        ends.flatMap((end) => [`/${dots}${bar}${end}`, `/assets${bar}${dots}${bar}${dots}${bar}${end}`]),
      ),
    );
    const odd = [
      '/index.html/',
      '/index.html%00',
      '/index.html::$DATA',
      '/INDEX.HTML.',
      '/assets',
      '/assets/',
      '/~',
      '/con',
      '/?/../package.json/..',
      '/%',
      '/%zz',
      '/.',
      '/a:b',
      '/file:///etc/passwd',
    ];
    const answers = await page.evaluate(
      async (all) => {
        const got: Record<string, string> = {};
        for (const each of all) {
          const answer = await fetch(`app://station${each}`).catch(() => null);
          const text = answer === null ? '' : await answer.text();
          if (answer !== null && answer.status !== 404) got[each] = `${answer.status} ${text.slice(0, 60)}`;
          else if (text !== '') got[each] = `a body: ${text.slice(0, 60)}`;
        }
        return got;
      },
      [...paths, ...odd],
    );
    // The page itself, asked with a query: no other file.
    for (const [address, answer] of Object.entries(answers)) expect(answer, address).toMatch(/^200 <!doctype html>/i);
    expect(Object.keys(answers).filter((address) => !/^\/(\?|\.$)/.test(address))).toEqual([]);

    const methods = await page.evaluate(async () => {
      const status = async (method: string, init: RequestInit = {}) =>
        fetch('/index.html', { method, ...init }).then(
          async (answer) => `${answer.status} ${(await answer.text()).length > 0 ? 'body' : 'empty'}`,
          () => 'refused',
        );
      return {
        head: await status('HEAD'),
        post: await status('POST', { body: 'x' }),
        put: await status('PUT', { body: 'x' }),
        delete: await status('DELETE'),
        patch: await status('PATCH', { body: 'x' }),
        options: await status('OPTIONS'),
        range: await status('GET', { headers: { Range: 'bytes=0-3' } }),
        ranges: await status('GET', { headers: { Range: 'bytes=-1,5-999999999999' } }),
      };
    });
    expect(methods).toMatchObject({ post: '405 empty', put: '405 empty', delete: '405 empty', patch: '405 empty' });
    expect(methods.head).toMatch(/^200/);
    expect(methods.options).toBe('405 empty');
    for (const range of [methods.range, methods.ranges]) expect(range).toMatch(/^(200 body|206 body|416 .*|refused)$/);
    const hosts = await page.evaluate(async () => {
      const got: string[] = [];
      for (const address of [
        'app://sheet/',
        'app://',
        'app://station.evil/',
        'app:station',
        'app:///index.html',
        'APP://STATIO\u039D/',
      ]) {
        const answer = await fetch(address).catch(() => null);
        if (answer?.ok === true) got.push(address);
      }
      return got;
    });
    expect(hosts).toEqual([]);
  });

  test('every answer of the scheme carries a policy, and none may be read by another origin', async () => {
    const headers = await station.page.evaluate(async () => {
      const script = [...document.scripts].find((one) => one.src !== '')?.src ?? '';
      const style = document.querySelector<HTMLLinkElement>('link[rel=stylesheet]')?.href ?? '';
      const got = [];
      for (const address of ['/', script, style, '/nothing']) {
        const answer = await fetch(address);
        got.push({
          csp: answer.headers.get('content-security-policy') ?? '',
          sniff: answer.headers.get('x-content-type-options'),
          origin: answer.headers.get('access-control-allow-origin'),
          resource: answer.headers.get('cross-origin-resource-policy'),
          referrer: answer.headers.get('referrer-policy'),
        });
      }
      return got;
    });
    expect(headers).toHaveLength(4);
    for (const one of headers) {
      expect(one.csp).toMatch(/^default-src 'none'/);
      expect(one.csp).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
      expect(one).toMatchObject({ sniff: 'nosniff', origin: null, resource: 'same-origin', referrer: 'no-referrer' });
    }
  });

  test('all that the window loads comes out of the program itself', async () => {
    await station.app.evaluate(({ BrowserWindow }) => {
      const asked: string[] = [];
      (globalThis as { askedFor?: string[] }).askedFor = asked;
      BrowserWindow.getAllWindows()[0]?.webContents.session.webRequest.onCompleted((details) =>
        asked.push(details.url),
      );
    });
    await station.page.reload();
    await station.page.locator('body[data-ready]').waitFor({ state: 'attached' });
    const asked = await station.app.evaluate(() => (globalThis as { askedFor?: string[] }).askedFor ?? []);
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((address) => !/^(app:\/\/station\/|data:|blob:app:\/\/station\/)/.test(address))).toEqual([]);
    await stayed();
  });

  test('a call that is under way when the page is loaded anew harms nothing', async () => {
    const { page } = station;
    await page.evaluate(() => {
      for (let at = 0; at < 50; at += 1) void window.station.call('station.get', {});
      window.location.reload();
    });
    await page.waitForLoadState('load');
    await page.locator('body[data-ready]').waitFor({ state: 'attached' });
    expect((await page.evaluate(() => window.station.call('station.get', {}))).ok).toBe(true);
    await stayed();
  });

  test('a secret is given to the system’s keychain only where that is a real one', async () => {
    const backend = await station.app.evaluate(({ safeStorage }) =>
      process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : 'system',
    );
    const view = await station.page.evaluate(() => window.station.call('station.get', {}));
    expect(view).toMatchObject({
      ok: true,
      value: { keychainAvailable: !['basic_text', 'unknown'].includes(backend) },
    });
  });

  test('what crashes leaves no picture of its memory: neither the page nor core', async () => {
    const { app, page } = station;
    const places = await app.evaluate(({ app: electron }) => [
      electron.getPath('userData'),
      electron.getPath('crashDumps'),
      electron.getPath('temp'),
    ]);
    const dumps = () =>
      places.flatMap((place) => {
        try {
          return readdirSync(place, { recursive: place !== places[2], encoding: 'utf8' }).filter((name) =>
            /\.(dmp|mdmp|core)$|^core(\.\d+)?$/.test(path.basename(name)),
          );
        } catch {
          return [];
        }
      });
    const before = dumps();
    const corePid = () =>
      app.evaluate(
        ({ app: electron }) => electron.getAppMetrics().find((one) => one.name === 'yiceda-core')?.pid ?? null,
      );
    const core = await corePid();
    expect(core).not.toBeNull();
    process.kill(core ?? 0, 'SIGABRT');
    await expect.poll(corePid).not.toBe(core);
    const reloaded = page.waitForEvent('load', { timeout: 30_000 }).catch(() => null);
    await app.evaluate(
      ({ BrowserWindow }) =>
        new Promise<void>((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          contents?.once('did-finish-load', () => resolve());
          contents?.forcefullyCrashRenderer();
        }),
    );
    await reloaded;
    expect(dumps()).toEqual(before);
    const log = readFileSync(path.join(station.userData, 'logs', 'station.log'), 'utf8');
    expect(log).toContain('"window.pageDied"');
  });
});
