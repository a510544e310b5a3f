import { setImmediate as nextTurn } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { StationError } from '../../../../shared/errors.ts';
import { unreadable } from '../table.ts';

/** Parts that a workbook may have: real ones have some dozens, with many pictures some hundreds. */
const entryLimit = 5_000;
/** A sheet of 100,000 people unpacks to some 60 MB, a tenth of what it may. */
const partLimitBytes = 640 * 1024 * 1024;
const allLimitBytes = 1024 * 1024 * 1024;
/** Repetitive sheets shrink to a fiftieth; what shrinks further than this, and is large, was made to. */
const ratioLimit = 300;
const ratioFromBytes = 8 * 1024 * 1024;
/** Characters between two tags: cells have 32,767 at most. */
const gapLimit = 1024 * 1024;
const depthLimit = 100;
/** Pieces of some 16 KB between two turns of the desk. */
const piecesATurn = 4;

export type Handlers = {
  readonly open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly close: (name: string) => void;
  readonly text: (text: string) => void;
};

export type Container = {
  readonly has: (part: string) => boolean;
  /** Names of parts, in lower case, without the leading slash. */
  readonly names: () => readonly string[];
  /**
   * Reads a part as XML, in pieces. Names come without their prefix. `goOn` hears the share that is read; what it throws
   * ends the reading, and so does a `true`, without a fault.
   */
  readonly readXml: (part: string, handlers: Handlers, goOn?: (share: number) => unknown) => Promise<void>;
  readonly close: () => void;
};

/**
 * Opens a ZIP container for reading single parts; nothing is ever unpacked to the disk, so that the names in it are only
 * compared. Throws FILE_UNREADABLE: damaged, encrypted, zipBomb.
 */
export async function openContainer(path: string): Promise<Container> {
  // Names are decoded here: a name that climbs out of its folder is no reason to refuse the rest, it is never looked at.
  const zip = await openPromise(path, { decodeStrings: false, lazyEntries: true, autoClose: false }).catch(() => {
    throw unreadable('damaged');
  });
  try {
    return containerOf(zip, await listEntries(zip));
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function listEntries(zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  if (zip.entryCount > entryLimit) throw unreadable('zipBomb');
  const entries = new Map<string, Entry>();
  let count = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      count += 1;
      if (count > entryLimit) throw unreadable('zipBomb');
      const name = Buffer.from(entry.fileNameRaw)
        .toString('utf8')
        .replaceAll('\\', '/')
        .replace(/^\/+/, '')
        .toLowerCase();
      // Two parts of one name: which of them a program shows is chance.
      if (entries.has(name)) throw unreadable('damaged');
      entries.set(name, entry);
    }
  } catch (error) {
    throw error instanceof StationError ? error : unreadable('damaged');
  }
  return entries;
}

function containerOf(zip: ZipFile, entries: ReadonlyMap<string, Entry>): Container {
  let allBytes = 0;

  const checked = (part: string): Entry => {
    const entry = entries.get(part.toLowerCase());
    if (entry === undefined) throw unreadable('damaged');
    if (entry.isEncrypted()) throw unreadable('encrypted');
    if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) throw unreadable('damaged');
    const { compressedSize, uncompressedSize } = entry;
    const isSwollen = uncompressedSize > ratioFromBytes && uncompressedSize > compressedSize * ratioLimit;
    if (uncompressedSize > partLimitBytes || isSwollen) throw unreadable('zipBomb');
    return entry;
  };

  const readXml: Container['readXml'] = async (part, handlers, goOn = () => undefined) => {
    const entry = checked(part);
    const xml = xmlReader(handlers);
    let decoder: InstanceType<typeof TextDecoder> | null = null;
    let bytes = 0;
    let pieces = 0;
    try {
      // yauzl counts too: a part that is longer than the container says ends as damaged.
      const stream = await zip.openReadStreamPromise(entry);
      try {
        for await (const piece of stream as AsyncIterable<Buffer>) {
          bytes += piece.length;
          allBytes += piece.length;
          if (allBytes > allLimitBytes || bytes > partLimitBytes) throw unreadable('zipBomb');
          decoder ??= new TextDecoder(xmlEncoding(piece), { fatal: true });
          xml.write(decoder.decode(piece, { stream: true }));
          pieces += 1;
          if (pieces % piecesATurn !== 0) continue;
          await nextTurn();
          if (goOn(bytes / Math.max(1, entry.uncompressedSize)) === true) return;
        }
      } finally {
        stream.destroy();
      }
      xml.write(decoder?.decode() ?? '');
      xml.end();
    } catch (error) {
      throw error instanceof StationError ? error : unreadable('damaged');
    }
  };

  return {
    has: (part) => entries.has(part.toLowerCase()),
    names: () => [...entries.keys()],
    readXml,
    close: () => zip.close(),
  };
}

function xmlEncoding(first: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le';
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** A reader that takes no definitions of its own making: no office program writes any, and they are made to swell. */
function xmlReader(handlers: Handlers): { readonly write: (text: string) => void; readonly end: () => void } {
  const parser = new SaxesParser({ position: false });
  let gap = 0;
  let depth = 0;
  parser.on('doctype', () => {
    throw unreadable('xmlEntities');
  });
  parser.on('error', () => {
    throw unreadable('damaged');
  });
  parser.on('opentag', ({ name, attributes }) => {
    gap = 0;
    depth += 1;
    if (depth > depthLimit) throw unreadable('damaged');
    handlers.open(localName(name), attributes as Record<string, string>);
  });
  parser.on('closetag', ({ name }) => {
    gap = 0;
    depth -= 1;
    handlers.close(localName(name));
  });
  parser.on('text', handlers.text);
  parser.on('cdata', handlers.text);
  return {
    write: (text) => {
      gap += text.length;
      parser.write(text);
      // A tag inside the piece has set it back; what is left was one text, one tag or one comment without an end.
      if (gap > gapLimit) throw unreadable('cellTooLong', { limit: '4000' });
    },
    end: () => {
      parser.close();
    },
  };
}

/** An attribute that is yes or no. */
export function isTrue(text: string | undefined): boolean {
  return text === '1' || text === 'true' || text === 'on';
}

/** Some writers put a prefix before each name. */
function localName(name: string): string {
  const at = name.indexOf(':');
  return at < 0 ? name : name.slice(at + 1);
}
