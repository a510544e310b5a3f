import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { type ErrorCode, StationError } from '../../shared/errors.ts';

export type Register = Database.Database;

export type OpenOptions = {
  readonly file: string;
  /** The data key: 32 bytes as 64 hexadecimal digits. */
  readonly dataKeyHex: string;
  /** An own build of the binding, for a runtime that the package carries no prebuilt one for. Development only. */
  readonly nativeBinding?: string | null;
  readonly readonly?: boolean;
  /** Without it a missing file is an error: a mistyped path must not become an empty register. */
  readonly create?: boolean;
};

/**
 * Opens the encrypted register with the settings that its promises rest on, reads them back, and refuses where one did
 * not take. Throws StationError: REGISTER_MISSING, KEY_WRONG, REGISTER_DAMAGED, REGISTER_UNSAFE, REGISTER_IN_USE,
 * REGISTER_READ_ONLY, DISK_FULL, DISK_FAILED.
 * A wrong key is found by reading: nothing is written before the first page was decrypted.
 */
export function openRegister(options: OpenOptions): Register {
  if (!/^[0-9a-f]{64}$/.test(options.dataKeyHex)) throw new StationError('KEY_WRONG');
  if (options.create !== true) refuseStump(options.file);
  let db: Register | null = null;
  try {
    if (options.create !== true && options.readonly !== true) probe(options);
    db = new Database(options.file, {
      readonly: options.readonly ?? false,
      ...(options.nativeBinding ? { nativeBinding: options.nativeBinding } : {}),
    });
    configure(db, options);
    return db;
  } catch (error) {
    db?.close();
    throw openFault(error);
  }
}

/**
 * Key and first pages are tried by a reader: a writer that fails would fold the `-wal` into the register when it is closed,
 * and a wrong key or a damaged page is no reason to change a byte.
 */
function probe(options: OpenOptions): void {
  const reader = openReader(options);
  try {
    reader.prepare('SELECT count(*) FROM sqlite_schema').get();
  } finally {
    reader.close();
  }
}

/** A bare reader with the register's key. */
function openReader(options: OpenOptions): Register {
  const reader = new Database(options.file, {
    readonly: true,
    ...(options.nativeBinding ? { nativeBinding: options.nativeBinding } : {}),
  });
  reader.pragma("cipher='sqlcipher'");
  reader.pragma('legacy=4');
  reader.pragma(`key="x'${options.dataKeyHex}'"`);
  reader.pragma('temp_store=MEMORY');
  return reader;
}

/** Bytes of the smallest database there can be: its one page. */
const smallestRegister = 4_096;

/**
 * Throws REGISTER_MISSING, or REGISTER_DAMAGED for a file too short to be a register: SQLite takes an empty file for a
 * new database, deletes the `-wal` beside it, and a migration would then make an empty register of it.
 */
export function refuseStump(file: string): void {
  if (!existsSync(file)) throw new StationError('REGISTER_MISSING');
  if (statSync(file).size < smallestRegister) throw new StationError('REGISTER_DAMAGED', { file });
}

function configure(db: Register, options: OpenOptions): void {
  db.pragma("cipher='sqlcipher'");
  db.pragma('legacy=4');
  // A raw key: no derivation at each open, the random data key needs none.
  db.pragma(`key="x'${options.dataKeyHex}'"`);
  // Before anything is sorted: otherwise SQLite spills names in clear into the system's temporary folder.
  db.pragma('temp_store=MEMORY');
  const objects = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  // Whole pages and nothing in them: what was a register was emptied.
  if (objects === 0 && options.create !== true) throw new StationError('REGISTER_DAMAGED', { file: options.file });
  if (options.readonly !== true) db.pragma('journal_mode=WAL');
  // The binding is built so that WAL alone means NORMAL, which loses the last commits when the plug is pulled.
  db.pragma('synchronous=FULL');
  db.pragma('foreign_keys=ON');
  db.pragma('busy_timeout=5000');
  db.pragma('trusted_schema=OFF');
  db.pragma('cell_size_check=ON');
  // What is deleted is overwritten: somebody with the key finds no destroyed name in a free page.
  db.pragma('secure_delete=ON');
  // 64 MiB of decrypted pages: each page that is not there costs reading and deciphering it.
  db.pragma('cache_size=-65536');

  const expected: readonly (readonly [string, string | number])[] = [
    ['temp_store', 2],
    ['synchronous', 2],
    ['foreign_keys', 1],
    ['journal_mode', 'wal'],
    ['trusted_schema', 0],
    ['secure_delete', 1],
  ];
  for (const [name, value] of expected) {
    if (db.pragma(name, { simple: true }) !== value) throw new StationError('REGISTER_UNSAFE', { setting: name });
  }
}

