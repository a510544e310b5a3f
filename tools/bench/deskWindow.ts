import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import type { Output } from '../../shared/contract.ts';
import { focusWindowOf, scanWithGun } from '../hosts/gun.ts';
import { callThrough, setUpByCalls } from '../hosts/setUp.ts';
import { openWindow, openWorkstation, windowTitle } from '../hosts/window.ts';
import { median, percentile, rounded, table } from './figures.ts';

const pairs = 60;
const starts = 5;
/** Lets a just opened window come to rest before its memory is read, in ms. */
const settleMs = 2_000;

/** What a person feels: end of scan to painted outcome in the real window, and start and memory beside an empty one. */
export async function benchWindow(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'yiceda-bench-window-'));
  try {
    const paint = await benchPaints();
    const { ours, bare } = await measureStarts(folder);
    const figures = {
      ...paint,
      startOverBareMs: rounded(median(ours.startMs) - median(bare.startMs)),
      memoryRatio: rounded(median(ours.memoryKb) / median(bare.memoryKb)),
    };
    table(`Start and memory, median of ${starts}`, [
      ['', 'start to ready ms', 'memory MB'],
      ['workstation', ...shownStart(ours)],
      ['empty Electron window', ...shownStart(bare)],
    ]);
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** End of scan to painted outcome in the real window, people and kits in turn by OS-level keys. */
export async function benchPaints(): Promise<{ readonly paintP50Ms: number; readonly paintP99Ms: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'yiceda-bench-paint-'));
  try {
    const paints = await measurePaints(folder);
    const figures = { paintP50Ms: rounded(percentile(paints, 0.5)), paintP99Ms: rounded(percentile(paints, 0.99)) };
    table(`End of scan to painted outcome, ${paints.length} scans by OS-level keys`, [
      ['p50 ms', 'p99 ms', 'worst ms'],
      [String(figures.paintP50Ms), String(figures.paintP99Ms), String(rounded(Math.max(...paints)))],
    ]);
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Starts = { readonly startMs: number[]; readonly memoryKb: number[] };

function shownStart(measured: Starts): readonly string[] {
  return [String(Math.round(median(measured.startMs))), String(Math.round(median(measured.memoryKb) / 1024))];
}

async function measurePaints(userData: string): Promise<number[]> {
  const { app, page } = await openWorkstation(userData);
  try {
    await setUpByCalls(page, 'sample');
    await watchPaints(page);
    await page.reload();
    await page.locator('[data-stage="idle"]').waitFor();
    await focusWindowOf(windowTitle);
    for (let pair = 0; pair < pairs; pair++) {
      const codes = (await callThrough(page, 'practice.codes', {})) as Output<'practice.codes'>;
      for (const code of [codes.people[0], codes.kits[0]]) {
        if (code === undefined) throw new Error('the sample data ran out');
        const seen = await page.evaluate(() => (window as unknown as PaintWatch).paints.length);
        await scanWithGun(code.text, 1);
        await page.waitForFunction((before) => (window as unknown as PaintWatch).paints.length > before, seen);
      }
    }
    return await page.evaluate(() => (window as unknown as PaintWatch).paints);
  } finally {
    await app.close();
  }
}

type PaintWatch = { paints: number[] };

/**
 * Notes, for each Enter of the gun, how long it took until the next state of the stage was on the screen. Installed
 * before the page's own scripts, which may keep the key to themselves.
 */
async function watchPaints(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watch = window as unknown as PaintWatch;
    watch.paints = [];
    let enteredAt: number | null = null;
    window.addEventListener(
      'keydown',
      (event) => {
        if (event.code === 'Enter') enteredAt = event.timeStamp;
      },
      { capture: true },
    );
    const painted = new MessageChannel();
    painted.port1.onmessage = () => {
      if (enteredAt !== null) watch.paints.push(performance.now() - enteredAt);
      enteredAt = null;
    };
    new MutationObserver(() => {
      // A frame's callbacks run before it is painted; a message posted there arrives after.
      requestAnimationFrame(() => painted.port2.postMessage(null));
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-version'] });
  });
}

async function measureStarts(folder: string): Promise<{ readonly ours: Starts; readonly bare: Starts }> {
  const ours: Starts = { startMs: [], memoryKb: [] };
  const bare: Starts = { startMs: [], memoryKb: [] };
  const bareApp = join(folder, 'bare');
  mkdirSync(bareApp, { recursive: true });
  writeFileSync(join(bareApp, 'package.json'), '{"name":"bare","version":"0.0.0","main":"main.js"}');
  writeFileSync(
    join(bareApp, 'main.js'),
    `const { app, BrowserWindow } = require('electron');
     app.whenReady().then(() => new BrowserWindow({ width: 1366, height: 768 }).loadURL('data:text/html,<body data-ready="bare">'));
     app.on('window-all-closed', () => app.quit());`,
  );
  // In turns, the first of each uncounted: it warms the disk's cache.
  for (let turn = 0; turn <= starts; turn++) {
    for (const [measured, open] of [
      [ours, () => openWorkstation(join(folder, 'start'))],
      [bare, () => openWindow(bareApp, join(folder, 'bare-data'))],
    ] as const) {
      const started = performance.now();
      const { app } = await open();
      const took = performance.now() - started;
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      const memoryKb = await memoryOf(app);
      await app.close();
      if (turn === 0) continue;
      measured.startMs.push(took);
      measured.memoryKb.push(memoryKb);
    }
  }
  return { ours, bare };
}

/** The working sets of all its processes together, in KiB. */
function memoryOf(app: ElectronApplication): Promise<number> {
  return app.evaluate(({ app: running }) =>
    running.getAppMetrics().reduce((sum, process) => sum + process.memory.workingSetSize, 0),
  );
}
