import { copyFileSync, existsSync, statSync } from 'node:fs';
import { StationError } from '../../../shared/errors.ts';
import type { AuditAction } from '../../../shared/model/audit.ts';
import type { RestorePreview } from '../../../shared/model/backup.ts';
import { hour, localDay } from '../../../shared/time.ts';
import { keyFilePath, readManifest } from '../../db/backupFile.ts';
import { type CopyFacts, factsOf, flushFile, openCopy } from '../../db/copy.ts';
import { newestSchema } from '../../db/migrate.ts';
import type { Register } from '../../db/open.ts';
import { type KeyFile, readKeyFile, type Secret, unwrapBySecret, writeKeyFile } from '../register/keyFile.ts';

export type RestoreSource = {
  readonly path: string;
  readonly registerFile: string;
  readonly nativeBinding: string | null;
  /** Of the open register; null where none is open, and a secret must say that somebody may. */
  readonly presentKeyHex: string | null;
  readonly secret: Secret | null;
};

export type FoundKey = {
  readonly dataKeyHex: string;
  /** The backup's own key file, where it stands beside it and the present one would not do. */
  readonly keys: KeyFile | null;
};

/** The data key that opens a backup. Throws KEY_WRONG, BACKUP_MISSING, BACKUP_DAMAGED. */
export async function findKey(source: RestoreSource): Promise<FoundKey> {
  if (!existsSync(source.path)) throw new StationError('BACKUP_MISSING');
  const opens = (dataKeyHex: string): boolean => {
    try {
      openCopy({ file: source.path, dataKeyHex, nativeBinding: source.nativeBinding }).close();
      return true;
    } catch (error) {
      if (error instanceof StationError && error.failure.code === 'KEY_WRONG') return false;
      throw error;
    }
  };
  if (source.presentKeyHex !== null && opens(source.presentKeyHex))
    return { dataKeyHex: source.presentKeyHex, keys: null };
  if (source.secret === null) throw new StationError('KEY_WRONG', { needs: 'secret' });
  const present = await keysOf(source.registerFile, source.secret);
  for (const dataKeyHex of present) if (opens(dataKeyHex)) return { dataKeyHex, keys: null };
  const own = await keysOf(source.path, source.secret);
  for (const dataKeyHex of own) if (opens(dataKeyHex)) return { dataKeyHex, keys: readKeyFile(source.path) };
  // The key file opened and the first page did not: it is the file that is wrong, not the secret.
  throw new StationError(own.length > 0 ? 'BACKUP_DAMAGED' : 'KEY_WRONG');
}

async function keysOf(registerFile: string, secret: Secret): Promise<readonly string[]> {
  try {
    return (await unwrapBySecret(readKeyFile(registerFile), secret)).map(({ dataKeyHex }) => dataKeyHex);
  } catch (error) {
    if (error instanceof StationError) return [];
    throw error;
  }
}

type Read = {
  readonly facts: CopyFacts;
  readonly preview: Omit<RestorePreview, 'present'>;
  readonly lastTest: number;
  readonly lastRecord: number;
};

/** What a backup holds. Throws BACKUP_NEWER for one of a newer program. */
export function readBackup(source: RestoreSource, dataKeyHex: string): Read {
  const db = openCopy({ file: source.path, dataKeyHex, nativeBinding: source.nativeBinding });
  try {
    const facts = factsOf(db);
    if (facts.schema > newestSchema)
      throw new StationError('BACKUP_NEWER', { file: facts.schema, program: newestSchema });
    const setting = (key: string) =>
      (db.prepare('SELECT value FROM settings WHERE key = ?').pluck().get(key) as string | undefined) ?? '';
    const site = siteOf(setting('site'));
    const manifest = readManifest(source.path);
    return {
      facts,
      preview: {
        path: source.path,
        ...site,
        madeAtMs: manifest?.madeAtMs ?? null,
        newestTestAtMs: facts.newestTestAtMs,
        tests: facts.counts['tests'] ?? 0,
        people: facts.counts['people'] ?? 0,
        operators: facts.counts['operators'] ?? 0,
        bytes: statSync(source.path).size,
        hasManifest: manifest !== null,
      },
      lastTest: db.prepare('SELECT coalesce(max(seq), 0) FROM tests').pluck().get() as number,
      lastRecord: db.prepare('SELECT coalesce(max(seq), 0) FROM outbox').pluck().get() as number,
    };
  } catch (error) {
    if (error instanceof StationError) throw error;
    throw new StationError('BACKUP_DAMAGED');
  } finally {
    db.close();
  }
}

