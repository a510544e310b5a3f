import type { Output, ParsedInput } from '../../shared/contract.ts';
import { fail, ok, type Reply } from '../../shared/errors.ts';
import type { DaySummary } from '../../shared/model/daySummary.ts';
import type { NotTestedRow } from '../../shared/model/round.ts';
import type { TestCard } from '../../shared/model/test.ts';
import { localDay } from '../../shared/time.ts';
import { intoFile, makePdf, type PaperParts, putOnPaper, toPrinter } from './onPaper.ts';
import { daySheet } from './sheets/daySheet.ts';
import { destructionSheet } from './sheets/destructionSheet.ts';
import { notTestedSheet } from './sheets/notTestedSheet.ts';
import { organisationSheet } from './sheets/organisationSheet.ts';
import { recallSheet } from './sheets/recallSheet.ts';
import { recoverySheet } from './sheets/recoverySheet.ts';
import { sheetText } from './sheets/text.ts';
import { traceSheet } from './sheets/traceSheet.ts';

export type PrintParts = PaperParts & {
  readonly core: {
    readonly station: () => Promise<Reply<Output<'station.get'>>>;
    readonly destruction: (destructionId: string) => Promise<Reply<Output<'retention.find'>>>;
    readonly rounds: () => Promise<Reply<Output<'rounds.list'>>>;
    readonly notTested: (input: ParsedInput<'rounds.notTested'>) => Promise<Reply<Output<'rounds.notTested'>>>;
    readonly recall: (recallId: string) => Promise<Reply<Output<'recalls.get'>>>;
    readonly tests: (input: ParsedInput<'tests.list'>) => Promise<Reply<Output<'tests.list'>>>;
    readonly organisations: () => Promise<Reply<Output<'organisations.list'>>>;
    readonly figures: (input: ParsedInput<'organisations.figures'>) => Promise<Reply<Output<'organisations.figures'>>>;
    readonly trace: (kitKey: string) => Promise<Reply<Output<'kits.trace'>>>;
    readonly summary: (day: string) => Promise<Reply<DaySummary>>;
    readonly signAudit: () => Promise<Reply<Output<'audit.sign'>>>;
    readonly countCopy: (input: ParsedInput<'summary.countCopy'>) => Promise<Reply<{ readonly copy: number }>>;
  };
  readonly nowAtMs: () => number;
};

type DayPaper = { readonly path: string | null; readonly copy: number; readonly sha256: string };

/**
 * The day's paper. It is made once in full before its number is taken, and the file's place is tried first, so that
 * numbers are not spent on paper that cannot exist. The same requestId gets the same number again.
 */
export async function printDaySummary(
  parts: PrintParts,
  input: ParsedInput<'print.daySummary'>,
): Promise<Reply<DayPaper>> {
  const station = await parts.core.station();
  if (!station.ok) return station;
  const summary = await parts.core.summary(input.day);
  if (!summary.ok) return summary;
  const { sha256, copiesPrinted } = summary.value;
  const zone = station.value.site?.zone ?? 'Asia/Shanghai';
  // Signed before the paper is made: what the paper says stands in the register, whatever becomes of the paper.
  const signed = await parts.core.signAudit();
  if (!signed.ok) return signed;
  const { head } = signed.value;
  const sheet = (copy: number): string =>
    daySheet({ summary: summary.value, copy, language: input.language, zone, auditHead: head });
  const count = () => parts.core.countCopy({ requestId: input.requestId, day: input.day, sha256 });
  const likely = copiesPrinted + 1;

  const trial = await makePdf(parts, sheet(likely));
  if (!trial.ok) return trial;
  if (input.to === 'printer') {
    const counted = await count();
    if (!counted.ok) return counted;
    const printed = await toPrinter(parts, sheet(counted.value.copy), input.printer);
    return printed.ok ? ok({ path: null, copy: counted.value.copy, sha256 }) : printed;
  }
  return intoFile(parts, sheetText(input.language).day.fileName(input.day, likely), async (fill, path) => {
    await fill(trial.value);
    const counted = await count();
    if (!counted.ok) return counted;
    const { copy } = counted.value;
    if (copy !== likely) {
      // Somebody else's copy came between.
      const again = await makePdf(parts, sheet(copy));
      if (!again.ok) return again;
      await fill(again.value);
    }
    return ok({ path, copy, sha256 });
  });
}

/** The record of a destruction: for the file, with the signatures of who did it and who saw it. */
export async function printDestruction(
  parts: PrintParts,
  input: ParsedInput<'print.destruction'>,
): Promise<Reply<{ readonly path: string | null }>> {
  const found = await parts.core.destruction(input.destructionId);
  if (!found.ok) return found;
  const station = await parts.core.station();
  const zone = (station.ok ? station.value.site?.zone : undefined) ?? 'Asia/Shanghai';
  const html = destructionSheet({ ...found.value, language: input.language, zone });
  return putOnPaper(parts, html, sheetText(input.language).destruction.fileName(found.value.destruction.number), input);
}

/** Rows of a list that one call brings. */
const listPage = 500;
/** More rows than anybody goes through on paper. */
const rowsMost = 5_000;

