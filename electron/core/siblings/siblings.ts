import { canonicalJson, type JsonValue } from '../../../shared/canonicalJson.ts';
import type { CentralRecord } from '../../../shared/central.ts';
import type { Operator } from '../../../shared/model/staff.ts';
import type { CentralState, ResultOutcome, ResultRevision } from '../../../shared/model/test.ts';
import type { SiblingRow } from '../../db/siblings.ts';
import type { TestRow, WrittenReason } from '../../db/tests.ts';
import { audit, type Station, signedIn, today } from '../station.ts';
import { contentHash } from '../sync/enqueue.ts';

/**
 * Tests that another station of the site bound. This desk knows them from the feed alone: it brings them up by their
 * kit's code, reads them, and never binds their kit again. Whatever else happens to them happens where they were bound.
 */

type Payload<K extends CentralRecord['kind']> = Extract<CentralRecord, { readonly kind: K }>['payload'];
export type BoundPayload = Payload<'test.bound'>;
export type ResultPayload = Payload<'test.resulted'>;
export type VoidPayload = Payload<'test.voided'>;

const boundOf = (row: SiblingRow): BoundPayload => JSON.parse(row.bound) as BoundPayload;

/** A test of this register, or else one of the site's other stations as if it were one; null for neither. */
export function findTest(station: Station, testId: string): TestRow | null {
  const own = station.tables.tests.find(testId);
  if (own !== null) return own;
  const sibling = station.tables.siblings.find(testId);
  return sibling === null ? null : asTest(station, sibling);
}

/** The live test of a kit, wherever it was bound. */
export function findTestByKit({ tables }: Station, kitKey: string): string | null {
  return tables.tests.findLiveByKit(kitKey) ?? tables.siblings.findByKit(kitKey);
}

/** Our product of a kit that another station bound. */
export function productOfBound({ tables }: Station, { kit }: BoundPayload) {
  const named = kit.gtin === null ? null : tables.products.findByCode(kit.gtin);
  if (named !== null) return named;
  const sameNumber = (number: string | null) => number !== null && number === kit.registrationNumber;
  return tables.products.list().find((product) => sameNumber(product.registrationNumber)) ?? null;
}

function asTest(station: Station, row: SiblingRow): TestRow {
  const bound = boundOf(row);
  const { person, kit } = bound;
  const voided = row.voided === null ? null : (JSON.parse(row.voided) as VoidPayload);
  const product = productOfBound(station, bound);
  return {
    id: row.testId,
    sibling: row.station,
    roundId: row.roundId ?? bound.roundId ?? '',
    day: row.day,
    boundAtMs: row.boundAtMs,
    operatorId: bound.operator.id,
    operatorName: `${bound.operator.name}（${row.station}）`,
    clockOffsetMs: bound.clockOffsetMs,
    personId: row.personId ?? person.personId,
    personName: person.name,
    personSex: person.sex,
    personBirthDate: person.birthDate,
    personDocumentKind: person.documentKind,
    personDocumentNumber: person.documentNumber,
    personPhone: person.phone,
    personBuilding: person.address.building,
    personUnit: person.address.unit,
    personRoom: person.address.room,
    personGuardianName: person.guardianName,
    personSource: 'gun',
    kitKey: row.kitKey,
    kitRaw: kit.raw,
    kitCodeKind: kit.codeKind,
    kitGtin: kit.gtin,
    kitSerial: kit.serial,
    kitLot: kit.lot,
    kitExpiresOn: kit.expiresOn,
    kitSource: 'gun',
    kitWarnings: '[]',
    productId: product?.id ?? '',
    productName: kit.productName,
    productMethod: product?.method ?? null,
    registrationNumber: kit.registrationNumber,
    opensAfterMs: bound.window?.opensAfterMs ?? 0,
    closesAfterMs: bound.window?.closesAfterMs ?? 0,
    windowFrom: bound.window?.from ?? 'binding',
    retestOf: bound.retestOf,
    secondReasonCode: bound.secondTestReason?.code ?? null,
    secondReasonText: bound.secondTestReason?.text ?? null,
    status: row.status,
    revision: row.revision,
    chain: row.lastSeq,
    opensAtMs: row.opensAtMs,
    closesAtMs: row.closesAtMs,
    voidAtMs: voided?.voidedAtMs ?? null,
    voidBy: voided === null ? null : `${voided.operator.name}（${row.station}）`,
    voidReasonCode: voided?.reason.code ?? null,
    voidReasonText: voided?.reason.text ?? null,
    kitN: 0,
  };
}

/** The newest result of another station's test as lists show it. */
export function siblingRevisions({ tables }: Station, testId: string): readonly ResultRevision[] {
  const row = tables.siblings.find(testId);
  if (row === null || row.result === null) return [];
  const result = JSON.parse(row.result) as ResultPayload;
  const at = row.readAt === null ? '' : `（${row.readAt}）`;
  return [
    {
      revision: result.revision,
      outcome: result.outcome,
      readAtMs: result.readAtMs,
      readDay: result.readDay,
      operatorName: `${result.operator.name}${at}`,
      confirmedByName: result.confirmedBy?.name ?? null,
      reason: result.reason,
      overrideReason: result.overrideReason,
      approved: null,
    },
  ];
}

/** What the service knows of our reading; the test itself came from there. */
export function siblingCentralState({ tables }: Station, testId: string): CentralState {
  if (tables.siblings.findConflict(testId) !== null) return 'conflict';
  const state = tables.siblings.readingState(testId);
  return state === 'parked' || state === 'waiting' ? state : 'sent';
}

/**
 * Writes what was read here of another station's test: a fact of its own with its audit entry, frozen for the service.
 * The caller has checked that it may be. The follow-up of a positive is opened where the test was bound.
 */
export function writeSiblingResult(
  station: Station,
  test: TestRow,
  result: {
    readonly outcome: ResultOutcome;
    readonly confirmedBy: Operator | null;
    readonly overrideReason: WrittenReason | null;
  },
): void {
  const operator = signedIn(station);
  const { siblings, tests } = station.tables;
  const row = siblings.find(test.id);
  if (row === null) throw new Error('a sibling test is missing');
  const nowMs = station.clock.now();
  const payload: ResultPayload = {
    revision: row.revision + 1,
    outcome: result.outcome,
    readAtMs: nowMs,
    readDay: today(station),
    operator: { id: operator.id, name: operator.name },
    confirmedBy: result.confirmedBy === null ? null : { id: result.confirmedBy.id, name: result.confirmedBy.name },
    reason: null,
    overrideReason: result.overrideReason,
    clockOffsetMs: station.centralOffsetMs.get(),
  };
  const seq = row.lastSeq + 1;
  siblings.insertReading({
    recordKey: station.newId(),
    testId: row.testId,
    day: row.day,
    seq,
    payload: canonicalJson(payload as unknown as JsonValue),
    contentHash: contentHash({ kind: 'test.resulted', testId: row.testId, seq, payload }),
    operatorId: operator.id,
    createdAtMs: nowMs,
  });
  siblings.save({
    ...row,
    status: result.outcome,
    revision: payload.revision,
    lastSeq: seq,
    result: JSON.stringify(payload),
    readAt: null,
  });
  if (row.personId !== null) tests.touch(row.personId);
  audit(station, 'result.record', `test:${row.testId}`, {
    revision: payload.revision,
    outcome: result.outcome,
    confirmedBy: result.confirmedBy?.id ?? null,
    override: result.overrideReason?.code ?? null,
    boundAt: row.station,
  });
}
