import { fail, ok, type Reply } from '../../shared/errors.ts';
import { faultFields, systemCode } from './faults.ts';
import type { Log } from './log.ts';
import type { Papermaker, PaperSize } from './sheetWindow.ts';
import { type HalfWritten, startWriting } from './writeWhole.ts';

/** What it takes to bring a document onto paper or into a file. */
export type PaperParts = {
  readonly paper: Papermaker;
  /** Asks where to save a PDF; null when the person closed the dialog. */
  readonly chooseFile: (suggestedName: string) => Promise<string | null>;
  readonly log: Log;
};

/** A document that counts nothing: to the printer, or to a file that appears whole or not at all. */
export async function putOnPaper(
  parts: PaperParts,
  html: string,
  fileName: string,
  way: { readonly to: 'file' | 'printer'; readonly printer?: string | undefined },
): Promise<Reply<{ readonly path: string | null }>> {
  if (way.to === 'printer') {
    const printed = await toPrinter(parts, html, way.printer);
    return printed.ok ? ok({ path: null }) : printed;
  }
  const pdf = await makePdf(parts, html);
  if (!pdf.ok) return pdf;
  return intoFile(parts, fileName, async (fill, path) => {
    await fill(pdf.value);
    return ok({ path });
  });
}

export async function makePdf(parts: PaperParts, html: string): Promise<Reply<Uint8Array>> {
  try {
    return ok(await parts.paper.pdf(html));
  } catch (error) {
    parts.log('print.notMade', faultFields(error));
    return fail('PRINT_FAILED', { problem: 'notMade' }, { retryable: true });
  }
}

export async function toPrinter(
  parts: PaperParts,
  html: string,
  printer: string | undefined,
  size?: PaperSize,
): Promise<Reply<null>> {
  let problem: string | null;
  try {
    problem = await parts.paper.print(html, printer, size);
  } catch (error) {
    parts.log('print.failed', faultFields(error));
    problem = 'notMade';
  }
  if (problem === null) return ok(null);
  parts.log('print.failed', { problem });
  return fail('PRINT_FAILED', { problem }, { retryable: true });
}

/** Asks for the place, writes beside it, and lets the file appear only if `write` succeeded. */
export async function intoFile<T>(
  parts: PaperParts,
  suggestedName: string,
  write: (fill: (bytes: Uint8Array) => Promise<void>, path: string) => Promise<Reply<T>>,
): Promise<Reply<T>> {
  const path = await parts.chooseFile(suggestedName);
  if (path === null) return fail('CANCELLED');
  let file: HalfWritten | null = null;
  try {
    file = await startWriting(path);
    const written = await write(file.fill, path);
    if (!written.ok) {
      await file.discard();
      return written;
    }
    await file.keep();
    return written;
  } catch (error) {
    await file?.discard();
    const code = systemCode(error);
    parts.log('print.notSaved', { code });
    return code === 'ENOSPC'
      ? fail('DISK_FULL', {}, { retryable: true })
      : fail('PRINT_FAILED', { problem: code === '' ? 'notSaved' : code }, { retryable: true });
  }
}
