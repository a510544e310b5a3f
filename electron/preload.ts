/** The window's only door. It runs in the sandbox: types come from the contract, nothing else of it is loaded here. */
import { contextBridge, ipcRenderer } from 'electron';
import type { StationBridge } from '../shared/bridge.ts';
import type { callChannel, EventName, eventChannel } from '../shared/contract.ts';
import type { Reply } from '../shared/errors.ts';

const calls: typeof callChannel = 'station:call';
const events: typeof eventChannel = 'station:event';

type Listener = (payload: unknown) => void;
const listeners = new Map<string, Set<Listener>>();

ipcRenderer.on(events, (_event, name: unknown, payload: unknown) => {
  if (typeof name !== 'string') return;
  for (const listener of listeners.get(name) ?? []) listener(payload);
});

async function call(method: unknown, input: unknown): Promise<unknown> {
  try {
    return await ipcRenderer.invoke(calls, method, input);
  } catch {
    // Functions, symbols and the like cannot be sent at all.
    const reply: Reply<never> = {
      ok: false,
      error: { code: 'INVALID_INPUT', params: { path: '', problem: 'cannot be sent' }, retryable: false },
    };
    return reply;
  }
}

function on(event: EventName, listener: Listener): () => void {
  if (typeof event !== 'string' || typeof listener !== 'function') return () => undefined;
  // A fresh function each time, so that two equal listeners end one by one.
  const own: Listener = (payload) => listener(payload);
  const set = listeners.get(event) ?? new Set();
  listeners.set(event, set.add(own));
  return () => {
    set.delete(own);
  };
}

const bridge = { call, on } as StationBridge;
contextBridge.exposeInMainWorld('station', bridge);
