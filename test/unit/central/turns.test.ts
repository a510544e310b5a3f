import { describe, expect, it } from 'vitest';
import { createTurns } from '../../../central/ingest/turns.ts';

/** Work that ends when it is told to. */
function held() {
  let end = () => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { done, end };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('turns of batches', () => {
  it('lets so many in at once and no more', async () => {
    const turns = createTurns({ atOnce: 2, waiting: 10 }, () => 0);
    let under = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 10 }, (_each, n) =>
        turns.take(n + 1, async () => {
          under += 1;
          most = Math.max(most, under);
          await settle();
          under -= 1;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(under).toBe(0);
  });

  it('takes the smallest of those that wait first', async () => {
    const turns = createTurns({ atOnce: 1, waiting: 10 }, () => 0);
    const first = held();
    const order: number[] = [];
    const all = [
      turns.take(500, () => first.done),
      ...[400, 2, 300, 5].map((records) => turns.take(records, async () => void order.push(records))),
    ];
    await settle();
    expect(order).toEqual([]);
    first.end();
    await Promise.all(all);
    expect(order).toEqual([2, 5, 300, 400]);
  });

  it('lets whoever has waited long go before smaller ones that have just come', async () => {
    let nowMs = 0;
    const turns = createTurns({ atOnce: 1, waiting: 10 }, () => nowMs);
    const first = held();
    const order: number[] = [];
    const all = [turns.take(1, () => first.done), turns.take(500, async () => void order.push(500))];
    await settle();
    nowMs = 30_000;
    all.push(turns.take(10, async () => void order.push(10)));
    await settle();
    first.end();
    await Promise.all(all);
    expect(order).toEqual([500, 10]);
  });

  it('turns the largest away where too many wait, also one that came before', async () => {
    const turns = createTurns({ atOnce: 1, waiting: 2 }, () => 0);
    const first = held();
    const order: number[] = [];
    const take = (records: number) => turns.take(records, async () => order.push(records));
    const running = turns.take(1, () => first.done);
    const large = take(500);
    const small = take(3);
    const larger = take(600);
    expect(await larger).toBeNull();
    const smallest = take(2);
    expect(await large).toBeNull();
    first.end();
    await running;
    expect(await small).not.toBeNull();
    expect(await smallest).not.toBeNull();
    expect(order).toEqual([2, 3]);
  });

  it('goes on after work that failed', async () => {
    const turns = createTurns({ atOnce: 1, waiting: 2 }, () => 0);
    const first = held();
    const failing = turns.take(1, async () => {
      await first.done;
      throw new Error('no disk');
    });
    const next = turns.take(1, async () => 'done');
    first.end();
    await expect(failing).rejects.toThrow('no disk');
    expect(await next).toBe('done');
  });
});
