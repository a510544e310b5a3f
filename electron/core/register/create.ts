import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ParsedInput } from '../../../shared/contract.ts';
import { StationError } from '../../../shared/errors.ts';
import { usualFollowUpDue } from '../../../shared/model/followUp.ts';
import { usualLowStock } from '../../../shared/model/stock.ts';
import { flushFolder } from '../../db/marks.ts';
import { migrateRegister } from '../../db/migrate.ts';
import { openRegister } from '../../db/open.ts';
import { approvedProducts } from '../kits/approvedProducts.ts';
import { writeSample } from '../practice/sample.ts';
import { openRound } from '../rounds/rounds.ts';
import { isZone } from '../settings/settings.ts';
import { writeSettings } from '../settings/stored.ts';
import type { PinSecret } from '../staff/pin.ts';
import { enrol } from '../staff/staff.ts';
import { audit, type Station, today } from '../station.ts';
import { type Connection, writeConnection } from '../sync/connection.ts';
import { type KeyFile, wrapByPassphrase, wrapByRecoveryKey, writeKeyFile } from './keyFile.ts';

export type Keychain = {
  readonly available: () => Promise<boolean>;
  readonly wrap: (bytes: Uint8Array) => Promise<string>;
  /** The bytes, or null when this keychain cannot open them. */
  readonly unwrap: (text: string) => Promise<Uint8Array | null>;
};

export type CreateInput = ParsedInput<'register.create'>;

/** How a register is to be protected from now on. */
export type Protection = { readonly protection: 'keychain' | 'passphrase'; readonly passphrase?: string | undefined };

/** Makes the data key and wraps it in each way it is to be had back. Throws KEYCHAIN_UNAVAILABLE, PASSPHRASE_SHORT. */
export async function makeKeys(
  input: Protection,
  recovery: Uint8Array,
  keychain: Keychain,
  registerId: string,
): Promise<{ readonly dataKeyHex: string; readonly keys: KeyFile }> {
  const dataKey = randomBytes(32);
  const wraps: KeyFile['wraps'] = {
    ...(await wrapFor(dataKey, input, keychain, registerId)),
    recovery: wrapByRecoveryKey(dataKey, recovery, registerId),
  };
  return { dataKeyHex: dataKey.toString('hex'), keys: { version: 1, registerId, wraps } };
}

/**
 * The data key wrapped for every day's opening. What the keychain made is opened again before anybody relies on it.
 * Throws KEYCHAIN_UNAVAILABLE, PASSPHRASE_SHORT.
 */
export async function wrapFor(
  dataKey: Uint8Array,
  input: Protection,
  keychain: Keychain,
  registerId: string,
): Promise<Pick<KeyFile['wraps'], 'keychain' | 'passphrase'>> {
  if (input.protection === 'passphrase')
    return { passphrase: await wrapByPassphrase(dataKey, input.passphrase ?? '', registerId) };
  if (!(await keychain.available())) throw new StationError('KEYCHAIN_UNAVAILABLE', {}, 'protection');
  const wrapped = await keychain.wrap(dataKey);
  const opened = await keychain.unwrap(wrapped);
  if (opened === null || !Buffer.from(opened).equals(Buffer.from(dataKey)))
    throw new StationError('KEYCHAIN_UNAVAILABLE', {}, 'protection');
  return { keychain: wrapped };
}

/**
 * Makes the register in a file of its own and puts it in place when it is whole, so that a plug pulled in between leaves
 * either nothing or all of it. The key file is there first: a register without its key would be lost.
 */
export function createRegister(
  options: { readonly file: string; readonly nativeBinding: string | null; readonly nowMs: number },
  made: { readonly dataKeyHex: string; readonly keys: KeyFile },
  fill: (open: ReturnType<typeof openRegister>) => void,
): void {
  const { file, nativeBinding, nowMs } = options;
  if (existsSync(file)) throw new StationError('REGISTER_EXISTS');
  mkdirSync(dirname(file), { recursive: true });
  const building = `${file}.new`;
  for (const leftover of [building, `${building}-wal`, `${building}-shm`]) rmSync(leftover, { force: true });
  const openOptions = { file: building, dataKeyHex: made.dataKeyHex, nativeBinding, create: true };
  const db = openRegister(openOptions);
  try {
    migrateRegister(db, openOptions, nowMs);
    fill(db);
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
  writeKeyFile(file, made.keys, nowMs);
  renameSync(building, file);
  flushFolder(dirname(file));
}

/** What a new register starts with: the approved products, the first round, the first person in charge. */
export function fillRegister(
  station: Station,
  input: CreateInput,
  secret: PinSecret,
  central: Connection | null,
): void {
  if (!isZone(input.zone)) throw new StationError('INVALID_INPUT', { path: 'zone', problem: 'unknown zone' }, 'zone');
  const { tables } = station;
  const settings = {
    siteName: input.siteName,
    stationName: input.stationName,
    siteContact: '',
    zone: input.zone,
    windowFrom: 'binding',
    windowOffsetMin: 0,
    unknownKit: 'warn',
    noSerialKit: 'sticker',
    askConsent: false,
    followUpDue: usualFollowUpDue,
    lowStock: usualLowStock,
    autoLockMin: 10,
  } as const;
  writeSettings(tables, settings);
  station.settings.set(settings);
  tables.settings.set('installation.id', station.installationId);
  if (central !== null) writeConnection(tables, central, true);
  const { operator } = enrol(station, input.operatorName, 'administrator', secret);
  station.operator.set(operator);
  tables.desk.set(operator.id, JSON.stringify(station.desk.get()));
  for (const product of approvedProducts) {
    tables.products.save({
      ...product,
      id: station.newId(),
      shortName: product.registrant,
      gtins: [],
      window: null,
      storage: null,
      isSample: false,
    });
  }
  openRound(station, { name: input.roundName, day: today(station), lastDay: null, everyDays: null });
  if (input.data === 'sample') writeSample(station, today(station));
  audit(station, 'register.create', 'register', { data: input.data, protection: input.protection });
}
