import { expect } from 'vitest';
import { openRegister } from '../../../electron/db/open.ts';
import { openDesk } from '../openDesk.ts';
import { startCentral } from '../startCentral.ts';
import { restartingCore } from './restartingCore.ts';
import { seeded } from './seeded.ts';
import { checkRequests, checkSound, expectedOf, heldIn, randomWork } from './work.ts';

/** What passes on core's clock between two lives. */
const passedMs = 11_000;

/** What a run of `killMany` did, for the record. */
export type KillFigures = {
  readonly kills: number;
  readonly acknowledged: number;
  readonly tests: number;
  readonly refusals: Record<string, number>;
};

/**
 * A busy desk whose core is killed with SIGKILL `kills` times at random moments of random work, also while it uploads and
 * while a roster comes in. Checks that every acknowledged call is there after reopening, exactly once and whole, and that
 * the service holds each test once.
 */
export async function killMany(kills: number, seed: number): Promise<KillFigures> {
  const central = await startCentral();
  const desk = await openDesk({ core: { embeddedCentral: central.connection } });
  await desk.core().close();
  try {
    const random = seeded(seed);
    const core = restartingCore({
      registerFile: desk.registerFile,
      dataKeyHex: desk.dataKeyHex(),
      central: central.connection,
    });
    await core.start();
    const asked = new Set<string>();
    const work = randomWork({
      call: core.call,
      advance: core.advance,
      random: seeded(seed + 1),
      folder: desk.folder,
      asks: (requestId) => asked.add(requestId),
    });
    let isBusy = true;
    const busy = (async () => {
      while (isBusy) await work.step();
    })();
    for (let n = 0; n < kills; n++) {
      await new Promise((resolve) => setTimeout(resolve, 5 + random() * 120));
      await core.kill();
      // The seconds of undo pass between two lives, so that uploads are under way when the next kill comes.
      core.pass(passedMs);
      await core.start();
    }
    isBusy = false;
    await busy;
    await core.stop();
    // It was at work: on a slow machine some lives end before their first answer.
    expect(work.facts.length).toBeGreaterThan(kills / 10);
    // A roster whose core died is chosen again; nothing else is refused.
    expect([...work.refusals.keys()].filter((code) => code !== 'IMPORT_GONE')).toEqual([]);

    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    checkSound(db);
    checkRequests(db, work.facts, asked);
    const held = heldIn(db);
    const days = db.prepare('SELECT DISTINCT day FROM tests').pluck().all() as string[];
    db.close();
    expect(held).toEqual(expectedOf(work.facts));

    // The rest goes up; the service holds each test once.
    await desk.reopen({
      dataKeyHex: desk.dataKeyHex(),
      resumeSession: true,
      embeddedCentral: central.connection,
      time: { wallMs: () => Date.now() + 60 * 24 * 3_600_000, monotonicMs: () => performance.now() },
    });
    await desk.call('sync.sendNow', {} as never);
    const { sync } = await desk.call('sync.get', {} as never);
    expect(sync).toMatchObject({ unsent: 0, parked: 0, conflicts: 0 });
    const live = held.tests.filter((test) => !test.endsWith(' undone'));
    expect(await central.stats()).toMatchObject({ tests: live.length, conflicts: 0 });
    // Each day balances, and the days together are all there is.
    let registered = 0;
    for (const day of days) {
      const { figures } = await desk.call('summary.get', { day } as never);
      expect(figures.balanced, day).toBe(true);
      registered += figures.total.registered;
    }
    expect(registered).toBe(live.length);
    return {
      kills,
      acknowledged: work.facts.length,
      tests: held.tests.length,
      refusals: Object.fromEntries(work.refusals),
    };
  } finally {
    await desk.close();
    await central.close();
  }
}
