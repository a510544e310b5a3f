import type { Database } from './database.ts';

/** The service's epoch. Throws when the database cannot be asked. */
export async function readEpoch(database: Database): Promise<string> {
  const [row] = await database.query<{ epoch: string }>('SELECT epoch FROM service');
  if (row === undefined) throw new Error('the service has no epoch');
  return row.epoch;
}

/**
 * Begins another life of the service: for whoever has just restored its database from an older backup. Stations see it in
 * the next answer and send again what they had sent of late. Answers the new epoch.
 */
export async function newEpoch(database: Database): Promise<string> {
  const [row] = await database.query<{ epoch: string }>(
    'UPDATE service SET epoch = gen_random_uuid()::text RETURNING epoch',
  );
  if (row === undefined) throw new Error('the service has no epoch');
  return row.epoch;
}
