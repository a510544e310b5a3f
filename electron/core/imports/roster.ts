import { classify } from '../../../shared/codes/classify.ts';
import { maskBirthDate, maskDocument, maskName, maskPhone } from '../../../shared/codes/mask.ts';
import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import { StationError } from '../../../shared/errors.ts';
import type { DocumentKind, Person, Sex } from '../../../shared/model/person.ts';
import { documentKindOf } from '../people/documents.ts';
import { storedNumber, storedPhone } from '../people/people.ts';
import type { Station } from '../station.ts';
import type { rosterColumns } from './columns.ts';
import { type DayOrder, isAmbiguousDay, orderIn, readDay, readMonth } from './dates.ts';
import { type createMembers, shownOrganisation } from './members.ts';
import { type Difference, type Plan, placesOf, RowFault, type Sheet, type Step } from './plan.ts';

type Field = keyof typeof rosterColumns;

/** Numbers of which each digit counts. */
export const countedInRosters: ReadonlySet<string> = new Set<Field>(['documentNumber', 'phone']);
/** One field of each group, or nobody can be told from somebody else. */
export const neededInRosters: readonly (readonly Field[])[] = [['name'], ['documentNumber', 'birthDate']];
/** Rows by which a column is judged as a whole. */
const judgedRows = 2_000;

const documentKindWords: readonly (readonly [RegExp, DocumentKind])[] = [
  [/居住证|residencepermit/, 'residencePermit'],
  [/永久居留|permanentresiden/, 'permanentResident'],
  [/通行证|台胞|回乡|travelpermit/, 'travelPermit'],
  [/护照|passport/, 'passport'],
  [/身份证|residentid|idcard|nationalid/, 'residentId'],
  [/其他|其它|出生|户口|other|birth/, 'other'],
];

/** What its rows together say about a roster. */
type Habits = {
  /** Which of month and day comes first, where the year is last. */
  readonly dayOrder: DayOrder;
  /** Documents that end with 000 are so many that a spreadsheet made them. */
  readonly isRounded: boolean;
};

/** A row's cells by what they are. */
type Cells = {
  readonly text: (field: Field) => string;
  readonly isNumber: (field: Field) => boolean;
};

const sexWords: ReadonlyMap<string, Sex> = new Map([
  ...['男', '男性', 'm', 'male', '1'].map((word) => [word, 'male'] as const),
  ...['女', '女性', 'f', 'female', '2'].map((word) => [word, 'female'] as const),
]);

/** A roster: people by document, or by name, birth date and address where they have none. */
export function planRoster(
  station: Station,
  sheet: Sheet,
  day: string,
  members: ReturnType<typeof createMembers>,
): Plan<Person> {
  const place = placesOf<Field>(sheet.fields);
  const habits = habitsOf(sheet, place);
  const seen = new Map<
    string,
    { readonly line: number; readonly name: string; readonly id: string | null; readonly isNew: boolean }
  >();

  return {
    read: ({ cells, kinds, line }): Step<Person> => {
      const person = readPerson(
        {
          text: (field) => cells[place[field] ?? -1] ?? '',
          isNumber: (field) => kinds[place[field] ?? -1] === 'n',
        },
        day,
        habits,
      );
      const identity = person.documentNumber ?? JSON.stringify([person.name, person.birthDate, person.address]);
      const target = members.read(cells);
      const former = seen.get(identity);
      if (former !== undefined) {
        if (former.name !== person.name) throw new RowFault('doubled', 'name', { line: String(former.line) });
        // Somebody may work at two places: they stand in the list once for each.
        if (former.id !== null) members.note(target, former.id, former.isNew);
        return { kind: 'doubled' };
      }
      // Most of a new list are nobody yet: one look at an index says so.
      const isNobody = person.documentNumber !== null && !station.tables.people.isDocumentKnown(person.documentNumber);
      const known = isNobody ? null : findKnown(station, person);
      // Whoever was merged is there as somebody else, whose words a list about the former does not change.
      const isAbsorbed = known === null && !isNobody && station.tables.imports.isAbsorbed(person);
      const id = known?.id ?? (isAbsorbed ? null : station.newId());
      seen.set(identity, { line, name: person.name, id, isNew: known === null });
      if (id === null) return { kind: 'same' };
      members.note(target, id, known === null);
      if (known === null) return { kind: 'fresh', value: { ...person, id } };
      if (isOther(known, person)) return { kind: 'same' };
      const differences = differencesOf(known, merge(known, person));
      return differences.length === 0
        ? { kind: 'same' }
        : { kind: 'changed', value: { ...person, id: known.id }, differences };
    },
    describe: (cells) =>
      Object.fromEntries(
        (Object.keys(place) as Field[]).map((field) => [field, shownCell(field, cells[place[field] ?? -1] ?? '')]),
      ),
  };
}

