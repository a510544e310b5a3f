import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Core } from '../../../electron/core/createCore.ts';
import { openRegister, type Register } from '../../../electron/db/open.ts';
import { prepareTables } from '../../../electron/db/tables.ts';
import type { Traced } from '../../../shared/model/trace.ts';
import { openNodeCore } from '../../hosts/core.ts';
import { median, percentile, rounded, table } from '../figures.ts';

/** Kits that came in boxes of a thousand, as ranges; every fourth was used, by people who come back. */
const kits = 1_000_000;
const perBox = 1_000;
const people = 50_000;
const perPerson = 5;
const used = people * perPerson;
/** One box in ten went to another site and came back. */
const movedEvery = 10;
const piece = 2_000;
const turns = 200;
/** A plain look reads every row each time, so it gets few turns. */
const plainTurns = 3;
const gtin = '06901234567892';
const day = '2022-04-10';

const serialOf = (n: number): string => `SN${String(n).padStart(8, '0')}`;
const keyOf = (n: number): string => `gs1:${gtin}:${serialOf(n)}`;
/** The n-th used kit: spread over all of them. */
const usedKit = (n: number): number => n * 4;
const personOf = (n: number): string => `bench-${String(n).padStart(8, '0')}`;

/**
 * A trace among a million kits, both ways, as core answers it on the encrypted register: by a code, by a whole serial, by
 * its last digits, from a person to every kit. Beside it what the same question takes without the indexes.
 */
