import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { auditHash, auditOrigin } from '../../../electron/db/audit.ts';
import type { Register } from '../../../electron/db/open.ts';
import type { Reply } from '../../../shared/errors.ts';
import type { DeskView } from '../../../shared/model/desk.ts';
import { minute } from '../../../shared/time.ts';
import { kit } from '../openDesk.ts';

/** What one acknowledged call has left in the register; a call that left nothing is `nothing`. */
export type Fact = { readonly requestId: string } & (
  | { readonly kind: 'nothing' }
  | { readonly kind: 'person'; readonly name: string; readonly boundSerial: string | null }
  | { readonly kind: 'status'; readonly serial: string; readonly status: string }
  | { readonly kind: 'import'; readonly names: readonly string[] }
);

/** What a register holds, as far as the work can know it. */
export type Held = {
  /** Kit serial and status of every test. */
  readonly tests: readonly string[];
  readonly people: readonly string[];
};

export type WorkParts = {
  /** Answers whatever happens meanwhile; a call whose core died is sent again by it. */
  readonly call: (method: string, input: object) => Promise<Reply<unknown>>;
  /** Lets time pass on core's clock. */
  readonly advance: (ms: number) => Promise<void>;
  readonly random: () => number;
  /** Where files for imports are written. */
  readonly folder: string;
  /** Before each changing call: what it is going to be. */
  readonly asks?: (requestId: string) => void;
  /** The number of its first person and kit, less one: desks that work beside each other share none. */
  readonly after?: number;
};

/**
 * The work of a desk in random order, one call after another: people, kits, undos, negatives, positives with their second
 * scan, invalids, voids, rosters. `facts` grows by one for each acknowledged call.
 */
export function randomWork({ call, advance, random, folder, asks, after = 0 }: WorkParts) {
  const facts: Fact[] = [];
  const refusals = new Map<string, number>();
  /** Bound and waiting for their window; serials. */
  let pending: { readonly testId: string; readonly n: number }[] = [];
  let n = after;
  let imports = 0;
  const serialOf = (of: number) => `SN${String(of).padStart(6, '0')}`;

  const change = async (method: string, input: object): Promise<DeskView | null> => {
    const requestId = randomUUID();
    asks?.(requestId);
    const reply = await call(method, { requestId, ...input });
    if (!reply.ok) {
      refusals.set(reply.error.code, (refusals.get(reply.error.code) ?? 0) + 1);
      return null;
    }
    const view = reply.value as DeskView;
    facts.push({ requestId, ...left(method, input, view) });
    return view;
  };

  const left = (method: string, input: object, { stage }: DeskView) => {
    if (method === 'desk.registerPerson') {
      const boundSerial = stage.kind === 'bound' ? stage.test.kit.serial : null;
      return { kind: 'person', name: (input as { person: { name: string } }).person.name, boundSerial } as const;
    }
    switch (stage.kind) {
      case 'bound':
        return { kind: 'status', serial: stage.test.kit.serial, status: 'pending' } as const;
      case 'recorded':
      case 'voided':
      case 'undone':
        return { kind: 'status', serial: stage.test.kit.serial, status: stage.test.status } as const;
      default:
        return { kind: 'nothing' } as const;
    }
  };

  const bind = async () => {
    n += 1;
    const mine = n;
    const person = {
      name: `人${mine}`,
      sex: null,
      birthDate: '1966-02-01',
      documentKind: null,
      documentNumber: null,
      phone: null,
      address: { building: '1', unit: '', room: String(mine) },
      guardianName: null,
    };
    const opened = await change('desk.registerPerson', { person });
    note(opened);
    const bound = await change('desk.scan', { text: kit(mine, { expiry: '491231' }), source: 'gun' });
    note(bound);
    if (bound?.stage.kind === 'bound' && random() < 0.08) {
      const undone = await change('desk.undo', {});
      const { stage } = undone ?? {};
      if (stage?.kind === 'undone') pending = pending.filter(({ testId }) => testId !== stage.test.testId);
    }
  };

  const note = (view: DeskView | null) => {
    if (view?.stage.kind !== 'bound') return;
    const { testId, kit: bound } = view.stage.test;
    pending.push({ testId, n: Number(bound.serial.slice(2)) });
  };

  /** A quarter of an hour later: the results of what was bound. */
  const read = async () => {
    await advance(16 * minute);
    for (const { testId, n: of } of pending.splice(0)) {
      const dice = random();
      const text = kit(of, { expiry: '491231' });
      if (dice >= 0.1) await change('desk.scan', { text, source: 'gun' });
      if (dice < 0.1) await change('tests.void', { testId, reason: { code: 'kitDamaged' } });
      else if (dice < 0.25) {
        const asked = await change('results.record', { testId, outcome: 'positive' });
        if (asked?.stage.kind !== 'confirmPositive') continue;
        await advance(2_000);
        await change('desk.scan', { text, source: 'gun' });
      } else await change('results.record', { testId, outcome: dice < 0.35 ? 'invalid' : 'negative' });
    }
  };

  const importRoster = async () => {
    imports += 1;
    const names = Array.from({ length: 1 + Math.floor(random() * 600) }, (_, at) => `册${after + imports}-${at}`);
    const path = join(folder, 'roster.csv');
    writeFileSync(path, ['姓名,出生日期,楼栋', ...names.map((name) => `${name},1980-01-01,9`)].join('\n'));
    const importId = randomUUID();
    const shown = await call('imports.preview', { importId, kind: 'roster', path });
    if (!shown.ok) throw new Error(JSON.stringify(shown.error));
    const requestId = randomUUID();
    asks?.(requestId);
    const committed = await call('imports.commit', { requestId, importId });
    if (committed.ok) facts.push({ requestId, kind: 'import', names });
    else refusals.set(committed.error.code, (refusals.get(committed.error.code) ?? 0) + 1);
  };

  return {
    facts: facts as readonly Fact[],
    /** How often which failure was answered. */
    refusals: refusals as ReadonlyMap<string, number>,
    serialOf,
    /** One stretch of work: some people and kits, and now and then their results or a roster. */
    step: async () => {
      const dice = random();
      if (dice < 0.06) await importRoster();
      else if (pending.length >= 3 && dice < 0.3) await read();
      else await bind();
    },
  };
}

