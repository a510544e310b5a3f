import { siteItemsReplySchema, siteItemsSchema } from '../../shared/central/siteItems.ts';
import { routes } from '../../shared/central.ts';
import { describeIssue, fieldOf } from '../ingest/parse.ts';
import { badRequest, type Route, type RouteContext } from './route.ts';

export function siteItemsRoute({ store, now }: RouteContext): Route {
  return {
    method: 'POST',
    path: routes.siteItems,
    operationId: 'postSiteItems',
    summary:
      'Shares rounds and people with the other stations of the site. Each item is answered by itself; of two versions of one thing the higher stays.',
    asker: 'station',
    request: { name: 'SiteItems', schema: siteItemsSchema },
    reply: { name: 'SiteItemsReply', schema: siteItemsReplySchema },
    problems: [400, 413, 415],
    handle: async ({ body }, station) => {
      const parsed = siteItemsSchema.safeParse(body);
      if (!parsed.success) return badRequest(describeIssue(parsed.error), fieldOf(parsed.error));
      const nowMs = now();
      const receipts = await store.shareItems({ station, items: parsed.data.items, nowMs });
      const counts = { stored: receipts.filter(({ status }) => status === 'stored').length };
      return { ok: true, body: { serverAtMs: nowMs, receipts }, counts };
    },
  };
}
