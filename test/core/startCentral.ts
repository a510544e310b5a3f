import type { AddressInfo } from 'node:net';
import { migrations } from '../../central/migrations/migrations.ts';
import { buildServer } from '../../central/server.ts';
import { migrate } from '../../central/store/migrate.ts';
import { enrol } from '../../central/store/stations.ts';
import { createStore } from '../../central/store/store.ts';
import type { StatsReply } from '../../shared/central.ts';
import { openEmptyDatabase } from '../emptyCluster.ts';

/** The central service itself, on PGlite and loopback. */
export async function startCentral() {
  const database = await openEmptyDatabase();
  const migrated = await migrate(database, migrations, Date.now());
  if (!migrated.ok) throw new Error('not migrated');
  let server = buildServer(createStore(database));
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
    database,
    /** Nobody is there any more, as after a cut cable; what was kept is there when it listens again, at the same place. */
    stopListening: () => server.close(),
    listenAgain: async () => {
      server = buildServer(createStore(database));
      await server.listen({ host: '127.0.0.1', port });
    },
    enrol: enrolStation,
    /** What the service counts for the site of this token. */
    stats: async (token = connection.token): Promise<StatsReply> => {
      const response = await fetch(`${url}/v1/stats`, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`stats: ${response.status}`);
      return (await response.json()) as StatsReply;
    },
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
