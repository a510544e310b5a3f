import { StationError } from '../../../../shared/errors.ts';
import { cellLimit, type Table, type TableNote, unreadable } from '../table.ts';
import { type Container, isTrue, openContainer } from './container.ts';
import { builtInFormat, formatOf, type NumberFormat } from './numbers.ts';
import { type Book, readSheet, sheetHoldsSomething } from './sheet.ts';

/** Sheets that are looked into for rows; whoever has more chooses by name. */
const sheetsLookedAt = 30;
const sheetLimit = 500;
const styleLimit = 70_000;
const stringLimit = 2_000_000;
/** Characters of all shared strings. */
const stringsLimit = 96 * 1024 * 1024;

type SheetEntry = { readonly name: string; readonly part: string; readonly isVisible: boolean };

/** Reads one sheet of a workbook. Throws FILE_UNREADABLE with `problem`, or FILE_TOO_LARGE. */
export async function readXlsx(path: string, wanted: string | null, goOn: (share: number) => void): Promise<Table> {
  const container = await openContainer(path);
  try {
    refuseOthers(container);
    const main = await mainPart(container);
    if (main === null || !container.has(main)) throw unreadable('notWorkbook');
    const { entries, is1904 } = await readWorkbook(container, main);
    const visible = entries.filter(({ isVisible, part }) => isVisible && container.has(part));
    const filled: SheetEntry[] = [];
    for (const entry of visible.slice(0, sheetsLookedAt)) {
      if (await sheetHoldsSomething(container, entry.part)) filled.push(entry);
      goOn(0);
    }
    const chosen = wanted === null ? filled[0] : filled.find(({ name }) => name === wanted);
    if (chosen === undefined) throw unreadable(wanted === null ? 'empty' : 'sheetGone');
    const book: Book = {
      is1904,
      formats: await readFormats(container, main),
      strings: await readStrings(container, main, (share) => goOn(share * 0.3)),
    };
    const { rows, notes } = await readSheet(container, chosen.part, book, (share) => goOn(0.3 + share * 0.7));
    if (rows.length === 0) throw unreadable('empty');
    const others: TableNote[] =
      filled.length > 1 ? [{ code: 'otherSheets', params: { n: String(filled.length - 1) } }] : [];
    return {
      format: 'xlsx',
      encoding: 'UTF-8',
      delimiter: '',
      sheets: filled.map(({ name }) => name),
      sheet: chosen.name,
      rows,
      notes: [...others, ...notes],
    };
  } finally {
    container.close();
  }
}

/** Macros, and other kinds of file that are ZIP containers too. */
function refuseOthers(container: Container): void {
  const names = container.names();
  if (names.some((name) => name.endsWith('vbaproject.bin') || name.startsWith('xl/macrosheets/')))
    throw unreadable('macros');
  if (container.has('xl/workbook.bin')) throw unreadable('binaryWorkbook');
  if (container.has('content.xml') && container.has('mimetype')) throw unreadable('openDocument');
  if (container.has('encryptedpackage')) throw unreadable('encrypted');
  if (!container.has('[content_types].xml')) throw unreadable('notWorkbook');
}

/** The workbook's own part; throws for one whose type says that it carries macros. */
async function mainPart(container: Container): Promise<string | null> {
  let hasMacros = false;
  await container.readXml('[content_types].xml', {
    open: (name, { ContentType: type = '' }) => {
      // Some writers name kinds of parts that the file does not have, as defaults.
      if (name === 'Override' && /macroEnabled/i.test(type)) hasMacros = true;
    },
    close: () => undefined,
    text: () => undefined,
  });
  if (hasMacros) throw unreadable('macros');
  if (!container.has('_rels/.rels')) return container.has('xl/workbook.xml') ? 'xl/workbook.xml' : null;
  const targets = await readTargets(container, '_rels/.rels', '');
  for (const { type, part } of targets.values()) if (/\/officeDocument$/.test(type)) return part;
  return null;
}

type Target = { readonly type: string; readonly part: string };

/** Where a part's relations lead to, by their ids. Those that lead out of the file are left out. */
async function readTargets(container: Container, rels: string, folder: string): Promise<ReadonlyMap<string, Target>> {
  const found = new Map<string, Target>();
  if (!container.has(rels)) return found;
  await container.readXml(rels, {
    open: (name, { Id: id = '', Type: type = '', Target: target = '', TargetMode: mode = '' }) => {
      if (name !== 'Relationship' || mode === 'External' || found.size > 10_000) return;
      found.set(id, { type, part: target.startsWith('/') ? target.slice(1) : resolved(folder, target) });
    },
    close: () => undefined,
    text: () => undefined,
  });
  return found;
}

