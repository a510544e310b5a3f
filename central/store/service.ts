import type { Database } from './database.ts';

/** The service's epoch. Throws when the database cannot be asked. */
export async function readEpoch(database: Database): Promise<string> {
  const [row] = await database.query<{ epoch: string }>('SELECT epoch FROM service');
  if (row === undefined) throw new Error('the service has no epoch');
  return row.epoch;
}
