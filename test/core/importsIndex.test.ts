import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolding } from '../../electron/core/register/folding.ts';
import { migrateRegister } from '../../electron/db/migrate.ts';
import { holdFolding, openRegister, type Register, transactUnsynced } from '../../electron/db/open.ts';
import { prepareTables } from '../../electron/db/tables.ts';
import { openDesk, type TestDesk } from './openDesk.ts';

const dataKeyHex = 'ab'.repeat(32);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiceda-index-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function openEmpty(name: string): Register {
  const options = { file: join(folder, name), dataKeyHex, create: true };
  const db = openRegister(options);
  migrateRegister(db, options, 1);
  return db;
}

type Somebody = {
  readonly name: string;
  readonly phone: string | null;
  readonly building: string;
  readonly room: string;
};
const somebody: fc.Arbitrary<Somebody> = fc.record({
  name: fc.oneof(
    fc
      .array(fc.constantFrom('王', '伟', '单', '曾', '建', '国', '吕'), { minLength: 1, maxLength: 4 })
      .map((all) => all.join('')),
    fc.constantFrom("O'Neil", 'John Smith', 'A/B', 'Zoë 3rd', '欧阳·娜', 'a\u0000b'),
  ),
  phone: fc.option(fc.integer({ min: 0, max: 99_999 }).map((n) => `138001${String(n).padStart(5, '0')}`)),
  building: fc.constantFrom('3', '13', '3号楼', 'A/3', '幸福里3号楼', 'b-3', '(3)', '"3"'),
  room: fc.constantFrom('301', '1301', '3-1', '301/302', '', 'x_1'),
});
const asked = fc.constantFrom(
  ...['王', '王伟', '建国', 'w', 'wang', 'wg', 'shan', 'lv', 'lu', "o'neil", 'a', 'a/b', 'b', 'smith john', '3', '301'],
  ...[
    '3号楼',
    '3-301',
    'b-3',
    '3-1',
    'x_1',
    '13800',
    '001',
    '王 3',
    '欧阳娜',
    '幸福',
    '"',
    '%',
    'zoe',
    '302',
    '王伟 wang',
  ],
);

/** Writes everybody; those of the import stand in numbers between the others. */
function fill(db: Register, people: readonly Somebody[], isImported: (n: number) => boolean) {
  const tables = prepareTables(db);
  tables.imports.start({ id: 'import', kind: 'roster', fileName: 'a.csv', startedAtMs: 1, operatorId: null });
  for (const [n, { name, phone, building, room }] of people.entries())
    tables.people.insert({
      ...{ id: `p${n}`, name, phone, sex: null, birthDate: null, documentKind: null, documentNumber: null },
      ...{ address: { building, unit: '', room }, guardianName: null, code: `YP${n}`, source: 'roster', atMs: 1 },
      importId: isImported(n) ? 'import' : null,
    });
  tables.imports.commit('import');
  return tables;
}

function isWhole(db: Register): void {
  db.exec("INSERT INTO person_index (person_index, rank) VALUES ('integrity-check', 1)");
}

describe('people whose words are not in the index yet', () => {
  it('are found as if they were, page by page, whatever is asked', () => {
    let run = 0;
    fc.assert(
      fc.property(
        fc.array(somebody, { minLength: 1, maxLength: 40 }),
        fc.array(asked, { minLength: 8 }),
        (people, all) => {
          run += 1;
          const [now, later] = [openEmpty(`now-${run}.db`), openEmpty(`later-${run}.db`)];
          const indexed = fill(now, people, () => false);
          const waiting = fill(later, people, (n) => n % 4 !== 1);
          const compare = () => {
            for (const typed of all) {
              expect(waiting.people.search(typed, 100, 0), typed).toEqual(indexed.people.search(typed, 100, 0));
              for (const after of [-1, 3, 17])
                for (const limit of [1, 5, 100])
                  expect(waiting.people.listMatching(typed, after, limit), typed).toEqual(
                    indexed.people.listMatching(typed, after, limit),
                  );
            }
          };
          compare();
          expect(waiting.people.indexWaiting(7)).toBe(Math.min(7, people.filter((_one, n) => n % 4 !== 1).length));
          compare();
          while (waiting.people.indexWaiting(7) > 0);
          compare();
          isWhole(later);
          now.close();
          later.close();
        },
      ),
      { numRuns: 12 },
    );
  });

  it('are changed, merged and deleted without a trace in the index', () => {
    const db = openEmpty('moved.db');
    const people = ['王伟', '王芳', '李强', '李娜'].map((name) => ({ name, phone: null, building: '3', room: '301' }));
    const tables = fill(db, people, () => true);
    const [first] = tables.people.search('王伟', 10, 0).rows;
    if (first === undefined) throw new Error('nobody');
    tables.people.update({ ...first, name: '赵六' }, 2);
    tables.people.setMergedInto('p1', 'p0');
    tables.imports.deletePerson('p2');
    const found = (typed: string) => tables.people.search(typed, 10, 0).rows.map(({ id }) => id);
    const look = () => ['王', 'zl', '李强', '301'].map((typed) => found(typed).sort());
    expect(look()).toEqual([[], ['p0'], [], ['p0', 'p3']]);
    while (tables.people.indexWaiting(1) > 0);
    expect(look()).toEqual([[], ['p0'], [], ['p0', 'p3']]);
    isWhole(db);
    db.close();
  });

  it('go into the index when their import is committed and not before', () => {
    const db = openEmpty('staged.db');
    const tables = prepareTables(db);
    tables.imports.start({ id: 'staged', kind: 'roster', fileName: 'b.csv', startedAtMs: 1, operatorId: null });
    tables.people.insert({
      ...{ id: 'p', name: '王伟', phone: null, sex: null, birthDate: '1960-01-01', documentKind: null },
      ...{ documentNumber: null, address: { building: '', unit: '', room: '' }, guardianName: null, code: 'YP' },
      ...{ source: 'roster', importId: 'staged', atMs: 1 },
    });
    expect(tables.people.indexWaiting(10)).toBe(0);
    expect(tables.people.search('王', 10, 0).total).toBe(0);
    tables.imports.commit('staged');
    expect(tables.people.search('王', 10, 0).total).toBe(1);
    expect(tables.people.indexWaiting(10)).toBe(1);
    db.close();
  });
});

