import { existsSync, rmSync } from 'node:fs';
import { readRecoveryKey } from '../../../shared/codes/ownCodes.ts';
import { StationError } from '../../../shared/errors.ts';
import { openRegister, type Register } from '../../db/open.ts';
import { readKeyFile, unwrapByPassphrase, unwrapByRecoveryKey } from './keyFile.ts';

/**
 * The register as it stands on the disk, of whatever version, for reading alone: nothing is migrated or written. SQLite
 * itself makes two empty files beside a register whose last run ended well; closing takes them away again. Throws
 * StationError: KEY_WRONG, KEY_FILE_MISSING, REGISTER_MISSING, REGISTER_DAMAGED.
 */
export async function openToRead(
  file: string,
  by: { readonly passphrase: string } | { readonly recoveryKey: string },
): Promise<Register> {
  if (!existsSync(file)) throw new StationError('REGISTER_MISSING');
  const keys = readKeyFile(file);
  const dataKey = 'passphrase' in by ? await unwrapByPassphrase(keys, by.passphrase) : byRecoveryKey(by.recoveryKey);
  const leftovers = [`${file}-wal`, `${file}-shm`].filter((each) => !existsSync(each));
  const db = openRegister({ file, dataKeyHex: Buffer.from(dataKey).toString('hex'), readonly: true });
  const close = db.close.bind(db);
  db.close = () => {
    const closed = close();
    for (const each of leftovers) rmSync(each, { force: true });
    return closed;
  };
  return db;

  function byRecoveryKey(text: string): Uint8Array {
    const recovery = readRecoveryKey(text);
    if (!recovery.ok) throw new StationError('KEY_WRONG', {}, 'recoveryKey');
    return unwrapByRecoveryKey(keys, recovery.bytes);
  }
}
