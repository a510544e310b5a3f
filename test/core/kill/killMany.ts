import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { halfOpenMs } from '../../../electron/core/desk/state.ts';
import { openRegister } from '../../../electron/db/open.ts';
import type { Reply } from '../../../shared/errors.ts';
import type { DeskView } from '../../../shared/model/desk.ts';
import { kit, openDesk } from '../openDesk.ts';
import { startCentral } from '../startCentral.ts';
import type { ChildInit } from './coreChild.ts';

/** A random sequence that a failure can be replayed from. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Core that comes back whenever it was killed; calls in flight are sent again with the same requestId. */
function restartingCore(init: Omit<ChildInit, 'shiftMs'>) {
  let child: ChildProcess;
  let shiftMs = 0;
  let nextId = 1;
  const waiting = new Map<number, { readonly call: object; readonly resolve: (reply: Reply<unknown>) => void }>();
  const start = () => {
    child = fork(join(import.meta.dirname, 'coreChild.ts'), [JSON.stringify({ ...init, shiftMs })], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Compiled once for all its lives.
      env: { ...process.env, NODE_COMPILE_CACHE: join(dirname(init.registerFile), 'compiled') },
    });
    const mine = child;
    child.on('message', ({ id, reply }: { id: number; reply: Reply<unknown> }) => {
      if (id === 0) {
        for (const { call } of waiting.values()) mine.send(call);
        return;
      }
      waiting.get(id)?.resolve(reply);
      waiting.delete(id);
    });
    return new Promise<void>((resolve) => child.once('message', () => resolve()));
  };
  return {
    start,
    call: (method: string, input: object): Promise<Reply<unknown>> =>
      new Promise((resolve) => {
        const call = { id: nextId++, method, input };
        waiting.set(call.id, { call, resolve });
        if (child.connected) child.send(call, () => {});
      }),
    kill: async () => {
      const dead = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await dead;
    },
    pass: (ms: number) => {
      shiftMs += ms;
    },
    stop: async () => {
      const dead = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await dead;
    },
  };
}

/** What passes on core's clock between two lives. */
const passedMs = 11_000;

/**
 * A busy desk whose core is killed with SIGKILL `kills` times at random moments, also while it uploads. Checks that every
 * acknowledged binding is there after reopening, with its audit entry and its record for the service, and that the
 * service holds each test once.
 */
export async function killMany(kills: number, seed: number): Promise<void> {
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
    const acknowledged = new Map<string, string>();
    let isBusy = true;
    let killed = 0;

    // A busy desk: a person, their kit, now and then an undo, without a pause.
    const busy = (async () => {
      for (let n = 1; isBusy; n++) {
        const requestId = randomUUID();
        const person = {
          name: `人${n}`,
          sex: null,
          birthDate: '1966-02-01',
          documentKind: null,
          documentNumber: null,
          phone: null,
          address: { building: '1', unit: '', room: String(n) },
          guardianName: null,
        };
        // Before the call: the minute runs from the commit, and the answer may come some lives later.
        const killedThen = killed;
        const askedAtMs = performance.now();
        const opened = await core.call('desk.registerPerson', { requestId, person });
        expect(opened.ok, JSON.stringify(opened)).toBe(true);
        const bound = await core.call('desk.scan', {
          requestId: randomUUID(),
          text: kit(n, { expiry: '491231' }),
          source: 'gun',
        });
        if (!bound.ok) throw new Error(JSON.stringify(bound.error));
        const { stage } = bound.value as DeskView;
        // So many lives long did the scan not come through that the person's minute was over; the next one takes the kit.
        const waitedMs = (killed - killedThen) * passedMs + performance.now() - askedAtMs;
        if (stage.kind === 'kit' && waitedMs >= halfOpenMs) continue;
        if (stage.kind !== 'bound') throw new Error(`not bound: ${JSON.stringify(stage).slice(0, 300)}`);
        acknowledged.set(stage.test.testId, stage.test.kit.serial);
        if (n % 17 === 0) {
          const undone = await core.call('desk.undo', { requestId: randomUUID() });
          if (!undone.ok) throw new Error(JSON.stringify(undone.error));
          if ((undone.value as DeskView).stage.kind === 'undone') acknowledged.delete(stage.test.testId);
        }
      }
    })();

    for (let n = 0; n < kills; n++) {
      await new Promise((resolve) => setTimeout(resolve, 5 + random() * 120));
      await core.kill();
      // The seconds of undo pass between two lives, so that uploads are under way when the next kill comes.
      killed += 1;
      core.pass(passedMs);
      await core.start();
    }
    isBusy = false;
    await busy;
    await core.stop();
    expect(acknowledged.size).toBeGreaterThan(kills);

    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    const live = new Map(
      db
        .prepare("SELECT test_id, kit_serial FROM test_states JOIN tests ON id = test_id WHERE status <> 'undone'")
        .raw()
        .all() as [string, string][],
    );
    const unaudited = db
      .prepare(
        "SELECT count(*) FROM tests WHERE NOT EXISTS (SELECT 1 FROM audit WHERE subject = 'test:' || tests.id AND action = 'test.bind')",
      )
      .pluck()
      .get();
    const withoutOutbox = db
      .prepare('SELECT count(*) FROM tests WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE test_id = tests.id)')
      .pluck()
      .get();
    db.close();
    expect([unaudited, withoutOutbox]).toEqual([0, 0]);
    expect([...live].sort()).toEqual([...acknowledged].sort());

    // The rest goes up; the service holds each test once.
    await desk.reopen({
      dataKeyHex: desk.dataKeyHex(),
      resumeSession: true,
      embeddedCentral: central.connection,
      time: { wallMs: () => Date.now() + 24 * 3_600_000, monotonicMs: () => performance.now() },
    });
    await desk.call('sync.sendNow', {} as never);
    const { sync } = await desk.call('sync.get', {} as never);
    expect(sync).toMatchObject({ unsent: 0, parked: 0, conflicts: 0 });
    expect(await central.stats()).toMatchObject({ tests: live.size, records: live.size, conflicts: 0 });
  } finally {
    await desk.close();
    await central.close();
  }
}
