import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromBuffer } from 'yauzl';
import { type LogFile, openLog } from '../../electron/app/log.ts';
import { makeSupportBundle } from '../../electron/app/supportBundle.ts';
import { openRegister } from '../../electron/db/open.ts';
import { startFaultyProxy } from './faultyProxy.ts';
import { kit, openDesk, type TestDesk } from './openDesk.ts';
import { startCentral } from './startCentral.ts';

/** The files of a zip, by name. */
function unzipped(bytes: Uint8Array): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    const files = new Map<string, string>();
    fromBuffer(Buffer.from(bytes), { lazyEntries: true }, (error, zip) => {
      if (error !== null) return reject(error);
      zip.on('entry', (entry: { readonly fileName: string }) => {
        zip.openReadStream(entry as never, (failed, stream) => {
          if (failed !== null) return reject(failed);
          let text = '';
          stream.setEncoding('utf8').on('data', (piece: string) => {
            text += piece;
          });
          stream.on('end', () => {
            files.set(entry.fileName, text);
            zip.readEntry();
          });
        });
      });
      zip.on('end', () => resolve(files));
      zip.on('error', reject);
      zip.readEntry();
    });
  });
}

let desk: TestDesk;
let log: LogFile;
let logFolder: string;
beforeEach(async () => {
  desk = await openDesk();
  logFolder = join(desk.folder, 'logs');
  log = openLog(logFolder, { maxBytes: 100_000, files: 3 });
});
afterEach(() => desk.close());

const bundle = async () => {
  const facts = await desk.call('support.facts', {} as never);
  return unzipped(await makeSupportBundle({ facts, versions: { program: '1.2.3', electron: '45.0' }, logFolder }));
};

/** Every text of the register that says who somebody is, or opens something. */
function secretsOf(desk: TestDesk): string[] {
  const db = openRegister({
    file: desk.registerFile,
    dataKeyHex: desk.dataKeyHex(),
    nativeBinding: null,
    readonly: true,
  });
  try {
    const all = (sql: string) => (db.prepare(sql).pluck().all() as unknown[]).map(String);
    return [
      ...all('SELECT person_name FROM tests'),
      ...all('SELECT person_document_number FROM tests'),
      ...all('SELECT person_phone FROM tests WHERE person_phone IS NOT NULL'),
      ...all('SELECT name FROM people'),
      ...all('SELECT kit_key FROM tests'),
      ...all('SELECT kit_raw FROM tests'),
      ...all('SELECT kit_serial FROM tests'),
      ...all('SELECT record_key FROM outbox'),
      ...all('SELECT test_id FROM outbox'),
      ...all('SELECT name FROM operators'),
      ...all('SELECT badge FROM operators'),
      ...all("SELECT value FROM settings WHERE key IN ('central.token', 'installation.token')"),
      desk.dataKeyHex(),
      desk.recoveryKey,
    ].filter((text) => text.length >= 2);
  } finally {
    db.close();
  }
}

describe('the support file', () => {
  it('says how the station fares and holds no name, number, kit code, key or token of the register', async () => {
    const central = await startCentral();
    const proxy = await startFaultyProxy(central.connection.url);
    const token = await central.enrol(`站 ${crypto.randomUUID()}`, '1');
    try {
      await desk.call('sync.connect', { url: proxy.url, token } as never);
      await desk.addPerson(1, { name: '欧阳测试', phone: '13800001234' });
      await desk.scan(kit(1));
      await desk.bind(2);
      desk.clock.pass(10_000);
      // One record is set aside, and the service's words quote what it was.
      proxy.set({ refuses: (keys) => (keys.length === 1 ? 400 : null) });
      await desk.call('sync.sendNow', {} as never);
      await desk.bind(3);
      desk.clock.pass(10_000);
      await desk.call('sync.sendNow', {} as never);
      for (const line of desk.logged) {
        const { event, ...fields } = JSON.parse(line) as { event: string } & Record<string, string>;
        log.write('core', event, fields);
      }
      // Whatever a careless line might hold.
      log.write('core', 'sync.failed', {
        message: `Authorization: Bearer ${token} for ${kit(1)} 31990019660201001X 13800001234`,
        name: '欧阳测试',
        state: 'backingOff',
      } as never);
      const files = await bundle();
      expect([...files.keys()].sort()).toEqual(['facts.json', 'log/station.log', 'versions.json']);
      const whole = [...files.values()].join('\n');
      const secrets = secretsOf(desk);
      expect(secrets.length).toBeGreaterThan(20);
      for (const secret of [...secrets, token]) expect(whole, secret).not.toContain(secret);
      const facts = JSON.parse(files.get('facts.json') ?? '') as Record<string, unknown>;
      expect(facts).toMatchObject({
        schema: expect.any(Number),
        sync: { parked: 1, state: 'idle' },
        connection: { host: new URL(proxy.url).host, isPinned: false, epoch: expect.any(String), resendDays: 14 },
        counts: { tests: 3, people: 3 },
        parkedByCode: { badRequest: 1 },
        disk: { freeBytes: expect.any(Number) },
      });
      expect(files.get('log/station.log')).toContain('backingOff');
      expect(files.get('versions.json')).toContain('1.2.3');
    } finally {
      await proxy.close();
      await central.close();
    }
  });

  it('takes of the log’s folder the log alone, and of it whole lines of its own', async () => {
    log.write('shell', 'app.start', { version: '1.2.3' });
    writeFileSync(join(logFolder, 'notes.txt'), '欧阳测试 13800001234');
    writeFileSync(
      join(logFolder, 'station.1.log'),
      `欧阳测试 wrote this by hand\n{"at":"2022-04-10T02:00:00.000Z","event":"x"}\n`,
    );
    mkdirSync(join(logFolder, 'station.2'));
    const files = await bundle();
    expect([...files.keys()].sort()).toEqual(['facts.json', 'log/station.1.log', 'log/station.log', 'versions.json']);
    expect(files.get('log/station.1.log')).toBe('\n{"at":"2022-04-10T02:00:00.000Z","event":"x"}\n');
    expect([...files.values()].join('\n')).not.toContain('欧阳');
  });

  it('is made where there is no log, and each making is an entry of the audit log', async () => {
    const files = await unzipped(
      await makeSupportBundle({
        facts: await desk.call('support.facts', {} as never),
        versions: {},
        logFolder: join(desk.folder, 'nowhere'),
      }),
    );
    expect([...files.keys()].sort()).toEqual(['facts.json', 'versions.json']);
    const db = openRegister({
      file: desk.registerFile,
      dataKeyHex: desk.dataKeyHex(),
      nativeBinding: null,
      readonly: true,
    });
    try {
      const rows = db.prepare("SELECT count(*) FROM audit WHERE action = 'sync.supportBundle'").pluck().get();
      expect(rows).toBe(1);
    } finally {
      db.close();
    }
  });
});
