import { expect } from 'vitest';
import { openRegister } from '../../../electron/db/open.ts';
import { seeded } from '../kill/seeded.ts';
import { checkRequests, checkSound, expectedOf, heldIn, randomWork } from '../kill/work.ts';
import { openDesk } from '../openDesk.ts';
import { smallDisk } from './smallDisk.ts';

/** What a run did, for the record. */
export type FullFigures = { readonly full: number; readonly acknowledged: number };

/**
 * Random work on a disk that is filled up to some random bytes again and again, so that it is full in the middle of
 * commits, checkpoints and imports. Whatever is refused says DISK_FULL, can be looked at all the same, and goes through by
 * the same requestId once there is room. Ends after `full` refusals.
 */
export async function fillMany(full: number, seed: number): Promise<FullFigures> {
  const disk = smallDisk(64);
  if (disk === null) throw new Error('no disk to fill');
  const random = seeded(seed);
  try {
    const desk = await openDesk({ within: disk.folder });
    const asked = new Set<string>();
    let met = 0;
    const folded = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    const call = async (method: string, input: object) => {
      if (random() < 0.3) {
        disk.empty();
        // A -wal that was used before is written over and needs no room; an emptied one has to grow.
        if (random() < 0.8) folded.pragma('wal_checkpoint(TRUNCATE)');
        disk.fill(Math.floor(random() ** 2 * 90_000));
      }
      const first = await desk.core().dispatch(method, input);
      if (first.ok) {
        if (random() < 0.5) disk.empty();
        return first;
      }
      expect(first.error, `${method}: ${JSON.stringify(first.error)}`).toMatchObject({
        code: 'DISK_FULL',
        retryable: true,
      });
      met += 1;
      expect(await desk.core().dispatch('desk.get', {})).toMatchObject({ ok: true });
      disk.empty();
      return desk.core().dispatch(method, input);
    };
    const work = randomWork({
      call,
      advance: async (ms) => desk.clock.pass(ms),
      random: seeded(seed + 1),
      folder: disk.folder,
      asks: (requestId) => asked.add(requestId),
    });
    for (let steps = 0; met < full; steps++) {
      if (steps > full * 200) throw new Error(`the disk was full only ${met} times`);
      disk.empty();
      await work.step();
    }
    disk.empty();
    expect([...work.refusals]).toEqual([]);
    folded.close();
    await desk.core().close();
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    checkSound(db);
    checkRequests(db, work.facts, asked);
    expect(heldIn(db)).toEqual(expectedOf(work.facts));
    expect(db.prepare("SELECT count(*) FROM imports WHERE state = 'staging'").pluck().get()).toBe(0);
    db.close();
    return { full: met, acknowledged: work.facts.length };
  } finally {
    disk.close();
  }
}
