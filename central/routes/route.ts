import type { z } from 'zod';
import type { Problem } from '../../shared/central.ts';
import type { Turns } from '../ingest/turns.ts';
import type { Metrics } from '../metrics.ts';
import type { ReaderIdentity, ReaderScope } from '../store/readers.ts';
import type { StationIdentity } from '../store/stations.ts';
import type { Store } from '../store/store.ts';

/** What every route may use. */
export type RouteContext = {
  readonly store: Store;
  /** The service's clock, epoch milliseconds. */
  readonly now: () => number;
  readonly turns: Turns;
  readonly metrics: Metrics;
  /** From when on the process answers what it has and takes nothing new. */
  readonly isEnding: () => boolean;
};

export type Answer =
  | { readonly ok: true; readonly body: unknown; readonly counts?: Readonly<Record<string, number>> }
  | { readonly ok: false; readonly status: 400 | 403 | 404 | 409 | 503; readonly problem: Problem }
  | { readonly ok: false; readonly status: 429; readonly problem: Problem; readonly retryAfterSeconds: number };

export type Asked = {
  readonly params: Readonly<Record<string, string>>;
  /** Each as it was written last in the address. */
  readonly query: Readonly<Record<string, string>>;
  /** The parsed JSON body; undefined where there is none. */
  readonly body: unknown;
  /** The token that came with it; empty where none is needed. */
  readonly token: string;
};

/** A named schema: its name is what the OpenAPI document calls it. */
export type Named = { readonly name: string; readonly schema: z.ZodType };

type Described = {
  /** As Fastify writes it, with `:name` for a parameter. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    /** In the path and needed, unless it says otherwise. */
    readonly in?: 'query';
    readonly description: string;
    readonly schema: z.ZodType;
  }[];
  /** Null for a reply that has no schema of its own. */
  readonly reply: Named | null;
  /** The reply is a list, sent as lines of JSON (application/x-ndjson) of this schema. */
  readonly isLines?: boolean;
  /** Statuses of its own besides those that every route has. */
  readonly problems: readonly number[];
} & ({ readonly method: 'GET' } | { readonly method: 'POST'; readonly request: Named });

/** One route: what the document says of it, and what it does. */
export type Route = Described &
  (
    | { readonly asker: 'anybody'; readonly handle: (asked: Asked) => Promise<Answer> }
    | { readonly asker: 'station'; readonly handle: (asked: Asked, station: StationIdentity) => Promise<Answer> }
    | {
        readonly asker: 'reader';
        /** What the reader must have been admitted for. */
        readonly scope: ReaderScope;
        readonly handle: (asked: Asked, reader: ReaderIdentity) => Promise<Answer>;
      }
  );

export function badRequest(message: string, field: string): Answer {
  const where = field === '' ? {} : { field };
  return { ok: false, status: 400, problem: { code: 'badRequest', message, ...where } };
}
