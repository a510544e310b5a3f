import { auditHeadsReplySchema, routes } from '../../../shared/central.ts';
import { second } from '../../../shared/time.ts';
import type { Connection } from '../sync/connection.ts';
import type { OutsideHeads } from './verify.ts';

/** What the central service keeps of this station's log; null where it cannot be asked. */
export async function fetchHeads(fetchIt: typeof fetch, { url, token }: Connection): Promise<OutsideHeads | null> {
  try {
    const response = await fetchIt(`${url}${routes.keptAuditHeads}`, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(10 * second),
    });
    if (!response.ok) return null;
    const parsed = auditHeadsReplySchema.safeParse(await response.json());
    return parsed.success ? { keys: parsed.data.keys, heads: parsed.data.heads, paper: [] } : null;
  } catch {
    return null;
  }
}