describe('what is not synced by itself', () => {
  it('ends with a register that syncs again, also where it fails', () => {
    const db = openEmpty('sync.db');
    const level = () => db.pragma('synchronous', { simple: true });
    expect(transactUnsynced(db, level)).toBe(1);
    expect(level()).toBe(2);
    expect(() =>
      transactUnsynced(db, () => {
        db.exec("INSERT INTO settings (key, value) VALUES ('a', '1')");
        throw new Error('stopped');
      }),
    ).toThrow('stopped');
    expect(level()).toBe(2);
    expect(db.prepare("SELECT count(*) FROM settings WHERE key = 'a'").pluck().get()).toBe(0);
    // In the middle of somebody's own transaction it would take their sync away.
    expect(() => db.transaction(() => transactUnsynced(db, () => 1))()).toThrow(/inside a transaction/);
    expect(level()).toBe(2);
    db.close();
  });
});

describe('the log of a register', () => {
  it('is folded beside the one who writes, who then begins it anew; held, no commit folds it', async () => {
    const db = openEmpty('folded.db');
    const options = { file: join(folder, 'folded.db'), dataKeyHex };
    const folding = createFolding(options, (event, fields) => expect.unreachable(`${event} ${JSON.stringify(fields)}`));
    const set = db.prepare(
      "INSERT INTO settings (key, value) VALUES ('a', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    );
    const framesInLog = () => (db.pragma('wal_checkpoint(PASSIVE)') as { log: number }[])[0]?.log ?? -1;
    const release = holdFolding(db);
    const other = holdFolding(db);
    for (let n = 0; n < 30; n += 1) transactUnsynced(db, () => set.run('x'.repeat(200_000 + n)));
    // SQLite's own limit is 1,000 pages.
    expect(statSync(`${options.file}-wal`).size / 4_096).toBeGreaterThan(1_400);
    await folding.fold();
    set.run('after');
    // The pages of the value that went, and no more.
    expect(framesInLog()).toBeLessThan(100);
    expect(set.database.prepare("SELECT value FROM settings WHERE key = 'a'").pluck().get()).toBe('after');
    release();
    expect(db.pragma('wal_autocheckpoint', { simple: true })).toBeGreaterThan(1_000);
    other();
    expect(db.pragma('wal_autocheckpoint', { simple: true })).toBe(1_000);
    await folding.stop();
    await folding.fold();
    db.close();
  });
});

describe('an import at the desk', () => {
  let desk: TestDesk;
  beforeEach(async () => {
    desk = await openDesk();
  });
  afterEach(() => desk.close());

  const waitingNow = (): number => {
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    const n = db.prepare('SELECT count(*) FROM person_words WHERE is_waiting = 1').pluck().get() as number;
    db.close();
    return n;
  };
  const bring = async (rows: number) => {
    const path = join(desk.folder, 'roster.csv');
    const lines = Array.from({ length: rows }, (_none, n) => `赵二,19${60 + (n % 30)}-01-01,2,${n}`);
    writeFileSync(path, `姓名,出生日期,楼号,房号\n${lines.join('\n')}\n`);
    const importId = crypto.randomUUID();
    await desk.call('imports.preview', { importId, kind: 'roster', path } as never);
    await desk.call('imports.commit', { importId } as never);
  };
  const total = async (query: string) => (await desk.call('people.list', { query } as never)).total;

  it('finds everybody from the moment of the commit, and indexes them by itself', async () => {
    await bring(900);
    expect(waitingNow()).toBeGreaterThan(0);
    expect(await total('zhaoer')).toBe(900);
    await expect.poll(waitingNow, { timeout: 20_000 }).toBe(0);
    expect(await total('zhaoer')).toBe(900);
  });

  it('a register that is closed before goes on with it at the next start', async () => {
    await bring(900);
    expect(waitingNow()).toBeGreaterThan(0);
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    expect(await total('zhaoer')).toBe(900);
    await expect.poll(waitingNow, { timeout: 20_000 }).toBe(0);
  });

  it('is taken back before its words are in the index: none is left, in no page of it', async () => {
    await bring(900);
    const [past] = (await desk.call('imports.list', { kind: 'roster' } as never)).rows;
    await desk.call('imports.undo', { importId: past?.importId } as never);
    expect(await total('zhaoer')).toBe(0);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    expect(db.prepare('SELECT count(*) FROM person_words').pluck().get()).toBe(0);
    isWhole(db);
    expect(db.prepare("SELECT count(*) FROM person_index WHERE person_index MATCH 'zhaoer'").pluck().get()).toBe(0);
    db.close();
  });
});
