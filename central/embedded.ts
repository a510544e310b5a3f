import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ReadServiceKeys } from '../handover/serviceKeys.ts';
import { addKeyToFile, readKeyFile } from './handover/keyFile.ts';
import type { Database } from './store/database.ts';
import { ensureToken, newToken, tokenPattern } from './store/stations.ts';

/** The one station of a service that runs beside a workstation for trying out. */
const sampleStation = { site: '示例站点', station: '示例工位' };

/**
 * The sample station's token: the same at every start. The file comes before the database, so that a start that was
 * killed between the two is mended by the next.
 */
export async function ensureSampleStation(database: Database, folder: string, nowMs: number): Promise<string> {
  const file = path.join(folder, 'station-token');
  const kept = read(file)?.trim() ?? '';
  const token = tokenPattern.test(kept) ? kept : newToken();
  if (token !== kept) write(file, `${token}\n`);
  await ensureToken(database, sampleStation, token, nowMs);
  return token;
}

/** The key for hand-over files, in the folder, the same at every start. */
export function ensureHandoverKeys(folder: string): ReadServiceKeys {
  const file = path.join(folder, 'handover-keys.json');
  return existsSync(file) ? readKeyFile(file) : addKeyToFile(file);
}

/** The port of the last start, so that the address stays; null when there is none. */
export function readPort(folder: string): number | null {
  const port = Number(read(path.join(folder, 'port'))?.trim() || '0');
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : null;
}

export function writePort(folder: string, port: number): void {
  if (readPort(folder) !== port) write(path.join(folder, 'port'), `${port}\n`);
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    throw error;
  }
}

/** Readable by the owner alone, and whole or not at all. */
function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, text, { mode: 0o600 });
  renameSync(aside, file);
}
