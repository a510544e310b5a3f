import { maskBirthDate, maskDocument, maskName, maskPhone } from '../../../shared/codes/mask.ts';
import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import type { KitCard, KitWarning } from '../../../shared/model/kit.ts';
import type { Address, MaskedPerson, Person, PersonCard } from '../../../shared/model/person.ts';
import type { StageTest, TestCard } from '../../../shared/model/test.ts';
import { ageOn } from '../../../shared/time.ts';
import type { TestRow } from '../../db/tests.ts';
import { siblingCentralState, siblingRevisions } from '../siblings/siblings.ts';
import { type Station, today } from '../station.ts';
import type { HeldKit } from './deskState.ts';

const tailLength = 4;

/** The last characters of a serial, as staff say them. */
export function tailOf(serial: string): string {
  return serial.slice(-tailLength);
}

/** A person as they stand in lists: the one place where masked forms are made of a person. */
export function maskedPerson(person: Person, day: string): MaskedPerson {
  return {
    personId: person.id,
    nameMasked: maskName(person.name),
    sex: person.sex,
    birthMasked: person.birthDate === null ? null : maskBirthDate(person.birthDate),
    age: person.birthDate === null ? null : ageOn(person.birthDate, day),
    address: shownAddress(person.address),
    documentKind: person.documentKind,
    documentMasked: person.documentNumber === null ? null : maskDocument(person.documentNumber),
    phoneMasked: person.phone === null ? null : maskPhone(person.phone),
    guardianMasked: person.guardianName === null ? null : maskName(person.guardianName),
  };
}

/** An address as it may be shown: a phone number that somebody wrote into it does not come with it. */
export function shownAddress({ building, unit, room }: Address): Address {
  return {
    building: maskPersonalNumbers(building),
    unit: maskPersonalNumbers(unit),
    room: maskPersonalNumbers(room),
  };
}

/** Whoever stands at the desk, or whose page was opened: by name. */
export function personCard(person: Person, day: string): PersonCard {
  return { ...maskedPerson(person, day), name: person.name };
}

export function heldKitCard(station: Station, kit: HeldKit): KitCard {
  const product = station.tables.products.find(kit.productId);
  return {
    kitKey: kit.kitKey,
    tail: tailOf(kit.serial),
    serial: kit.serial,
    productId: kit.productId,
    productName: product?.shortName ?? '',
    method: product?.method ?? null,
    lot: kit.lot,
    expiresOn: kit.expiresOn,
    warnings: [...kit.warnings],
  };
}

/** A test on the desk's stage: whose it is stands there by name. */
export function stageTest(station: Station, row: TestRow): StageTest {
  return { ...testCard(station, row), person: personCard(snapshotOf(row), today(station)) };
}

/** A test as lists and histories show it, with the person as they were when it was bound, masked. */
export function testCard(station: Station, row: TestRow): TestCard {
  const revisions =
    row.revision === 0
      ? []
      : row.sibling === undefined
        ? station.tables.tests.listRevisions(row.id)
        : siblingRevisions(station, row.id);
  return {
    testId: row.id,
    person: maskedPerson(snapshotOf(row), today(station)),
    kit: {
      kitKey: row.kitKey,
      tail: tailOf(row.kitSerial),
      serial: row.kitSerial,
      productId: row.productId,
      productName: row.productName,
      method: row.productMethod,
      lot: row.kitLot,
      expiresOn: row.kitExpiresOn,
      warnings: (JSON.parse(row.kitWarnings) as KitWarning[]).filter(
        // What was odd about the code that was read is over once it was put right.
        ({ code }) => row.kitN === 0 || (code !== 'serialUnknown' && code !== 'serialOneOff'),
      ),
    },
    roundId: row.roundId,
    day: row.day,
    status: row.status,
    boundAtMs: row.boundAtMs,
    boundByName: row.operatorName,
    opensAtMs: row.opensAtMs,
    closesAtMs: row.closesAtMs,
    result: revisions.at(-1) ?? null,
    voided:
      row.voidAtMs === null
        ? null
        : {
            atMs: row.voidAtMs,
            operatorName: row.voidBy ?? '',
            reason: { code: row.voidReasonCode ?? '', text: row.voidReasonText ?? '' },
          },
    retestOf: row.retestOf,
    central:
      row.sibling === undefined
        ? station.tables.tests.centralState(row.id, station.clock.now())
        : siblingCentralState(station, row.id),
    ...(row.sibling === undefined ? {} : { boundAtStation: row.sibling }),
  };
}

/** The person of a test as they were then. */
export function snapshotOf(row: TestRow): Person {
  return {
    id: row.personId,
    name: row.personName,
    sex: row.personSex,
    birthDate: row.personBirthDate,
    documentKind: row.personDocumentKind,
    documentNumber: row.personDocumentNumber,
    phone: row.personPhone,
    address: { building: row.personBuilding, unit: row.personUnit, room: row.personRoom },
    guardianName: row.personGuardianName,
  };
}

export function maskedNameOf(row: TestRow): string {
  return maskName(row.personName);
}
