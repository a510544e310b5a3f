import { type QueryClient, type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import type { StationBridge } from '../shared/bridge.ts';
import type { EventName, EventPayload, Input, Method, Output } from '../shared/contract.ts';
import type { Failure, Reply } from '../shared/errors.ts';
import { withConsent } from './approval/approvals.ts';

/** The typed client of `window.station`: every call of every screen goes through here. */

declare global {
  interface Window {
    readonly station: StationBridge;
  }
}

/** How long a call is sent again while core is being started again, and the pauses in between, in ms. */
const resendForMs = 20_000;
const firstPauseMs = 120;
const longestPauseMs = 1_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * One call. While core is being started again the very same call, with the same requestId, is sent again: what it wrote
 * before it died is found, not written twice. Answers CORE_RESTARTING only when that took longer than 20 s. Where it needs
 * somebody else's consent, that is asked for on the screen first.
 */
export async function callStation<M extends Method>(method: M, input: Input<M>): Promise<Reply<Output<M>>> {
  const reply = await untilAnswered(method, input);
  return withConsent(reply, (approval) => untilAnswered(method, { ...(input as object), approval } as Input<M>));
}

async function untilAnswered<M extends Method>(method: M, input: Input<M>): Promise<Reply<Output<M>>> {
  const startedMs = performance.now();
  let pauseMs = firstPauseMs;
  for (;;) {
    const reply = await window.station.call(method, input);
    if (reply.ok || reply.error.code !== 'CORE_RESTARTING') return reply;
    if (performance.now() - startedMs + pauseMs > resendForMs) return reply;
    await pause(pauseMs);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

/** What a look may show differently after something was done or heard. */
const ofTheRegister: ReadonlySet<Method> = new Set<Method>([
  'tests.get',
  'tests.list',
  'people.list',
  'imports.list',
  'products.list',
  'kits.list',
  'kits.trace',
  'people.trace',
  'lots.list',
  'stock.list',
  'stock.low',
  'boxes.list',
  'recalls.list',
  'recalls.get',
  'transfers.list',
  'counts.get',
  'stickers.list',
  'stickers.get',
  'patterns.list',
  'repairs.preview',
  'repairs.list',
  'followUps.list',
  'followUps.count',
  'followUps.get',
  'rounds.list',
  'rounds.buildings',
  'rounds.coverage',
  'rounds.notTested',
  'organisations.list',
  'organisations.people',
  'organisations.figures',
  'summary.get',
  'sync.get',
  'handover.get',
  'staff.list',
  'practice.codes',
]);
const ofTheStation: ReadonlySet<Method> = new Set<Method>(['station.get', 'settings.get', 'settings.rules']);
const ofTheSync: ReadonlySet<Method> = new Set<Method>([
  'sync.get',
  'handover.get',
  'tests.get',
  'tests.list',
  'kits.trace',
]);
const ofTheBackups: ReadonlySet<Method> = new Set<Method>(['backups.state']);
const ofTheGuns: ReadonlySet<Method> = new Set<Method>(['guns.get']);

const lookedAgainAfter: Readonly<Partial<Record<EventName, readonly ReadonlySet<Method>[]>>> = {
  'desk.changed': [ofTheRegister, ofTheStation],
  'sync.changed': [ofTheSync],
  'station.changed': [ofTheRegister, ofTheStation, ofTheBackups],
  'followUps.changed': [ofTheRegister],
  'guns.changed': [ofTheGuns],
  'backups.changed': [ofTheBackups],
};

function lookAgain(queries: QueryClient, methods: readonly ReadonlySet<Method>[]): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey }) => methods.some((set) => set.has(queryKey[0] as Method)),
  });
}

/** After a gesture of this window: lists and figures that are open are asked for again. */
export function registerChanged(queries: QueryClient): void {
  lookAgain(queries, [ofTheRegister]);
}

/** Asks open queries again when the station says that something changed. Answers the function that ends it. */
export function followEvents(queries: QueryClient): () => void {
  const ends = (Object.keys(lookedAgainAfter) as EventName[]).map((event) =>
    window.station.on(event, () => lookAgain(queries, lookedAgainAfter[event] ?? [])),
  );
  ends.push(
    window.station.on('core.restarted', ({ state }) => {
      if (state === 'ready') void queries.invalidateQueries();
    }),
  );
  return () => {
    for (const end of ends) end();
  };
}

/** A question whose answer is kept and asked for again when something changed. Its error is a Failure. */
export function useStation<M extends Method>(
  method: M,
  input: Input<M>,
  more: { readonly enabled?: boolean; readonly keepFormer?: boolean } = {},
): UseQueryResult<Output<M>, Failure> {
  return useQuery<Output<M>, Failure>({
    queryKey: [method, input],
    retry: false,
    enabled: more.enabled ?? true,
    ...(more.keepFormer === true ? { placeholderData: (former: Output<M> | undefined) => former as never } : {}),
    queryFn: async () => {
      const reply = await callStation(method, input);
      if (reply.ok) return reply.value;
      // Thrown as a value for the query's own error channel; it never leaves the hook.
      throw reply.error;
    },
  });
}

export type StationAction<M extends Method> = {
  /** Does it once. `requestId` is the caller's, made by crypto.randomUUID for each gesture. */
  readonly run: (input: Input<M>) => Promise<Reply<Output<M>>>;
  readonly isBusy: boolean;
};

/** Something to be done once; its failure is a value. Open lists are asked again after it. */
export function useStationAction<M extends Method>(method: M): StationAction<M> {
  const queries = useQueryClient();
  const { mutateAsync, isPending } = useMutation({
    mutationFn: (input: Input<M>) => callStation(method, input),
    onSuccess: (reply) => {
      if (reply.ok) lookAgain(queries, [ofTheRegister, ofTheStation]);
    },
  });
  const run = useCallback((input: Input<M>) => mutateAsync(input), [mutateAsync]);
  return { run, isBusy: isPending };
}

/** Hears an event for as long as the component is there. */
export function useStationEvent<E extends EventName>(event: E, hear: (payload: EventPayload<E>) => void): void {
  const newest = useRef(hear);
  useEffect(() => {
    newest.current = hear;
  });
  useEffect(() => window.station.on(event, (payload) => newest.current(payload)), [event]);
}

export { useFailureText } from './text/failures.ts';
