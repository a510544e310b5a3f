import { BrowserWindow, Menu, nativeTheme, type Session, screen } from 'electron';
import type { Preferences } from '../../shared/contract/app.ts';
import { sendEvent } from './ipc.ts';
import type { Log } from './log.ts';
import { safeWebPreferences, stationUrl } from './policy.ts';
import type { Settings } from './settings.ts';
import { leastSize, openingPlace } from './windowPlace.ts';

/** Never more than this: a title bar, a task list and a screenshot are seen by everybody. */
const windowTitle = '疫测达工作站';

/** The grounds of design.md, so that no white flash precedes a dark page. */
const ground = { light: '#f4f5f6', dark: '#15181b' } as const;

export type WindowParts = {
  readonly session: Session;
  readonly preload: string;
  readonly settings: Settings;
  readonly packaged: boolean;
  readonly log: Log;
};

export function applyTheme(theme: Preferences['theme']): void {
  nativeTheme.themeSource = theme;
}

/**
 * No menu, so that F5, Ctrl+R, Ctrl+W and the zoom keys do nothing by themselves and still reach the page: guns type
 * control characters and function keys inside codes. macOS needs a menu for copy, paste and quit.
 */
export function setMenu(): void {
  Menu.setApplicationMenu(
    process.platform === 'darwin' ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }]) : null,
  );
}

/** Opens the one window. It comes up when its first picture is ready. */
export function openWindow(parts: WindowParts): BrowserWindow {
  const { settings } = parts;
  const { maximized, ...place } = openingPlace(
    settings.bounds(),
    screen.getAllDisplays().map((display) => display.workArea),
  );
  const window = new BrowserWindow({
    ...place,
    minWidth: leastSize.width,
    minHeight: leastSize.height,
    title: windowTitle,
    backgroundColor: groundNow(),
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      ...safeWebPreferences,
      session: parts.session,
      preload: parts.preload,
      devTools: !parts.packaged,
      // A clock on the wall must not slow down behind another window.
      backgroundThrottling: false,
    },
  });
  window.setMenu(null);
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    window.show();
  });
  window.on('page-title-updated', (event) => event.preventDefault());

  const recolour = (): void => {
    if (!window.isDestroyed()) window.setBackgroundColor(groundNow());
  };
  nativeTheme.on('updated', recolour);
  window.once('closed', () => nativeTheme.off('updated', recolour));

  tellWhenSeen(window);
  keepPlace(window, settings);
  keepPage(window, parts);
  load(window, parts);
  return window;
}

function load(window: BrowserWindow, parts: WindowParts): void {
  if (window.isDestroyed()) return;
  void window.loadURL(stationUrl).catch((error: unknown) => {
    parts.log('window.notLoaded', { problem: error instanceof Error ? error.name : 'unknown' });
    if (!window.isDestroyed()) window.show();
  });
}

function groundNow(): string {
  return nativeTheme.shouldUseDarkColors ? ground.dark : ground.light;
}

/** Tells the page whether anybody can see it: a camera's light goes out with the window. */
function tellWhenSeen(window: BrowserWindow): void {
  const tell = (isSeen: boolean) => () => sendEvent(window, 'window.seen', { isSeen });
  window.on('minimize', tell(false));
  window.on('hide', tell(false));
  window.on('restore', tell(true));
  window.on('show', tell(true));
}

/** Remembers size and place a moment after they last changed, and when the window closes. */
function keepPlace(window: BrowserWindow, settings: Settings): void {
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    if (!window.isDestroyed() && !window.isMinimized())
      settings.setBounds({ ...window.getNormalBounds(), maximized: window.isMaximized() });
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(write, 800);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', write);
}

/** Zoom stays as it is, and a page whose process died is loaded again: everything that counts is in the register. */
function keepPage(window: BrowserWindow, parts: WindowParts): void {
  const { webContents } = window;
  webContents.on('did-finish-load', () => {
    webContents.setZoomFactor(1);
    void webContents.setVisualZoomLevelLimits(1, 1);
  });
  let deaths: number[] = [];
  webContents.on('render-process-gone', (_event, details) => {
    parts.log('window.pageDied', { reason: details.reason, exitCode: details.exitCode });
    if (details.reason === 'clean-exit' || window.isDestroyed()) return;
    const now = performance.now();
    deaths = [...deaths.filter((at) => now - at < 60_000), now];
    // Again at once, but a page that dies five times a minute gets a pause.
    // By its own address: a page may have written another one of its own into its bar.
    setTimeout(() => load(window, parts), deaths.length > 5 ? 10_000 : 0);
  });
  webContents.on('unresponsive', () => parts.log('window.unresponsive'));
  webContents.on('responsive', () => parts.log('window.responsive'));
}
