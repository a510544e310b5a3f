import { pinyin, polyphonic } from 'pinyin-pro';
import { type MatchedPart, matchedParts, type Person } from '../../shared/model/person.ts';

/**
 * What a person can be found by, as words of the search index, and what somebody typed, as a question to it. Each kind of
 * word has a first character of its own, so that a room never answers for a document:
 * - none: names, in Han characters or letters, from each of their characters on; pinyin and initials likewise
 * - `=` behind it: a whole name, so that whoever is called exactly that can come first
 * - `#`: a document or a phone, backwards, so that its last digits come first
 * - `@`: a room, or a place that has none; `&` a building, `%` a unit
 */

/** Readings of one name that are indexed at most: characters with several readings multiply. */
const readingsAtMost = 8;
/** From how many characters of a text a word begins at most. Longer names are rare, longer building names are prose. */
const beginningsAtMost = 12;
/** Words of a question that count; more say nothing new. */
const termsAtMost = 8;
/** The least last digits of a document or phone that are looked for: fewer are a house number. */
const tailFrom = 3;

const buildingWords = '号楼|號樓|栋|棟|幢|座|楼|樓|号院';
const partWord = new RegExp(`^(.+?)(?:${buildingWords}|单元|單元|室|房|户)$`, 'u');
/** Part of an address without its number, typed half way: it finds nobody. */
const partAlone = new RegExp(`^(?:${buildingWords}|号|單元|单元|单|室|房|户)$`);

export type Findable = Pick<Person, 'name' | 'documentNumber' | 'phone' | 'address'>;

const readingsOf = new Map<string, readonly string[]>();

/** Every reading of a character without its tone; ü is `v` as typed, and `u` for whoever types that. */
function readings(character: string): readonly string[] {
  const known = readingsOf.get(character);
  if (known !== undefined) return known;
  const [found = []] = polyphonic(character, { toneType: 'none', type: 'array', v: true });
  const plain = withU(found.filter((reading) => /^[a-z]+$/.test(reading)));
  readingsOf.set(character, plain);
  return plain;
}

function withU(found: readonly string[]): string[] {
  return [
    ...new Set(found.flatMap((reading) => (reading.includes('v') ? [reading, reading.replace('v', 'u')] : reading))),
  ];
}

/** The readings of a run of Han characters, the likeliest first: its surname as a surname is read, its words as words. */
function readingsOfName(run: string): string[][] {
  const characters = [...run];
  const likely = pinyin(run, { toneType: 'none', type: 'array', surname: 'head', v: true });
  // A character that it does not know comes back as itself.
  const first = characters.map((_character, index) => {
    const reading = likely[index] ?? '';
    return /^[a-z]+$/.test(reading) ? reading : '';
  });
  const others: string[][] = [];
  for (const [index, character] of characters.entries()) {
    const alternatives = withU([first[index] ?? '', ...readings(character)]);
    // A surname is asked for by either reading; so each combination of it with the rest would be one too many.
    for (const other of alternatives) {
      if (other !== first[index]) others.push(first.map((reading, place) => (place === index ? other : reading)));
    }
  }
  return [first, ...others].slice(0, readingsAtMost);
}

/** Han runs, and letters with digits: what a name or an address is made of. */
const runs = /\p{Script=Han}+|[\p{L}\p{M}\p{N}]+/gu;
const isHan = /^\p{Script=Han}+$/u;

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Letters without their marks: é is found by e, ü by v. */
function unmarked(text: string): string {
  return text.replaceAll('ü', 'v').normalize('NFD').replaceAll(/\p{M}/gu, '').normalize('NFC');
}

function wholeName(name: string): string {
  return [...unmarked(plain(name)).matchAll(runs)].map(([run]) => run).join('');
}

function addHan(words: Set<string>, run: string): void {
  const characters = [...run];
  for (let from = 0; from < Math.min(characters.length, beginningsAtMost); from++)
    words.add(characters.slice(from).join(''));
}

