/**
 * The workstation's core from the command line, on any register:
 *
 *   station init --register FILE --passphrase-file F --site NAME --operator NAME --pin-file F [--station NAME] [--zone ZONE] [--sample]
 *   station call METHOD JSON --register FILE [--passphrase-file F | --recovery-key-file F]
 *   station verify-audit --register FILE (--passphrase-file F | --recovery-key-file F) [--head SEQ:FINGERPRINT] [--central] [--json]
 *
 *   station verify-register --register FILE (--passphrase-file F | --recovery-key-file F)
 *   station backup --register FILE (--passphrase-file F | --recovery-key-file F) --operator NAME --pin-file F [--folder DIR]
 *   station restore BACKUP --register FILE (--passphrase-file F | --recovery-key-file F) [--lose N]
 *
 * `verify-register` writes nothing: exit code 0 when all is right, 1 with the first fault. `restore` prints what the
 * backup holds and what would be lost; it restores when `--lose` says that number (0 where there is no register yet, and
 * `unknown` where the present one cannot be read). `init` prints the recovery key. `call` prints the reply as one JSON line; whoever signed in by `staff.signIn` stays
 * signed in for the next calls. A changing call without a requestId gets a new one.
 *
 * `verify-audit` reads the audit log and writes nothing: exit code 0 when it is right, 1 with the first bad entry. `--head`
 * holds it against a printed day summary, `--central` against what the central service has received.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchHeads } from '../electron/core/audit/central.ts';
import { nothingOutside, verifyAudit } from '../electron/core/audit/verify.ts';
import type { Core } from '../electron/core/createCore.ts';
import { readKeyFile, type Secret, unwrapBySecret } from '../electron/core/register/keyFile.ts';
import { openToRead } from '../electron/core/register/readOnly.ts';
import { registerChecks, verifyRegister } from '../electron/core/register/verify.ts';
import { readConnection } from '../electron/core/sync/connection.ts';
import { openCopy } from '../electron/db/copy.ts';
import { type Register, sqliteCode } from '../electron/db/open.ts';
import { prepareTables } from '../electron/db/tables.ts';
import { coreContract, isCoreMethod } from '../shared/contract.ts';
import { fail, type Reply, StationError } from '../shared/errors.ts';
import type { AuditVerdict } from '../shared/model/audit.ts';
import type { RestorePreview } from '../shared/model/backup.ts';
import { openNodeCore } from './hosts/core.ts';

const usage = `usage:
  station init --register FILE --passphrase-file F --site NAME --operator NAME --pin-file F [--station NAME] [--zone ZONE] [--sample]
  station call METHOD JSON --register FILE [--passphrase-file F | --recovery-key-file F]
  station verify-register --register FILE (--passphrase-file F | --recovery-key-file F)
  station backup --register FILE (--passphrase-file F | --recovery-key-file F) --operator NAME --pin-file F [--folder DIR]
  station restore BACKUP --register FILE (--passphrase-file F | --recovery-key-file F) [--lose N]
  station verify-audit --register FILE (--passphrase-file F | --recovery-key-file F) [--head SEQ:FINGERPRINT] [--central] [--json]`;

class UsageError extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [verb, method, json] = positionals;
  const registerFile = resolve(required(values.register, '--register FILE'));
  if (verb === 'init') return init(registerFile, values);
  if (verb === 'verify-register') return verifyAll(registerFile, unlockInput(values) ?? unlockNeeded());
  if (verb === 'backup') return backUp(registerFile, values);
  if (verb === 'restore') return restore(registerFile, required(method, 'BACKUP'), values);
  if (verb === 'verify-audit') return verify(registerFile, values);
  if (verb !== 'call' || method === undefined) throw new UsageError('say `init` or `call METHOD JSON`');
  if (!isCoreMethod(method))
    throw new UsageError(`no method ${method}; there are: ${Object.keys(coreContract).join(' ')}`);
  return withCore(registerFile, async (core) => {
    const unlocking = unlockInput(values);
    if (unlocking !== null && method !== 'register.unlock') {
      const unlocked = await core.dispatch('register.unlock', unlocking);
      if (!unlocked.ok) return print(unlocked);
    }
    return print(await core.dispatch(method, withRequestId(method, readJson(json ?? '{}'))));
  });
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        register: { type: 'string' },
        'passphrase-file': { type: 'string' },
        'recovery-key-file': { type: 'string' },
        'pin-file': { type: 'string' },
        site: { type: 'string' },
        station: { type: 'string', default: '1' },
        zone: { type: 'string', default: 'Asia/Shanghai' },
        operator: { type: 'string' },
        folder: { type: 'string' },
        lose: { type: 'string' },
        sample: { type: 'boolean', default: false },
        head: { type: 'string' },
        central: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

type Values = ReturnType<typeof parse>['values'];

function init(registerFile: string, values: Values): Promise<number> {
  return withCore(registerFile, async (core) => {
    const prepared = await core.dispatch('register.prepareKey', {});
    if (!prepared.ok) return print(prepared);
    const { recoveryKey } = prepared.value as { recoveryKey: string };
    const created = await core.dispatch('register.create', {
      requestId: randomUUID(),
      siteName: required(values.site, '--site NAME'),
      stationName: values.station,
      zone: values.zone,
      protection: 'passphrase',
      passphrase: secretFrom(required(values['passphrase-file'], '--passphrase-file F')),
      recoveryKeyRepeated: recoveryKey,
      operatorName: required(values.operator, '--operator NAME'),
      pin: secretFrom(required(values['pin-file'], '--pin-file F')),
      data: values.sample ? 'sample' : 'empty',
    });
    return print(created.ok ? { ok: true, value: { recoveryKey, station: created.value } } : created);
  });
}

/** Reads the register and nothing else: the key file's right is the secret that opens it. */
async function verifyAll(registerFile: string, secret: Secret): Promise<number> {
  const fault = await verifyFile(registerFile, secret);
  return print(fault === null ? { ok: true, value: { checks: registerChecks } } : fault);
}

