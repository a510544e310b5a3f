import type { Database } from './database.ts';

/** How often the database is asked for news while anybody waits. */
const lookEveryMs = 200;

type Waiter = { readonly siteId: string; readonly wake: () => void };

/**
 * Wakes stations that wait for news of their site. One question a process and a fifth of a second answers for all of
 * them, however many wait; it reads two indexes from where it last stood, and nobody holds a connection meanwhile.
 * A NOTIFY by every batch would make commits take turns (PostgreSQL locks for its queue), and PGlite has one connection.
 */
export function createDownWatch(database: Database) {
  const waiters = new Set<Waiter>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isClosed = false;
  /** Everything of a smaller transaction was told. Null: nobody waited, so nobody has looked. */
  let seenTx: string | null = null;

  const look = async (): Promise<void> => {
    const from = seenTx;
    const [row] = await database.query<{ tx: string; everybody: boolean; sites: readonly string[] | null }>(
      from === null
        ? `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS tx, false AS everybody, NULL::json AS sites`
        : `WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS tx),
           published AS (
             SELECT DISTINCT site_id FROM publications WHERE tx >= $1::text::xid8 AND tx < (SELECT tx FROM horizon)),
           sent AS (
             SELECT DISTINCT station.site_id FROM batches JOIN stations AS station ON station.no = batches.station_no
              WHERE batches.tx >= $1::text::xid8 AND batches.tx < (SELECT tx FROM horizon))
           SELECT (SELECT tx FROM horizon)::text AS tx,
                  EXISTS (SELECT 1 FROM published WHERE site_id = '') AS everybody,
                  (SELECT json_agg(site_id) FROM (SELECT site_id FROM published UNION SELECT site_id FROM sent) AS told)
                    AS sites`,
      from === null ? [] : [from],
    );
    if (row === undefined) return;
    seenTx = row.tx;
    const sites = new Set(row.sites ?? []);
    for (const waiter of [...waiters]) if (row.everybody || sites.has(waiter.siteId)) waiter.wake();
  };

  const begin = (): void => {
    if (timer !== null || isClosed || waiters.size === 0) return;
    timer = setTimeout(() => {
      // A database that does not answer is told to whoever asks for a page; waiting simply ends.
      look()
        .catch(() => {
          for (const waiter of [...waiters]) waiter.wake();
        })
        .finally(() => {
          timer = null;
          if (waiters.size === 0) seenTx = null;
          begin();
        });
    }, lookEveryMs);
  };

  return {
    /**
     * Begins to listen for a site; `news` settles when there may be some, when `ms` are over or the service ends. Begun
     * before the page is read, so that nothing falls between the two.
     */
    listen: async (siteId: string): Promise<{ wait: (ms: number) => Promise<void>; end: () => void }> => {
      let wake: () => void = () => {};
      const news = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const waiter: Waiter = { siteId, wake };
      const isFirst = waiters.size === 0 && seenTx === null;
      waiters.add(waiter);
      const end = () => void waiters.delete(waiter);
      if (isFirst) {
        try {
          await look();
        } catch (error) {
          end();
          throw error;
        }
      }
      begin();
      return {
        end,
        wait: async (ms) => {
          if (isClosed) return end();
          let limit: ReturnType<typeof setTimeout> | undefined;
          const late = new Promise<void>((resolve) => {
            limit = setTimeout(resolve, ms);
          });
          await Promise.race([news, late]);
          clearTimeout(limit);
          end();
        },
      };
    },
    /** Lets everybody go who waits. */
    close: (): void => {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      for (const waiter of [...waiters]) waiter.wake();
    },
  };
}

export type DownWatch = ReturnType<typeof createDownWatch>;
