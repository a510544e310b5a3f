import { type BatchReply, batchReplySchema, batchSchema, routes } from '../../shared/central.ts';
import { describeIssue, fieldOf, isStorable, parseRecord } from '../ingest/parse.ts';
import { installationEnded } from './installations.ts';
import { badRequest, type Route, type RouteContext } from './route.ts';

/** Spread, so that those who were turned away do not come back in the same second. */
const laterSeconds = () => 2 + Math.floor(Math.random() * 14);

export function batchesRoute({ store, now, turns, metrics }: RouteContext): Route {
  return {
    method: 'POST',
    path: routes.batches,
    operationId: 'postBatch',
    summary:
      'Takes up to 500 records of a station. Each is answered by itself, in the order of the batch; sending a batch again is safe.',
    asker: 'station',
    request: { name: 'Batch', schema: batchSchema },
    reply: { name: 'BatchReply', schema: batchReplySchema },
    problems: [400, 413, 415, 429],
    handle: async ({ body }, station) => {
      const parsed = batchSchema.safeParse(body);
      if (!parsed.success) return badRequest(describeIssue(parsed.error), fieldOf(parsed.error));
      const { batchId, installationId } = parsed.data;
      for (const [field, text] of Object.entries({ batchId, installationId })) {
        if (!isStorable(text)) return badRequest(`${field}: has a character that cannot be stored`, field);
      }
      const serverAtMs = now();
      const ingested = await turns.take(parsed.data.records.length, () => {
        const records = parsed.data.records.map(parseRecord);
        return store.ingest({ station, batchId, installationId, nowMs: serverAtMs, records });
      });
      if (ingested === null) {
        const problem = { code: 'tooMany', message: 'too many batches at once; nothing was stored' } as const;
        return { ok: false, status: 429, problem, retryAfterSeconds: laterSeconds() };
      }
      if (!ingested.ok) return installationEnded();
      const { epoch, receipts } = ingested;
      const reply: BatchReply = { batchId, serverAtMs, epoch, receipts: [...receipts] };
      const countOf = (status: string) => receipts.filter((receipt) => receipt.status === status).length;
      const counts = {
        stored: countOf('stored'),
        duplicate: countOf('duplicate'),
        conflict: countOf('conflict'),
        rejected: countOf('rejected'),
      };
      metrics.noteRecords(counts);
      return { ok: true, body: reply, counts };
    },
  };
}
