import type { EventName, EventPayload, Input, Method, Output } from '../../shared/contract.ts';
import type { Failure, Reply } from '../../shared/errors.ts';
import { useStation, useStationAction, useStationEvent } from '../station.ts';

export type Looked<M extends Method> = {
  /** The newest answer; undefined while there is none. */
  readonly value: Output<M> | undefined;
  readonly failure: Failure | null;
  /** When the answer came, by this computer's own clock. */
  readonly answeredAtMs: number;
  readonly again: () => void;
};

/** A question to the station whose answer is kept and asked for again when something changed. */
export function useLook<M extends Method>(method: M, input: Input<M>): Looked<M> {
  const query = useStation(method, input);
  return {
    value: query.data,
    failure: query.error,
    answeredAtMs: query.dataUpdatedAt,
    again: () => void query.refetch(),
  };
}

export type Act<M extends Method> = {
  readonly run: (input: Input<M>) => Promise<Reply<Output<M>>>;
  readonly isBusy: boolean;
};

/** Something to be done once; its failure is a value. */
export function useAct<M extends Method>(method: M): Act<M> {
  const action = useStationAction(method);
  return { run: action.run, isBusy: action.isBusy };
}

export function useHear<E extends EventName>(event: E, hear: (payload: EventPayload<E>) => void): void {
  useStationEvent(event, hear);
}
