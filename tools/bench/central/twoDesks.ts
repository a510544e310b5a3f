import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openPostgres } from '../../../central/store/postgres.ts';
import { enrol } from '../../../central/store/stations.ts';
import type { Output } from '../../../shared/contract.ts';
import type { Reply } from '../../../shared/errors.ts';
import { openNodeCore } from '../../hosts/core.ts';
import { percentile, rounded } from '../figures.ts';
import type { Served } from './service.ts';

const kits = 40;
const pauseMs = 250;
/** The seconds of undo, in which nothing is sent. */
const undoMs = 10_000;
const gtin = '06901234567892';
const pin = '2580';

async function openDesk(folder: string, station: string, central: { readonly url: string; readonly token: string }) {
  const heard: { by: () => void } = { by: () => {} };
  const core = await openNodeCore({
    registerFile: path.join(folder, `${station}.db`),
    embeddedCentral: central,
    onEvent: (event) => {
      if (event === 'desk.changed') heard.by();
    },
  });
  const call = async <T>(method: string, input: object): Promise<T> => {
    const reply = (await core.dispatch(method, input)) as Reply<T>;
    if (!reply.ok) throw new Error(`${method}: ${reply.error.code}`);
    return reply.value;
  };
  const change = <T>(method: string, input: object) => call<T>(method, { requestId: randomUUID(), ...input });
  const { recoveryKey } = await call<{ recoveryKey: string }>('register.prepareKey', {});
  await change('register.create', {
    siteName: 'bench',
    stationName: station,
    zone: 'Asia/Shanghai',
    protection: 'passphrase',
    passphrase: 'correct horse battery',
    recoveryKeyRepeated: recoveryKey,
    operatorName: '李娟',
    pin,
    data: 'empty',
  });
  await change('products.save', {
    productId: null,
    registrant: '测试试剂厂',
    shortName: '测试试剂',
    method: null,
    registrationNumber: null,
    gtins: [gtin],
    window: { opensAfterMin: 15, closesAfterMin: 20 },
    storage: null,
  });
  return { core, call, change, heard };
}

type Desk = Awaited<ReturnType<typeof openDesk>>;

/** Settles when so many people of the round are tested, as this desk knows. */
async function tested(desk: Desk, wanted: number): Promise<void> {
  for (;;) {
    const news = new Promise<void>((resolve) => {
      desk.heard.by = resolve;
    });
    const { round } = await desk.call<Output<'desk.get'>>('desk.get', {});
    if (round.tested >= wanted) return;
    await news;
  }
}

/**
 * From the end of a binding's seconds of undo at one desk until the other desk of the site knows it, by way of the
 * service: what somebody with two kits in their hands would wait. Both desks are whole registers, encrypted, in one
 * process beside the service.
 */
export async function measureTwoDesks(
  databaseUrl: string,
  service: Served,
): Promise<{ readonly p50: number; readonly p95: number; readonly most: number }> {
  const database = openPostgres(databaseUrl, () => {});
  const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-desks-'));
  const open: Desk[] = [];
  try {
    const site = `two desks ${randomUUID()}`;
    for (const station of ['1', '2']) {
      const enrolled = await enrol(database, { site, station }, Date.now(), true);
      if (!enrolled.ok) throw new Error(enrolled.code);
      open.push(await openDesk(folder, station, { url: service.url, token: enrolled.token }));
    }
    const [a, b] = open;
    if (a === undefined || b === undefined) throw new Error('no desks');
    const day = (await a.call<Output<'desk.get'>>('desk.get', {})).day;
    await a.change('rounds.open', { name: 'bench', day, lastDay: null, everyDays: null, target: { kind: 'all' } });
    while ((await b.call<Output<'desk.get'>>('desk.get', {})).round.name !== 'bench')
      await new Promise((resolve) => setTimeout(resolve, 50));

    const dueMs: number[] = [];
    const binding = (async () => {
      for (let n = 0; n < kits; n++) {
        await a.change('desk.registerPerson', {
          person: {
            name: `测试${n}`,
            sex: 'male',
            birthDate: '1966-02-01',
            documentKind: 'other',
            documentNumber: `BENCH${n}`,
            phone: null,
            address: { building: '5', unit: '', room: String(n) },
            guardianName: null,
          },
        });
        const serial = `SN${String(n).padStart(6, '0')}`;
        await a.change('desk.scan', { text: `]d201${gtin}17491231${'10LOT1'}\u001D21${serial}`, source: 'gun' });
        dueMs.push(performance.now() + undoMs);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    })();
    const tookMs: number[] = [];
    for (let n = 1; n <= kits; n++) {
      await tested(b, n);
      const atMs = performance.now();
      tookMs.push(atMs - (dueMs[n - 1] ?? atMs));
    }
    await binding;
    // The first ones pay for what is opened once.
    const measured = tookMs.slice(5);
    return {
      p50: rounded(percentile(measured, 0.5)),
      p95: rounded(percentile(measured, 0.95)),
      most: rounded(Math.max(...measured)),
    };
  } finally {
    for (const desk of open) await desk.core.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
