import { classify } from '../../../shared/codes/classify.ts';
import { maskBirthDate, maskDocument, maskName, maskPhone } from '../../../shared/codes/mask.ts';
import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import { StationError } from '../../../shared/errors.ts';
import type { DocumentKind, Person, Sex } from '../../../shared/model/person.ts';
import { documentKindOf } from '../people/documents.ts';
import { storedNumber, storedPhone } from '../people/people.ts';
import type { Station } from '../station.ts';
import { matchColumns, requireColumns, rosterColumns } from './columns.ts';
import type { Sheet } from './csv.ts';
import { readDay } from './dates.ts';
import { type Plan, RowFault, type Step } from './plan.ts';

type Field = keyof typeof rosterColumns;

const documentKindWords: readonly (readonly [RegExp, DocumentKind])[] = [
  [/居住证|residencepermit/, 'residencePermit'],
  [/永久居留|permanentresiden/, 'permanentResident'],
  [/通行证|台胞|回乡|travelpermit/, 'travelPermit'],
  [/护照|passport/, 'passport'],
  [/身份证|residentid|idcard|nationalid/, 'residentId'],
  [/其他|其它|出生|户口|other|birth/, 'other'],
];

/** A roster: people by document, or by name, birth date and address where they have none. */
export function planRoster(station: Station, sheet: Sheet, day: string): Plan<Person> {
  const { place, columns } = matchColumns<Field>(sheet.headings, rosterColumns);
  requireColumns<Field>(place, [['name'], ['documentNumber', 'birthDate']]);
  const seen = new Map<string, { readonly line: number; readonly person: Person }>();

  const read = (cells: readonly string[], line: number): Step<Person> => {
    const cell = (field: Field): string => {
      const index = place[field];
      return index === undefined ? '' : (cells[index] ?? '');
    };
    const person = readPerson(cell, day);
    const identity = person.documentNumber ?? JSON.stringify([person.name, person.birthDate, person.address]);
    const former = seen.get(identity);
    if (former !== undefined) {
      if (former.person.name !== person.name) throw new RowFault('doubled', 'name', { line: String(former.line) });
      return { kind: 'doubled' };
    }
    seen.set(identity, { line, person });
    const known = findKnown(station, person);
    if (known === null) return { kind: 'fresh', value: { ...person, id: station.newId() } };
    const merged = merge(known, person);
    return isSame(known, merged) ? { kind: 'same' } : { kind: 'changed', value: merged };
  };
  return {
    columns,
    read,
    describe: (cells) =>
      Object.fromEntries(
        (Object.keys(place) as Field[]).map((field) => [field, shown(field, cells[place[field] ?? -1] ?? '')]),
      ),
  };
}

/** A cell as the preview may show it. */
function shown(field: Field, text: string): string {
  switch (field) {
    case 'documentNumber':
      return maskDocument(text);
    case 'phone':
      return maskPhone(text);
    case 'name':
    case 'guardianName':
      return maskName(text);
    case 'birthDate': {
      const day = readDay(text);
      return day === null ? maskDocument(text) : maskBirthDate(day);
    }
    default:
      // Where columns are mixed up, numbers stand in any of them.
      return maskPersonalNumbers(text);
  }
}