function habitsOf({ rows }: Sheet, place: Partial<Record<Field, number>>): Habits {
  const orders = new Set<DayOrder>();
  let documents = 0;
  let rounded = 0;
  const step = Math.max(1, Math.floor(rows.length / judgedRows));
  for (let at = 0; at < rows.length; at += step) {
    const { cells } = rows.at(at);
    const born = cells[place.birthDate ?? -1] ?? '';
    const order = born === '' || isSameTwice(born) ? null : orderIn(born);
    if (order !== null) orders.add(order);
    const document = cells[place.documentNumber ?? -1] ?? '';
    if (!/^\d{17}[\dXx]$/.test(document)) continue;
    documents += 1;
    if (document.endsWith('000')) rounded += 1;
  }
  const [only = null] = orders;
  return { dayOrder: orders.size === 1 ? only : null, isRounded: rounded >= 3 && rounded > documents * 0.2 };
}

/** `5/5/1988` says nothing about the others. */
function isSameTwice(text: string): boolean {
  return /^(\d{1,2})\D\1\D/.test(text);
}

/** A cell as the preview may show it. */
export function shownCell(field: string, text: string): string {
  switch (field) {
    case 'documentNumber':
      return maskDocument(text);
    case 'phone':
      return maskPhone(text);
    case 'organisation':
      return shownOrganisation(text);
    case 'name':
    case 'guardianName':
      return maskName(text);
    case 'birthDate': {
      const day = readDay(text);
      return day === null ? maskPersonalNumbers(text) : maskBirthDate(day);
    }
    default:
      return shownOther(text);
  }
}

/**
 * Where columns are mixed up, names, days and numbers stand in any of them: what is no door, no word of a form and no
 * single letter is shown in part.
 */
function shownOther(text: string): string {
  const day = /\D|^\d{8}$/.test(text) ? readDay(text) : null;
  if (day !== null) return maskBirthDate(day);
  const masked = maskPersonalNumbers(text);
  const isWord = sexWords.has(text.toLowerCase()) || documentKindWords.some(([words]) => words.test(plainWord(text)));
  return /\d/.test(text) || [...text].length < 2 || isWord ? masked : maskName(masked);
}

function readPerson({ text, isNumber }: Cells, day: string, habits: Habits): Person {
  const name = text('name').replaceAll(/\s+/g, ' ');
  if (name === '') throw new RowFault('nameMissing', 'name');
  if ([...name].length > 80) throw new RowFault('nameTooLong', 'name');
  const written = text('documentNumber');
  const document =
    written === '' ? null : readDocument(written, text('documentKind'), day, isNumber('documentNumber'), habits);

  const birthDate = readBirthDate(text('birthDate'), document?.birthDate ?? null, day, habits);
  if (document?.birthDate != null && birthDate !== null && document.birthDate !== birthDate) {
    throw new RowFault('birthDateDiffers', 'birthDate', { own: document.birthDate });
  }
  if (document === null && birthDate === null) throw new RowFault('birthDateMissing', 'birthDate');

  const sexText = text('sex');
  const sex = sexText === '' ? null : readSex(sexText);
  if (document?.sex != null && sex !== null && document.sex !== sex) throw new RowFault('sexDiffers', 'sex');

  const address = readAddress(text);
  for (const [column, part] of Object.entries(address)) {
    if (part.length > 60 && [...part].length > 60) throw new RowFault('textTooLong', column, { column });
  }
  const guardianName = text('guardianName').slice(0, 80);
  return {
    id: '',
    name,
    sex: document?.sex ?? sex,
    birthDate: document?.birthDate ?? birthDate,
    documentKind: document?.kind ?? null,
    documentNumber: document?.number ?? null,
    phone: readPhone(text('phone'), isNumber('phone'), day),
    address,
    guardianName: guardianName === '' ? null : guardianName,
  };
}