/** What the register must hold after these facts. */
export function expectedOf(facts: readonly Fact[]): Held {
  const tests = new Map<string, string>();
  const people: string[] = [];
  for (const fact of facts) {
    if (fact.kind === 'status') tests.set(fact.serial, fact.status);
    if (fact.kind === 'import') people.push(...fact.names);
    if (fact.kind !== 'person') continue;
    people.push(fact.name);
    if (fact.boundSerial !== null) tests.set(fact.boundSerial, 'pending');
  }
  return { tests: [...tests].map(([serial, status]) => `${serial} ${status}`).sort(), people: people.sort() };
}

export function heldIn(db: Register): Held {
  const read = (sql: string) => db.prepare(sql).pluck().all() as string[];
  return {
    tests: read("SELECT kit_serial || ' ' || status FROM test_states JOIN tests ON id = test_id").sort(),
    people: read('SELECT name FROM roster').sort(),
  };
}

/** Everything that must be true of any register at any moment, whatever was done to it. */
export function checkSound(db: Register): void {
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.pragma('foreign_key_check')).toEqual([]);
  const count = (sql: string) => db.prepare(`SELECT count(*) ${sql}`).pluck().get();
  const audited = (table: string, action: string) =>
    `FROM ${table} AS f WHERE (SELECT count(*) FROM audit WHERE subject = 'test:' || f.test_id AND action ${action}) <>
       (SELECT count(*) FROM ${table} AS g WHERE g.test_id = f.test_id)`;
  expect({
    // Each fact whole: with its audit entry, its record for the service, its status.
    unboundInLog: count(
      "FROM tests WHERE (SELECT count(*) FROM audit WHERE subject = 'test:' || tests.id AND action = 'test.bind') <> 1",
    ),
    withoutState: count('FROM tests WHERE (SELECT count(*) FROM test_states WHERE test_id = tests.id) <> 1'),
    withoutRecord: count(
      'FROM test_states AS s WHERE (SELECT count(*) FROM outbox WHERE test_id = s.test_id) <> s.chain + (SELECT min(chain) = 0 FROM outbox WHERE test_id = s.test_id)',
    ),
    resultsNotInLog: count(audited('results', "IN ('result.record', 'result.revise')")),
    voidsNotInLog: count(audited('voids', "= 'test.void'")),
    undosNotInLog: count(audited('undos', "= 'test.undo'")),
    resultsWithoutStatus: count(
      "FROM results AS r JOIN test_states AS s USING (test_id) WHERE s.status <> 'void' AND r.revision = s.revision AND r.outcome <> s.status",
    ),
    // Nothing in between: each live test is one of these, and a kit is bound once.
    oddStatuses: count(
      "FROM test_states WHERE status NOT IN ('pending', 'negative', 'positive', 'invalid', 'void', 'undone')",
    ),
    doubled: count("FROM (SELECT 1 FROM test_states WHERE status <> 'undone' GROUP BY kit_key HAVING count(*) > 1)"),
    doubledPeople: count('FROM (SELECT 1 FROM roster GROUP BY name, room HAVING count(*) > 1)'),
  }).toEqual({
    unboundInLog: 0,
    withoutState: 0,
    withoutRecord: 0,
    resultsNotInLog: 0,
    voidsNotInLog: 0,
    undosNotInLog: 0,
    resultsWithoutStatus: 0,
    oddStatuses: 0,
    doubled: 0,
    doubledPeople: 0,
  });
  checkChain(db);
}

type AuditRow = {
  readonly seq: number;
  readonly at_ms: number;
  readonly operator_id: string | null;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
  readonly installation_id: string | null;
  readonly prev_hash: string;
  readonly hash: string;
};

function checkChain(db: Register): void {
  let previous = auditOrigin;
  let seq = 0;
  for (const row of db.prepare('SELECT * FROM audit ORDER BY seq').iterate() as IterableIterator<AuditRow>) {
    seq += 1;
    const detail = JSON.parse(row.detail);
    const { at_ms: atMs, operator_id: operatorId, installation_id: installationId, action, subject } = row;
    const entry = { atMs, operatorId, action, subject, detail, installationId };
    const hash = auditHash(previous, seq, entry);
    if (row.seq !== seq || row.prev_hash !== previous || row.hash !== hash)
      throw new Error(`the log's chain breaks at entry ${row.seq}`);
    previous = hash;
  }
}

/** Each acknowledged call is remembered once; nothing is remembered that was not asked. */
export function checkRequests(db: Register, facts: readonly Fact[], asked: ReadonlySet<string>): void {
  const kept = new Set(db.prepare('SELECT id FROM requests').pluck().all() as string[]);
  expect(facts.filter(({ requestId }) => !kept.has(requestId))).toEqual([]);
  expect(facts.filter(({ requestId }) => !asked.has(requestId))).toEqual([]);
}
