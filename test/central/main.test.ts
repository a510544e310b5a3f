import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { routes } from '../../shared/central.ts';
import { putEmptyCluster } from '../madeOnce.ts';
import { databaseKinds, type TestDatabase } from './databases.ts';
import { bound } from './records.ts';
import { batchOf } from './service.ts';

const main = fileURLToPath(new URL('../../central/main.ts', import.meta.url));

type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
};
type Running = {
  readonly process: ReturnType<typeof spawn>;
  /** Its first line on stdout, parsed. Rejects with the log when it ends without one. */
  readonly ready: Promise<{ listening: string; stationToken?: string }>;
  readonly ended: Promise<Ended>;
};

const started = new Set<Running>();

/** The real program as a process of its own; its stdin is held open until it is ended. */
function start(args: readonly string[], env: Record<string, string> = {}): Running {
  const { DATABASE_URL: _, ...rest } = process.env;
  const child = spawn(process.execPath, [main, ...args], { env: { ...rest, ...env }, stdio: 'pipe' });
  let out = '';
  let err = '';
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, out, err }));
  const ready = new Promise<{ listening: string; stationToken?: string }>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.includes('\n')) resolve(JSON.parse(out.slice(0, out.indexOf('\n'))));
    });
    ended.then(() => reject(new Error(`it ended: ${err}`)), reject);
  });
  ready.catch(() => {});
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const running: Running = { process: child, ready, ended };
  started.add(running);
  return running;
}

async function openOnServer(): Promise<TestDatabase> {
  const kind = databaseKinds.find(({ name }) => name === 'PostgreSQL');
  if (kind === undefined) throw new Error('no PostgreSQL');
  return kind.open();
}

const run = (args: readonly string[], env: Record<string, string> = {}) => start(args, env).ended;

