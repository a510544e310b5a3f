import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Core } from '../../electron/core/createCore.ts';
import { openRegister, type Register } from '../../electron/db/open.ts';
import { residentIdCheck } from '../../shared/codes/residentId.ts';
import type { DeskView } from '../../shared/model/desk.ts';
import { openNodeCore } from '../hosts/core.ts';
import { median, percentile, rounded, table } from './figures.ts';

const sizes = [
  ['10k', 10_000],
  ['100k', 100_000],
  ['1m', 1_000_000],
] as const;
const blocks = 4;
const perBlock = 110;
/** Not counted at the head of each block: the other connection's commits have emptied this one's page cache. */
const warmUp = 20;
const gtin = '06901234567892';
const testsADay = 2_000;
const dayMs = 86_400_000;

/**
 * One binding in core, from the scan's text to the committed reply, beside a bare durable insert of the very rows that a
 * binding writes, into the same encrypted file, in alternating blocks. The ratio is of the medians.
 */
export async function benchCommit(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'yiceda-bench-'));
  const registerFile = join(folder, 'register.db');
  let dataKeyHex = '';
  const core = await openNodeCore({
    registerFile,
    rememberKey: (key) => {
      dataKeyHex = key;
    },
  });
  try {
    await prepareRegister(core);
    // A second connection for the bare inserts and for filling up; core's own stays what it is.
    const bare = openRegister({ file: registerFile, dataKeyHex });
    const insertBare = bareInsert(bare);
    const figures: Record<string, number> = {};
    const rows: string[][] = [
      ['tests in the register', 'scan to commit p50 ms', 'p99', 'bare insert p50 ms', 'p99', 'ratio of p50'],
    ];
    let next = 1;
    for (const [name, size] of sizes) {
      fill(bare, size);
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let block = 0; block < blocks; block++) {
        const bound: string[] = [];
        for (let turn = 0; turn < perBlock; turn++, next++) {
          await call(core, 'desk.registerPerson', { requestId: randomUUID(), person: personOf(next) });
          const started = performance.now();
          const view = (await call(core, 'desk.scan', {
            requestId: randomUUID(),
            text: codeOf(next),
            source: 'gun',
          })) as DeskView;
          const took = performance.now() - started;
          if (view.stage.kind !== 'bound') throw new Error(`not bound: ${view.stage.kind}`);
          bound.push(view.stage.test.testId);
          if (turn >= warmUp) ours.push(took);
        }
        const copies = bound.map((testId) => insertBare.read(testId));
        for (const [turn, copy] of copies.entries()) {
          const started = performance.now();
          insertBare.write(copy);
          if (turn >= warmUp) theirs.push(performance.now() - started);
        }
      }
      figures[`commitRatio${name}`] = rounded(median(ours) / median(theirs));
      figures[`commitP50Ms${name}`] = rounded(median(ours));
      rows.push([
        size.toLocaleString('en'),
        rounded(median(ours)).toString(),
        rounded(percentile(ours, 0.99)).toString(),
        rounded(median(theirs)).toString(),
        rounded(percentile(theirs, 0.99)).toString(),
        String(figures[`commitRatio${name}`]),
      ]);
    }
    bare.close();
    table('A binding, encrypted and durable (WAL, synchronous=FULL)', rows);
    return figures;
  } finally {
    await core.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function call(core: Core, method: string, input: object): Promise<unknown> {
  const reply = await core.dispatch(method, input);
  if (!reply.ok) throw new Error(`${method}: ${JSON.stringify(reply.error)}`);
  return reply.value;
}

async function prepareRegister(core: Core): Promise<void> {
  const { recoveryKey } = (await call(core, 'register.prepareKey', {})) as { recoveryKey: string };
  await call(core, 'register.create', {
    requestId: randomUUID(),
    siteName: 'bench',
    stationName: '1',
    zone: 'Asia/Shanghai',
    protection: 'passphrase',
    passphrase: 'only for the bench',
    recoveryKeyRepeated: recoveryKey,
    operatorName: 'bench',
    pin: '2580',
    data: 'empty',
  });
  await call(core, 'products.save', {
    requestId: randomUUID(),
    productId: null,
    registrant: 'bench',
    shortName: 'bench',
    method: null,
    registrationNumber: null,
    gtins: [gtin],
    window: { opensAfterMin: 15, closesAfterMin: 20 },
  });
}

function personOf(n: number) {
  const body = `319900${1950 + (n % 60)}0101${String(n % 1000).padStart(3, '0')}`;
  return {
    name: `人${n}`,
    sex: null,
    birthDate: null,
    documentKind: 'residentId',
    documentNumber: body + residentIdCheck(body),
    phone: null,
    address: { building: '1', unit: '', room: String(n) },
    guardianName: null,
  };
}

function codeOf(n: number): string {
  return `]d201${gtin}1739123110BENCH\u001D21B${String(n).padStart(8, '0')}`;
}

/** Fills the register up to `size` tests, a day of two thousand each, resulted and sent, as an older register looks. */
function fill(db: Register, size: number): void {
  const have = db.prepare('SELECT count(*) FROM tests').pluck().get() as number;
  const { operatorId, productId } = db
    .prepare('SELECT (SELECT id FROM operators) AS operatorId, (SELECT product_id FROM product_codes) AS productId')
    .get() as { operatorId: string; productId: string };
  const now = Date.now();
  // Cast, since the binding hands every number over as a floating one.
  const numbers = 'WITH RECURSIVE n (i) AS (SELECT CAST(@from AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < @to)';
  const parameters = { from: have, to: size - 1, now, operatorId, productId };
  const at = `CAST(@now AS INTEGER) - ${dayMs} - (i / ${testsADay}) * ${dayMs}`;
  const day = `date((${at}) / 1000, 'unixepoch')`;
  const id = "printf('fill-%09d', i)";
  const serial = "printf('F%09d', i)";
  const key = `'gs1:${gtin}:' || ${serial}`;
  if (have >= size) return;
  db.transaction(() => {
    const round = `'fill-round-' || (i / ${testsADay})`;
    db.prepare(
      `${numbers} INSERT OR IGNORE INTO rounds (id, name, day, opened_at_ms) SELECT ${round}, 'fill', ${day}, 1 FROM n WHERE i % ${testsADay} = 0 OR i = @from`,
    ).run(parameters);
    db.prepare(
      `${numbers} INSERT INTO tests (id, round_id, day, bound_at_ms, operator_id, person_id, person_name, person_building, person_unit,
         person_room, person_source, kit_key, kit_raw, kit_code_kind, kit_gtin, kit_serial, kit_lot, kit_source, kit_warnings, product_id,
         opens_after_ms, closes_after_ms, window_from)
       SELECT ${id}, ${round}, ${day}, ${at}, @operatorId, 'p' || (i % 100000), '某人', '1', '', '1', 'gun', ${key}, ${key}, 'gs1', '${gtin}',
         ${serial}, 'FILL', 'gun', '[]', @productId, 900000, 1200000, 'binding' FROM n`,
    ).run(parameters);
    db.prepare(
      `${numbers} INSERT INTO test_states (test_id, kit_key, person_id, round_id, day, status, revision, chain, bound_at_ms, opens_at_ms, closes_at_ms)
       SELECT ${id}, ${key}, 'p' || (i % 100000), ${round}, ${day}, 'negative', 1, 2, ${at}, ${at} + 900000, ${at} + 1200000 FROM n`,
    ).run(parameters);
    db.prepare(
      `${numbers} INSERT INTO results (test_id, revision, outcome, read_at_ms, read_day, operator_id)
       SELECT ${id}, 1, 'negative', ${at} + 1000000, ${day}, @operatorId FROM n`,
    ).run(parameters);
    db.prepare(
      `${numbers} INSERT INTO outbox (record_key, test_id, chain, kind, payload, content_hash, created_at_ms, due_at_ms, state)
       SELECT ${id} || '-1', ${id}, 1, 'test.bound', '{"person":"${'x'.repeat(700)}"}', '${'0'.repeat(64)}', ${at}, ${at}, 'sent' FROM n`,
    ).run(parameters);
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
}

/** Reads the rows of a binding and writes the same again under other keys: what SQLite alone takes for them. */
function bareInsert(db: Register) {
  const columnsOf = (name: string) =>
    (db.pragma(`table_info(${name})`) as { name: string }[]).map((column) => column.name);
  const readers = (['tests', 'test_states', 'outbox', 'requests', 'audit'] as const).map((name) => {
    const columns = columnsOf(name).filter((column) => !(column === 'seq' && name !== 'audit'));
    const order = { tests: 'seq', test_states: 'test_id', outbox: 'seq', requests: 'at_ms', audit: 'seq' }[name];
    const where = {
      tests: 'id = @id',
      test_states: 'test_id = @id',
      outbox: 'test_id = @id',
      requests: 'answer LIKE @like',
      audit: 'subject = @subject',
    }[name];
    return {
      name,
      read: db.prepare(`SELECT ${columns.join(', ')} FROM ${name} WHERE ${where} ORDER BY ${order} DESC LIMIT 1`),
      write: db.prepare(
        `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map((column) => `@${column}`).join(', ')})`,
      ),
    };
  });
  const newestSeq = db.prepare('SELECT max(seq) FROM audit').pluck();
  const setDesk = db.prepare('UPDATE desk SET state = ? WHERE id = 1');
  const getDesk = db.prepare('SELECT state FROM desk WHERE id = 1').pluck();
  const setMark = db.prepare("UPDATE settings SET value = ? WHERE key = 'clock.highWaterMs'");
  const getMark = db.prepare("SELECT value FROM settings WHERE key = 'clock.highWaterMs'").pluck();
  type Row = Record<string, unknown>;
  return {
    read: (testId: string) => ({
      rows: readers.map(({ read }) => read.get({ id: testId, like: `%${testId}%`, subject: `test:${testId}` }) as Row),
      desk: getDesk.get() as string,
      mark: getMark.get() as string,
    }),
    write: (copy: { readonly rows: readonly Row[]; readonly desk: string; readonly mark: string }) => {
      const id = randomUUID();
      const [test, state, outbox, request, audit] = copy.rows;
      db.transaction(() => {
        readers[0]?.write.run({ ...test, id });
        // A key of the same length, free among live bindings.
        readers[1]?.write.run({ ...state, test_id: id, kit_key: id, status: 'negative' });
        readers[2]?.write.run({ ...outbox, test_id: id, record_key: id, state: 'sent' });
        readers[3]?.write.run({ ...request, id });
        readers[4]?.write.run({ ...audit, seq: (newestSeq.get() as number) + 1 });
        setDesk.run(copy.desk);
        setMark.run(copy.mark);
      }).immediate();
    },
  };
}
