import { batchLimit } from '../../../shared/central.ts';
import type { SyncView } from '../../../shared/model/desk.ts';
import { minute, second } from '../../../shared/time.ts';

/**
 * The uploader as a table: what may happen in each state, where it leads and what is done next. It is pure, so that each
 * cell is a test; `uploader.ts` does what it says and tells it what came of that.
 */

/** Why no receipts came. `offline`, `dns` and `refused` mean that nobody was reached. */
export const faults = [
  'offline',
  'dns',
  'refused',
  /** Nobody answered in time; the service may have stored the batch all the same. */
  'slow',
  'busy',
  'server',
  /** Whoever answered is not the central service: a proxy's page, a redirect, receipts of another batch. */
  'otherService',
  /** The service says that it does not understand this program. */
  'contract',
  'certificate',
  'certificateDate',
  'pin',
] as const;
export type Fault = (typeof faults)[number];

/** What only a person can mend. */
export const refusals = ['signIn', 'forbidden', 'installationEnded'] as const;
export type Refused = (typeof refusals)[number];

export type SyncState = SyncView['state'];
export type SyncEvent =
  /** There may be something to send. */
  | { readonly kind: 'nudged' }
  /** Somebody pressed "send now", or connected the station anew. */
  | { readonly kind: 'asked' }
  /** The wait is over. */
  | { readonly kind: 'waited' }
  /** Looked: no service is connected. */
  | { readonly kind: 'disconnected' }
  /** Looked: so much is due. */
  | { readonly kind: 'due' }
  /** Looked: nothing is due, and in so many ms there is something to look at again; null: until somebody nudges. */
  | { readonly kind: 'nothingDue'; readonly againInMs: number | null }
  /** Receipts came for the batch that was sent. */
  | { readonly kind: 'answered' }
  | { readonly kind: 'failed'; readonly why: Fault; readonly retryAfterMs: number | null }
  | { readonly kind: 'refused'; readonly why: Refused }
  /** The batch as a whole was not taken: too large, or something in it is not to the service's liking. */
  | { readonly kind: 'notTaken'; readonly records: number }
  /** The service takes no compressed bodies. */
  | { readonly kind: 'notUnpacked' };

export type Memory = {
  readonly state: SyncState;
  readonly trouble: Fault | Refused | null;
  /** Failures in a row. */
  readonly failures: number;
  /** The most records that the next batch carries. */
  readonly batchSize: number;
  /** Bodies go as they are: this service does not unpack. */
  readonly isPlain: boolean;
};

/** What is done next. */
export type Act =
  /** Reads what is due, and tells what it found. */
  | { readonly kind: 'look' }
  /** Claims what is due, sends it, and tells how that ended. */
  | { readonly kind: 'send' }
  /** Sets the one record aside that was not taken by itself, then looks. */
  | { readonly kind: 'park' }
  /** Looks again then; null: when somebody nudges. */
  | { readonly kind: 'wait'; readonly ms: number | null }
  | { readonly kind: 'nothing' };

export type Step = { readonly memory: Memory; readonly act: Act };

export const beginning: Memory = {
  state: 'idle',
  trouble: null,
  failures: 0,
  batchSize: batchLimit,
  isPlain: false,
};

const firstBackoffMs = 1 * second;
const longestBackoffMs = 5 * minute;
/** After sign-in trouble a try now and then, in case somebody mended it at the other end. */
const pausedRetryMs = 15 * minute;

/** `random` is in [0, 1): the jitter of a wait. */
type Cell<K extends SyncEvent['kind'] = SyncEvent['kind']> = (
  memory: Memory,
  event: Extract<SyncEvent, { kind: K }>,
  random: number,
) => Step;

const look: Act = { kind: 'look' };
const nothing: Act = { kind: 'nothing' };

const stay = (memory: Memory): Step => ({ memory, act: nothing });
const lookNow = (memory: Memory): Step => ({ memory, act: look });
/** Whatever the wait says: somebody wants it now, and how often it failed before counts no more. */
const lookAfresh = (memory: Memory): Step => ({ memory: { ...memory, failures: 0 }, act: look });
const rest: Cell<'nothingDue'> = (memory, { againInMs }) => ({
  memory: { ...memory, state: 'idle', trouble: null },
  act: { kind: 'wait', ms: againInMs },
});
const send = (memory: Memory): Step => ({
  memory: { ...memory, state: 'sending', trouble: null },
  act: { kind: 'send' },
});
const off = (memory: Memory): Step => ({
  memory: { ...memory, state: 'off', trouble: null, failures: 0 },
  act: nothing,
});

const unreached: ReadonlySet<Fault> = new Set<Fault>(['offline', 'dns', 'refused']);

const backOff: Cell<'failed'> = (memory, { why, retryAfterMs }, random) => {
  const failures = memory.failures + 1;
  const grown = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(failures - 1, 20));
  // Half of it is chance: a hundred desks that lost the same network do not come back in the same second.
  const ms = Math.max(retryAfterMs ?? 0, grown * (0.5 + 0.5 * random));
  const state = unreached.has(why) ? 'offline' : 'backingOff';
  return { memory: { ...memory, state, trouble: why, failures }, act: { kind: 'wait', ms } };
};
const pause: Cell<'refused'> = (memory, { why }) => ({
  memory: { ...memory, state: 'paused', trouble: why },
  act: { kind: 'wait', ms: pausedRetryMs },
});
const goOn = (memory: Memory): Step => ({
  memory: { ...memory, failures: 0, batchSize: Math.min(batchLimit, memory.batchSize * 2) },
  act: look,
});
/** Smaller batches find the record that is at fault, and the rest goes through; by itself it is set aside. */
const narrow: Cell<'notTaken'> = (memory, { records }) =>
  records > 1
    ? { memory: { ...memory, batchSize: Math.max(1, Math.floor(records / 2)) }, act: look }
    : { memory: { ...memory, batchSize: batchLimit }, act: { kind: 'park' } };
const plainly: Cell<'notUnpacked'> = (memory, _event, random) =>
  memory.isPlain
    ? backOff(memory, { kind: 'failed', why: 'contract', retryAfterMs: null }, random)
    : { memory: { ...memory, isPlain: true }, act: look };

type Row = { readonly [K in SyncEvent['kind']]: Cell<K> };

/** Found by a look, which every state may ask for. */
const looked = { disconnected: off, due: send, nothingDue: rest } as const;
/** Ends of a sending that nobody waits for any more. */
const late = { answered: stay, notTaken: stay, notUnpacked: stay } as const;
/** A look itself may fail: it asks the service before anything is sent. */
const lookFailed = { failed: backOff, refused: pause } as const;

/** While a wait holds, nudges change nothing: only its end, or a person, does. */
const waiting: Row = { ...looked, ...late, ...lookFailed, nudged: stay, waited: lookNow, asked: lookAfresh };
const resting: Row = { ...looked, ...late, ...lookFailed, nudged: lookNow, waited: lookNow, asked: lookAfresh };

export const table: { readonly [S in SyncState]: Row } = {
  off: resting,
  idle: resting,
  sending: {
    ...looked,
    // A look follows each batch anyway.
    nudged: stay,
    waited: stay,
    asked: stay,
    answered: goOn,
    failed: backOff,
    refused: pause,
    notTaken: narrow,
    notUnpacked: plainly,
  },
  backingOff: waiting,
  offline: waiting,
  paused: waiting,
};

/** Where an event leads, and what is to be done. `random` in [0, 1) spreads waits. */
export function stepOf(memory: Memory, event: SyncEvent, random: number): Step {
  return (table[memory.state][event.kind] as Cell)(memory, event, random);
}
