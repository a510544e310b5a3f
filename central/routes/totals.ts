import { z } from 'zod';
import { type TotalsReply, totalsDays, totalsDimensions, totalsReplySchema } from '../../shared/central/totals.ts';
import { routes } from '../../shared/central.ts';
import { daySchema } from '../../shared/time.ts';
import { describeIssue } from '../ingest/parse.ts';
import { badRequest, type Route, type RouteContext } from './route.ts';

const bySchema = z.string().max(60);
const dimensionsSchema = z.array(z.enum(totalsDimensions));
// A year 0000 is in our days and not in PostgreSQL's.
const askedDaySchema = daySchema.refine((day) => day >= '0001-01-01', { message: 'no such day' });
const dayMs = 86_400_000;

export function totalsRoute({ store }: RouteContext): Route {
  return {
    method: 'GET',
    path: routes.totals,
    operationId: 'getTotals',
    summary:
      'Tests of these days, counted once each by their newest state. A result of a contested kit is counted as unsettled and as nothing else.',
    asker: 'reader',
    scope: 'totals',
    parameters: [
      { name: 'from', in: 'query', description: 'The first day; needed.', schema: daySchema },
      {
        name: 'to',
        in: 'query',
        description: `The last day, at most ${totalsDays} days on; needed.`,
        schema: daySchema,
      },
      {
        name: 'by',
        in: 'query',
        description: `Any of ${totalsDimensions.join(', ')}, with commas between; day and outcome where it is missing, one sum where it is empty.`,
        schema: bySchema,
      },
    ],
    reply: { name: 'TotalsReply', schema: totalsReplySchema },
    problems: [400],
    handle: async ({ query }) => {
      const [from, to] = [askedDaySchema.safeParse(query['from']), askedDaySchema.safeParse(query['to'])];
      if (!from.success) return badRequest(describeIssue(from.error), 'from');
      if (!to.success) return badRequest(describeIssue(to.error), 'to');
      const span = (Date.parse(to.data) - Date.parse(from.data)) / dayMs + 1;
      if (span < 1 || span > totalsDays) return badRequest(`to: 1 to ${totalsDays} days from the first one`, 'to');
      const parts = (query['by'] ?? 'day,outcome').split(',').filter((each) => each !== '');
      const by = dimensionsSchema.safeParse([...new Set(parts)]);
      if (!by.success) return badRequest(`by: any of ${totalsDimensions.join(', ')}`, 'by');
      const asked = { from: from.data, to: to.data, by: by.data };
      const body: TotalsReply = { ...asked, rows: await store.readTotals(asked) };
      return { ok: true, body };
    },
  };
}
