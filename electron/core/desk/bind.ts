import { canonicalJson } from '../../../shared/canonicalJson.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Person } from '../../../shared/model/person.ts';
import { minute } from '../../../shared/time.ts';
import { learnBound } from '../kits/patterns.ts';
import { currentRound } from '../rounds/rounds.ts';
import { audit, type Station, signedIn, today } from '../station.ts';
import { enqueue } from '../sync/enqueue.ts';
import type { HeldKit, HeldPerson } from './deskState.ts';
import { undoMs } from './state.ts';

/**
 * Binds a kit to a person: main path, step 1. The test with the person as they are now, the row that says where it
 * stands, the outbox row and the audit entry are one transaction with whatever else the gesture writes. The kit's key is
 * UNIQUE among live bindings, whatever was checked before. Answers the test's id.
 */
export function bind(station: Station, person: Person, held: HeldPerson, kit: HeldKit): string {
  const operator = signedIn(station);
  const { tests, products } = station.tables;
  const product = products.find(kit.productId);
  if (product === null || product.window === null) throw new StationError('NOT_FOUND', { what: 'product' });
  const settings = station.settings.get();
  const round = currentRound(station);

  const testId = station.newId();
  const nowMs = station.clock.now();
  const day = today(station);
  const offsetMs = settings.windowFrom === 'binding' ? settings.windowOffsetMin * minute : 0;
  const opensAfterMs = Math.round(product.window.opensAfterMin * minute + offsetMs);
  const closesAfterMs = Math.round(product.window.closesAfterMin * minute + offsetMs);
  const counts = settings.windowFrom === 'binding';
  const clockOffsetMs = station.centralOffsetMs.get();
  tests.insert(
    {
      id: testId,
      roundId: round.id,
      day,
      boundAtMs: nowMs,
      operatorId: operator.id,
      clockOffsetMs,
      personId: person.id,
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
      personSource: held.source,
      kitKey: kit.kitKey,
      kitRaw: kit.raw,
      kitCodeKind: kit.codeKind,
      kitGtin: kit.gtin,
      kitSerial: kit.serial,
      kitLot: kit.lot,
      kitExpiresOn: kit.expiresOn,
      kitSource: kit.source,
      kitWarnings: canonicalJson(kit.warnings.map((warning) => ({ ...warning }))),
      productId: product.id,
      opensAfterMs,
      closesAfterMs,
      windowFrom: settings.windowFrom,
      retestOf: held.retestOf,
      secondReasonCode: held.secondReason?.code ?? null,
      secondReasonText: held.secondReason?.text ?? null,
    },
    counts ? nowMs + opensAfterMs : null,
    counts ? nowMs + closesAfterMs : null,
  );
  enqueue(
    station,
    {
      kind: 'test.bound',
      payload: {
        roundName: round.name,
        roundId: round.id,
        window: { from: settings.windowFrom, opensAfterMs, closesAfterMs },
        day,
        person: {
          personId: person.id,
          name: person.name,
          sex: person.sex,
          birthDate: person.birthDate,
          documentKind: person.documentKind,
          documentNumber: person.documentNumber,
          phone: person.phone,
          address: person.address,
          guardianName: person.guardianName,
        },
        kit: {
          key: kit.kitKey,
          raw: kit.raw,
          codeKind: kit.codeKind,
          gtin: kit.gtin,
          serial: kit.serial,
          lot: kit.lot,
          expiresOn: kit.expiresOn,
          productName: product.shortName,
          registrationNumber: product.registrationNumber,
          warnings: kit.warnings.map((warning) => warning.code),
        },
        boundAtMs: nowMs,
        operator: { id: operator.id, name: operator.name },
        personSource: held.source,
        kitSource: kit.source,
        clockOffsetMs,
        retestOf: held.retestOf,
        secondTestReason: held.secondReason,
      },
    },
    { testId, chain: 1, dueAtMs: nowMs + undoMs, urgent: false },
  );
  // What hands typed says nothing of what the guns read.
  if (kit.source !== 'typed') learnBound(station, kit);
  audit(station, 'test.bind', `test:${testId}`, {
    person: person.id,
    personSource: held.source,
    kitSource: kit.source,
    retestOf: held.retestOf,
    secondReason: held.secondReason?.code ?? null,
    warnings: kit.warnings.map((warning) => warning.code),
  });
  return testId;
}
