/** The window's process, put together. Every effect of the program starts here. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { app, type BrowserWindow, session } from 'electron';
import type { CoreMethod, Output } from '../shared/contract.ts';
import { fail, ok, type Reply } from '../shared/errors.ts';
import { createAppHandlers } from './app/appCalls.ts';
import { createChosenPaths } from './app/chosenPaths.ts';
import { createCoreHost } from './app/coreHost.ts';
import type { FromCore, ToCore } from './app/coreMessages.ts';
import { systemDialogs } from './app/dialogs.ts';
import { forkProcess } from './app/forkProcess.ts';
import type { FromGuns, ToGuns } from './app/gunMessages.ts';
import { createGunsHost } from './app/gunsHost.ts';
import { openCallChannel, sendEvent } from './app/ipc.ts';
import { systemKeychain } from './app/keychain.ts';
import { type Log, openLog } from './app/log.ts';
import { devServerOf, disabledFeatures, refusedSwitch, switches } from './app/policy.ts';
import { registerScheme, serveSheets, serveStation } from './app/protocol.ts';
import { guardContents, guardSession } from './app/session.ts';
import { settingsOnDisk } from './app/settingsStore.ts';
import { createPapermaker } from './app/sheetWindow.ts';
import { makeSupportBundle } from './app/supportBundle.ts';
import { applyTheme, openWindow, setMenu } from './app/window.ts';

const built = import.meta.dirname;
const rendererFolder = path.join(built, '..', 'renderer');
/** How long core has to close its register when the program ends. */
const closeLimitMs = 4_000;

const refused = refusedSwitch((name) => app.commandLine.hasSwitch(name), {
  packaged: app.isPackaged,
  isRoot: process.getuid?.() === 0,
});

if (refused !== null) {
  process.stderr.write(`--${refused} is not taken\n`);
  app.exit(64);
} else if (app.requestSingleInstanceLock()) {
  start();
} else {
  // The first one has been told and comes to the front.
  app.quit();
}