/** Entries that say who came and went, who looked, or that a copy was made: nothing that somebody would miss. */
const unmissed: readonly AuditAction[] = [
  'audit.key',
  'audit.sign',
  'audit.read',
  'audit.verify',
  'refused.call',
  'refused.pin',
  'refused.approval',
  'register.open',
  'register.verify',
  'core.restart',
  'clock.jump',
  'installation.renew',
  'backup.make',
  'backup.fail',
  'backup.rotate',
  'backup.verify',
  'staff.signIn',
  'staff.lock',
  'person.show',
  'person.read',
  'test.show',
  'test.read',
];

/** What the present register holds that the backup does not. */
export function comparePresent(present: Register, backup: Read, zone: string): RestorePreview['present'] {
  const { auditSeq, auditHash } = backup.facts;
  const at = present.prepare('SELECT hash FROM audit WHERE seq = ?').pluck().get(auditSeq) as string | undefined;
  const isSameRegister = at === auditHash;
  const since = isSameRegister ? auditSeq : 0;
  const names = unmissed.map((name) => `'${name}'`).join(', ');
  const hours = present
    .prepare(`SELECT DISTINCT at_ms / ${hour} FROM audit WHERE seq > ? AND action NOT IN (${names})`)
    .pluck()
    .all(since) as number[];
  const count = (sql: string, from: number) => present.prepare(sql).pluck().get(from) as number;
  return {
    kind: 'readable',
    isSameRegister,
    lostTests: count('SELECT count(*) FROM tests WHERE seq > ?', isSameRegister ? backup.lastTest : 0),
    lostDays: [...new Set(hours.map((one) => localDay(one * hour, zone)))].sort(),
    lostEntries: count(`SELECT count(*) FROM audit WHERE seq > ? AND action NOT IN (${names})`, since),
    lostUnsent: count(
      "SELECT count(*) FROM outbox WHERE seq > ? AND state IN ('waiting', 'parked')",
      isSameRegister ? backup.lastRecord : 0,
    ),
  };
}

/** The present register as far as a secret, or its own key, opens it. */
export async function presentOf(source: RestoreSource, backup: Read, zone: string): Promise<RestorePreview['present']> {
  if (!existsSync(source.registerFile)) return { kind: 'none' };
  const keys =
    source.presentKeyHex !== null
      ? [source.presentKeyHex]
      : source.secret === null
        ? []
        : await keysOf(source.registerFile, source.secret);
  for (const dataKeyHex of keys) {
    try {
      const db = openCopy({ file: source.registerFile, dataKeyHex, nativeBinding: source.nativeBinding });
      try {
        return comparePresent(db, backup, zone);
      } finally {
        db.close();
      }
    } catch {
      // Damaged, or of another key: then nobody can say what would be lost.
    }
  }
  return { kind: 'unreadable' };
}

/**
 * Before a backup with a key file of its own takes the place: the key file offers both ways, and the present one is kept
 * under the name that the register gets when it is set aside.
 */
export function joinKeyFiles(registerFile: string, setAside: string, keys: KeyFile | null, nowMs: number): void {
  let present: KeyFile | null = null;
  try {
    present = readKeyFile(registerFile);
  } catch {
    // Gone or damaged: there is nothing to keep.
  }
  if (present !== null && existsSync(registerFile)) {
    copyFileSync(keyFilePath(registerFile), keyFilePath(setAside));
    flushFile(keyFilePath(setAside));
  }
  if (keys === null) return;
  const next = { registerId: keys.registerId, wraps: keys.wraps };
  writeKeyFile(registerFile, present === null ? keys : { ...present, next }, nowMs);
}

/** The site's names are one JSON text; an older register's that cannot be read is left empty. */
function siteOf(text: string): { siteName: string; stationName: string } {
  try {
    const { siteName, stationName } = JSON.parse(text) as { siteName: string; stationName: string };
    return { siteName: String(siteName), stationName: String(stationName) };
  } catch {
    return { siteName: '', stationName: '' };
  }
}