async function post(url: string, token: string, record: unknown): Promise<unknown> {
  const response = await fetch(`${url}${routes.batches}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(batchOf([record])),
  });
  const reply = (await response.json()) as { receipts?: { status: string }[] };
  return reply.receipts?.[0]?.status ?? response.status;
}

let folder: string;
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'yiceda-central-')), 'data');
});
afterEach(async () => {
  for (const running of started) {
    running.process.kill('SIGKILL');
    await running.ended;
  }
  started.clear();
  rmSync(path.dirname(folder), { recursive: true, force: true });
});

describe('serve --embedded', () => {
  const embedded = () => start(['serve', '--embedded', '--data', folder, '--port', '0']);

  it('keeps its address, its token and all it acknowledged over a kill', async () => {
    const first = embedded();
    const said = await first.ready;
    const token = said.stationToken ?? '';
    expect(said.listening).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const record = bound();
    expect(await post(said.listening, token, record)).toBe('stored');
    first.process.kill('SIGKILL');
    const killed = await first.ended;
    expect(killed.signal).toBe('SIGKILL');
    expect(killed.out).toBe(`${JSON.stringify({ listening: said.listening, stationToken: token })}\n`);
    expect(killed.err).not.toContain(token);
    for (const line of killed.err.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');

    for (const name of ['station-token', 'port']) {
      expect(statSync(path.join(folder, name)).mode & 0o777, name).toBe(0o600);
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);

    const second = embedded();
    expect(await second.ready).toEqual(said);
    expect(await post(said.listening, token, record)).toBe('duplicate');
    second.process.stdin?.end();
    expect(await second.ended).toMatchObject({ code: 0, signal: null });
  });

  it('takes another port when somebody has its own, and ends at SIGTERM', async () => {
    const squatter = net.createServer();
    squatter.listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as net.AddressInfo;
    try {
      await putEmptyCluster(folder);
      writeFileSync(path.join(folder, 'port'), `${port}\n`);
      const service = embedded();
      const { listening } = await service.ready;
      expect(new URL(listening).port).not.toBe(String(port));
      expect((await fetch(`${listening}${routes.health}`)).status).toBe(200);
      service.process.kill('SIGTERM');
      expect(await service.ended).toMatchObject({ code: 0, signal: null });
    } finally {
      squatter.close();
    }
  });

  it('begins again after a first start that was killed half way', async () => {
    const first = embedded();
    // As soon as the cluster is being made: what it leaves is no cluster.
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (existsSync(path.join(folder, 'cluster.unfinished', 'base'))) resolve();
        else if (first.process.exitCode !== null) reject(new Error('it ended'));
        else setImmediate(look);
      };
      look();
    });
    first.process.kill('SIGKILL');
    await first.ended;
    expect(readdirSync(folder)).not.toContain('cluster');
    const { listening } = await embedded().ready;
    expect((await fetch(`${listening}${routes.health}`)).status).toBe(200);
  });

  it('does not share its folder with a second process', async () => {
    await putEmptyCluster(folder);
    await embedded().ready;
    const second = await embedded().ended;
    expect(second.code).toBe(1);
    expect(second.out).toBe('');
    expect(second.err).toContain('another process is using this folder');
  });
});

describe('the command line', () => {
  it.each<[string, readonly string[]]>([
    ['nothing', []],
    ['an unknown command', ['dance', '--data', 'x']],
    ['an unknown option', ['serve', '--data', 'x', '--loud']],
    ['no place for the data', ['serve']],
    ['an embedded service without a folder', ['serve', '--embedded']],
    ['an embedded service on the network', ['serve', '--embedded', '--data', 'x', '--host', '0.0.0.0']],
    ['a port beyond all ports', ['serve', '--data', 'x', '--port', '65536']],
    ['a port in words', ['serve', '--data', 'x', '--port', '1e3']],
    ['an enrolment without a station', ['enrol', '--data', 'x', '--site', 'a']],
    ['an enrolment with a blank site', ['enrol', '--data', 'x', '--site', ' ', '--station', 'b']],
  ])('refuses %s with its usage and touches nothing', async (_name, args) => {
    const ended = await run(args);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain('Usage:');
    expect(existsSync('x')).toBe(false);
  });
});

describe.each(databaseKinds)('the program on $name', (kind) => {
  let opened: TestDatabase | null = null;

  afterEach(async () => {
    await opened?.close();
    opened = null;
  });

  /** How this program is told where its data are. */
  const place = async (): Promise<{ args: readonly string[]; env: Record<string, string> }> => {
    if (kind.name === 'PGlite') {
      await putEmptyCluster(folder);
      return { args: ['--data', folder], env: {} };
    }
    opened = await kind.open();
    return { args: [], env: { DATABASE_URL: opened.url ?? '' } };
  };

  it('migrates, enrols once, serves, revokes', async () => {
    const { args, env } = await place();
    expect(await run(['migrate', ...args], env)).toMatchObject({ code: 0, out: '' });
    const who = ['--site', '新泾三村', '--station', '1号台', ...args];
    const enrolled = await run(['enrol', ...who], env);
    expect(enrolled.code).toBe(0);
    const { stationToken } = JSON.parse(enrolled.out) as { stationToken: string };
    expect(enrolled.err).not.toContain(stationToken);
    expect(await run(['enrol', ...who], env)).toMatchObject({ code: 1, out: '' });
    const replaced = await run(['enrol', ...who, '--replace'], env);
    const token = (JSON.parse(replaced.out) as { stationToken: string }).stationToken;

    const service = start(['serve', '--port', '0', ...args], env);
    const said = await service.ready;
    expect(said).toEqual({ listening: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(await post(said.listening, stationToken, bound())).toBe(403);
    expect(await post(said.listening, token, bound())).toBe('stored');
    service.process.kill('SIGINT');
    expect(await service.ended).toMatchObject({ code: 0, signal: null });

    expect(await run(['revoke', ...who], env)).toMatchObject({ code: 0 });
    expect(await run(['revoke', '--site', 'x', '--station', 'y', ...args], env)).toMatchObject({ code: 1 });
  });
});

it('takes products and a manifest in, recalls a lot of it, and says what is wrong with a file', async () => {
  const opened = await openOnServer();
  const env = { DATABASE_URL: opened.url ?? '' };
  const files = path.dirname(folder);
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(files, name), text);
    return path.join(files, name);
  };
  try {
    const products = file('products.csv', '注册人,注册证号,产品编码\n甲厂,国械注准1,6901234567892\n');
    expect(await run(['import-products', '--file', products], env)).toMatchObject({
      code: 0,
      out: `${JSON.stringify({ products: 1, lots: 0 })}\n`,
    });
    const manifest = file('kits.csv', 'gtin,lot,serial,to\n6901234567892,L1,A001,A500\n');
    expect(await run(['import-manifest', '--maker', '甲厂', '--file', manifest], env)).toMatchObject({
      code: 0,
      out: `${JSON.stringify({ rows: 1, ranges: 1, kits: 500, lots: 1 })}\n`,
    });
    const overlap = file('more.csv', 'gtin,lot,serial,to\n6901234567892,L1,A500,A600\n');
    const refused = await run(['import-manifest', '--maker', '甲厂', '--file', overlap], env);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain('line 2: gs1:06901234567892:A500 came before, by 甲厂 in kits.csv');

    const words = ['--source', '药监局', '--reason', '假阳性'];
    const recalled = await run(['recall', '--product', '6901234567892', '--lot', 'L1', ...words], env);
    expect(recalled.code).toBe(0);
    const { recall } = JSON.parse(recalled.out) as { recall: { id: string } };
    expect(recall).toMatchObject({ reach: { kind: 'lot', lot: 'L1' }, reason: '假阳性', lifted: null });
    expect(await run(['lift-recall', '--recall', recall.id, '--reason', '复检无误'], env)).toMatchObject({ code: 0 });
    expect(await run(['lift-recall', '--recall', recall.id, '--reason', '复检无误'], env)).toMatchObject({ code: 1 });
    const codes = ['--code', ']d20106901234567892\u001d21A1', '--to', ']d20106901234567892\u001d21A9'];
    expect(
      JSON.parse((await run(['recall', '--product', '6901234567892', ...codes, ...words], env)).out),
    ).toMatchObject({
      recall: { reach: { kind: 'kits', span: { first: 1, last: 9 } } },
    });
  } finally {
    await opened.close();
  }
});

it('marks citizens by the keys of a file, places a site and writes its tests into a file', async () => {
  const opened = await openOnServer();
  const env = { DATABASE_URL: opened.url ?? '' };
  const files = path.dirname(folder);
  try {
    const who = ['--site', '一站', '--station', '一台'];
    const { stationToken } = JSON.parse((await run(['enrol', ...who], env)).out) as { stationToken: string };
    const serving = start(['serve', '--port', '0'], env);
    const { listening } = await serving.ready;
    const record = bound();
    expect(await post(listening, stationToken, record)).toBe('stored');

    const keyFile = path.join(files, 'keys.json');
    const withKeys = { ...env, YICEDA_CITIZEN_KEY_FILE: keyFile };
    expect(await run(['backfill-citizens'], env)).toMatchObject({ code: 1, out: '' });
    writeFileSync(keyFile, JSON.stringify({ keys: [{ id: 'a', shared: '1'.repeat(64), pepper: '2'.repeat(64) }] }));
    const refused = await run(['backfill-citizens'], withKeys);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain('not random');
    expect(refused.err).not.toContain('1111');
    const [shared, pepper] = ['shared', 'pepper'].map((text) => createHash('sha256').update(text).digest('hex'));
    writeFileSync(keyFile, JSON.stringify({ keys: [{ id: 'a', shared, pepper }] }));
    expect(JSON.parse((await run(['backfill-citizens'], withKeys)).out)).toEqual({ looked: 1, marked: 1 });
    expect(await run(['forget-citizen-key', '--key', 'a'], withKeys)).toMatchObject({ code: 1 });
    expect(JSON.parse((await run(['forget-citizen-key', '--key', 'a'], env)).out)).toEqual({ forgotten: 1 });

    expect(await run(['place-site', '--site', '一站', '--district', '朝阳'], env)).toMatchObject({ code: 0 });
    expect(await run(['place-site', '--site', '二站', '--district', '朝阳'], env)).toMatchObject({ code: 1 });
    const file = path.join(files, 'tests.csv');
    const days = ['--from', '2022-04-10', '--to', '2022-04-10'];
    const wish = ['export', ...days, '--format', 'csv', '--file', file];
    const exported = JSON.parse((await run(wish, env)).out) as Record<string, unknown>;
    const bytes = readFileSync(file);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(exported).toEqual({ file, tests: 1, bytes: bytes.length, sha256 });
    expect(bytes.toString('utf8')).toContain(record.testId);
    expect(await run(wish, env)).toMatchObject({ code: 1, out: '' });
    expect(await run(['export', ...days, '--file', file, '--format', 'xls'], env)).toMatchObject({ code: 2 });
    expect(await run(['export', '--from', '2022-04-31', '--to', '2022-05-01', '--file', file], env)).toMatchObject({
      code: 2,
    });
    serving.process.kill('SIGTERM');
    expect((await serving.ended).code).toBe(0);
  } finally {
    await opened.close();
  }
});

describe('two processes on one PostgreSQL', () => {
  it('start together on an empty database and both serve', async () => {
    const opened = await openOnServer();
    try {
      const env = { DATABASE_URL: opened.url ?? '' };
      const both = [start(['serve', '--port', '0'], env), start(['serve', '--port', '0'], env)];
      const epochs: unknown[] = [];
      for (const running of both) {
        const { listening } = await running.ready;
        const health = (await (await fetch(`${listening}${routes.health}`)).json()) as { epoch: string };
        epochs.push(health.epoch);
      }
      expect(epochs[0]).toBe(epochs[1]);
      for (const running of both) running.process.kill('SIGTERM');
      for (const running of both) expect((await running.ended).code).toBe(0);
    } finally {
      await opened.close();
    }
  });

  it('refuses a database from a newer program with words a person understands', async () => {
    const opened = await openOnServer();
    try {
      const env = { DATABASE_URL: opened.url ?? '' };
      await run(['migrate'], env);
      await opened.database.query(
        "INSERT INTO schema_migrations (version, name, checksum, applied_at_ms) VALUES (9990, 'future', '', 1)",
      );
      const ended = await run(['serve', '--port', '0'], env);
      expect(ended).toMatchObject({ code: 1, out: '' });
      expect(ended.err).toContain('newer program');
    } finally {
      await opened.close();
    }
  });
});
