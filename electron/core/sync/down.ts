import { type DownPage, downPageSchema } from '../../../shared/central/down.ts';
import { siteItemsLimit, siteItemsReplySchema } from '../../../shared/central/siteItems.ts';
import { type Batch, batchReplySchema, replyLimitBytes, routes } from '../../../shared/central.ts';
import type { DownView } from '../../../shared/model/desk.ts';
import { hour, localDay, minute, second } from '../../../shared/time.ts';
import { sqliteCode } from '../../db/open.ts';
import type { CellOwner } from '../cell.ts';
import { inTransaction } from '../dispatch.ts';
import type { Station } from '../station.ts';
import { type Connection, readConnection } from './connection.ts';
import { applyPage, retry } from './down/apply.ts';
import { readAnswer } from './readAnswer.ts';
import { settleReading, toRecord } from './settle.ts';
import { sharedItem } from './share.ts';

export type Down = {
  /** There may be something to tell, or another connection. */
  readonly nudge: () => void;
  readonly view: () => DownView;
  readonly stop: () => Promise<void>;
};

/** A page is one transaction between two scans: so many things take some milliseconds. */
const pageSize = 50;
const pageLimitBytes = 8 * replyLimitBytes;
/** The service holds an empty answer back for so long. */
const waitSeconds = 25;
const requestTimeoutMs = (waitSeconds + 30) * second;
const postTimeoutMs = 30 * second;
const firstBackoffMs = 1 * second;
const longestBackoffMs = 30 * second;
/** Who may not ask, or asks a service without this feed, asks again now and then. */
const refusedRetryMs = 5 * minute;
/** A feed that said nothing for so long is silent: a page comes at least every `waitSeconds`. */
const silentAfterMs = minute;
/** … or where so many tries in a row came to nothing. */
const silentAfterFailures = 2;
/** Copies of other stations' tests are kept for so long; they themselves keep theirs by their own periods. */
const copiesKeptMs = 30 * 24 * hour;
const readingsAtOnce = 100;

type Trouble = { readonly waitMs: number | null };

/**
 * What comes down from the central service, beside the desk: page by page, each in one transaction together with its
 * cursor, so that whatever stops it, it goes on where it was. Tells the service what the site's stations share and what
 * was read here of one another's tests.
 */