function readPerson(cell: (field: Field) => string, day: string): Person {
  const name = cell('name').replaceAll(/\s+/g, ' ');
  if (name === '') throw new RowFault('nameMissing', 'name');
  if ([...name].length > 80) throw new RowFault('nameTooLong', 'name');
  const written = cell('documentNumber');
  if (/^\d(\.\d+)?e\+?\d+$/i.test(written)) throw new RowFault('excelNumber', 'documentNumber');
  const document = written === '' ? null : readDocument(written, cell('documentKind'), day);

  const birthText = cell('birthDate');
  const birthDate = birthText === '' ? null : readDay(birthText);
  if (birthText !== '' && (birthDate === null || birthDate > day))
    throw new RowFault('birthDateWrong', 'birthDate', { text: birthText });
  if (document?.birthDate != null && birthDate !== null && document.birthDate !== birthDate) {
    throw new RowFault('birthDateDiffers', 'birthDate', { own: document.birthDate });
  }
  if (document === null && birthDate === null) throw new RowFault('birthDateMissing', 'birthDate');

  const sexText = cell('sex');
  const sex = sexText === '' ? null : readSex(sexText);
  if (document?.sex != null && sex !== null && document.sex !== sex) throw new RowFault('sexDiffers', 'sex');

  const phoneText = cell('phone');
  if (phoneText !== '' && !/^[+\d][\d\s\-()#*转]{4,28}$/.test(phoneText))
    throw new RowFault('phoneWrong', 'phone', { text: maskPhone(phoneText) });
  const address = readAddress(cell);
  for (const [column, text] of Object.entries(address)) {
    if ([...text].length > 60) throw new RowFault('textTooLong', column, { column });
  }
  const guardianName = cell('guardianName').slice(0, 80);
  return {
    id: '',
    name,
    sex: document?.sex ?? sex,
    birthDate: document?.birthDate ?? birthDate,
    documentKind: document?.kind ?? null,
    documentNumber: document?.number ?? null,
    phone: storedPhone(phoneText, day),
    address,
    guardianName: guardianName === '' ? null : guardianName,
  };
}

function readDocument(
  written: string,
  kindText: string,
  day: string,
): {
  readonly kind: DocumentKind;
  readonly number: string;
  readonly birthDate: string | null;
  readonly sex: Sex | null;
} {
  const kind = kindText === '' ? null : kindOf(kindText);
  const plain = written.replaceAll(/[\s-]/g, '').toUpperCase();
  const code = classify(plain, { today: day });
  const own = code.ok ? documentKindOf(code.kind) : null;
  if (kind === null || kind === own) {
    if (code.ok && own !== null) {
      return {
        kind: own,
        number: code.fields['number'] ?? plain,
        birthDate: code.fields['birthDate'] ?? null,
        sex: (code.fields['sex'] as Sex | undefined) ?? null,
      };
    }
    // Without a stated kind a number of other shape is a passport or the like; one shaped like an ID but wrong is wrong.
    if (kind === null && !/^\d{15,18}[\dX]?$/.test(plain) && /^[A-Z0-9]{5,20}$/.test(plain)) {
      return { kind: 'passport', number: plain, birthDate: null, sex: null };
    }
    throw new RowFault('documentWrong', 'documentNumber', { why: code.ok ? 'length' : code.error.code });
  }
  try {
    return { kind, number: storedNumber(kind, plain, day, 'documentNumber'), birthDate: null, sex: null };
  } catch (error) {
    if (error instanceof StationError) {
      throw new RowFault('documentWrong', 'documentNumber', { why: String(error.failure.params['problem'] ?? '') });
    }
    throw error;
  }
}

function kindOf(text: string): DocumentKind {
  const plain = text.toLowerCase().replaceAll(/[\s_-]/g, '');
  const found = documentKindWords.find(([words]) => words.test(plain));
  if (found === undefined) throw new RowFault('documentKindUnknown', 'documentKind', { text });
  return found[1];
}

function readSex(text: string): Sex {
  const plain = text.toLowerCase();
  if (['男', '男性', 'm', 'male', '1'].includes(plain)) return 'male';
  if (['女', '女性', 'f', 'female', '2'].includes(plain)) return 'female';
  throw new RowFault('sexUnknown', 'sex', { text });
}

/** Building, unit and room by their columns, or out of one address such as `5号楼2单元1201室`. */
function readAddress(cell: (field: Field) => string): Person['address'] {
  const strip = (text: string, suffix: RegExp) => text.replace(suffix, '').trim();
  const whole = cell('address');
  if (whole !== '' && cell('building') === '' && cell('room') === '') {
    // An address that is longer is refused by its length; looking for parts in it would walk it over and over.
    if (whole.length > 120) return { building: whole, unit: '', room: '' };
    const parts = /^(?:.*?)(\d+[A-Za-z]?)\s*(?:号楼|栋|幢|号|座)\s*(?:(\d+)\s*单元)?\s*(\d+[A-Za-z]?)\s*室?$/.exec(
      whole,
    );
    if (parts !== null) return { building: parts[1] ?? '', unit: parts[2] ?? '', room: parts[3] ?? '' };
    return { building: whole, unit: '', room: '' };
  }
  return {
    building: strip(cell('building'), /(号楼|栋|幢)$/),
    unit: strip(cell('unit'), /单元$/),
    room: strip(cell('room'), /室$/),
  };
}

/** Somebody in the register already who is this person: by document, or by name, birth date and address. */
export function findKnown(station: Station, person: Person): Person | null {
  if (person.documentNumber === null) return station.tables.people.findWithoutDocument(person);
  const known = station.tables.people.findByDocument(person.documentNumber);
  return known.find((each) => each.name === person.name) ?? known[0] ?? null;
}

/** What the file says, and where it says nothing what was known. */
export function merge(known: Person, read: Person): Person {
  const address = read.address.building === '' && read.address.room === '' ? known.address : read.address;
  return {
    ...known,
    name: read.name,
    sex: read.sex ?? known.sex,
    birthDate: read.birthDate ?? known.birthDate,
    phone: read.phone ?? known.phone,
    address,
    guardianName: read.guardianName ?? known.guardianName,
  };
}

function isSame(a: Person, b: Person): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
