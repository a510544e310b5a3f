import pg from 'pg';
import type { Database, Row, Statements } from './database.ts';
import { errorCode, repeated } from './database.ts';

const int8Oid = 20;

/**
 * A database on a PostgreSQL server, 13 or newer.
 * @param url a connection string, as in DATABASE_URL
 * @param onIdleError told the code of a connection that broke while nobody used it; the pool makes a new one
 */
export function openPostgres(url: string, onIdleError: (code: string) => void): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'yiceda-central',
    max: 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    // Nothing of ours runs this long; a stuck statement must not hold a station's lock for ever.
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8Oid && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  pool.on('error', (error) => onIdleError(errorCode(error) ?? error.name));

  const once = async <T>(work: (statements: Statements) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    // Without a listener a connection that breaks under us would end the process; the statement in flight fails anyway.
    const ignore = () => {};
    client.on('error', ignore);
    let isSound = true;
    try {
      await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      const value = await work({
        query: async <R extends Row>(sql: string, params: readonly unknown[] = []) =>
          (await client.query<R>(sql, [...params])).rows,
      });
      await client.query('COMMIT');
      return value;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {
        isSound = false;
      });
      throw error;
    } finally {
      client.off('error', ignore);
      client.release(!isSound);
    }
  };

  return {
    kind: 'postgres',
    query: async <R extends Row>(sql: string, params: readonly unknown[] = []) =>
      (await pool.query<R>(sql, [...params])).rows,
    transaction: (work) => repeated(() => once(work)),
    close: () => pool.end(),
  };
}
