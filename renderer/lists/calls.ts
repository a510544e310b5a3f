import type { Input, Method, Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { useStation } from '../station.ts';

export type Looked<M extends Method> = {
  /** The newest answer; undefined while there is none. */
  readonly value: Output<M> | undefined;
  readonly failure: Failure | null;
  readonly again: () => void;
};

/** A question to the station, in the words of lists: what is known, why not, and once more. */
export function useLook<M extends Method>(method: M, input: Input<M>): Looked<M> {
  const query = useStation(method, input);
  return {
    value: query.data,
    failure: query.error,
    again: () => void query.refetch(),
  };
}
