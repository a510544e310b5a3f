import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fail, ok } from '../../shared/errors.ts';
import type { AppHandlers } from './calls.ts';
import type { ChosenPaths } from './chosenPaths.ts';
import type { Dialogs } from './dialogs.ts';
import { systemCode } from './faults.ts';
import { type GunCallParts, gunHandlers, notKept } from './gunCalls.ts';
import { type PrintParts, printDaySummary, printDestruction, printRecoverySheet } from './print.ts';
import { type CodeSheetParts, printBadges, printCommandCards, printStickers, printTestSheet } from './printCodes.ts';
import type { Settings } from './settings.ts';

export type AppCallParts = Omit<GunCallParts, 'settings'> & {
  readonly info: {
    readonly version: string;
    readonly platform: string;
    readonly packaged: boolean;
    readonly embeddedCentral: boolean;
  };
  readonly settings: Settings;
  readonly dialogs: Dialogs;
  readonly paths: ChosenPaths;
  readonly print: PrintParts & CodeSheetParts;
  /** Starts core once more after it was given up. */
  readonly startCore: () => void;
  /** Called with preferences that have just been kept. */
  readonly preferencesChanged: () => void;
};

/** What this process answers itself. */
export function createAppHandlers(parts: AppCallParts): AppHandlers {
  const language = () => parts.settings.preferences().language;
  return {
    'app.info': async () => ok({ ...parts.info }),
    'app.startCore': async () => {
      parts.startCore();
      return ok({});
    },
    'preferences.get': async () => ok(parts.settings.preferences()),
    'preferences.set': async (input) => {
      const refused = notKept(parts.settings.setPreferences(input));
      if (refused !== null) return refused;
      parts.preferencesChanged();
      return ok(parts.settings.preferences());
    },
    'files.pick': async ({ purpose }) => {
      const chosen = await parts.dialogs.open(purpose, language());
      if (chosen === null) return fail('CANCELLED');
      try {
        const found = await stat(chosen);
        if (!found.isFile()) return fail('FILE_UNREADABLE', { problem: 'notAFile' });
        parts.paths.chosenToRead(chosen);
        return ok({ path: chosen, name: path.basename(chosen), bytes: found.size });
      } catch (error) {
        return fail('FILE_UNREADABLE', { problem: systemCode(error) });
      }
    },
    'files.pickFolder': async () => {
      const chosen = await parts.dialogs.folder(language());
      if (chosen === null) return fail('CANCELLED');
      parts.paths.chosenFolder(chosen);
      return ok({ path: chosen });
    },
    'files.pickSave': async ({ suggestedName }) => {
      const chosen = await parts.dialogs.save(
        suggestedName,
        suggestedName.endsWith('.csv') ? 'csv' : 'any',
        language(),
      );
      if (chosen === null) return fail('CANCELLED');
      parts.paths.chosenToWrite(chosen);
      return ok({ path: chosen });
    },
    ...gunHandlers(parts),
    'print.daySummary': (input) => printDaySummary(parts.print, input),
    'print.destruction': (input) => printDestruction(parts.print, input),
    'print.recoverySheet': (input) => printRecoverySheet(parts.print, input),
    'print.testSheet': (input) => printTestSheet(parts.print, input),
    'print.commandCards': (input) => printCommandCards(parts.print, input),
    'print.badges': (input) => printBadges(parts.print, input),
    'print.stickers': (input) => printStickers(parts.print, input),
    'print.listPrinters': async () => {
      try {
        return ok({ printers: [...(await parts.print.paper.printers())] });
      } catch {
        // A print system that does not answer has no printer to offer; a PDF can be had all the same.
        parts.print.log('print.notListed');
        return ok({ printers: [] });
      }
    },
  };
}
