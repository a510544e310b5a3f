import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../../shared/canonicalJson.ts';
import type { CentralRecord } from '../../shared/central.ts';

type Of<K extends CentralRecord['kind']> = Extract<CentralRecord, { kind: K }>;
export type Bound = Of<'test.bound'>;
export type Resulted = Of<'test.resulted'>;
export type Voided = Of<'test.voided'>;
export type KitCorrected = Of<'test.kitCorrected'>;

const operator = { id: 'op-1', name: '李娟' };
const boundAtMs = 1_649_558_520_000;

/** The record with the hash of what it says. The hash is worked out here, not by the service's own code. */
export function hashed<R extends CentralRecord>(record: Omit<R, 'contentHash'>): R {
  const { kind, testId, seq, payload } = record as unknown as CentralRecord;
  const text = canonicalJson({ kind, testId, seq, payload } as JsonValue);
  return { ...record, contentHash: createHash('sha256').update(text).digest('hex') } as R;
}

export function bound(
  change: { testId?: string; key?: string; kitKey?: string; name?: string; day?: string } = {},
): Bound {
  const serial = randomUUID();
  return hashed<Bound>({
    key: change.key ?? randomUUID(),
    testId: change.testId ?? randomUUID(),
    seq: 1,
    kind: 'test.bound',
    payload: {
      roundName: '第3轮',
      day: change.day ?? '2022-04-10',
      person: {
        personId: 'p-1',
        name: change.name ?? '欧阳娜娜',
        sex: 'female',
        birthDate: '1980-02-29',
        documentKind: 'other',
        documentNumber: 'X-1',
        phone: null,
        address: { building: '7', unit: '', room: '302' },
        guardianName: null,
      },
      kit: {
        key: change.kitKey ?? `gs1:00000000000000:${serial}`,
        raw: `raw ${serial}`,
        codeKind: 'gs1',
        gtin: '00000000000000',
        serial,
        lot: 'W22031',
        expiresOn: '2023-02-28',
        productName: '样品',
        registrationNumber: null,
        warnings: [],
      },
      boundAtMs,
      operator,
      personSource: 'gun',
      kitSource: 'gun',
      clockOffsetMs: null,
      retestOf: null,
      secondTestReason: null,
    },
  });
}

export function resulted(
  testId: string,
  seq: number,
  revision: number,
  outcome: Resulted['payload']['outcome'],
  key: string = randomUUID(),
): Resulted {
  const reason = revision > 1 ? { code: 'misread', text: '' } : null;
  return hashed<Resulted>({
    key,
    testId,
    seq,
    kind: 'test.resulted',
    payload: {
      revision,
      outcome,
      readAtMs: boundAtMs + 900_000,
      readDay: '2022-04-10',
      operator,
      confirmedBy: null,
      reason,
      overrideReason: null,
      clockOffsetMs: -12,
    },
  });
}

export function voided(testId: string, seq: number): Voided {
  return hashed<Voided>({
    key: randomUUID(),
    testId,
    seq,
    kind: 'test.voided',
    payload: {
      voidedAtMs: boundAtMs + 60_000,
      operator,
      reason: { code: 'kitDamaged', text: '' },
      clockOffsetMs: null,
    },
  });
}

/** The test of `binding` turns out to have had another kit. */
export function kitCorrected(binding: Bound, seq: number, formerKey: string, kitKey: string): KitCorrected {
  return hashed<KitCorrected>({
    key: randomUUID(),
    testId: binding.testId,
    seq,
    kind: 'test.kitCorrected',
    payload: {
      formerKey,
      kit: { ...binding.payload.kit, key: kitKey },
      correctedAtMs: boundAtMs + 90_000,
      operator,
      reason: { code: 'codeDamaged', text: 'the gun lost a zero' },
      clockOffsetMs: null,
    },
  });
}
