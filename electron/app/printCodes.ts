import { makeOwnCode } from '../../shared/codes/ownCodes.ts';
import type { Output, ParsedInput } from '../../shared/contract.ts';
import { fail, ok, type Reply } from '../../shared/errors.ts';
import { safeFileName } from './fileName.ts';
import { intoFile, makePdf, type PaperParts, putOnPaper, toPrinter } from './onPaper.ts';
import { badgeSheet } from './sheets/badges.ts';
import { commandCards } from './sheets/commandCards.ts';
import { personCardSheet } from './sheets/personCards.ts';
import { resultSlip, slipPaper } from './sheets/resultSlip.ts';
import { labelsPerSheet, stickerSheet } from './sheets/stickerSheet.ts';
import { testSheet } from './sheets/testSheet.ts';
import { sheetText } from './sheets/text.ts';

export type CodeSheetParts = PaperParts & {
  readonly core: {
    readonly station: () => Promise<Reply<Output<'station.get'>>>;
    readonly badges: (input: ParsedInput<'staff.badges'>) => Promise<Reply<Output<'staff.badges'>>>;
    readonly personCards: (input: ParsedInput<'people.cards'>) => Promise<Reply<Output<'people.cards'>>>;
    readonly slip: (input: ParsedInput<'slips.make'>) => Promise<Reply<Output<'slips.make'>>>;
    readonly test: (testId: string) => Promise<Reply<Output<'tests.get'>>>;
    readonly stickers: (batchId: string) => Promise<Reply<Output<'stickers.get'>>>;
  };
};

type Printed = Promise<Reply<{ readonly path: string | null }>>;

/** The sheet by which a gun shows how it is set. */
export function printTestSheet(parts: PaperParts, input: ParsedInput<'print.testSheet'>): Printed {
  return putOnPaper(parts, testSheet(input), sheetText(input.language).test.fileName, input);
}

/** The cards that order something by a scan. */
export function printCommandCards(parts: PaperParts, input: ParsedInput<'print.commandCards'>): Printed {
  return putOnPaper(parts, commandCards(input), sheetText(input.language).commands.fileName, input);
}

/**
 * Staff badges. Paper of the same size is made first with codes that are nobody's, and the file's place is tried: only
 * then are the badges asked for, because renewing them ends the former ones. The same requestId prints the same badges.
 */
export async function printBadges(parts: CodeSheetParts, input: ParsedInput<'print.badges'>): Printed {
  const { requestId, operatorIds, renew, language } = input;
  const station = await parts.core.station();
  if (!station.ok) return station;
  const siteName = station.value.site?.siteName ?? '';
  const nobody = makeOwnCode('YS', (count) => new Uint8Array(count));
  const trial = await makePdf(
    parts,
    badgeSheet({
      badges: operatorIds.map(() => ({ name: '-', role: 'operator', badge: nobody })),
      siteName,
      language,
    }),
  );
  if (!trial.ok) return trial;
  const sheet = async (): Promise<Reply<string>> => {
    const badges = await parts.core.badges({ requestId, operatorIds, renew });
    return badges.ok ? ok(badgeSheet({ badges: badges.value.badges, siteName, language })) : badges;
  };
  if (input.to === 'printer') {
    const html = await sheet();
    if (!html.ok) return html;
    const printed = await toPrinter(parts, html.value, input.printer);
    return printed.ok ? ok({ path: null }) : printed;
  }
  return intoFile(parts, sheetText(language).badges.fileName, async (fill, path) => {
    await fill(trial.value);
    const html = await sheet();
    if (!html.ok) return html;
    const pdf = await makePdf(parts, html.value);
    if (!pdf.ok) return pdf;
    await fill(pdf.value);
    return ok({ path });
  });
}

/** Cards by which people are found with one scan. Asked for once: what was taken out stands in the audit log. */
export async function printPersonCards(parts: CodeSheetParts, input: ParsedInput<'print.personCards'>): Printed {
  const { requestId, query, building, inClear, language } = input;
  const station = await parts.core.station();
  if (!station.ok) return station;
  const found = await parts.core.personCards({
    requestId,
    query,
    inClear,
    ...(building === undefined ? {} : { building }),
  });
  if (!found.ok) return found;
  const html = personCardSheet({
    cards: found.value.cards,
    siteName: station.value.site?.siteName ?? '',
    language,
  });
  return putOnPaper(parts, html, sheetText(language).personCards.fileName, input);
}

/** The unused stickers of a batch among the numbers asked for: a used or spoiled code is never printed again. */
export async function printStickers(parts: CodeSheetParts, input: ParsedInput<'print.stickers'>): Printed {
  if (input.startAt > labelsPerSheet(input.layout))
    return fail('INVALID_INPUT', { path: 'startAt', problem: 'too_big' }, { field: 'startAt' });
  const found = await parts.core.stickers(input.batchId);
  if (!found.ok) return found;
  const { batch } = found.value;
  const stickers = found.value.stickers.filter(
    ({ number, state }) => state === 'unused' && number >= input.from && number < input.from + input.count,
  );
  if (stickers.length === 0) return fail('STICKERS_ALL_GONE');
  const html = stickerSheet({
    batch,
    stickers,
    layout: input.layout,
    startAt: input.startAt,
    language: input.language,
  });
  return putOnPaper(parts, html, safeFileName(sheetText(input.language).stickers.fileName(batch.lot)), input);
}

/**
 * One person's result. The file's place is asked for before the print is counted, so that numbers are not spent on paper
 * that nobody wanted; a printer that fails afterwards leaves a number without a paper. The same requestId prints the same.
 */
export async function printSlip(parts: CodeSheetParts, input: ParsedInput<'print.slip'>): Printed {
  const { requestId, testId, inClear, size, language } = input;
  const station = await parts.core.station();
  if (!station.ok) return station;
  const zone = station.value.site?.zone ?? 'Asia/Shanghai';
  const found = await parts.core.test(testId);
  if (!found.ok) return found;
  const { test } = found.value;
  if (test.status === 'pending' || test.status === 'undone') return fail('SLIP_NONE', { status: test.status });
  const sheet = async (): Promise<Reply<string>> => {
    const slip = await parts.core.slip({ requestId, testId, inClear });
    return slip.ok ? ok(resultSlip({ slip: slip.value, size, language, zone })) : slip;
  };
  if (input.to === 'printer') {
    const html = await sheet();
    if (!html.ok) return html;
    const printed = await toPrinter(parts, html.value, input.printer, slipPaper(size) ?? undefined);
    return printed.ok ? ok({ path: null }) : printed;
  }
  return intoFile(parts, sheetText(language).slip.fileName(test.kit.tail), async (fill, path) => {
    const html = await sheet();
    if (!html.ok) return html;
    const pdf = await makePdf(parts, html.value);
    if (!pdf.ok) return pdf;
    await fill(pdf.value);
    return ok({ path });
  });
}
