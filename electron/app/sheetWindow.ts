import { BrowserWindow, type Session } from 'electron';
import { safeWebPreferences } from './policy.ts';
import { type SheetShelf, sheetUrl } from './protocol.ts';

/** Paper other than A4, in mm. */
export type PaperSize = { readonly widthMm: number; readonly heightMm: number };

/** Turns whole HTML documents into paper. */
export type Papermaker = {
  /** The document as an A4 PDF. Throws where Chromium cannot make it. */
  readonly pdf: (html: string) => Promise<Uint8Array>;
  /** Sends the document to a printer by its system name (the default one without), and says what was wrong, or null. */
  readonly print: (html: string, printer: string | undefined, size?: PaperSize) => Promise<string | null>;
  readonly printers: () => Promise<{ readonly name: string; readonly isDefault: boolean }[]>;
};

/** The one that prints: `isWaiting` while a printer has not answered for a sheet, since Chromium's end would wait for it. */
type Printshop = Papermaker & { readonly isWaiting: () => boolean };

/** How long each step may take, in ms: a spooler or a page that never answers must not leave somebody waiting for ever. */
type PaperLimits = { readonly sheetMs: number; readonly printerMs: number; readonly listMs: number };
const usualLimits: PaperLimits = { sheetMs: 45_000, printerMs: 60_000, listMs: 10_000 };

/** Paper by hidden, sandboxed windows in a session of their own, that run no script at all. */
export function createPapermaker(session: Session, shelf: SheetShelf, stepLimitMs: number | null = null): Printshop {
  const limits: PaperLimits =
    stepLimitMs === null ? usualLimits : { sheetMs: stepLimitMs, printerMs: stepLimitMs, listMs: stepLimitMs };
  /** Closing a window that a printer has not answered for stops the whole program until it does: it stays, unseen. */
  const atPrinter = new Set<BrowserWindow>();
  const withSheet = async <T>(
    html: string,
    limitMs: number,
    use: (window: BrowserWindow) => Promise<T>,
  ): Promise<T> => {
    const window = new BrowserWindow({
      show: false,
      width: 800,
      height: 1130,
      webPreferences: { ...safeWebPreferences, session, javascript: false, devTools: false },
    });
    const id = shelf.put(html);
    let timer: NodeJS.Timeout | undefined;
    try {
      const made = window.loadURL(sheetUrl(id)).then(() => use(window));
      const gone = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new SheetTimeout()), limitMs);
        window.webContents.once('render-process-gone', () => reject(new SheetTimeout()));
      });
      // Whichever is not awaited any more may fail later, when the window is gone.
      made.catch(() => undefined);
      gone.catch(() => undefined);
      return await Promise.race([made, gone]);
    } finally {
      clearTimeout(timer);
      shelf.remove(id);
      if (!atPrinter.has(window)) window.destroy();
    }
  };
  return {
    pdf: (html) =>
      withSheet(html, limits.sheetMs, async ({ webContents }) =>
        webContents.printToPDF({
          pageSize: 'A4',
          preferCSSPageSize: true,
          printBackground: true,
          generateTaggedPDF: true,
          margins: { top: 0, bottom: 0, left: 0, right: 0 },
        }),
      ),
    print: (html, printer, size) =>
      withSheet(
        html,
        limits.sheetMs + limits.printerMs,
        (window) =>
          new Promise((resolve) => {
            let isLate = false;
            const timer = setTimeout(() => {
              isLate = true;
              resolve('no answer from the printer');
            }, limits.printerMs);
            atPrinter.add(window);
            window.webContents.print(
              {
                silent: true,
                printBackground: true,
                color: false,
                margins: { marginType: 'none' },
                // Electron counts in micrometres.
                pageSize: size === undefined ? 'A4' : { width: size.widthMm * 1_000, height: size.heightMm * 1_000 },
                ...(printer === undefined ? {} : { deviceName: printer }),
              },
              (success, reason) => {
                clearTimeout(timer);
                atPrinter.delete(window);
                if (isLate) window.destroy();
                resolve(success ? null : reason === '' ? 'the printer refused' : reason);
              },
            );
          }),
      ),
    printers: () =>
      withSheet('<!doctype html><title>-</title>', limits.listMs, async ({ webContents }) => {
        const found = await webContents.getPrintersAsync();
        return found.map((printer) => ({ name: printer.name, isDefault: isDefault(printer) }));
      }),
    isWaiting: () => atPrinter.size > 0,
  };
}

/** The sheet's own page did not come, hung, or died. */
class SheetTimeout extends Error {
  override readonly name = 'SheetTimeout';
}

/** Older Electron says it beside the name, newer among the system's own options. */
function isDefault(printer: object): boolean {
  if ('isDefault' in printer) return printer.isDefault === true;
  const options: unknown = 'options' in printer ? printer.options : null;
  return (
    typeof options === 'object' &&
    options !== null &&
    'printer-is-default' in options &&
    options['printer-is-default'] === 'true'
  );
}
