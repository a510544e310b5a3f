import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ParsedInput } from '../../shared/contract.ts';
import { fail, ok, type Reply } from '../../shared/errors.ts';
import type { AppHandlers } from './calls.ts';
import type { ChosenPaths } from './chosenPaths.ts';
import type { Dialogs } from './dialogs.ts';
import { systemCode } from './faults.ts';
import { type GunCallParts, gunHandlers, notKept } from './gunCalls.ts';
import {
  type PrintParts,
  printDaySummary,
  printDestruction,
  printNotTested,
  printOrganisations,
  printRecall,
  printRecoverySheet,
  printTrace,
} from './print.ts';
import {
  type CodeSheetParts,
  printBadges,
  printCommandCards,
  printPersonCards,
  printSlip,
  printStickers,
  printTestSheet,
} from './printCodes.ts';
import type { Settings } from './settings.ts';
import { type HalfWritten, startWriting } from './writeWhole.ts';

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
  /** Writes into core's audit log what was done here; whatever comes of it, what was done stays done. */
  readonly note: (act: Omit<ParsedInput<'audit.note'>, 'requestId'>) => Promise<unknown>;
  /** The support bundle as it stands now. */
  readonly supportBundle: () => Promise<Reply<Uint8Array>>;
  /** Starts core once more after it was given up. */
  readonly startCore: () => void;
  /** Called with preferences that have just been kept. */
  readonly preferencesChanged: () => void;
};

const kindsByEnd = { '.csv': 'csv', '.xlsx': 'xlsx', '.yiceda-handover': 'handover' } as const;

function kindByName(name: string): (typeof kindsByEnd)[keyof typeof kindsByEnd] | 'any' {
  return kindsByEnd[path.extname(name) as keyof typeof kindsByEnd] ?? 'any';
}

/** What this process answers itself. */
export function createAppHandlers(parts: AppCallParts): AppHandlers {
  const language = () => parts.settings.preferences().language;
  const guns = gunHandlers(parts);
  /** The same call, written down when it succeeded. */
  const noted =
    <I, T>(run: (input: I) => Promise<Reply<T>>, what: (input: I) => Omit<ParsedInput<'audit.note'>, 'requestId'>) =>
    async (input: I): Promise<Reply<T>> => {
      const reply = await run(input);
      if (reply.ok) await parts.note(what(input));
      return reply;
    };
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
      const chosen = await parts.dialogs.save(suggestedName, kindByName(suggestedName), language());
      if (chosen === null) return fail('CANCELLED');
      parts.paths.chosenToWrite(chosen);
      return ok({ path: chosen });
    },
    'support.save': async () => {
      const bundle = await parts.supportBundle();
      if (!bundle.ok) return bundle;
      const day = new Date().toISOString().slice(0, 10);
      const chosen = await parts.dialogs.save(`yiceda-support-${day}.zip`, 'zip', language());
      if (chosen === null) return fail('CANCELLED');
      let file: HalfWritten | null = null;
      try {
        file = await startWriting(chosen);
        await file.fill(bundle.value);
        await file.keep();
        return ok({ path: chosen });
      } catch (error) {
        await file?.discard();
        const code = systemCode(error);
        return code === 'ENOSPC'
          ? fail('DISK_FULL', {}, { retryable: true })
          : fail('FILE_NOT_WRITTEN', { problem: code });
      }
    },
    ...guns,
    'guns.save': noted(guns['guns.save'], () => ({ act: 'guns.save' })),
    'guns.remove': noted(guns['guns.remove'], () => ({ act: 'guns.remove' })),
    'print.daySummary': noted(
      (input: ParsedInput<'print.daySummary'>) => printDaySummary(parts.print, input),
      ({ day, to }) => ({ act: 'print.done', paper: 'daySummary', to, subject: `day:${day}` }),
    ),
    'print.destruction': noted(
      (input: ParsedInput<'print.destruction'>) => printDestruction(parts.print, input),
      ({ destructionId, to }) => ({
        act: 'print.done',
        paper: 'destruction',
        to,
        subject: `destruction:${destructionId}`,
      }),
    ),
    'print.notTested': noted(
      (input: ParsedInput<'print.notTested'>) => printNotTested(parts.print, input),
      ({ roundId, to }) => ({ act: 'print.done', paper: 'notTested', to, subject: `round:${roundId}` }),
    ),
    'print.recall': noted(
      (input: ParsedInput<'print.recall'>) => printRecall(parts.print, input),
      ({ recallId, to }) => ({ act: 'print.done', paper: 'recall', to, subject: `recall:${recallId}` }),
    ),
    'print.organisations': noted(
      (input: ParsedInput<'print.organisations'>) => printOrganisations(parts.print, input),
      ({ roundId, to }) => ({
        act: 'print.done',
        paper: 'organisationFigures',
        to,
        ...(roundId === undefined ? {} : { subject: `round:${roundId}` }),
      }),
    ),
    'print.trace': noted(
      (input: ParsedInput<'print.trace'>) => printTrace(parts.print, input),
      ({ kitKey, to }) => ({
        act: 'print.done',
        paper: 'trace',
        to,
        subject: `kit:${kitKey.replaceAll(/[^0-9A-Za-z-]/g, '-').slice(-64)}`,
      }),
    ),
    'print.recoverySheet': noted(
      (input: ParsedInput<'print.recoverySheet'>) => printRecoverySheet(parts.print, input),
      ({ to }) => ({ act: 'print.done', paper: 'recoverySheet', to }),
    ),
    'print.testSheet': noted(
      (input: ParsedInput<'print.testSheet'>) => printTestSheet(parts.print, input),
      ({ to }) => ({ act: 'print.done', paper: 'testSheet', to }),
    ),
    'print.commandCards': noted(
      (input: ParsedInput<'print.commandCards'>) => printCommandCards(parts.print, input),
      ({ to }) => ({ act: 'print.done', paper: 'commandCards', to }),
    ),
    'print.badges': noted(
      (input: ParsedInput<'print.badges'>) => printBadges(parts.print, input),
      ({ to }) => ({ act: 'print.done', paper: 'badges', to }),
    ),
    'print.personCards': noted(
      (input: ParsedInput<'print.personCards'>) => printPersonCards(parts.print, input),
      ({ to }) => ({ act: 'print.done', paper: 'personCards', to }),
    ),
    'print.slip': noted(
      (input: ParsedInput<'print.slip'>) => printSlip(parts.print, input),
      ({ testId, to }) => ({ act: 'print.done', paper: 'resultSlip', to, subject: `test:${testId}` }),
    ),
    'print.stickers': noted(
      (input: ParsedInput<'print.stickers'>) => printStickers(parts.print, input),
      ({ batchId, to }) => ({ act: 'print.done', paper: 'stickers', to, subject: `stickers:${batchId}` }),
    ),
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