async function verifyFile(registerFile: string, secret: Secret): Promise<Reply<never> | null> {
  try {
    const [key] = await unwrapBySecret(readKeyFile(registerFile), secret);
    const dataKeyHex = key?.dataKeyHex ?? '';
    const db = openCopy({ file: registerFile, dataKeyHex, nativeBinding: null });
    try {
      const fault = await verifyRegister(db);
      return fault === null ? null : fail('REGISTER_DAMAGED', { check: fault.check, what: fault.what });
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof StationError && error.failure.code === 'BACKUP_DAMAGED')
      return fail('REGISTER_DAMAGED', { check: 'pages', what: 'the first page' });
    if (error instanceof StationError) return { ok: false, error: error.failure };
    // A page that does not pass its check ends the reading of it.
    if (sqliteCode(error) !== null) return fail('REGISTER_DAMAGED', { check: 'pages', what: sqliteCode(error) ?? '' });
    throw error;
  }
}

/** As the desk would: somebody who may signs in with their PIN. */
function backUp(registerFile: string, values: Values): Promise<number> {
  return withCore(registerFile, async (core) => {
    const unlocked = await core.dispatch('register.unlock', unlockInput(values) ?? unlockNeeded());
    if (!unlocked.ok) return print(unlocked);
    const listed = (await core.dispatch('staff.list', {})) as Reply<{ operators: { id: string; name: string }[] }>;
    if (!listed.ok) return print(listed);
    const name = required(values.operator, '--operator NAME');
    const operator = listed.value.operators.find((one) => one.name === name);
    if (operator === undefined) return print(fail('NOT_FOUND', { what: 'operator' }));
    const pin = secretFrom(required(values['pin-file'], '--pin-file F'));
    const signedIn = await core.dispatch('staff.signIn', { requestId: randomUUID(), operatorId: operator.id, pin });
    if (!signedIn.ok) return print(signedIn);
    const folder = values.folder === undefined ? {} : { folder: resolve(values.folder) };
    return print(await core.dispatch('backups.make', { requestId: randomUUID(), ...folder }));
  });
}

