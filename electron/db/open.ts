import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StationError } from '../../shared/errors.ts';

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
 * not take. Throws StationError: REGISTER_MISSING, KEY_WRONG, REGISTER_DAMAGED, REGISTER_UNSAFE, REGISTER_IN_USE.
 * A wrong key is found by reading: nothing is written before the first page was decrypted.
 */
export function openRegister(options: OpenOptions): Register {
  if (!/^[0-9a-f]{64}$/.test(options.dataKeyHex)) throw new StationError('KEY_WRONG');
  if (options.create !== true && !existsSync(options.file)) throw new StationError('REGISTER_MISSING');
  const db = new Database(options.file, {
    readonly: options.readonly ?? false,
    ...(options.nativeBinding ? { nativeBinding: options.nativeBinding } : {}),
  });
  try {
    configure(db, options);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

function configure(db: Register, options: OpenOptions): void {
  db.pragma("cipher='sqlcipher'");
  db.pragma('legacy=4');
  // A raw key: no derivation at each open, the random data key needs none.
  db.pragma(`key="x'${options.dataKeyHex}'"`);
  // Before anything is sorted: otherwise SQLite spills names in clear into the system's temporary folder.
  db.pragma('temp_store=MEMORY');
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    throw readFault(error);
  }
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

/** What a failed read of the first page means, as an expected failure; anything else is passed on. */
export function readFault(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === 'SQLITE_NOTADB') return new StationError('KEY_WRONG');
  if (code?.startsWith('SQLITE_CORRUPT')) return new StationError('REGISTER_DAMAGED');
  if (code?.startsWith('SQLITE_BUSY') || code?.startsWith('SQLITE_LOCKED')) return new StationError('REGISTER_IN_USE');
  return error;
}

/** The `SQLITE_…` code of an error thrown by the binding, or null for any other error. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return error.code.startsWith('SQLITE_') ? error.code : null;
}
