/**
 * The workstation's core from the command line, on any register:
 *
 *   station init --register FILE --passphrase-file F --site NAME --operator NAME --pin-file F [--station NAME] [--zone ZONE] [--sample]
 *   station call METHOD JSON --register FILE [--passphrase-file F | --recovery-key-file F]
 *
 * `init` prints the recovery key. `call` prints the reply as one JSON line; whoever signed in by `staff.signIn` stays
 * signed in for the next calls. A changing call without a requestId gets a new one.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Core } from '../electron/core/createCore.ts';
import { coreContract, isCoreMethod } from '../shared/contract.ts';
import { fail, type Reply } from '../shared/errors.ts';
import { openNodeCore } from './hosts/core.ts';

const usage = `usage:
  station init --register FILE --passphrase-file F --site NAME --operator NAME --pin-file F [--station NAME] [--zone ZONE] [--sample]
  station call METHOD JSON --register FILE [--passphrase-file F | --recovery-key-file F]`;

class UsageError extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [verb, method, json] = positionals;
  const registerFile = resolve(required(values.register, '--register FILE'));
  if (verb === 'init') return init(registerFile, values);
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
        sample: { type: 'boolean', default: false },
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