function resolved(folder: string, target: string): string {
  const steps = folder === '' ? [] : folder.split('/');
  for (const step of target.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.' && step !== '') steps.push(step);
  }
  return steps.join('/');
}

function relsOf(part: string): { readonly rels: string; readonly folder: string } {
  const at = part.lastIndexOf('/');
  const folder = at < 0 ? '' : part.slice(0, at);
  return { folder, rels: `${folder === '' ? '' : `${folder}/`}_rels/${part.slice(at + 1)}.rels` };
}

async function readWorkbook(
  container: Container,
  main: string,
): Promise<{ readonly entries: readonly SheetEntry[]; readonly is1904: boolean }> {
  const { rels, folder } = relsOf(main);
  const targets = await readTargets(container, rels, folder);
  const entries: SheetEntry[] = [];
  let is1904 = false;
  await container.readXml(main, {
    open: (name, attributes) => {
      if (name === 'workbookPr') is1904 = isTrue(attributes['date1904']);
      if (name !== 'sheet' || entries.length >= sheetLimit) return;
      const idName = Object.keys(attributes).find((each) => each === 'r:id' || /^[^:]+:id$/.test(each)) ?? 'r:id';
      const target = targets.get(attributes[idName] ?? '');
      // Sheets of a chart or of macros have another type.
      if (target === undefined || !/\/worksheet$/.test(target.type)) return;
      entries.push({
        name: (attributes['name'] ?? '').slice(0, 100),
        part: target.part,
        isVisible: (attributes['state'] ?? 'visible') === 'visible',
      });
    },
    close: () => undefined,
    text: () => undefined,
  });
  return { entries, is1904 };
}

/** The part of a kind that the workbook leads to; null where it has none. */
async function partOf(container: Container, main: string, kind: RegExp): Promise<string | null> {
  const { rels, folder } = relsOf(main);
  const targets = await readTargets(container, rels, folder);
  for (const { type, part } of targets.values()) if (kind.test(type) && container.has(part)) return part;
  return null;
}

/** What each style of a cell makes of a number, by the style's place. */
async function readFormats(container: Container, main: string): Promise<readonly NumberFormat[]> {
  const part = await partOf(container, main, /\/styles$/);
  const formats: NumberFormat[] = [];
  if (part === null) return formats;
  const own = new Map<number, NumberFormat>();
  let isInCells = false;
  await container.readXml(part, {
    open: (name, attributes) => {
      if (name === 'numFmt' && own.size < styleLimit)
        own.set(Number(attributes['numFmtId']), formatOf(attributes['formatCode'] ?? ''));
      else if (name === 'cellXfs') isInCells = true;
      else if (name === 'xf' && isInCells && formats.length < styleLimit) {
        const id = Number(attributes['numFmtId'] ?? 0);
        formats.push(own.get(id) ?? builtInFormat(id));
      }
    },
    close: (name) => {
      if (name === 'cellXfs') isInCells = false;
    },
    text: () => undefined,
  });
  return formats;
}

/** Texts that cells share, without the readings that East Asian writers put above them. */
async function readStrings(
  container: Container,
  main: string,
  goOn: (share: number) => void,
): Promise<readonly string[]> {
  const part = await partOf(container, main, /\/sharedStrings$/);
  const strings: string[] = [];
  if (part === null) return strings;
  let now = '';
  let isText = false;
  let isReading = false;
  let all = 0;
  await container.readXml(
    part,
    {
      open: (name) => {
        if (name === 'si') now = '';
        else if (name === 'rPh') isReading = true;
        else if (name === 't') isText = !isReading;
      },
      close: (name) => {
        if (name === 't') isText = false;
        else if (name === 'rPh') isReading = false;
        else if (name === 'si') {
          all += now.length;
          if (strings.length >= stringLimit || all > stringsLimit)
            throw new StationError('FILE_TOO_LARGE', { limitRows: 500_000 });
          strings.push(now);
        }
      },
      text: (text) => {
        if (isText && now.length <= cellLimit) now += text;
      },
    },
    goOn,
  );
  return strings;
}
