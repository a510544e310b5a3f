import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../../shared/canonicalJson.ts';
import type { CentralRecord } from '../../shared/central.ts';
import { residentIdCheck } from '../../shared/codes/residentId.ts';
import { uuidV7 } from '../../shared/uuidV7.ts';

/** When the first test of the first day is bound: 10 April 2022, 08:00 in Shanghai. */
const beginsAtMs = Date.UTC(2022, 3, 10);
const operator = { id: 'simulated-operator', name: '李娟' };
/** A county that was never assigned (GB/T 2260), so that a document is nobody's. */
const nowhere = '319900';
const surnames = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗'];
const given = [...'伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰'];

/** A number below `below` that is the same for the same `n` in each run (splitmix32). */
function drawn(n: number, below: number): number {
  let x = (n + 0x9e37_79b9) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0_aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a_2d97);
  return ((x ^ (x >>> 15)) >>> 0) % below;
}

/** An id as a station makes it: of version 7, so many milliseconds after the first. */
function idAt(atMs: number, n: number, salt: number): string {
  return uuidV7(atMs, (bytes) => {
    const random = new Uint8Array(bytes);
    new DataView(random.buffer).setUint32(8, n);
    new DataView(random.buffer).setUint32(12, salt);
    return random;
  });
}

function hashed(record: Omit<CentralRecord, 'contentHash'>): CentralRecord {
  const { kind, testId, seq, payload } = record;
  const text = canonicalJson({ kind, testId, seq, payload } as unknown as JsonValue);
  return { ...record, contentHash: createHash('sha256').update(text).digest('hex') } as CentralRecord;
}

export type SimulatedTest = {
  readonly day: string;
  readonly bound: CentralRecord;
  readonly resulted: CentralRecord;
  /** For one test of many: what was read first was wrong, or the test counts for nothing. */
  readonly later: CentralRecord | null;
};

/** One test in so many is corrected, and one in so many voided. */
const correctedOneIn = 200;
const voidedOneIn = 150;

/**
 * The n-th test (0 to 4 billion) of a city as its station sends it: binding and result, of the sizes that real ones have,
 * and the same for the same `n` at each call. 300,000 tests a day, so that 13.5 million are 45 days, April to June.
 */
export function testOf(n: number): SimulatedTest {
  const boundAtMs = beginsAtMs + Math.floor(n / 300_000) * 86_400_000 + (n % 300_000) * 120;
  const day = new Date(boundAtMs + 28_800_000).toISOString().slice(0, 10);
  const testId = idAt(boundAtMs, n, 1);
  const name = `${surnames[drawn(n, 20)]}${given[drawn(n + 1, 20)]}${given[drawn(n + 2, 20)]}`;
  const birthDate = `${1940 + drawn(n + 3, 75)}-${String(1 + drawn(n + 4, 12)).padStart(2, '0')}-${String(1 + drawn(n + 5, 28)).padStart(2, '0')}`;
  const body = `${nowhere}${birthDate.replaceAll('-', '')}${String(n % 1000).padStart(3, '0')}`;
  const serial = `SN${String(drawn(n, 1_000_000_000)).padStart(9, '0')}${n}`;
  const bound = hashed({
    key: idAt(boundAtMs, n, 2),
    testId,
    seq: 1,
    kind: 'test.bound',
    payload: {
      roundName: `第${1 + (Math.floor(n / 300_000) % 45)}轮`,
      day,
      person: {
        personId: idAt(beginsAtMs, drawn(n, 5_000_000), 3),
        name,
        sex: n % 2 === 0 ? 'male' : 'female',
        birthDate,
        documentKind: 'residentId',
        documentNumber: body + residentIdCheck(body),
        phone: `138${String(drawn(n + 6, 100_000_000)).padStart(8, '0')}`,
        address: { building: String(1 + drawn(n + 7, 40)), unit: '', room: String(101 + drawn(n + 8, 30) * 100) },
        guardianName: null,
      },
      kit: {
        key: `gs1:06901234567892:${serial}`,
        raw: `]d20106901234567892172309301022031521${serial}`,
        codeKind: 'gs1',
        gtin: '06901234567892',
        serial,
        lot: `220315${n % 7}`,
        expiresOn: '2023-09-30',
        productName: '新型冠状病毒(2019-nCoV)抗原检测试剂盒',
        registrationNumber: '国械注准20223400000',
        warnings: [],
      },
      boundAtMs,
      operator,
      personSource: 'gun',
      kitSource: 'gun',
      clockOffsetMs: drawn(n, 2000) - 1000,
      retestOf: null,
      secondTestReason: null,
    },
  });
  const readAtMs = boundAtMs + 960_000;
  const outcome = n % 250 === 0 ? 'positive' : 'negative';
  const resulted = hashed({
    key: idAt(readAtMs, n, 4),
    testId,
    seq: 2,
    kind: 'test.resulted',
    payload: {
      revision: 1,
      outcome,
      readAtMs,
      readDay: day,
      operator,
      confirmedBy: null,
      reason: null,
      overrideReason: null,
      clockOffsetMs: drawn(n, 2000) - 1000,
    },
  });
  return { day, bound, resulted, later: laterOf(n, testId, day, readAtMs + 120_000) };
}

function laterOf(n: number, testId: string, day: string, atMs: number): CentralRecord | null {
  const key = idAt(atMs, n, 5);
  const clockOffsetMs = drawn(n, 2000) - 1000;
  if (n % correctedOneIn === correctedOneIn - 1)
    return hashed({
      key,
      testId,
      seq: 3,
      kind: 'test.resulted',
      payload: {
        revision: 2,
        outcome: 'invalid',
        readAtMs: atMs,
        readDay: day,
        operator,
        confirmedBy: null,
        reason: { code: 'misread', text: '' },
        overrideReason: null,
        clockOffsetMs,
      },
    });
  if (n % voidedOneIn === voidedOneIn - 1)
    return hashed({
      key,
      testId,
      seq: 3,
      kind: 'test.voided',
      payload: { voidedAtMs: atMs, operator, reason: { code: 'kitDamaged', text: '' }, clockOffsetMs },
    });
  return null;
}