/**
 * What a fault of the database means while a register is being opened, as an expected failure: there a page that cannot be
 * deciphered means another key. Anything that is no fault of the database is passed on as it is.
 */
export function openFault(error: unknown): unknown {
  return sqliteCode(error) === 'SQLITE_NOTADB' ? new StationError('KEY_WRONG') : registerFault(error);
}

/** What a fault of the database means in an open register, whose key is known to be right. */
export function registerFault(error: unknown): unknown {
  const code = sqliteCode(error);
  const failure = code === null ? null : failureOf(code);
  return failure === null ? error : new StationError(failure, failure === 'DISK_FAILED' ? { problem: code ?? '' } : {});
}

/** SQLite's result codes (https://www.sqlite.org/rescode.html) by what somebody at the desk can do about them. */
function failureOf(code: string): ErrorCode | null {
  const is = (...beginnings: readonly string[]) => beginnings.some((each) => code.startsWith(`SQLITE_${each}`));
  // The cipher's check of a page fails as CORRUPT, on the first page as NOTADB; a file cut short reads short.
  if (is('CORRUPT', 'NOTADB', 'IOERR_SHORT_READ', 'IOERR_CORRUPTFS', 'IOERR_DATA')) return 'REGISTER_DAMAGED';
  if (is('BUSY', 'LOCKED')) return 'REGISTER_IN_USE';
  // The wal-index is the one file that SQLite makes larger without calling a full disk FULL.
  if (is('FULL', 'IOERR_SHMSIZE')) return 'DISK_FULL';
  if (is('READONLY', 'CANTOPEN', 'PERM')) return 'REGISTER_READ_ONLY';
  return is('IOERR') ? 'DISK_FAILED' : null;
}

/**
 * Closes a register without the checkpoint that closing brings: pages of a damaged register are not copied about, and its
 * `-wal` stays as it is. SQLite leaves it alone as long as another connection is open, and a reader's end changes nothing.
 */
export function closeUntouched(db: Register, options: OpenOptions): void {
  let reader: Register | null = null;
  try {
    reader = openReader(options);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch {
    // It cannot even be read any more: then there is nothing that closing could copy.
  }
  db.close();
  reader?.close();
}

/**
 * Folds what is in the `-wal` of a register that is open elsewhere into it, as far as nobody reads what was before, and
 * waits for nobody. Throws what SQLite throws.
 */
export function foldLog(options: OpenOptions): void {
  const db = new Database(options.file, {
    fileMustExist: true,
    ...(options.nativeBinding ? { nativeBinding: options.nativeBinding } : {}),
  });
  try {
    db.pragma("cipher='sqlcipher'");
    db.pragma('legacy=4');
    db.pragma(`key="x'${options.dataKeyHex}'"`);
    db.pragma('temp_store=MEMORY');
    db.pragma('synchronous=FULL');
    db.pragma('wal_checkpoint(PASSIVE)');
  } finally {
    db.close();
  }
}

/** Pages in the log from which on a commit folds it into the register by itself: SQLite's own 1,000, and never. */
const foldingPages = { usual: 1_000, held: 1_000_000_000 } as const;
const holders = new WeakMap<Register, number>();

/** From now on no commit folds the log into the register by itself, until everybody who held it has let go. */
export function holdFolding(db: Register): () => void {
  const set = (change: 1 | -1): void => {
    const n = (holders.get(db) ?? 0) + change;
    holders.set(db, n);
    if (db.open) db.pragma(`wal_autocheckpoint=${n === 0 ? foldingPages.usual : foldingPages.held}`);
  };
  set(1);
  return () => set(-1);
}

/**
 * A transaction that is not synced by itself: the next one that is makes it last, and a power cut before takes it back
 * whole. For what nobody was told of. Nothing else commits meanwhile, for `run` does not wait; what comes after is synced
 * as ever.
 */
export function transactUnsynced<T>(db: Register, run: () => T): T {
  db.pragma('synchronous=NORMAL');
  try {
    return db.transaction(run).immediate();
  } finally {
    db.pragma('synchronous=FULL');
  }
}

/** The `SQLITE_…` code of an error thrown by the binding, or null for any other error. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return error.code.startsWith('SQLITE_') ? error.code : null;
}
