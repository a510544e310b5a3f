import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeskStore } from '../../../renderer/desk/deskStore.ts';
import { fail, ok, type Reply } from '../../../shared/errors.ts';
import type { DeskView } from '../../../shared/model/desk.ts';

/** The far end of the bridge, answered by hand: what matters here is the order and the number of calls. */
type Sent = {
  readonly method: string;
  readonly input: Record<string, unknown>;
  readonly answer: (reply: Reply<DeskView>) => void;
};
let sent: Sent[] = [];
const next = async (): Promise<Sent> => {
  await settled();
  const call = sent.shift();
  if (call === undefined) throw new Error('nothing was sent');
  return call;
};
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

beforeEach(() => {
  sent = [];
  const call = (method: string, input: Record<string, unknown>) =>
    new Promise<Reply<DeskView>>((resolve) => sent.push({ method, input, answer: resolve }));
  Object.assign(globalThis, { window: { station: { call, on: () => () => undefined } } });
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'window');
});

const noTally = { registered: 0, negative: 0, positive: 0, invalid: 0, pending: 0, void: 0 };
function view(version: number, more: Partial<DeskView> = {}): DeskView {
  return {
    version,
    nowAtMs: 1_649_585_000_000,
    day: '2022-04-10',
    siteName: '新泾三村',
    round: {
      id: 'r',
      name: '第 1 轮',
      day: '2022-04-10',
      openedAtMs: 0,
      lastDay: null,
      everyDays: null,
      targetIs: { kind: 'all' },
      endedAtMs: null,
      target: 0,
      tested: 0,
    },
    operator: null,
    stage: { kind: 'idle' },
    heard: null,
    wall: [],
    wallMore: 0,
    tally: noTally,
    rail: [],
    undo: null,
    clockBehind: false,
    down: { siblings: 0, heardAtMs: null, isSilent: false },
    sync: {
      state: 'off',
      unsent: 0,
      oldestUnsentAtMs: null,
      parked: 0,
      conflicts: 0,
      lastContactAtMs: null,
      trouble: null,
      nextTryAtMs: null,
      ownRecords: null,
    },
    ...more,
  };
}

describe('the desk in the window', () => {
  it('sends scans one after another, none lost, each with an id of its own', async () => {
    const desk = createDeskStore();
    const replies = Promise.all(['A', 'B', 'C'].map((text) => desk.scan(text, { source: 'gun' })));
    const ids = new Set<unknown>();
    for (const [index, text] of ['A', 'B', 'C'].entries()) {
      const call = await next();
      expect(call.method).toBe('desk.scan');
      expect(call.input['text']).toBe(text);
      expect(sent).toHaveLength(0);
      ids.add(call.input['requestId']);
      call.answer(ok(view(index + 1)));
    }
    await replies;
    expect(ids.size).toBe(3);
    expect(desk.now().view?.version).toBe(3);
  });

  it('goes on with the next scan after one that failed', async () => {
    const desk = createDeskStore();
    const first = desk.scan('A', { source: 'gun' });
    const second = desk.scan('B', { source: 'gun' });
    (await next()).answer(fail('DISK_FULL'));
    expect((await first).ok).toBe(false);
    expect(desk.now().failure?.code).toBe('DISK_FULL');
    (await next()).answer(ok(view(1)));
    await second;
    expect(desk.now().failure).toBeNull();
  });

  it('does not paint an older answer over a newer one', async () => {
    const desk = createDeskStore();
    desk.take(view(7, { siteName: 'new' }));
    const looking = desk.look();
    (await next()).answer(ok(view(6, { siteName: 'old' })));
    await looking;
    expect(desk.now().view?.siteName).toBe('new');
    expect(desk.take(view(7, { siteName: 'same version, newer surroundings' }))).toBe(true);
  });

  it('believes core whatever its version once it was started again', async () => {
    const desk = createDeskStore();
    desk.take(view(40));
    desk.lookAfresh();
    (await next()).answer(ok(view(3)));
    await settled();
    expect(desk.now().view?.version).toBe(3);
  });

  it('sends the very same call again while core is being started again', async () => {
    const desk = createDeskStore();
    const scanned = desk.scan('A', { source: 'gun' });
    const first = await next();
    first.answer(fail('CORE_RESTARTING', {}, { retryable: true }));
    while (sent.length === 0) await settled();
    const again = await next();
    expect(again.input).toEqual(first.input);
    again.answer(ok(view(1)));
    expect((await scanned).ok).toBe(true);
  });

  it('is heard once for what was done, not for a look or a double read', async () => {
    const desk = createDeskStore();
    const heard: string[] = [];
    desk.onHeard(({ tone }) => heard.push(tone));
    const scanned = desk.scan('A', { source: 'gun' });
    (await next()).answer(ok(view(1, { heard: 'done' })));
    await scanned;
    const again = desk.scan('A', { source: 'gun' });
    (await next()).answer(ok(view(1, { heard: null })));
    await again;
    const looking = desk.look();
    (await next()).answer(ok(view(1)));
    await looking;
    expect(heard).toEqual(['done']);
  });

  it('keeps core’s time, not this computer’s', () => {
    const desk = createDeskStore();
    desk.take(view(1, { nowAtMs: 1_000_000 }));
    expect(desk.nowMs() - 1_000_000).toBeLessThan(5_000);
  });
});
