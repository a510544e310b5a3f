import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importHandover } from '../../central/handover/importHandover.ts';
import { readKeyFile } from '../../central/handover/keyFile.ts';
import { migrations } from '../../central/migrations/migrations.ts';
import type { Database } from '../../central/store/database.ts';
import { pinKey } from '../../central/store/handover.ts';
import { migrate } from '../../central/store/migrate.ts';
import { openPglite } from '../../central/store/pglite.ts';
import { authenticate, enrol } from '../../central/store/stations.ts';
import { makeSeed, signerOf } from '../../handover/ed25519.ts';
import { makeX25519Pair } from '../../handover/hpke.ts';
import { readSealed, writeSealed } from '../../handover/sealedFile.ts';
import { addServiceKey, readServiceKeys, type ServiceKey } from '../../handover/serviceKeys.ts';
import { handoverAskText, handoverReplySchema } from '../../shared/central/handover.ts';
import { type CentralRecord, type Receipt, receiptSchema, routes } from '../../shared/central.ts';
import { putEmptyCluster } from '../madeOnce.ts';
import { countRows, databaseKinds, openMigrated, type TestDatabase } from './databases.ts';
import { bound, resulted, voided } from './records.ts';
import { problemOf, type Service, type Station, startService } from './service.ts';

function keysOf(text: string): readonly ServiceKey[] {
  const read = readServiceKeys(text);
  if (!read.ok) throw new Error(read.problem);
  return read.keys;
}

/** A station's side of it: its key, its installation, the files that it writes. */
function carrier(stationId: string, key: ServiceKey) {
  const signer = signerOf(makeSeed());
  const reply = makeX25519Pair();
  const installationId = crypto.randomUUID();
  let n = 0;
  return {
    installationId,
    publicKey: signer.publicKey,
    ask: () => ({
      installationId,
      publicKey: signer.publicKey,
      signature: signer
        .sign(Buffer.from(handoverAskText(installationId, signer.publicKey), 'utf8'))
        .toString('base64url'),
    }),
    write: async (
      records: readonly unknown[],
      first: unknown = { epoch: null, replyKey: reply.publicKey.toString('base64url') },
    ) => {
      n += 1;
      const pieces: Uint8Array[] = [];
      await writeSealed('handover', {
        header: {
          station: stationId,
          installation: installationId,
          key: key.id,
          signer: signer.publicKey,
          createdAtMs: 1,
          n,
          records: records.length,
        },
        sealTo: Buffer.from(key.sealing, 'base64url'),
        sign: signer.sign,
        lines: [first, ...records].map((line) => JSON.stringify(line)),
        write: async (piece) => {
          pieces.push(Uint8Array.from(piece));
        },
      });
      return Buffer.concat(pieces);
    },
    read: async (bytes: Buffer): Promise<Receipt[]> => {
      const outer = readSealed('receipt', bytes);
      if (!outer.ok) throw new Error(outer.fault);
      expect(outer.file.isSignedBy(key.signing)).toBe(true);
      const lines: unknown[] = [];
      expect(await outer.file.openWith(reply.privateKey)?.readLines((line) => void lines.push(line))).toBeNull();
      return lines.slice(1).map((line) => receiptSchema.parse(line));
    },
  };
}

const keyText = addServiceKey(null);
const keys = keysOf(keyText);
const [key] = keys as [ServiceKey];