/** Null where nothing is written, or a month that the document's own birth date lies in. */
function readBirthDate(text: string, own: string | null, day: string, { dayOrder }: Habits): string | null {
  if (text === '') return null;
  const month = readMonth(text);
  if (month !== null && own?.startsWith(month) === true) return null;
  if (dayOrder === null && isAmbiguousDay(text))
    throw new RowFault('dateAmbiguous', 'birthDate', { text: text.slice(0, 40) });
  const birthDate = readDay(text, dayOrder);
  if (birthDate === null || birthDate > day)
    throw new RowFault('birthDateWrong', 'birthDate', { text: text.slice(0, 40) });
  return birthDate;
}

function readPhone(text: string, isNumber: boolean, day: string): string | null {
  if (text === '') return null;
  if (!/^[+\d][\d\s\-()#*转]{4,28}$/.test(text)) throw new RowFault('phoneWrong', 'phone', { text: maskPhone(text) });
  // Numbers of a town begin with 0, which a cell of numbers does not keep.
  if (isNumber && /^[2-9]\d{8,10}$/.test(text)) throw new RowFault('leadingZeroLost', 'phone');
  return /^1[3-9]\d{9}$/.test(text) ? text : storedPhone(text, day);
}

function readDocument(
  written: string,
  kindText: string,
  day: string,
  isNumber: boolean,
  { isRounded }: Habits,
): {
  readonly kind: DocumentKind;
  readonly number: string;
  readonly birthDate: string | null;
  readonly sex: Sex | null;
} {
  const kind = kindText === '' ? null : kindOf(kindText);
  const plain = written.replaceAll(/[\s-]/g, '').toUpperCase();
  const code = classify(plain, { today: day });
  const seemsRounded = /^\d{15}000$/.test(plain) && (isRounded || !code.ok);
  if (seemsRounded) throw new RowFault('excelRounded', 'documentNumber');
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
  if (isNumber && isNumberOf(kind, `0${plain}`, day) && !isNumberOf(kind, plain, day))
    throw new RowFault('leadingZeroLost', 'documentNumber');
  try {
    return { kind, number: storedNumber(kind, plain, day, 'documentNumber'), birthDate: null, sex: null };
  } catch (error) {
    if (error instanceof StationError) {
      throw new RowFault('documentWrong', 'documentNumber', { why: String(error.failure.params['problem'] ?? '') });
    }
    throw error;
  }
}

/** Passports and the like have no rule by which a nought could be missed. */
function isNumberOf(kind: DocumentKind, number: string, day: string): boolean {
  if (kind === 'passport' || kind === 'other') return false;
  try {
    storedNumber(kind, number, day, 'documentNumber');
    return true;
  } catch (error) {
    if (error instanceof StationError) return false;
    throw error;
  }
}

function plainWord(text: string): string {
  return text.toLowerCase().replaceAll(/[\s_-]/g, '');
}

function kindOf(text: string): DocumentKind {
  const found = documentKindWords.find(([words]) => words.test(plainWord(text)));
  if (found === undefined) throw new RowFault('documentKindUnknown', 'documentKind', { text: text.slice(0, 40) });
  return found[1];
}

function readSex(text: string): Sex {
  const sex = sexWords.get(text.toLowerCase());
  if (sex !== undefined) return sex;
  throw new RowFault('sexUnknown', 'sex', { text: text.slice(0, 20) });
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
function findKnown(station: Station, person: Person): Person | null {
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

/** Found by a document that only a part of them carries. */
function isOther(known: Person, read: Person): boolean {
  return read.documentNumber !== null && known.documentNumber !== read.documentNumber;
}

export function isSame(a: Person, b: Person): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What a list may show of a change: names, numbers and birth dates in part only. */
function differencesOf(before: Person, after: Person): readonly Difference[] {
  const flat = ({ address, ...rest }: Person): Readonly<Record<string, string | null>> => ({ ...rest, ...address });
  const [was, is] = [flat(before), flat(after)];
  return Object.keys(was)
    .filter((field) => was[field] !== is[field])
    .map((field) => ({ field, before: shownCell(field, was[field] ?? ''), after: shownCell(field, is[field] ?? '') }));
}
