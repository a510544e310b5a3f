import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyRegister } from '../../electron/core/register/verify.ts';
import {
  type Blocked,
  type Phase,
  phaseOf,
  phases,
  type TestEvent,
  testEvents,
  transitions,
} from '../../electron/core/results/life.ts';
import { openRegister } from '../../electron/db/open.ts';
import type { Stage } from '../../shared/model/desk.ts';
import type { TestStatus } from '../../shared/model/test.ts';
import { kit, openDesk, type TestDesk } from './openDesk.ts';

/** One test in the register: its number tells its person and its kit. */
type Made = { readonly n: number; readonly testId: string };

const minute = 60_000;
const reason = { code: 'other', text: '读错了' } as const;
const overrideReason = { code: 'readInTime', text: '' } as const;

let numbers = 0;

async function bound(desk: TestDesk): Promise<Made> {
  numbers += 1;
  // No two bindings at one desk are of the same millisecond.
  desk.clock.pass(1);
  await desk.call('desk.clear', {} as never);
  await desk.addPerson(numbers);
  const { stage } = await desk.scan(kit(numbers));
  if (stage.kind !== 'bound') throw new Error(`not bound: ${stage.kind}`);
  return { n: numbers, testId: stage.test.testId };
}

/** Gives a result as a hand does: the kit comes up, a key is pressed, a positive is scanned once more. */
async function give(desk: TestDesk, { n, testId }: Made, outcome: string, withReason: boolean): Promise<Stage> {
  await desk.call('desk.showTest', { testId } as never);
  const input = { testId, outcome, ...(withReason ? { overrideReason } : {}) };
  const { stage } = await desk.call('results.record', input as never);
  return outcome === 'positive' && stage.kind === 'confirmPositive' ? (await desk.scanLater(kit(n))).stage : stage;
}

/** How a test comes into each phase. */
const bring: Readonly<Record<Phase, (desk: TestDesk) => Promise<Made>>> = {
  undropped: bound,
  early: bound,
  open: async (desk) => later(desk, await bound(desk), 16),
  late: async (desk) => later(desk, await bound(desk), 21),
  unsure: async (desk) => {
    const made = await later(desk, await bound(desk), 16);
    desk.clock.setWall(desk.clock.wallMs() - 10 * minute);
    return made;
  },
  negative: (desk) => resulted(desk, 'negative'),
  positive: (desk) => resulted(desk, 'positive'),
  invalid: (desk) => resulted(desk, 'invalid'),
  void: async (desk) => {
    const made = await bound(desk);
    await desk.call('tests.void', { testId: made.testId, reason: { code: 'kitDamaged', text: '' } } as never);
    return made;
  },
  undone: async (desk) => {
    const made = await bound(desk);
    await desk.call('desk.undo', {} as never);
    return made;
  },
};

async function later(desk: TestDesk, made: Made, minutes: number): Promise<Made> {
  desk.clock.pass(minutes * minute);
  await desk.call('desk.get', {} as never);
  return made;
}

async function resulted(desk: TestDesk, outcome: string): Promise<Made> {
  const made = await later(desk, await bound(desk), 16);
  expect((await give(desk, made, outcome, false)).kind).toBe('recorded');
  return made;
}

/** What somebody does so that the event happens; answers what they are told, by its code where it is refused. */
const perform: Readonly<Record<Exclude<TestEvent, 'correctKit'>, (desk: TestDesk, made: Made) => Promise<string>>> = {
  drop: async (desk, { n }) => told((await desk.scanLater(kit(n))).stage),
  negative: async (desk, made) => told(await give(desk, made, 'negative', false)),
  positive: async (desk, { testId }) => {
    await desk.call('desk.showTest', { testId } as never);
    return told((await desk.call('results.record', { testId, outcome: 'positive' } as never)).stage);
  },
  invalid: async (desk, made) => told(await give(desk, made, 'invalid', false)),
  overrideNegative: async (desk, made) => told(await give(desk, made, 'negative', true)),
  overridePositive: async (desk, { testId }) => {
    await desk.call('desk.showTest', { testId } as never);
    return told((await desk.call('results.record', { testId, outcome: 'positive', overrideReason } as never)).stage);
  },
  overrideInvalid: async (desk, made) => told(await give(desk, made, 'invalid', true)),
  confirm: async (desk, made) => told(await give(desk, made, 'positive', true)),
  reviseNegative: (desk, { testId }) => asked(desk, 'results.revise', { testId, outcome: 'negative', reason }),
  revisePositive: (desk, { testId }) => asked(desk, 'results.revise', { testId, outcome: 'positive', reason }),
  reviseInvalid: (desk, { testId }) => asked(desk, 'results.revise', { testId, outcome: 'invalid', reason }),
  confirmRevised: async (desk, { n, testId }) => {
    const said = await asked(desk, 'results.revise', { testId, outcome: 'positive', reason });
    return said === 'confirmPositive' ? told((await desk.scanLater(kit(n))).stage) : said;
  },
  void: (desk, { testId }) => asked(desk, 'tests.void', { testId, reason: { code: 'kitDamaged', text: '' } }),
  undo: (desk) => asked(desk, 'desk.undo', {}),
  retest: (desk, { testId }) => asked(desk, 'desk.retest', { testId }),
};

function told(stage: Stage): string {
  return stage.kind === 'refused' ? stage.code : stage.kind;
}

