import { describe, expect, it } from 'vitest';
import {
  type Act,
  beginning,
  faults,
  type Memory,
  refusals,
  type SyncEvent,
  type SyncState,
  stepOf,
  table,
} from '../../../electron/core/sync/machine.ts';
import { batchLimit } from '../../../shared/central.ts';

const states = ['off', 'idle', 'sending', 'backingOff', 'offline', 'paused'] as const satisfies readonly SyncState[];
type Missing = Exclude<SyncState, (typeof states)[number]>;
const none: [Missing] extends [never] ? true : never = true;

const events = {
  nudged: { kind: 'nudged' },
  asked: { kind: 'asked' },
  waited: { kind: 'waited' },
  disconnected: { kind: 'disconnected' },
  due: { kind: 'due' },
  nothingDue: { kind: 'nothingDue', againInMs: 700 },
  answered: { kind: 'answered' },
  unreached: { kind: 'failed', why: 'dns', retryAfterMs: null },
  failed: { kind: 'failed', why: 'server', retryAfterMs: null },
  refused: { kind: 'refused', why: 'signIn' },
  manyNotTaken: { kind: 'notTaken', records: 9 },
  oneNotTaken: { kind: 'notTaken', records: 1 },
  notUnpacked: { kind: 'notUnpacked' },
} as const satisfies Readonly<Record<string, SyncEvent>>;
type Named = keyof typeof events;

/** Each cell written out: where it leads, and what is done. `=` stays where it is. */
type Cell = `${'=' | SyncState} ${Act['kind']}`;
const looked = {
  disconnected: 'off nothing',
  due: 'sending send',
  nothingDue: 'idle wait',
} as const satisfies Partial<Record<Named, Cell>>;
const lookFailed = {
  unreached: 'offline wait',
  failed: 'backingOff wait',
  refused: 'paused wait',
} as const satisfies Partial<Record<Named, Cell>>;
const late = {
  answered: '= nothing',
  manyNotTaken: '= nothing',
  oneNotTaken: '= nothing',
  notUnpacked: '= nothing',
} as const satisfies Partial<Record<Named, Cell>>;
const resting = { nudged: '= look', waited: '= look', asked: '= look', ...looked, ...lookFailed, ...late } as const;
const waiting = { ...resting, nudged: '= nothing' } as const;
const expected: Readonly<Record<SyncState, Readonly<Record<Named, Cell>>>> = {
  off: resting,
  idle: resting,
  sending: {
    nudged: '= nothing',
    waited: '= nothing',
    asked: '= nothing',
    ...looked,
    ...lookFailed,
    answered: '= look',
    manyNotTaken: '= look',
    oneNotTaken: '= park',
    notUnpacked: '= look',
  },
  backingOff: waiting,
  offline: waiting,
  paused: waiting,
};

const at = (state: SyncState, more: Partial<Memory> = {}): Memory => ({ ...beginning, state, ...more });
const step = (memory: Memory, event: SyncEvent, random = 0.5) => stepOf(memory, event, random);

describe('the uploader’s table', () => {
  const cells = states.flatMap((state) => (Object.keys(events) as Named[]).map((name) => [state, name] as const));
  it.each(cells)('%s: %s', (state, name) => {
    const { memory, act } = step(at(state), events[name]);
    const [to, kind] = expected[state][name].split(' ');
    expect(memory.state).toBe(to === '=' ? state : to);
    expect(act.kind).toBe(kind);
  });

  it('has no cell beside these', () => {
    expect(none).toBe(true);
    expect(Object.keys(table).sort()).toEqual([...states].sort());
    const kinds = new Set(Object.values(events).map(({ kind }) => kind));
    for (const state of states) expect(new Set(Object.keys(table[state]))).toEqual(kinds);
  });

  it('never rests for ever with something to do: whatever fails is tried again after a wait', () => {
    for (const state of states)
      for (const why of faults) {
        const { memory, act } = step(at(state), { kind: 'failed', why, retryAfterMs: null });
        expect([memory.state, memory.trouble]).toEqual([
          ['offline', 'dns', 'refused'].includes(why) ? 'offline' : 'backingOff',
          why,
        ]);
        expect(act).toMatchObject({ kind: 'wait', ms: expect.any(Number) });
      }
    for (const why of refusals) {
      const { memory, act } = step(at('sending'), { kind: 'refused', why });
      expect([memory.state, memory.trouble, act]).toEqual(['paused', why, { kind: 'wait', ms: 900_000 }]);
    }
  });

  it('backs off to five minutes and no more, half of it by chance', () => {
    let memory = at('sending');
    const waits: number[] = [];
    for (let n = 0; n < 12; n++) {
      const failed = { kind: 'failed', why: 'server', retryAfterMs: null } as const;
      const [low, high] = [stepOf(memory, failed, 0).act, stepOf(memory, failed, 0.999_999).act];
      if (low.kind !== 'wait' || high.kind !== 'wait') throw new Error('no wait');
      expect((low.ms ?? 0) * 2).toBeCloseTo(high.ms ?? 0, 0);
      waits.push(Math.round(high.ms ?? 0));
      memory = { ...stepOf(memory, failed, 0).memory, state: 'sending' };
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map((seconds) => seconds * 1000));
  });

  it('waits as long as the service asks, and longer where it has failed often', () => {
    const asked = (failures: number, retryAfterMs: number) =>
      step(at('sending', { failures }), { kind: 'failed', why: 'busy', retryAfterMs }, 0).act;
    expect(asked(0, 120_000)).toEqual({ kind: 'wait', ms: 120_000 });
    expect(asked(9, 1_000)).toEqual({ kind: 'wait', ms: 150_000 });
  });

  it('an answer ends the count of failures, and so does somebody who asks', () => {
    expect(step(at('sending', { failures: 7 }), events.answered).memory.failures).toBe(0);
    expect(step(at('offline', { failures: 7, trouble: 'dns' }), events.asked).memory).toMatchObject({
      failures: 0,
      state: 'offline',
      trouble: 'dns',
    });
  });

  it('halves a batch that is not taken until one record stands alone, parks that, and grows again', () => {
    let memory = at('sending');
    const sizes: number[] = [];
    for (let records = batchLimit; ; records = memory.batchSize) {
      const { memory: next, act } = step(memory, { kind: 'notTaken', records });
      memory = next;
      if (act.kind === 'park') break;
      sizes.push(memory.batchSize);
    }
    expect(sizes).toEqual([250, 125, 62, 31, 15, 7, 3, 1]);
    expect(memory.batchSize).toBe(batchLimit);
    expect(step(at('sending', { batchSize: 3 }), events.answered).memory.batchSize).toBe(6);
    expect(step(at('sending', { batchSize: 400 }), events.answered).memory.batchSize).toBe(batchLimit);
  });

  it('goes on unpacked where the service does not unpack, and gives up where that does not help either', () => {
    const { memory, act } = step(at('sending'), events.notUnpacked);
    expect([memory.isPlain, act.kind]).toEqual([true, 'look']);
    expect(step(memory, events.notUnpacked).memory).toMatchObject({ state: 'backingOff', trouble: 'contract' });
  });

  it('says nothing of trouble that is over', () => {
    for (const name of ['due', 'nothingDue', 'disconnected'] as const)
      expect(step(at('backingOff', { trouble: 'server' }), events[name]).memory.trouble).toBeNull();
  });
});
