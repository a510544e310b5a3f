import { rmSync } from 'node:fs';
import { type Failure, StationError } from '../../../shared/errors.ts';
import type { BackupManifest } from '../../../shared/model/backup.ts';
import { type BackupOrder, backupFault, writeBackup } from '../../db/backupFile.ts';
import { type CopyFacts, copyRegister, flushFile, hashFile, openCopy, verifyCopy } from '../../db/copy.ts';
import { type OpenOptions, openRegister } from '../../db/open.ts';

type Source = Pick<OpenOptions, 'file' | 'dataKeyHex' | 'nativeBinding'>;

export type CopyJob =
  | { readonly kind: 'backup'; readonly register: Source; readonly order: BackupOrder }
  /** A copy of the register under another data key, at `to`. */
  | { readonly kind: 'rekey'; readonly register: Source; readonly to: string; readonly newKeyHex: string }
  /** A backup brought to `to` to become the register; verified against what its manifest says. */
  | { readonly kind: 'fetch'; readonly backup: Source; readonly to: string; readonly sha256: string | null };

export type CopyStep = 'copy' | 'encrypt' | 'verify';
export type CopyResult = { readonly backup: (BackupManifest & { path: string }) | null; readonly facts: CopyFacts };

export type FromCopyWorker =
  | { readonly kind: 'step'; readonly step: CopyStep }
  | { readonly kind: 'done'; readonly value: CopyResult }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** One job, from the first byte to the last check. Throws what `writeBackup` throws. */
export function doCopyWork(job: CopyJob, at: (step: CopyStep) => void): CopyResult {
  switch (job.kind) {
    case 'backup': {
      at('copy');
      const db = openCopy(job.register);
      try {
        const { path, ...manifest } = writeBackup(db, job.register, job.order);
        const { schema, installationId, auditSeq, auditHash, newestTestAtMs, counts } = manifest;
        return {
          backup: { ...manifest, path },
          facts: { schema, installationId, auditSeq, auditHash, newestTestAtMs, counts },
        };
      } finally {
        db.close();
      }
    }
    case 'rekey':
      return { backup: null, facts: rekeyedCopy(job, at) };
    case 'fetch':
      return { backup: null, facts: fetchedCopy(job, at) };
  }
}

/**
 * VACUUM INTO cannot write under another key with this cipher, so the copy is made under the old one and re-keyed, page by
 * page, before anything relies on it.
 */
function rekeyedCopy(job: Extract<CopyJob, { kind: 'rekey' }>, at: (step: CopyStep) => void): CopyFacts {
  const copy = { ...job.register, file: job.to };
  try {
    at('copy');
    const source = openCopy(job.register);
    let facts: CopyFacts;
    try {
      facts = copyRegister(source, copy, 'quick_check');
    } finally {
      source.close();
    }
    at('encrypt');
    const db = openRegister(copy);
    try {
      // A rollback journal: re-keying rewrites every page, and the log would be as large again.
      db.pragma('journal_mode=DELETE');
      db.pragma(`rekey="x'${job.newKeyHex}'"`);
    } finally {
      db.close();
    }
    flushFile(job.to);
    at('verify');
    const rekeyed = verifyCopy({ ...copy, dataKeyHex: job.newKeyHex }, 'integrity_check');
    if (JSON.stringify(rekeyed) !== JSON.stringify(facts)) throw new StationError('BACKUP_DAMAGED');
    return facts;
  } catch (error) {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${job.to}${end}`, { force: true });
    throw backupFault(error, job.to);
  }
}

function fetchedCopy(job: Extract<CopyJob, { kind: 'fetch' }>, at: (step: CopyStep) => void): CopyFacts {
  const copy = { ...job.backup, file: job.to };
  try {
    at('verify');
    if (job.sha256 !== null && hashFile(job.backup.file) !== job.sha256) throw new StationError('BACKUP_DAMAGED');
    at('copy');
    // Not byte by byte: a register set aside may have a log beside it, and VACUUM INTO takes that along.
    const source = openCopy(job.backup);
    try {
      return copyRegister(source, copy, 'integrity_check');
    } finally {
      source.close();
    }
  } catch (error) {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${job.to}${end}`, { force: true });
    throw backupFault(error, job.to);
  }
}