function start(): void {
  const packaged = app.isPackaged;
  const userData = app.getPath('userData');
  const logFile = openLog(path.join(userData, 'logs'), { maxBytes: 1024 * 1024, files: 5 });
  const log: Log = (event, fields) => logFile.write('app', event, fields);
  const coreLog: Log = (event, fields) => logFile.write('core', event, fields);
  const devServer = devServerOf(process.env['YICEDA_DEV_SERVER_URL'], packaged);

  // Every window asks for the sandbox by its own preferences; this holds for any other. Root can have no sandbox, and
  // the switch that says so (development and tests only) would not reach the child processes after this call.
  if (packaged || !app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  for (const [name, value] of switches) {
    if (value === null) app.commandLine.appendSwitch(name);
    else app.commandLine.appendSwitch(name, value);
  }
  // A later value replaces an earlier one, so what the command line asked for is kept.
  const features = [app.commandLine.getSwitchValue('disable-features'), ...disabledFeatures.map(([name]) => name)];
  app.commandLine.appendSwitch('disable-features', features.filter((name) => name !== '').join(','));
  registerScheme();

  let window: BrowserWindow | null = null;
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
  // Sessions that nobody here asked for stay under the same rules.
  app.on('session-created', (created) => guardSession(created, { devServer, packaged }));
  app.on('second-instance', () => {
    if (window === null) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  });
  app.on('window-all-closed', () => app.quit());

  void app.whenReady().then(() => {
    log('app.start', {
      version: app.getVersion(),
      electron: process.versions.electron ?? '',
      platform: process.platform,
      packaged,
    });
    setMenu();
    const settings = settingsOnDisk(userData, log);
    applyTheme(settings.preferences().theme);

    // Without "persist:" both sessions live in memory: the window leaves no cache, cookie or storage on the disk.
    const windowSession = session.fromPartition('station');
    serveStation(windowSession, rendererFolder, devServer);
    const sheetSession = session.fromPartition('sheet');
    const paper = createPapermaker(
      sheetSession,
      serveSheets(sheetSession),
      packaged ? null : paperLimitOf(process.env),
    );

    // What core asks of the central service goes by no session: the system's proxy counts for that too.
    void app.setProxy({ mode: 'system' });
    const central = packaged ? null : embeddedCentral(process.env);
    const host = createCoreHost({
      fork: () => forkProcess<ToCore, FromCore>(path.join(built, 'coreProcess.js'), 'core', coreLog),
      start: () => ({
        registerFile: path.join(userData, 'register', 'register.db'),
        testClock: !packaged && process.env['YICEDA_TEST_CLOCK'] === '1',
        nativeBinding: packaged ? null : (process.env['YICEDA_SQLITE_BINDING'] ?? null),
        embeddedCentral: central,
        programVersion: app.getVersion(),
      }),
      keychain: systemKeychain(),
      resolveProxy: (url) => session.defaultSession.resolveProxy(url),
      emit: (name, payload) => sendEvent(window, name, payload),
      log: coreLog,
      now: () => performance.now(),
      ...(packaged ? {} : beatOf(process.env)),
    });
    // The reply's shape is the contract's: core types its handlers by it.
    const ask = async <M extends CoreMethod>(method: M, input: unknown) =>
      (await host.call(method, input)) as Reply<Output<M>>;

    const guns = createGunsHost({
      fork: () => forkProcess<ToGuns, FromGuns>(path.join(built, 'gunsProcess.js'), 'guns', log),
      guns: settings.guns,
      emit: (name, payload) => sendEvent(window, name, payload),
      log,
      now: () => performance.now(),
      idleMs: 60_000,
    });

    let closing = false;
    let closed = false;
    const paths = createChosenPaths();
    const dialogs = systemDialogs(() => window);
    openCallChannel(() => window, {
      appHandlers: createAppHandlers({
        info: { version: app.getVersion(), platform: process.platform, packaged, embeddedCentral: central !== null },
        settings,
        note: (act) => ask('audit.note', { requestId: randomUUID(), ...act }),
        dialogs,
        paths,
        print: {
          paper,
          core: {
            station: () => ask('station.get', {}),
            destruction: (destructionId) => ask('retention.find', { destructionId }),
            rounds: () => ask('rounds.list', {}),
            notTested: (input) => ask('rounds.notTested', input),
            recall: (recallId) => ask('recalls.get', { recallId }),
            trace: (kitKey) => ask('kits.trace', { asked: { by: 'kit', kitKey } }),
            tests: (input) => ask('tests.list', input),
            organisations: () => ask('organisations.list', {}),
            figures: (input) => ask('organisations.figures', input),
            summary: (day) => ask('summary.get', { day }),
            signAudit: () => ask('audit.sign', { requestId: randomUUID(), why: 'print' }),
            countCopy: (input) => ask('summary.countCopy', input),
            badges: (input) => ask('staff.badges', input),
            personCards: (input) => ask('people.cards', input),
            slip: (input) => ask('slips.make', input),
            test: (testId) => ask('tests.get', { testId }),
            stickers: (batchId) => ask('stickers.get', { batchId }),
          },
          chooseFile: (name) => dialogs.save(name, 'pdf', settings.preferences().language),
          nowAtMs: () => Date.now(),
          log,
        },
        supportBundle: async () => {
          const facts = await ask('support.facts', {});
          if (!facts.ok) return facts;
          const versions = {
            program: app.getVersion(),
            electron: process.versions.electron,
            chrome: process.versions.chrome,
          };
          const logFolder = path.join(userData, 'logs');
          return ok(await makeSupportBundle({ facts: facts.value, versions, logFolder }));
        },
        startCore: host.startAgain,
        preferencesChanged: () => applyTheme(settings.preferences().theme),
        guns,
        operator: async () => {
          const station = await ask('station.get', {});
          return station.ok ? ok(station.value.operator) : station;
        },
      }),
      core: (method, input) =>
        closing ? Promise.resolve(fail('CORE_RESTARTING', {}, { retryable: true })) : host.call(method, input),
      paths,
      log,
    });

    app.on('before-quit', (event) => {
      if (closed) return;
      event.preventDefault();
      if (closing) return;
      closing = true;
      guns.close();
      void host.close(closeLimitMs).then(() => {
        closed = true;
        log('app.end');
        // Everything of ours is closed; Chromium would wait for a printer that never answers.
        if (paper.isWaiting()) process.kill(process.pid, 'SIGKILL');
        app.quit();
      });
    });

    host.start();
    guns.apply();
    window = openWindow({ session: windowSession, preload: path.join(built, 'preload.cjs'), settings, packaged, log });
    window.once('closed', () => {
      window = null;
      // A sheet that a printer has not answered for keeps a window of its own, which nobody sees.
      app.quit();
    });
  });
}

/** Less patience with paper, in ms a step, for tests of a printer that never answers. */
function paperLimitOf(env: NodeJS.ProcessEnv): number | null {
  const ms = Number(env['YICEDA_PAPER_LIMIT_MS'] ?? '');
  return Number.isInteger(ms) && ms >= 100 ? ms : null;
}

/** A quicker heartbeat, for tests of a core that hangs. */
function beatOf(env: NodeJS.ProcessEnv): { readonly beatMs?: number } {
  const ms = Number(env['YICEDA_BEAT_MS'] ?? '');
  return Number.isInteger(ms) && ms >= 50 ? { beatMs: ms } : {};
}

/** The central service that `npm start` runs beside the program, for trying out. */
function embeddedCentral(env: NodeJS.ProcessEnv): { readonly url: string; readonly token: string } | null {
  const url = env['YICEDA_CENTRAL_URL'];
  const token = env['YICEDA_CENTRAL_TOKEN'];
  return url === undefined || token === undefined || url === '' || token === '' ? null : { url, token };
}