async function asked(
  desk: TestDesk,
  method: 'results.revise' | 'tests.void' | 'desk.undo' | 'desk.retest',
  input: object,
) {
  const reply = await desk.reply(method, input as never);
  return reply.ok ? told(reply.value.stage) : reply.error.code;
}

/** What the desk says for what the table refuses, by gesture: a first result, and what a page beside the desk asks. */
const saidAtDesk: Partial<Record<Blocked, string>> = { void: 'kitVoid' };
const saidToPage: Partial<Record<Blocked, string>> = {
  void: 'ALREADY_VOID',
  sameOutcome: 'ALREADY_RESULTED',
  notResulted: 'NOT_ON_STAGE',
  notInvalid: 'NOT_ON_STAGE',
};
const ofPages: readonly TestEvent[] = [
  'reviseNegative',
  'revisePositive',
  'reviseInvalid',
  'confirmRevised',
  'void',
  'retest',
];

type Facts = {
  status: TestStatus;
  revision: number;
  opensAtMs: number | null;
  closesAtMs: number | null;
  chain: number;
};

describe('a test’s life: what the table says is what the register does', () => {
  for (const phase of phases) {
    describe(phase, () => {
      let desk: TestDesk;
      beforeAll(async () => {
        desk = await openDesk();
        const settings = await desk.call('settings.get', {} as never);
        if (phase === 'undropped')
          await desk.call('settings.set', { settings: { ...settings, windowFrom: 'drop' } } as never);
      });
      afterAll(() => desk.close());

      const factsOf = (testId: string): Facts => {
        const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
        try {
          return db
            .prepare(
              `SELECT status, revision, opens_at_ms AS opensAtMs, closes_at_ms AS closesAtMs, chain
               FROM test_states WHERE test_id = ?`,
            )
            .get(testId) as Facts;
        } finally {
          db.close();
        }
      };

      for (const event of testEvents) {
        // Wrongly read codes are corrected by the repair of many, with its own tests.
        if (event === 'correctKit') continue;
        const transition = transitions[phase][event];
        const isRefused = 'refused' in transition;
        it(`${event}: ${isRefused ? `refused, ${transition.refused}` : `leads to ${transition.to}`}`, async () => {
          const wallMs = desk.clock.wallMs();
          const made = await bring[phase](desk);
          const before = factsOf(made.testId);
          expect(phaseOf(before, desk.clock.wallMs(), phase === 'unsure')).toBe(phase);
          const said = await perform[event](desk, made);
          const after = factsOf(made.testId);
          // Beside the table the binding has ten seconds in which it can be undone.
          const isTooLate = event === 'undo' && phase !== 'early' && phase !== 'undropped';
          if (isRefused || isTooLate) {
            expect(after).toEqual(before);
            if (isRefused && ofPages.includes(event)) expect(said).toBe(saidToPage[transition.refused]);
            else if (isRefused && !['undo', 'drop'].includes(event))
              expect(said).toBe(saidAtDesk[transition.refused] ?? transition.refused);
          } else {
            expect(after.status).toBe(transition.to);
            expect(after.opensAtMs !== null).toBe(phase !== 'undropped' || event === 'drop');
          }
          if (phase === 'unsure') desk.clock.setWall(wallMs + 30 * minute);
        });
      }
    });
  }
});

describe('whatever is done in whatever order', () => {
  it('counts balance, revisions and chains have no gap, each kit has one live binding, and every fact is on its way up', async () => {
    const desk = await openDesk();
    try {
      const events = testEvents.filter((event) => event !== 'correctKit');
      const step = fc.record({
        event: fc.constantFrom(...events, 'negative' as const, 'invalid' as const, 'confirm' as const),
        which: fc.nat({ max: 3 }),
        passMin: fc.constantFrom(0, 0, 0, 0, 1, 4, 16),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), async (steps) => {
          const made = [await bound(desk), await bound(desk), await bound(desk), await bound(desk)];
          for (const { event, which, passMin } of steps) {
            desk.clock.pass(passMin * minute);
            const one = made[which];
            if (one !== undefined) await perform[event as Exclude<TestEvent, 'correctKit'>](desk, one);
          }
        }),
        { seed: 20_220_410, numRuns: 20, endOnFailure: true },
      );
      const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
      try {
        expect(await verifyRegister(db)).toBe(null);
        const none = (sql: string) => expect(db.prepare(sql).all(), sql).toEqual([]);
        none('SELECT test_id FROM results GROUP BY test_id HAVING max(revision) <> count(*)');
        none('SELECT test_id FROM outbox GROUP BY test_id HAVING max(chain) <> count(*)');
        none("SELECT kit_key FROM test_states WHERE status <> 'undone' GROUP BY kit_key HAVING count(*) > 1");
        // A binding, each revision and a void are one record each, in their order.
        none(
          `SELECT tests.id FROM tests WHERE (SELECT count(*) FROM outbox WHERE test_id = tests.id)
             <> 1 + (SELECT count(*) FROM results WHERE test_id = tests.id) + (SELECT count(*) FROM voids WHERE test_id = tests.id)`,
        );
        none(
          "SELECT id FROM tests JOIN test_states ON test_id = id WHERE (status = 'undone') <> EXISTS (SELECT 1 FROM undos WHERE test_id = id)",
        );
        expect(db.prepare('SELECT count(*) FROM results').pluck().get()).toBeGreaterThan(10);
      } finally {
        db.close();
      }
    } finally {
      await desk.close();
    }
  });
});
