import type { EventName, EventPayload, Input, Method, Output } from './contract.ts';
import type { Reply } from './errors.ts';

/** What the preload script puts on the window as `window.station`: one way in, one way out, nothing else. */
export type StationBridge = {
  /** Never throws: what cannot even be sent is answered with INVALID_INPUT. */
  call<M extends Method>(method: M, input: Input<M>): Promise<Reply<Output<M>>>;
  /** Listens to one event; the function that comes back ends it. */
  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): () => void;
};
