// @ts-check
/**
 * The part of `npm run dev` that runs in the tools' Node: Vite's server for the window with hot reload, and the
 * main and core processes built again and started again on each change. Ends when the window is closed.
 */
import { spawn } from 'node:child_process';
import { build, createServer } from 'vite';
import { endChild } from '../services/children.mjs';
import { passOn } from '../services/electronNoise.mjs';
import { freePort } from '../services/ports.mjs';
import { electronConfig, preloadConfig, rendererConfig } from '../setup/bundle.mjs';
import { root } from '../setup/places.mjs';
import { runScript, say } from '../setup/progress.mjs';

/** Several bundles come from one change; they end shortly after one another. */
const settleMs = 150;

const [executable = '', ...args] = process.argv.slice(2);

await runScript(async () => {
  const port = await freePort();
  const server = await createServer({
    ...rendererConfig(),
    // The page has the origin app://station, so the socket for changes is named whole.
    server: { host: '127.0.0.1', port, strictPort: true, ws: { protocol: 'ws', host: '127.0.0.1', clientPort: port } },
  });
  await server.listen();
  const env = { ...process.env, YICEDA_DEV_SERVER_URL: `http://127.0.0.1:${port}` };

  /** @type {import('node:child_process').ChildProcess | undefined} */
  let window;
  let replacing = Promise.resolve();
  /** @type {(code: number) => void} */
  let close = () => undefined;
  const closed = new Promise((resolve) => {
    close = resolve;
  });

  const restart = async () => {
    const before = window;
    window = undefined;
    if (before) {
      say('· Changed: starting the window again');
      await endChild(before);
    }
    const child = spawn(executable, [root, ...args], { env, stdio: ['ignore', 'inherit', 'pipe'] });
    passOn(child.stderr);
    window = child;
    child.once('exit', (code) => {
      // Ended by us to be replaced, or closed by the person in front of it.
      if (window === child) close(code ?? 1);
    });
  };

  const built = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const watchers = [];
  for (const [name, config] of /** @type {const} */ ([
    ['electron', electronConfig()],
    ['preload', preloadConfig()],
  ])) {
    const watcher = await build({ ...config, build: { ...config.build, watch: {} } });
    if (!('on' in watcher)) throw new Error('the bundler does not watch');
    watchers.push(watcher);
    watcher.on('event', (event) => {
      if (event.code === 'ERROR') say(event.error.message);
      if (event.code !== 'END') return;
      built.add(name);
      if (built.size < 2) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        replacing = replacing.then(restart);
      }, settleMs);
    });
  }

  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => close(0));
  const code = await closed;
  clearTimeout(timer);
  await replacing;
  const last = window;
  window = undefined;
  if (last) await endChild(last);
  await Promise.all([...watchers.map((watcher) => watcher.close()), server.close()]);
  return code;
});