function restore(registerFile: string, backup: string, values: Values): Promise<number> {
  return withCore(registerFile, async (core) => {
    const asked = { path: resolve(backup), secret: unlockInput(values) ?? unlockNeeded() };
    const looked = (await core.dispatch('backups.preview', asked)) as Reply<RestorePreview>;
    if (!looked.ok || values.lose === undefined) return print(looked);
    const { present } = looked.value;
    const lost = present.kind === 'readable' ? present.lostEntries : null;
    const said = present.kind === 'none' ? '0' : String(lost ?? 'unknown');
    if (values.lose !== said) return print(fail('RESTORE_CHANGED', { lost: said }));
    return print(await core.dispatch('backups.restore', { requestId: randomUUID(), ...asked, lostEntries: lost }));
  });
}

function unlockNeeded(): never {
  throw new UsageError('missing --passphrase-file F or --recovery-key-file F');
}

/** Opens read-only and beside core: no migration, no entry, no change of whoever is signed in. */
async function verify(registerFile: string, values: Values): Promise<number> {
  const unlocking = unlockInput(values);
  if (unlocking === null) throw new UsageError('missing --passphrase-file F or --recovery-key-file F');
  let db: Register;
  try {
    db = await openToRead(registerFile, unlocking);
  } catch (error) {
    if (!(error instanceof StationError)) throw error;
    return print({ ok: false, error: error.failure });
  }
  try {
    const connection = values.central ? readConnection(prepareTables(db)) : null;
    const received = connection === null ? nothingOutside : await fetchHeads(fetch, connection);
    if (received === null || (values.central && connection === null))
      return print(fail('NOT_FOUND', { what: 'central' }, { retryable: true }));
    const verdict = await verifyAudit(db, { ...received, paper: paperHead(values.head) });
    process.stdout.write(values.json ? `${JSON.stringify(verdict)}\n` : inWords(verdict));
    return verdict.ok ? 0 : 1;
  } finally {
    db.close();
  }
}

function paperHead(text: string | undefined): { readonly seq: number; readonly fingerprint: string }[] {
  if (text === undefined) return [];
  const [, seq, fingerprint] = /^(\d{1,15}):([0-9a-f ]{4,79})$/i.exec(text.trim()) ?? [];
  if (seq === undefined || fingerprint === undefined)
    throw new UsageError('--head is the number, a colon, the fingerprint');
  return [{ seq: Number(seq), fingerprint: fingerprint.replaceAll(' ', '').toLowerCase() }];
}

function inWords({ bad, entries, fromSeq, toSeq, hash, heads, checkpoints, newestHead }: AuditVerdict): string {
  if (bad !== null) {
    const at = bad.atMs === null ? 'no time' : new Date(bad.atMs).toISOString();
    return `wrong: entry ${bad.seq} (${at}): ${bad.fault}; ${entries} entries before it are right\n`;
  }
  const signed = newestHead === null ? 'nothing signed yet' : `signed up to ${newestHead.seq} (${newestHead.day})`;
  return `right: ${entries} entries, ${fromSeq} to ${toSeq}, ${hash}; ${heads} heads, ${checkpoints} checkpoints, ${signed}\n`;
}

async function withCore(registerFile: string, use: (core: Core) => Promise<number>): Promise<number> {
  const core = await openNodeCore({ registerFile, resumeSession: true });
  try {
    return await use(core);
  } finally {
    await core.close();
  }
}

function unlockInput(values: Values): { passphrase: string } | { recoveryKey: string } | null {
  if (values['passphrase-file'] !== undefined) return { passphrase: secretFrom(values['passphrase-file']) };
  if (values['recovery-key-file'] !== undefined) return { recoveryKey: secretFrom(values['recovery-key-file']) };
  return null;
}

/** The first line of a file: secrets never stand in an argument, which every process on the machine can read. */
function secretFrom(path: string): string {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch {
    throw new UsageError(`cannot read ${path}`);
  }
}

function withRequestId(method: keyof typeof coreContract, input: unknown): unknown {
  const isChange = 'requestId' in (coreContract[method].input as unknown as { shape: object }).shape;
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isChange && isObject && !('requestId' in input) ? { requestId: randomUUID(), ...input } : input;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('the input is not JSON');
  }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined || value === '') throw new UsageError(`missing ${name}`);
  return value;
}

function print(reply: Reply<unknown>): number {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
  return reply.ok ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stdout.write(`${JSON.stringify(fail('INVALID_INPUT', { problem: error.message }))}\n`);
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
}