/** The not-tested list on paper, with boxes to tick. PRINT_FAILED where nobody is left, or more than a paper holds. */
export async function printNotTested(
  parts: PrintParts,
  input: ParsedInput<'print.notTested'>,
): Promise<Reply<{ readonly path: string | null }>> {
  const { roundId, building, absence, language } = input;
  const station = await parts.core.station();
  if (!station.ok) return station;
  const listed = await parts.core.rounds();
  if (!listed.ok) return listed;
  const round = listed.value.rounds.find(({ id }) => id === roundId);
  if (round === undefined) return fail('NOT_FOUND', { what: 'round' });
  const rows: NotTestedRow[] = [];
  for (;;) {
    const wanted = { roundId, absence, query: '', ...(building === undefined ? {} : { building }) };
    const page = await parts.core.notTested({ ...wanted, offset: rows.length, limit: listPage });
    if (!page.ok) return page;
    if (page.value.total === 0) return fail('PRINT_FAILED', { problem: 'nobody' });
    if (page.value.total > rowsMost) return fail('PRINT_FAILED', { problem: 'tooMany' });
    rows.push(...page.value.rows);
    if (page.value.rows.length < listPage) break;
  }
  const zone = station.value.site?.zone ?? 'Asia/Shanghai';
  const nowAtMs = station.value.nowAtMs;
  const html = notTestedSheet({ siteName: station.value.site?.siteName ?? '', round, rows, language, nowAtMs, zone });
  return putOnPaper(parts, html, sheetText(language).notTested.fileName(localDay(nowAtMs, zone)), input);
}

/** Everybody tested with what is recalled, by result. PRINT_FAILED where there are more than a paper holds. */
export async function printRecall(
  parts: PrintParts,
  input: ParsedInput<'print.recall'>,
): Promise<Reply<{ readonly path: string | null }>> {
  const { recallId, language } = input;
  const station = await parts.core.station();
  if (!station.ok) return station;
  const found = await parts.core.recall(recallId);
  if (!found.ok) return found;
  const rows: TestCard[] = [];
  for (;;) {
    const page = await parts.core.tests({ recallId, query: '', offset: rows.length, limit: listPage });
    if (!page.ok) return page;
    if (page.value.total > rowsMost) return fail('PRINT_FAILED', { problem: 'tooMany' });
    rows.push(...page.value.rows);
    if (page.value.rows.length < listPage) break;
  }
  const zone = station.value.site?.zone ?? 'Asia/Shanghai';
  const nowAtMs = station.value.nowAtMs;
  const siteName = station.value.site?.siteName ?? '';
  const html = recallSheet({ ...found.value, siteName, rows, language, nowAtMs, zone });
  return putOnPaper(parts, html, sheetText(language).recall.fileName(localDay(nowAtMs, zone)), input);
}

/** The figures of organisations. PRINT_FAILED where there is none. */
export async function printOrganisations(
  parts: PrintParts,
  input: ParsedInput<'print.organisations'>,
): Promise<Reply<{ readonly path: string | null }>> {
  const { roundId, day, language } = input;
  const station = await parts.core.station();
  if (!station.ok) return station;
  const listed = await parts.core.organisations();
  if (!listed.ok) return listed;
  const found = await parts.core.figures({
    ...(roundId === undefined ? {} : { roundId }),
    ...(day === undefined ? {} : { day }),
  });
  if (!found.ok) return found;
  const figures = new Map(found.value.rows.map((row) => [row.organisationId, row]));
  const rows = listed.value.organisations.flatMap((organisation) => {
    const its = figures.get(organisation.organisationId);
    return its === undefined ? [] : [{ organisation, figures: its }];
  });
  if (rows.length === 0) return fail('PRINT_FAILED', { problem: 'nobody' });
  const zone = station.value.site?.zone ?? 'Asia/Shanghai';
  const nowAtMs = station.value.nowAtMs;
  const html = organisationSheet({
    siteName: station.value.site?.siteName ?? '',
    roundName: found.value.roundName,
    day: found.value.day,
    rows,
    language,
    nowAtMs,
    zone,
  });
  return putOnPaper(parts, html, sheetText(language).organisations.fileName(localDay(nowAtMs, zone)), input);
}

/** Where a kit came from and went; NOT_FOUND where nothing of it is known. */
export async function printTrace(
  parts: PrintParts,
  { kitKey, language, ...where }: ParsedInput<'print.trace'>,
): Promise<Reply<{ readonly path: string | null }>> {
  const station = await parts.core.station();
  if (!station.ok) return station;
  const found = await parts.core.trace(kitKey);
  if (!found.ok) return found;
  if (found.value.kind !== 'kit' || found.value.trace.standing === 'unknown') return fail('NOT_FOUND', { what: 'kit' });
  const { trace } = found.value;
  const zone = station.value.site?.zone ?? 'Asia/Shanghai';
  const nowAtMs = station.value.nowAtMs;
  const html = traceSheet({ trace, language, nowAtMs, zone });
  return putOnPaper(parts, html, sheetText(language).trace.fileName(trace.tail, localDay(nowAtMs, zone)), where);
}

/** The recovery key on paper. The key stays in memory until the paper is made, and is in no log. */
export async function printRecoverySheet(
  parts: PrintParts,
  input: ParsedInput<'print.recoverySheet'>,
): Promise<Reply<{ readonly path: string | null }>> {
  const station = await parts.core.station();
  const zone = (station.ok ? station.value.site?.zone : undefined) ?? 'Asia/Shanghai';
  const html = recoverySheet({
    recoveryKey: input.recoveryKey,
    siteName: input.siteName,
    day: localDay(parts.nowAtMs(), zone),
    language: input.language,
  });
  return putOnPaper(parts, html, sheetText(input.language).recovery.fileName, { to: input.to });
}