function addName(words: Set<string>, name: string): void {
  const letters: string[] = [];
  for (const [run] of plain(name)
    .replaceAll(/[·•・.'’]/g, '')
    .matchAll(runs)) {
    if (!isHan.test(run)) {
      letters.push(unmarked(run));
      continue;
    }
    addHan(words, run);
    for (const reading of readingsOfName(run.slice(0, 40))) {
      const spoken = reading.slice(0, beginningsAtMost);
      for (const from of spoken.keys()) {
        words.add(spoken.slice(from).join(''));
        const initials = spoken.slice(from).map((syllable) => syllable.slice(0, 1));
        if (initials.length > 1) words.add(initials.join(''));
      }
    }
  }
  // O'Neil is found by neil and by oneil.
  for (const [run] of plain(name).matchAll(runs)) if (!isHan.test(run)) words.add(unmarked(run));
  // Both as it is written and in one go.
  for (const run of letters) words.add(run);
  if (letters.length > 1) words.add(letters.join(''));
  words.delete('');
  // The whole name stands there with its mark, once: `王伟` is the beginning of it.
  const whole = wholeName(name);
  if (whole === '') return;
  words.delete(whole);
  words.add(`${whole}=`);
}

/** A part of an address without the word that says which part it is: `3号楼` and `3` are one building. */
function placeOf(part: string): string {
  const text = plain(part).replaceAll(/\s+/g, '');
  return text.replace(partWord, '$1');
}

function addAddress(words: Set<string>, { building, unit, room }: Person['address']): void {
  const place = { building: placeOf(building), unit: placeOf(unit), room: placeOf(room) };
  if (place.building !== '') {
    words.add(`&${place.building}`);
    // `幸福里3号楼` is building 3 too, and found by 幸福里.
    const number = /[a-z]?\d+[a-z]?$/.exec(place.building)?.[0];
    if (number !== undefined && number !== place.building) words.add(`&${number}`);
  }
  if (place.unit !== '') words.add(`%${place.unit}`);
  if (place.room !== '') words.add(`@${place.room}`);
  for (const part of Object.values(place)) {
    for (const [run] of part.matchAll(/\p{Script=Han}{2,}/gu)) addHan(words, run);
  }
}

function backwards(text: string): string {
  return [...text].reverse().join('');
}

function addNumber(words: Set<string>, number: string | null): void {
  if (number === null) return;
  const compact = plain(number).replaceAll(/[^\p{L}\p{N}]/gu, '');
  if (compact.length >= tailFrom) words.add(`#${backwards(compact)}`);
}

/** What parts words in the index's tokenizer: ASCII other than letters, digits and the signs of migration 0120. */
const parting = /[^\P{ASCII}a-zA-Z0-9=#@&%-]+/gu;

/** Everything that finds this person, parted by blanks just as the index parts it. */
export function personWords(person: Findable): string {
  const words = new Set<string>();
  addName(words, person.name);
  addNumber(words, person.documentNumber);
  addNumber(words, person.phone);
  addAddress(words, person.address);
  return [...words]
    .map((word) => word.replaceAll(/\s/g, '').replaceAll(parting, ' ').trim())
    .filter((word) => word !== '')
    .join(' ');
}

/** A word that is looked for, as it stands or as the beginning of one; or several that must all be there. */
type Alternative = { readonly word: string; readonly isWhole: boolean } | { readonly all: Question };
/** What was typed, as terms that must all be there, each in one of some forms. */
export type Question = readonly (readonly Alternative[])[];

const begins = (word: string): Alternative => ({ word, isWhole: false });
const is = (word: string): Alternative => ({ word, isWhole: true });

/** `3号楼`, `A座` · `2单元` · `1201室` · `5-2-1201` · names · numbers and letters. In this order, since each takes less. */
const terms = new RegExp(
  [
    `(?<building>[a-z]?\\d+[a-z]?|[a-z])(?:${buildingWords})`,
    '(?<unit>[a-z]?\\d+[a-z]?)(?:单元|單元)',
    '(?<room>[a-z]?\\d+[a-z]?)(?:室|房|户)',
    '(?<place>(?=[a-z\\p{N}-]*\\d)[a-z\\p{N}]+(?:-[a-z\\p{N}]+)+)',
    '(?<han>\\p{Script=Han}+)',
    '(?<run>[\\p{L}\\p{M}\\p{N}]+)',
  ].join('|'),
  'gu',
);

/** Words typed in English, as the ones that stand in an address. */
const spoken: readonly (readonly [RegExp, string])[] = [
  [/\b(?:building|bldg)\s*([a-z]?\d+[a-z]?)\b/g, '$1号楼'],
  [/\bunit\s*(\d+)\b/g, '$1单元'],
  [/\b(?:room|rm)\s*([a-z]?\d+[a-z]?)\b/g, '$1室'],
];

/** What was typed into a search, in any order and mixture; null where nothing in it could find anybody. */
export function personQuestion(typed: string): Question | null {
  let text = plain(typed).replaceAll(/['’·•・]/g, '');
  for (const [words, said] of spoken) text = text.replaceAll(words, said);
  // `5 号楼` is one word.
  text = text.replaceAll(
    new RegExp(`(\\d)\\s+(?=(?:${buildingWords}|单元|單元|室|房|户)(?!\\p{Script=Han}))`, 'gu'),
    '$1',
  );
  const question: Alternative[][] = [];
  for (const { groups = {} } of text.matchAll(terms)) {
    const { building, unit, room, place, han, run } = groups;
    if (building !== undefined) question.push([is(`&${building}`)]);
    else if (unit !== undefined) question.push([is(`%${unit}`)]);
    else if (room !== undefined) question.push([is(`@${room}`)]);
    else if (place !== undefined) question.push(placeForms(place));
    else if (han !== undefined && !partAlone.test(han)) question.push([begins(han)]);
    else if (run !== undefined) question.push(runForms(unmarked(run)));
  }
  return question.length === 0 ? null : question.slice(0, termsAtMost);
}

/** `5-1201`, `5-2-1201`, `5-2` on the way there; a phone with hyphens is one too, and a room that is written with one. */
function placeForms(place: string): Alternative[] {
  const [building = '', ...rest] = place.split('-').map(placeOf);
  const compact = place.replaceAll('-', '');
  const room = rest.at(-1) ?? '';
  const units = rest.slice(0, -1).map((unit) => [is(`%${unit}`)]);
  const last = [begins(`@${room}`), ...(units.length === 0 ? [begins(`%${room}`)] : [])];
  const door: Alternative = { all: [[is(`&${building}`)], ...units, last] };
  return [door, begins(`@${place}`), ...(/^\d{3,}$/.test(compact) ? [begins(`#${backwards(compact)}`)] : [])];
}

/** Letters, digits or both in one go. */
function runForms(run: string): Alternative[] {
  const glued = /^([\p{L}]{2,})(\d{1,6})$/u.exec(run);
  const hasDigit = /\p{N}/u.test(run);
  const forms: Alternative[] = [begins(`@${run}`), begins(`&${run}`)];
  if (!/^\d+$/.test(run)) forms.push(begins(run));
  // As passports spell what is typed with v.
  const typed = run.replaceAll(/([ln])yu(?!e)/g, '$1v');
  if (typed !== run) forms.push(begins(typed));
  if (hasDigit && run.length >= tailFrom) forms.push(begins(`#${backwards(run)}`));
  // `zw1201` may be somebody in a room, or all one word; letters before seven digits are a passport.
  if (glued !== null) forms.push({ all: [runForms(glued[1] ?? ''), runForms(glued[2] ?? '')] });
  return forms;
}

/** The question for people who are called exactly what was typed; null where it is no name. */
export function nameQuestion(typed: string): Question | null {
  const name = wholeName(typed);
  return name === '' || /\p{N}/u.test(name) ? null : [[is(`${name}=`)]];
}

/** The question in the index's own language; every word is quoted, so nothing in it is an operator. */
export function indexQuery(question: Question): string {
  const form = (one: Alternative): string =>
    'all' in one ? `(${indexQuery(one.all)})` : `"${one.word}"${one.isWhole ? '' : ' *'}`;
  return question.map((forms) => `(${forms.map(form).join(' OR ')})`).join(' AND ');
}

/** The same question to words as `personWords` wrote them: a condition with its parameters, for those not in the index. */
export function wordsCondition(question: Question): { readonly sql: string; readonly parameters: readonly string[] } {
  const parameters: string[] = [];
  const form = (one: Alternative): string => {
    if ('all' in one) return `(${all(one.all)})`;
    parameters.push(one.isWhole ? ` ${one.word} ` : ` ${one.word}`);
    return "instr(' ' || words || ' ', ?)";
  };
  const all = (asked: Question): string => asked.map((forms) => `(${forms.map(form).join(' OR ')})`).join(' AND ');
  return { sql: all(question), parameters };
}

/** Which parts of a person answer a question that found them. */
export function partsMatching(question: Question, person: Findable): MatchedPart[] {
  const of = (add: (words: Set<string>) => void): readonly string[] => {
    const words = new Set<string>();
    add(words);
    return [...words];
  };
  const words: Readonly<Record<MatchedPart, readonly string[]>> = {
    name: of((found) => addName(found, person.name)),
    document: of((found) => addNumber(found, person.documentNumber)),
    phone: of((found) => addNumber(found, person.phone)),
    address: of((found) => addAddress(found, person.address)),
  };
  const answers = (asked: Question, part: MatchedPart): boolean =>
    asked.some((forms) =>
      forms.some((form) =>
        'all' in form
          ? answers(form.all, part)
          : words[part].some((word) => (form.isWhole ? word === form.word : word.startsWith(form.word))),
      ),
    );
  return matchedParts.filter((part) => answers(question, part));
}
