import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { CitizenKey } from '../../central/citizen/keys.ts';
import { buildServer, type ServerOptions } from '../../central/server.ts';
import type { Database } from '../../central/store/database.ts';
import { enrol } from '../../central/store/stations.ts';
import { createStore } from '../../central/store/store.ts';
import type { ServiceKey } from '../../handover/serviceKeys.ts';
import {
  type BatchReply,
  batchReplySchema,
  type KitReply,
  kitReplySchema,
  type Problem,
  problemSchema,
  type Receipt,
  routes,
  type StatsReply,
  statsReplySchema,
} from '../../shared/central.ts';

export type Service = {
  readonly url: string;
  /** A station with a token of its own, in a site of its own unless one is named. */
  readonly station: (name?: { site?: string; station?: string }) => Promise<Station>;
  readonly close: () => Promise<void>;
};

export type Station = {
  readonly token: string;
  readonly site: string;
  readonly name: string;
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  readonly postRaw: (body: unknown) => Promise<Response>;
  /** Posts records and answers with the whole reply, parsed by the contract. Throws unless it is 200. */
  readonly reply: (records: readonly unknown[]) => Promise<BatchReply>;
  readonly post: (records: readonly unknown[]) => Promise<readonly Receipt[]>;
  /** Posts one record and answers with its receipt. */
  readonly one: (record: unknown) => Promise<Receipt>;
  readonly stats: () => Promise<StatsReply>;
  readonly kit: (key: string) => Promise<KitReply>;
  /** The same station at another address of the service. */
  readonly at: (service: Service) => Station;
};

export function batchOf(records: readonly unknown[]) {
  return { batchId: randomUUID(), installationId: 'installation-1', sentAtMs: 1_649_558_530_000, records };
}

/** Tests ask without a pause, as no station does. */
const unhurried = { burst: 1_000_000, perSecond: 1_000_000 };

/** The service on a free loopback port, over a database that is already migrated. */
export async function startService(
  database: Database,
  options: ServerOptions = {},
  citizenKeys: readonly CitizenKey[] = [],
  handoverKeys: readonly ServiceKey[] = [],
): Promise<Service> {
  const app = buildServer(createStore(database, citizenKeys, handoverKeys), {
    askingLimits: { known: unhurried, stranger: unhurried },
    ...options,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const service: Service = {
    url: `http://127.0.0.1:${port}`,
    station: async ({ site = `site ${randomUUID()}`, station = `station ${randomUUID()}` } = {}) => {
      const enrolled = await enrol(database, { site, station }, 1, false);
      if (!enrolled.ok) throw new Error(enrolled.code);
      return stationAt(service, { token: enrolled.token, site, name: station });
    },
    close: async () => {
      await app.close();
    },
  };
  return service;
}

function stationAt(service: Service, who: { token: string; site: string; name: string }): Station {
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${service.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${who.token}`, ...(init.headers as Record<string, string> | undefined) },
    });
  const postRaw = (body: unknown) =>
    ask(routes.batches, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const reply = async (records: readonly unknown[]) => {
    const batch = batchOf(records);
    const parsed = batchReplySchema.parse(await bodyOf(await postRaw(batch)));
    if (parsed.batchId !== batch.batchId) throw new Error('the reply is to another batch');
    return parsed;
  };
  const post = async (records: readonly unknown[]) => (await reply(records)).receipts;
  return {
    ...who,
    fetch: ask,
    postRaw,
    reply,
    post,
    one: async (record) => {
      const [receipt, ...more] = await post([record]);
      if (receipt === undefined || more.length > 0) throw new Error('not one receipt');
      return receipt;
    },
    stats: async () => statsReplySchema.parse(await bodyOf(await ask(routes.stats))),
    kit: async (key) =>
      kitReplySchema.parse(await bodyOf(await ask(routes.kit.replace(':key', encodeURIComponent(key))))),
    at: (other) => stationAt(other, who),
  };
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text);
}

/** The status and the body of a refusal, which must be of the contract's shape. */
export async function problemOf(response: Response): Promise<{ status: number } & Problem> {
  const problem = problemSchema.strict().parse(await response.json());
  return { status: response.status, ...problem };
}
