import { BrowserWindow, type Session } from 'electron';
import { safeWebPreferences } from './policy.ts';
import { type SheetShelf, sheetUrl } from './protocol.ts';

/** Turns whole HTML documents into paper. */
export type Papermaker = {
  /** The document as an A4 PDF. Throws where Chromium cannot make it. */
  readonly pdf: (html: string) => Promise<Uint8Array>;
  /** Sends the document to a printer by its system name (the default one without), and says what was wrong, or null. */
  readonly print: (html: string, printer: string | undefined) => Promise<string | null>;
  readonly printers: () => Promise<{ readonly name: string; readonly isDefault: boolean }[]>;
};

/** A spooler that never answers must not leave somebody waiting for ever. */
const printLimitMs = 60_000;

/** Paper by hidden, sandboxed windows in a session of their own, that run no script at all. */
export function createPapermaker(session: Session, shelf: SheetShelf): Papermaker {
  const withSheet = async <T>(html: string, use: (window: BrowserWindow) => Promise<T>): Promise<T> => {
    const window = new BrowserWindow({
      show: false,
      width: 800,
      height: 1130,
      webPreferences: { ...safeWebPreferences, session, javascript: false, devTools: false },
    });
    const id = shelf.put(html);
    try {
      await window.loadURL(sheetUrl(id));
      return await use(window);
    } finally {
      shelf.remove(id);
      window.destroy();
    }
  };
  return {
    pdf: (html) =>
      withSheet(html, async ({ webContents }) =>
        webContents.printToPDF({
          pageSize: 'A4',
          preferCSSPageSize: true,
          printBackground: true,
          generateTaggedPDF: true,
          margins: { top: 0, bottom: 0, left: 0, right: 0 },
        }),
      ),
    print: (html, printer) =>
      withSheet(
        html,
        ({ webContents }) =>
          new Promise((resolve) => {
            const timer = setTimeout(() => resolve('no answer from the printer'), printLimitMs);
            webContents.print(
              {
                silent: true,
                printBackground: true,
                color: false,
                margins: { marginType: 'none' },
                pageSize: 'A4',
                ...(printer === undefined ? {} : { deviceName: printer }),
              },
              (success, reason) => {
                clearTimeout(timer);
                resolve(success ? null : reason === '' ? 'the printer refused' : reason);
              },
            );
          }),
      ),
    printers: () =>
      withSheet('<!doctype html><title>-</title>', async ({ webContents }) => {
        const found = await webContents.getPrintersAsync();
        return found.map((printer) => ({ name: printer.name, isDefault: isDefault(printer) }));
      }),
  };
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
