import type { AddressInfo } from 'node:net';
import { buildServer } from '../../central/server.ts';
import { newEpoch } from '../../central/store/service.ts';
import { enrol } from '../../central/store/stations.ts';
import { createStore } from '../../central/store/store.ts';
import type { ServiceKey } from '../../handover/serviceKeys.ts';
import { ownRecordsReplySchema } from '../../shared/central/installations.ts';
import { type CentralRecord, routes, type StatsReply } from '../../shared/central.ts';
import { openMigratedPglite } from '../madeOnce.ts';

/** The central service itself, on PGlite and loopback; files by hand are taken where it has keys for them. */
export async function startCentral(handoverKeys: readonly ServiceKey[] = []) {
  const database = await openMigratedPglite();
  await newEpoch(database);
  const serve = (keys: readonly ServiceKey[]) => buildServer(createStore(database, [], keys), { now: Date.now });
  let keys = handoverKeys;
  let server = serve(keys);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const enrolStation = async (site: string, station: string): Promise<string> => {
    const enrolled = await enrol(database, { site, station }, Date.now(), false);
    if (!enrolled.ok) throw new Error(enrolled.code);
    return enrolled.token;
  };
  const connection = { url, token: await enrolStation('长宁·新泾三村检测点', '1') };
  return {
    connection,
    /** Nobody is there any more, as after a cut cable; what was kept is there when it listens again, at the same place. */
    stopListening: () => server.close(),
    listenAgain: async (newKeys = keys) => {
      keys = newKeys;
      server = serve(keys);
      await server.listen({ host: '127.0.0.1', port });
    },
    enrol: enrolStation,
    /** What the service counts for the site of this token. */
    stats: async (token = connection.token): Promise<StatsReply> => {
      const response = await fetch(`${url}/v1/stats`, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`stats: ${response.status}`);
      return (await response.json()) as StatsReply;
    },
    /** Everything that the service has of the station with this token. */
    records: async (token: string): Promise<CentralRecord[]> => {
      const records: CentralRecord[] = [];
      let query = 'since=0';
      for (;;) {
        const response = await fetch(`${url}${routes.ownRecords}?${query}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        const page = ownRecordsReplySchema.parse(await response.json());
        records.push(...page.records);
        if (page.cursor === null) return records;
        query = `cursor=${encodeURIComponent(page.cursor)}`;
      }
    },
    database,
    close: async () => {
      const closing = server.close();
      // A client that gave up while it connected leaves a connection behind that never asks for anything.
      server.server.closeAllConnections();
      await closing;
      await database.close();
    },
  };
}

export type TestCentral = Awaited<ReturnType<typeof startCentral>>;
