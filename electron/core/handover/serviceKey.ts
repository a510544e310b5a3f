import { z } from 'zod';
import { handoverAskText, handoverReplySchema } from '../../../shared/central/handover.ts';
import { routes } from '../../../shared/central.ts';
import { minute, second } from '../../../shared/time.ts';
import { ensureKey, signText } from '../audit/keys.ts';
import type { CellOwner } from '../cell.ts';
import { inTransaction } from '../dispatch.ts';
import { audit, type Station } from '../station.ts';
import { type Connection, readConnection } from '../sync/connection.ts';
import { readAnswer } from '../sync/readAnswer.ts';

/** What is known of the service for files that go by hand; kept with the register's settings. */
const knownSchema = z.object({
  /** Of this station at the service. */
  station: z.string(),
  /** For which installation the service pinned this station's key. */
  installation: z.string(),
  key: handoverReplySchema.shape.key.unwrap(),
});
export type ServiceKeyKnown = z.infer<typeof knownSchema>;

const setting = 'handover.key';
const answerLimitBytes = 16 * 1024;
const againAfterMs = 10 * minute;

/** Null until this installation and the service have told one another their keys. */
export function knownServiceKey(station: Station): ServiceKeyKnown | null {
  const text = station.tables.settings.get(setting);
  const parsed = text === null ? null : knownSchema.safeParse(JSON.parse(text));
  if (parsed?.success !== true) return null;
  return parsed.data.installation === station.installationId ? parsed.data : null;
}

/** Another service, or another enrolment: nothing is known of it. In a transaction of its caller. */
export function forgetServiceKey(station: Station): void {
  station.tables.settings.forget(setting);
}

/**
 * Tells the service this installation's key and learns the service's, at the first contact and every ten minutes, so
 * that a new key of the service is known before the network is gone. What goes wrong is tried again later without a word.
 */
export function createKeyExchange(station: Station, cells: CellOwner, ports: { readonly fetch: typeof fetch }) {
  let notBeforeMs = 0;
  return {
    /** Tries at once, whatever the wait. */
    hurry: (): void => {
      notBeforeMs = 0;
    },
    exchange: async (connection: Connection, signal: AbortSignal): Promise<void> => {
      if (performance.now() < notBeforeMs) return;
      notBeforeMs = performance.now() + againAfterMs;
      const { installationId } = station;
      const { publicKey, privateKey } = inTransaction(station, cells, () => ensureKey(station));
      const reply = await ask(ports.fetch, connection, signal, {
        installationId,
        publicKey,
        signature: signText(privateKey, handoverAskText(installationId, publicKey)),
      });
      if (reply === null || signal.aborted) return;
      const now = reply.isPinned && reply.key !== null ? { station: reply.stationId, key: reply.key } : null;
      const before = knownServiceKey(station);
      const isSame = now === null ? before === null : before?.key.id === now.key.id && before.station === now.station;
      if (isSame) return;
      inTransaction(station, cells, () => {
        // Whoever connected the station anew meanwhile asks the other one.
        if (readConnection(station.tables)?.token !== connection.token) return;
        if (now === null) forgetServiceKey(station);
        else station.tables.settings.set(setting, JSON.stringify({ ...now, installation: installationId }));
        audit(station, 'handover.key', 'station', { key: now?.key.id ?? null });
      });
    },
  };
}

async function ask(fetchIt: typeof fetch, connection: Connection, signal: AbortSignal, body: object) {
  try {
    const response = await fetchIt(`${connection.url}${routes.handoverKey}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${connection.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(10 * second)]),
    });
    if (!response.ok) return null;
    const parsed = handoverReplySchema.safeParse(JSON.parse(await readAnswer(response, answerLimitBytes)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