export function createDown(
  station: Station,
  cells: CellOwner,
  ports: {
    readonly fetch: typeof fetch;
    readonly random: () => number;
    readonly program: string;
    readonly onFault: (thrown: unknown) => void;
  },
): Down {
  const { tables } = station;
  let isStopped = false;
  let failures = 0;
  /** Null until the service has told it. */
  let siblings: number | null = null;
  /** Real time: silence has nothing to do with the test clock. */
  let lastHeard = performance.now();
  const aborter = new AbortController();
  let wakePull: () => void = () => {};
  let wakePush: () => void = () => {};
  let isPushAsked = true;
  let sweptOn: string | null = null;

  const heardAtMs = (): number | null => {
    const text = tables.settings.get('down.heardAtMs');
    return text === null ? null : Number(text);
  };

  const isSilent = (): boolean => failures >= silentAfterFailures || performance.now() - lastHeard > silentAfterMs;

  const known = (): number => siblings ?? Number(tables.settings.get('down.siblings') ?? 0);

  const view = (): DownView => ({
    siblings: known(),
    heardAtMs: heardAtMs(),
    isSilent: readConnection(tables) !== null && known() > 0 && isSilent(),
  });

  const sleep = (ms: number, onWake: (wake: () => void) => void): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref?.();
      onWake(() => {
        clearTimeout(timer);
        resolve();
      });
    });

  const backOff = (): number => {
    failures += 1;
    const grown = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(failures - 1, 10));
    return grown * (0.5 + 0.5 * ports.random());
  };

  const ask = async (
    connection: Connection,
    path: string,
    init: { readonly body?: string; readonly timeoutMs: number },
  ): Promise<
    { readonly ok: true; readonly value: unknown } | ({ readonly ok: false; readonly status: number } & Trouble)
  > => {
    try {
      const response = await ports.fetch(`${connection.url}${path}`, {
        method: init.body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${connection.token}`,
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(init.body === undefined ? {} : { body: init.body }),
        redirect: 'error',
        signal: AbortSignal.any([aborter.signal, AbortSignal.timeout(init.timeoutMs)]),
      });
      const text = await readAnswer(response, pageLimitBytes);
      if (response.ok) return { ok: true, value: JSON.parse(text) };
      const isRefused = [401, 403, 404, 405].includes(response.status);
      return { ok: false, status: response.status, waitMs: isRefused ? refusedRetryMs : null };
    } catch {
      // Not reached, cut off, or not JSON: a portal's page.
      return { ok: false, status: 0, waitMs: null };
    }
  };

  /** One page, or nothing for as long as the service waits. Answers how long to wait before the next one, ms. */
  const pull = async (connection: Connection): Promise<number> => {
    const place = tables.settings.get('down.cursor');
    const isOurs = tables.settings.get('down.of') === connection.url;
    const cursor = place === null || !isOurs ? '' : `&cursor=${encodeURIComponent(place)}`;
    // The first answer comes at once: it says that the service is there.
    const wait = failures === 0 && siblings !== null ? waitSeconds : 0;
    const got = await ask(connection, `${routes.down}?limit=${pageSize}&wait=${wait}${cursor}`, {
      timeoutMs: requestTimeoutMs,
    });
    if (isStopped) return 0;
    if (!got.ok) {
      if (got.status === 409) {
        // The service begins another life: everything is read anew, which changes nothing, and what was told is told again.
        inTransaction(station, cells, () => {
          tables.settings.set('down.of', '');
          tables.siblings.tellAll();
          tables.down.tellAll();
        });
        isPushAsked = true;
        wakePush();
        return 0;
      }
      return got.waitMs ?? backOff();
    }
    const parsed = downPageSchema.safeParse(got.value);
    if (!parsed.success) return backOff();
    const wasSilent = isSilent();
    failures = 0;
    lastHeard = performance.now();
    takeIn(connection, parsed.data, wasSilent);
    return parsed.data.more ? 1 : 0;
  };

  const takeIn = (connection: Connection, page: DownPage, wasSilent: boolean): void => {
    let changed = 0;
    inTransaction(station, cells, () => {
      if (page.items.length + page.records.length > 0) changed = applyPage(station, page, ports.program).changed;
      tables.settings.set('down.cursor', page.cursor);
      tables.settings.set('down.of', connection.url);
      tables.settings.set('down.heardAtMs', String(station.clock.now()));
      tables.settings.set('down.siblings', String(page.siblings));
    });
    siblings = page.siblings;
    if (changed > 0 || wasSilent) station.emit('desk.changed', { why: 'other' });
  };

  /** Once a day: other stations' people are not kept here for longer than their tests matter. */
  const sweep = (): void => {
    const { zone } = station.settings.get();
    const today = localDay(station.clock.now(), zone);
    if (sweptOn === today) return;
    sweptOn = today;
    inTransaction(station, cells, () => {
      const before = station.clock.now() - copiesKeptMs;
      tables.siblings.dropBefore(localDay(before, zone));
      tables.down.dropOldParked(before);
    });
  };

  const pulling = async (): Promise<void> => {
    inTransaction(station, cells, () => retry(station, 'newProgram', ports.program));
    while (!isStopped) {
      sweep();
      const connection = readConnection(tables);
      const waitMs = connection === null ? null : await pull(connection);
      if (isStopped) return;
      // The desk says since when; it looks again by itself only where something has changed.
      if (failures === silentAfterFailures && known() > 0) station.emit('desk.changed', { why: 'other' });
      await sleep(waitMs ?? hour, (wake) => {
        wakePull = wake;
      });
    }
  };

  const pushing = async (): Promise<void> => {
    let tries = 0;
    while (!isStopped) {
      isPushAsked = false;
      const connection = readConnection(tables);
      const trouble = connection === null ? null : ((await pushReadings(connection)) ?? (await pushShared(connection)));
      if (isStopped) return;
      tries = trouble === null ? 0 : tries + 1;
      if (isPushAsked && trouble === null) continue;
      const grown = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(tries, 10));
      const waitMs = trouble === null ? hour : (trouble.waitMs ?? grown * (0.5 + 0.5 * ports.random()));
      await sleep(waitMs, (wake) => {
        wakePush = wake;
      });
    }
  };

  const pushReadings = async (connection: Connection): Promise<Trouble | null> => {
    for (;;) {
      const rows = tables.siblings.listWaiting(readingsAtOnce);
      if (rows.length === 0) return null;
      const batch: Batch = {
        batchId: station.newId(),
        installationId: station.installationId,
        sentAtMs: station.clock.now(),
        records: rows.map(({ seq, ...row }) => toRecord({ ...row, chain: seq, kind: 'test.resulted' })),
      };
      const posted = await ask(connection, routes.batches, { body: JSON.stringify(batch), timeoutMs: postTimeoutMs });
      if (isStopped) return null;
      if (!posted.ok) return posted;
      const reply = batchReplySchema.safeParse(posted.value);
      if (!reply.success) return { waitMs: null };
      let settled = 0;
      inTransaction(station, cells, () => {
        for (const receipt of reply.data.receipts) if (settleReading(station, receipt)) settled += 1;
      });
      station.emit('desk.changed', { why: 'other' });
      if (settled === 0) return { waitMs: null };
    }
  };

  const pushShared = async (connection: Connection): Promise<Trouble | null> => {
    for (;;) {
      const rows = tables.down.listWaiting(siteItemsLimit);
      if (rows.length === 0) return null;
      const items = rows.flatMap((row) => sharedItem(station, row) ?? []);
      const gone = rows.filter(({ itemId }) => !items.some((item) => item.itemId === itemId));
      const posted =
        items.length === 0
          ? null
          : await ask(connection, routes.siteItems, { body: JSON.stringify({ items }), timeoutMs: postTimeoutMs });
      if (isStopped) return null;
      if (posted !== null && !posted.ok) return posted;
      const reply = posted === null ? null : siteItemsReplySchema.safeParse(posted.value);
      if (reply !== null && !reply.success) return { waitMs: null };
      const refused = (reply?.data.receipts ?? []).filter(({ status }) => status === 'rejected');
      if (refused.length > 0) station.log('down.refused', { items: refused.length, why: refused[0]?.message ?? '' });
      inTransaction(station, cells, () => {
        // Refused for good as well: the next change of the same thing is told again.
        for (const { kind, itemId, version } of [...items, ...gone]) tables.down.setTold(kind, itemId, version);
      });
    }
  };

  const guarded = (run: () => Promise<void>): Promise<void> =>
    run().catch((error: unknown) => {
      if (isStopped) return;
      station.log('down.bug', {
        kind: error instanceof Error ? error.name : typeof error,
        code: sqliteCode(error) ?? '',
      });
      ports.onFault(error);
    });
  const running = [guarded(pulling), guarded(pushing)];

  return {
    nudge: () => {
      isPushAsked = true;
      wakePush();
      if (readConnection(tables) !== null && tables.settings.get('down.of') !== readConnection(tables)?.url) wakePull();
    },
    view,
    stop: async () => {
      isStopped = true;
      aborter.abort();
      wakePull();
      wakePush();
      await Promise.all(running);
    },
  };
}
