/** The entry of core's own process: lends core what only Electron has, and hands messages back and forth. */
import { net } from 'electron';
import { fail } from '../../shared/errors.ts';
import { type Core, type CoreHost, createCore } from '../core/createCore.ts';
import type { FromCore, HostCallName, ToCore } from './coreMessages.ts';
import { faultFields } from './faults.ts';
import { tellOnlyWhere } from './lastResort.ts';

const port = process.parentPort;
type HostValue = boolean | string | Uint8Array | null;

let core: Promise<Core> | null = null;
let nextId = 1;
const hostCalls = new Map<
  number,
  { readonly resolve: (value: HostValue) => void; readonly reject: (error: Error) => void }
>();

function send(message: FromCore): void {
  port.postMessage(message);
}

function askHost(name: HostCallName, value: string | Uint8Array | null): Promise<HostValue> {
  return new Promise((resolve, reject) => {
    const id = nextId;
    nextId += 1;
    hostCalls.set(id, { resolve, reject });
    send({ kind: 'hostCall', id, name, value });
  });
}

const host: CoreHost = {
  // Electron's own, so that the system's proxy and certificates count.
  fetch: (input, init) => net.fetch(input instanceof URL ? input.href : input, init),
  resolveProxy: async (url) => {
    const proxy = await askHost('proxy.resolve', url);
    return typeof proxy === 'string' ? proxy : 'DIRECT';
  },
  keychain: {
    available: async () => (await askHost('keychain.available', null)) === true,
    wrap: async (bytes) => {
      const text = await askHost('keychain.wrap', bytes);
      if (typeof text !== 'string') throw new Error('the keychain gave nothing back');
      return text;
    },
    unwrap: async (text) => {
      const bytes = await askHost('keychain.unwrap', text);
      return bytes instanceof Uint8Array ? bytes : null;
    },
  },
  longStep: (forMs) => send({ kind: 'longStep', forMs }),
  rememberKey: (dataKeyHex) => send({ kind: 'rememberKey', dataKeyHex }),
  emit: (name, payload) => send({ kind: 'event', name, payload }),
  log: (event, fields) => send({ kind: 'log', event, fields }),
};

async function heard(message: ToCore): Promise<void> {
  switch (message.kind) {
    case 'init':
      if (core !== null) return;
      core = createCore(message.init, host);
      await core;
      send({ kind: 'ready' });
      return;
    case 'call': {
      const reply =
        core === null
          ? fail('CORE_RESTARTING', {}, { retryable: true })
          : await (await core).dispatch(message.method, message.input);
      send({ kind: 'reply', id: message.id, reply });
      return;
    }
    case 'hostReply': {
      const waiting = hostCalls.get(message.id);
      hostCalls.delete(message.id);
      if (message.failed) waiting?.reject(new Error('the host could not answer'));
      else waiting?.resolve(message.value);
      return;
    }
    case 'ping':
      send({ kind: 'pong', n: message.n });
      return;
    case 'close':
      if (core !== null) await (await core).close();
      process.exit(0);
  }
}

tellOnlyWhere(process, (fields) => send({ kind: 'log', event: 'core.bug', fields }));

port.on('message', ({ data }: { data: ToCore }) => {
  heard(data).catch((error: unknown) => {
    // Thrown means a bug: say where, and let the host start a core that is in a known state.
    send({ kind: 'log', event: 'core.bug', fields: faultFields(error) });
    setTimeout(() => process.exit(70), 50);
  });
});