export async function benchTraces(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'yiceda-bench-traces-'));
  const registerFile = join(folder, 'register.db');
  let dataKeyHex = '';
  const core = await openNodeCore({
    registerFile,
    rememberKey: (key) => {
      dataKeyHex = key;
    },
  });
  try {
    const { recoveryKey } = (await call(core, 'register.prepareKey', {})) as { recoveryKey: string };
    await call(core, 'register.create', {
      requestId: randomUUID(),
      siteName: 'bench',
      stationName: '1',
      zone: 'Asia/Shanghai',
      protection: 'passphrase',
      passphrase: 'only for this bench',
      recoveryKeyRepeated: recoveryKey,
      operatorName: 'bench',
      pin: '4719',
      data: 'empty',
    });
    const { product } = (await call(core, 'products.save', {
      requestId: randomUUID(),
      productId: null,
      registrant: 'bench',
      shortName: 'bench',
      method: null,
      registrationNumber: null,
      gtins: [gtin],
      window: { opensAfterMin: 15, closesAfterMin: 20 },
    })) as { product: { id: string } };
    fill(registerFile, dataKeyHex, product.id);

    const trace = async (asked: object, wanted: Traced['kind']): Promise<number> => {
      const started = performance.now();
      const answer = (await call(core, 'kits.trace', { asked })) as Traced;
      const took = performance.now() - started;
      if (answer.kind !== wanted) throw new Error(`the trace is ${answer.kind}`);
      return took;
    };
    const code = (n: number) => ({
      by: 'code',
      text: `(01)${gtin}(17)301231(10)L${Math.floor(n / perBox)}(21)${serialOf(n)}`,
    });
    const serial = (n: number) => ({ by: 'code', text: serialOf(n) });
    const end = (n: number) => ({ by: 'code', text: serialOf(n).slice(-6) });
    const spread = (n: number, of: number): number => (n * 7_919) % of;
    const measured = async (run: (n: number) => Promise<number>): Promise<readonly number[]> => {
      for (let n = 0; n < 10; n++) await run(n + turns);
      const times: number[] = [];
      for (let n = 0; n < turns; n++) times.push(await run(n));
      return times;
    };
    const byCode = await measured((n) => trace(code(usedKit(spread(n, used))), 'kit'));
    const unused = await measured((n) => trace(code(usedKit(spread(n, used)) + 1), 'kit'));
    const bySerial = await measured((n) => trace(serial(usedKit(spread(n, used))), 'kit'));
    // Among a million, six digits name one kit.
    const byEnd = await measured((n) => trace(end(usedKit(spread(n, used))), 'kit'));
    const ofPerson = await measured(async (n) => {
      const started = performance.now();
      const answer = (await call(core, 'people.trace', { personId: personOf(spread(n, people)) })) as { total: number };
      const took = performance.now() - started;
      if (answer.total !== perPerson) throw new Error(`they have ${answer.total} tests`);
      return took;
    });

    const reader = openRegister({ file: registerFile, dataKeyHex, readonly: true });
    try {
      const plain = plainLooks(reader);
      const plainly = (run: (n: number) => unknown): readonly number[] =>
        Array.from({ length: plainTurns }, (_unused, n) => {
          const started = performance.now();
          run(spread(n, used));
          return performance.now() - started;
        });
      const plainKit = plainly((n) => plain.kit(serialOf(usedKit(n))));
      const plainPerson = plainly((n) => plain.person(personOf(n % people)));
      const line = (name: string, ours: readonly number[], theirs: readonly number[] | null): string[] => [
        name,
        String(rounded(median(ours))),
        String(rounded(percentile(ours, 0.95))),
        theirs === null ? '' : String(rounded(median(theirs))),
        theirs === null ? '' : String(rounded(median(theirs) / median(ours))),
      ];
      table(`A trace among ${kits.toLocaleString('en')} kits, ${used.toLocaleString('en')} of them used, encrypted`, [
        ['what', 'p50 ms', 'p95 ms', 'plain p50 ms', 'times'],
        line('a used kit by its code', byCode, plainKit),
        line('an unused kit by its code', unused, null),
        line('a used kit by its serial alone', bySerial, plainKit),
        line('a used kit by its last six digits', byEnd, plainKit),
        line('every kit of a person', ofPerson, plainPerson),
      ]);
      return {
        trace1mP50Ms: rounded(median(byCode)),
        trace1mP95Ms: rounded(percentile(byCode, 0.95)),
        traceUnused1mP95Ms: rounded(percentile(unused, 0.95)),
        traceSerial1mP95Ms: rounded(percentile(bySerial, 0.95)),
        traceEnd1mP95Ms: rounded(percentile(byEnd, 0.95)),
        tracePerson1mP50Ms: rounded(median(ofPerson)),
        tracePerson1mP95Ms: rounded(percentile(ofPerson, 0.95)),
        trace1mLikeRatio: rounded(median(plainKit) / median(byCode)),
        tracePerson1mPlainRatio: rounded(median(plainPerson) / median(ofPerson)),
      };
    } finally {
      reader.close();
    }
  } finally {
    await core.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Boxes, ranges, transfers, people and tests as rows: receiving and binding them one by one would measure something else. */
function fill(file: string, dataKeyHex: string, productId: string): void {
  const db = openRegister({ file, dataKeyHex });
  const tables = prepareTables(db);
  const { id: roundId } = db.prepare('SELECT id FROM rounds').get() as { id: string };
  const operatorId = db.prepare('SELECT id FROM operators').pluck().get() as string;
  const span = (box: number) => ({
    head: `gs1:${gtin}:SN`,
    width: 8,
    first: box * perBox,
    last: box * perBox + perBox - 1,
  });
  db.transaction(() => {
    tables.stock.insertShipment({ id: 'shipment', sender: 'bench', note: '', atMs: 1, day, operatorId });
    for (const direction of ['out', 'in'] as const)
      tables.stock.insertTransfer({ id: direction, direction, site: 'other', note: '', atMs: 2, day, operatorId });
    for (let box = 0; box < kits / perBox; box++) {
      const lot = `L${box}`;
      const lotId = `lot-${box}`;
      const boxId = `box-${box}`;
      tables.products.insertLot({ id: lotId, productId, lot, expiresOn: '2030-12-31', importId: null });
      const held = { boxKey: `sscc:${box}`, raw: null, productId, lot, count: perBox, checked: 0 };
      tables.stock.insertBox({ id: boxId, shipmentId: 'shipment', n: box + 1, ...held });
      tables.kits.insertRange({ ...span(box), productId, lotId, serialHead: 'SN', boxId, importId: null });
      if (box % movedEvery !== 0) continue;
      for (const direction of ['out', 'in'] as const) {
        const line = { productId, lot, count: perBox, boxId: null, span: span(box) };
        tables.stock.insertTransferLine({ transferId: direction, n: box + 1, direction, ...line });
      }
    }
  })();
  for (let at = 0; at < people; at += piece) {
    db.transaction(() => {
      for (let n = at; n < at + piece; n++) {
        const address = { building: String(1 + Math.floor(n / 400)), unit: '', room: String(n % 400) };
        const who = { id: personOf(n), name: `人${n}`, sex: null, birthDate: '1980-01-01', documentKind: null };
        const person = { ...who, documentNumber: null, phone: null, address, guardianName: null };
        tables.people.insert({ ...person, code: `bench-code-${n}`, source: 'roster', importId: null, atMs: 0 });
      }
    })();
  }
  const record = db.prepare(
    `INSERT INTO outbox (record_key, test_id, chain, kind, payload, content_hash, created_at_ms, due_at_ms, state)
     VALUES (@key, @testId, 1, 'test.bound', '{}', @hash, 1, 1, 'sent')`,
  );
  const hash = 'a'.repeat(64);
  for (let at = 0; at < used; at += piece) {
    db.transaction(() => {
      for (let n = at; n < at + piece; n++) {
        const kit = usedKit(n);
        const id = `test-${n}`;
        tables.tests.insert(
          {
            id,
            roundId,
            day,
            boundAtMs: n,
            operatorId,
            clockOffsetMs: null,
            personId: personOf(n % people),
            personName: `人${n % people}`,
            personSex: null,
            personBirthDate: '1980-01-01',
            personDocumentKind: null,
            personDocumentNumber: null,
            personPhone: null,
            personBuilding: '1',
            personUnit: '',
            personRoom: '1',
            personGuardianName: null,
            personSource: 'chosen',
            kitKey: keyOf(kit),
            kitRaw: serialOf(kit),
            kitCodeKind: 'gs1',
            kitGtin: gtin,
            kitSerial: serialOf(kit),
            kitLot: `L${Math.floor(kit / perBox)}`,
            kitExpiresOn: '2030-12-31',
            kitSource: 'gun',
            kitWarnings: '[]',
            productId,
            opensAfterMs: 1,
            closesAfterMs: 2,
            windowFrom: 'binding',
            retestOf: null,
            secondReasonCode: null,
            secondReasonText: null,
          },
          n + 1,
          n + 2,
        );
        const read = {
          testId: id,
          revision: 1,
          outcome: 'negative' as const,
          readAtMs: n + 1,
          readDay: day,
          operatorId,
        };
        const without = {
          confirmedBy: null,
          reasonCode: null,
          reasonText: null,
          overrideCode: null,
          overrideText: null,
        };
        tables.tests.insertResult({ ...read, ...without, approvedBy: null, approvalReason: null, clockOffsetMs: null });
        tables.tests.setStatus(id, 'negative', 1, 2);
        record.run({ key: `${id}.1`, testId: id, hash });
      }
    })();
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

/** What the same questions take where nothing is indexed for them: each row is looked at. */
function plainLooks(db: Register): {
  readonly kit: (serial: string) => unknown;
  readonly person: (id: string) => unknown;
} {
  const ofKit = db.prepare(
    `SELECT tests.*, test_states.status FROM tests JOIN test_states ON test_states.test_id = tests.id
     WHERE tests.kit_raw LIKE @like OR tests.kit_serial LIKE @like`,
  );
  const boxOf = db.prepare(
    `SELECT * FROM boxes JOIN kit_ranges ON kit_ranges.box_id = boxes.id
     WHERE @serial BETWEEN serial_head || printf('%08d', first) AND serial_head || printf('%08d', last)`,
  );
  const ofPerson = db.prepare(
    'SELECT tests.*, results.outcome FROM tests NOT INDEXED LEFT JOIN results ON results.test_id = tests.id WHERE tests.person_id = ?',
  );
  return {
    kit: (serial) => [ofKit.all({ like: `%${serial}%` }), boxOf.all({ serial })],
    person: (id) => ofPerson.all(id),
  };
}

async function call(core: Core, method: string, input: object): Promise<unknown> {
  const reply = await core.dispatch(method, input);
  if (!reply.ok) throw new Error(`${method}: ${JSON.stringify(reply.error)}`);
  return reply.value;
}
