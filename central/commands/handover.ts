import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { mostFileBytes, readSealed } from '../../handover/sealedFile.ts';
import type { ServiceKey } from '../../handover/serviceKeys.ts';
import { type ImportedFile, type ImportFault, importHandover } from '../handover/importHandover.ts';
import { addKeyToFile, readKeyFile } from '../handover/keyFile.ts';
import { openCitizenKeys } from './citizens.ts';
import { type Command, Refusal, WrongUse } from './command.ts';

/** Where the keys are: a file that only the service's own account can read. */
const keyFileVariable = 'YICEDA_HANDOVER_KEY_FILE';
const receiptEnd = '.yiceda-receipt';

/** The keys of this process; none where no file is named. Throws Refusal for a file that is not one of keys. */
export function openHandoverKeys(): readonly ServiceKey[] {
  const file = process.env[keyFileVariable];
  if (file === undefined || file === '') return [];
  const read = readKeyFile(file);
  if (!read.ok) throw new Refusal(`${keyFileVariable} is no file of keys: ${read.problem}`);
  return read.keys;
}

export const makeHandoverKeyCommand: Command = {
  name: 'make-handover-key',
  usage: [['--file FILE', 'makes the key for hand-over files, or a newer one before those that are in the file']],
  options: { file: { type: 'string' } },
  read: (values) => {
    const file = values['file'];
    if (typeof file !== 'string' || file === '') throw new WrongUse('--file is needed');
    return async ({ tell }) => {
      const made = addKeyToFile(path.resolve(file));
      if (!made.ok) throw new Refusal(`no key was made: ${made.problem}`);
      tell({ file: path.resolve(file), key: made.keys[0]?.id, older: made.keys.slice(1).map(({ id }) => id) });
    };
  },
};

/** What is wrong with a file, and what to do about it. */
const faultWords: Readonly<Record<ImportFault, string>> = {
  empty: 'it is empty; copy it from the station once more',
  notOurs: 'it is no hand-over file; choose the file that the station wrote',
  otherKind: 'it is a receipt; it belongs back to the station, not in here',
  otherVersion: 'it is of another version of the format; bring this service up to date',
  tooLarge: 'it is larger than any station writes; have the station write it again',
  truncated: 'its end is missing; copy it from the station once more, or have it written again',
  damaged: 'it was damaged; copy it from the station once more, or have it written again',
  notSigned:
    'it is not signed by its station: changed on its way, or made by somebody else; have the station write it again',
  notOpened: 'it cannot be opened with the key that it names; have the station write it again',
  tooMuch: 'unpacked it is larger than any station writes; do not take it, and ask who made it',
  wrongContent: 'it holds something else than it says; do not take it, and ask who made it',
  otherStation:
    'this service knows no such station, or has never met this installation of it; connect the station to the network once, or look where the file belongs',
  revoked: 'the station was revoked; invite it anew if it shall go on',
  unknownKey: `it is sealed to a key that is not in ${keyFileVariable}; put the older key back, or have the station write it again after it was connected`,
  installationEnded:
    'another installation sends for this station; the computer that wrote it was restored, moved or copied. See docs/sync.md',
  epochChanged: 'the service was restored meanwhile; run the same command again',
};

export const importHandoverCommand: Command = {
  name: 'import-handover',
  usage: [
    [
      'FILE… [--receipt-dir DIR]',
      'takes hand-over files of stations in and writes a receipt for each, to be carried back; twice changes nothing',
    ],
  ],
  options: { 'receipt-dir': { type: 'string' } },
  takesFiles: true,
  read: (values, files) => {
    if (files.length === 0) throw new WrongUse('which files?');
    const folder = values['receipt-dir'];
    if (folder === '') throw new WrongUse('--receipt-dir needs a folder');
    return async ({ database, tell }) => {
      const keys = openHandoverKeys();
      if (keys.length === 0) throw new Refusal(`${keyFileVariable} names no file; make-handover-key makes one`);
      const citizenKeys = openCitizenKeys();
      const faults: string[] = [];
      for (const file of inOrder(files)) {
        if (!file.ok) {
          faults.push(`${file.name}: ${file.words}`);
          continue;
        }
        const done = await importHandover(database, { bytes: file.bytes, keys, citizenKeys, nowMs: Date.now() });
        if (!done.ok) {
          const words = faultWords[done.fault];
          const part = done.taken === 0 ? 'nothing was taken' : `${done.taken} records were taken, the rest was not`;
          faults.push(`${file.name}: ${words} (${part})`);
          continue;
        }
        const receipt = path.join(
          typeof folder === 'string' ? folder : path.dirname(file.name),
          receiptName(file.name),
        );
        const unwritten = writeWhole(receipt, done.receipt);
        tell({ ...told(file.name, done), receipt: unwritten === null ? receipt : null });
        if (unwritten !== null)
          faults.push(
            `${file.name}: its records were taken, but ${receipt} cannot be written (${unwritten}); run it again with another --receipt-dir`,
          );
      }
      if (faults.length > 0) throw new Refusal(`${faults.length} of ${files.length} files:\n  ${faults.join('\n  ')}`);
    };
  },
};

function told(file: string, { header, carrier, isRepeated, stored, duplicate, conflict, rejected }: ImportedFile) {
  const { site, station } = carrier;
  return {
    file,
    site,
    station,
    n: header.n,
    records: header.records,
    isRepeated,
    stored,
    duplicate,
    conflict,
    rejected,
  };
}

const receiptName = (file: string): string => `${path.basename(file, path.extname(file))}${receiptEnd}`;

type Read =
  | { readonly ok: true; readonly name: string; readonly bytes: Buffer }
  | { readonly ok: false; readonly name: string; readonly words: string };

/** As the stations wrote them, whatever their names say: a later file may build on an earlier one. */
function* inOrder(files: readonly string[]): Generator<Read> {
  const places = files.map((name) => ({ name, place: placeOf(name) }));
  for (const { name } of places.sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0)))
    yield readFile(name);
}

function placeOf(name: string): string {
  const read = readFile(name);
  const outer = read.ok ? readSealed('handover', read.bytes) : null;
  if (outer?.ok !== true) return '';
  const { station, installation, n } = outer.file.header;
  return `${station} ${installation} ${String(n).padStart(12, '0')}`;
}

function readFile(name: string): Read {
  try {
    const { size } = statSync(name);
    if (size > mostFileBytes) return { ok: false, name, words: faultWords.tooLarge };
    return { ok: true, name, bytes: readFileSync(name) };
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'unknown';
    return { ok: false, name, words: `it cannot be read (${code}); is the stick in, and the name right?` };
  }
}

/** Null once it is on the disk, or the system's code. */
function writeWhole(file: string, bytes: Buffer): string | null {
  const beside = `${file}.${process.pid}.part`;
  try {
    const opened = openSync(beside, 'wx', 0o600);
    try {
      writeSync(opened, bytes);
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
    renameSync(beside, file);
    return null;
  } catch (error) {
    rmSync(beside, { force: true });
    return (error as { code?: string }).code ?? 'unknown';
  }
}