describe.each(databaseKinds)('files that come by hand, on $name', (kind) => {
  let opened: TestDatabase;
  let database: Database;
  let service: Service;
  beforeAll(async () => {
    opened = await openMigrated(kind);
    database = opened.database;
    service = await startService(database, {}, [], keys);
  });
  afterAll(async () => {
    await service.close();
    await opened.close();
  });

  const post = (station: Station, body: unknown) =>
    station.fetch(routes.handoverKey, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const begin = async () => {
    const station = await service.station();
    const known = await authenticate(database, station.token, 1);
    if (!known.ok) throw new Error(known.code);
    const side = carrier(known.station.stationId, key);
    expect((await post(station, side.ask())).status).toBe(200);
    return { station, side };
  };
  const take = (bytes: Buffer) => importHandover(database, { bytes, keys, citizenKeys: [], nowMs: 5 });

  it('a station tells its key, the first that comes is pinned, and learns the service’s', async () => {
    const { station, side } = await begin();
    const reply = handoverReplySchema.parse(await (await post(station, side.ask())).json());
    expect(reply).toMatchObject({
      isPinned: true,
      key: { id: key.id, sealing: key.sealing, signing: key.signing },
    });
    const other = carrier(reply.stationId, key).ask();
    expect(await problemOf(await post(station, { ...other, installationId: side.installationId }))).toMatchObject({
      status: 400,
      field: 'signature',
    });
    expect(await countRows(database, 'audit_keys')).toBe(1);
  });

  it('the same ways as a batch: stored, in conflict, refused, each by itself; more than a batch; twice the same', async () => {
    const first = bound();
    const others = Array.from({ length: 510 }, () => bound());
    const kitKey = others[0]?.payload.kit.key ?? '';
    await (await service.station()).one(bound({ kitKey }));
    const { side } = await begin();
    const broken = { ...resulted(first.testId, 2, 1, 'negative'), contentHash: '0'.repeat(64) };
    const bytes = await side.write([first, ...others, voided(first.testId, 2), broken, {}]);
    const done = await take(bytes);
    if (!done.ok) throw new Error(done.fault);
    const receipts = await side.read(done.receipt);
    expect(receipts).toHaveLength(514);
    expect(receipts.map(({ key: each }) => each).slice(0, 512)).toEqual(
      [first, ...others, { key: receipts[511]?.key }].map((each) => each?.key),
    );
    expect(done).toMatchObject({ stored: 511, conflict: 1, rejected: 2 });
    const before = await countRows(database, 'records');
    const again = await take(bytes);
    expect(again).toMatchObject({ ok: true, isRepeated: true });
    expect(again.ok && again.receipt.equals(done.receipt)).toBe(true);
    expect(await countRows(database, 'records')).toBe(before);
  });

  it('a file whose content is not what a station writes stores nothing', async () => {
    const { side } = await begin();
    const before = await countRows(database, 'records');
    expect(await take(await side.write([bound()], { epoch: 1 }))).toMatchObject({ ok: false, fault: 'wrongContent' });
    const none = Buffer.alloc(32).toString('base64url');
    expect(await take(await side.write([bound()], { epoch: null, replyKey: none }))).toMatchObject({
      ok: false,
      fault: 'wrongContent',
      taken: 0,
    });
    expect(await countRows(database, 'records')).toBe(before);
  });

  it('a file of another station’s key is not its station’s', async () => {
    const { side } = await begin();
    const { station } = await begin();
    const known = await authenticate(database, station.token, 1);
    if (!known.ok) throw new Error(known.code);
    const forged = carrier(known.station.stationId, key);
    expect(await take(await forged.write([bound()]))).toMatchObject({ ok: false, fault: 'otherStation' });
    expect(await take(await side.write([bound()]))).toMatchObject({ ok: true, stored: 1 });
  });
});

describe('the commands', () => {
  const main = fileURLToPath(new URL('../../central/main.ts', import.meta.url));
  let folder: string;
  const at = (name: string) => path.join(folder, name);
  const run = async (args: readonly string[], keyFile: string) => {
    const { DATABASE_URL: _, ...env } = process.env;
    const child = spawn(process.execPath, [main, ...args, '--data', at('data')], {
      env: { ...env, YICEDA_HANDOVER_KEY_FILE: keyFile },
      stdio: 'pipe',
    });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.err += text;
    });
    const [code] = (await once(child, 'close')) as [number];
    const message = said.err.split('\n').flatMap((line) => /"message":"(.*)"/.exec(line)?.[1] ?? []);
    return { code, lines: said.out.trim().split('\n'), message: message.at(-1) ?? '' };
  };
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-handover-'));
    mkdirSync(at('data'));
    await putEmptyCluster(at('data'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('make a key, take good files in, write receipts, and say of each bad one what is wrong and what to do', async () => {
    const keyFile = at('keys.json');
    expect((await run(['make-handover-key', '--file', keyFile], '')).code).toBe(0);
    if (process.platform !== 'win32') {
      expect(statSync(keyFile).mode & 0o777).toBe(0o600);
      chmodSync(keyFile, 0o640);
      expect(readKeyFile(keyFile)).toEqual({ ok: false, problem: expect.stringContaining('chmod 600') });
      chmodSync(keyFile, 0o600);
    }
    const made = readKeyFile(keyFile);
    if (!made.ok) throw new Error(made.problem);
    const [own] = made.keys as [ServiceKey];

    const opened = await openPglite(at('data'));
    if (!opened.ok) throw new Error(opened.code);
    const { database } = opened;
    await migrate(database, migrations, 1);
    const enrolled = await enrol(database, { site: 's', station: '1' }, 1, false);
    const known = await authenticate(database, enrolled.ok ? enrolled.token : '', 2);
    if (!known.ok) throw new Error(known.code);
    const { stationId } = known.station;
    const side = carrier(stationId, own);
    await pinKey(database, { ...side.ask(), stationId, nowMs: 1 });
    await database.close();

    const binding: CentralRecord = bound();
    const files: Record<string, Buffer> = {
      'b.yiceda-handover': await side.write([binding]),
      // Written later, and named so that it would come first.
      'a.yiceda-handover': await side.write([resulted(binding.testId, 2, 1, 'negative')]),
      'cut.yiceda-handover': (await side.write([bound()])).subarray(0, -10),
      'text.yiceda-handover': Buffer.from('a letter'),
    };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(at(name), bytes);
    mkdirSync(at('receipts'));
    const names = [...Object.keys(files), 'missing.yiceda-handover'].map(at);
    const done = await run(['import-handover', ...names, '--receipt-dir', at('receipts')], keyFile);
    expect(done.code).toBe(1);
    expect(done.lines.map((line) => JSON.parse(line))).toMatchObject([
      { n: 1, stored: 1, rejected: 0 },
      { n: 2, stored: 1, rejected: 0, site: 's', station: '1' },
    ]);
    expect(done.message).toMatch(/3 of 5 files/);
    expect(done.message).toMatch(/cut\.yiceda-handover: its end is missing; copy it/);
    expect(done.message).toMatch(/text\.yiceda-handover: it is no hand-over file; choose/);
    expect(done.message).toMatch(/missing\.yiceda-handover: it cannot be read \(ENOENT\)/);
    expect(readdirSync(at('receipts')).sort()).toEqual(['a.yiceda-receipt', 'b.yiceda-receipt']);
    expect(await side.read(readFileSync(at('receipts/b.yiceda-receipt')))).toEqual([
      { key: binding.key, status: 'stored' },
    ]);
    const without = await run(['import-handover', at('b.yiceda-handover')], '');
    expect(without).toMatchObject({ code: 1, message: expect.stringContaining('YICEDA_HANDOVER_KEY_FILE') });
  });
});
