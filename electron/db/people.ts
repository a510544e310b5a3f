import type { DocumentKind, Person, Sex } from '../../shared/model/person.ts';
import type { Register } from './open.ts';
import { indexQuery, nameQuestion, personQuestion, personWords, type Question, wordsCondition } from './personWords.ts';

/** Merges of merges that are followed. */
const chainAtMost = 50;
/** People a search counts: more are told as "more". */
const foundAtMost = 1000;
/** People a search puts in order: a page of them. Each is read for it, from pages of the file that lie anywhere. */
const sortedAtMost = 100;
/** Questions to people who are not in the index yet that are kept prepared. */
const questionsKept = 16;

export type PersonSource = 'roster' | 'desk' | 'sample';
export type NewPerson = Person & {
  /** What the person's own QR card says: one of our `YP` codes. */
  readonly code: string;
  readonly source: PersonSource;
  readonly importId: string | null;
  readonly atMs: number;
};

type Row = {
  id: string;
  name: string;
  sex: Sex | null;
  birth_date: string | null;
  document_kind: DocumentKind | null;
  document_number: string | null;
  phone: string | null;
  building: string;
  unit: string;
  room: string;
  guardian_name: string | null;
};

const columns = 'id, name, sex, birth_date, document_kind, document_number, phone, building, unit, room, guardian_name';

/** People. Reads go through the view `roster`, so that an import is seen when it is committed and not before. */
export function peopleTable(db: Register) {
  const byId = db.prepare(`SELECT ${columns} FROM roster WHERE id = ?`);
  const byDocument = db.prepare(`SELECT ${columns} FROM roster WHERE document_number = ? ORDER BY name LIMIT 20`);
  const documentKnown = db.prepare('SELECT EXISTS (SELECT 1 FROM people WHERE document_number = ?)').pluck();
  const mergedWithDocument = db
    .prepare('SELECT merged_into FROM people WHERE document_number = ? AND merged_into IS NOT NULL LIMIT 20')
    .pluck();
  const mergedWithCode = db
    .prepare('SELECT merged_into FROM people WHERE code = ? AND merged_into IS NOT NULL')
    .pluck();
  const mergedInto = db.prepare('SELECT merged_into FROM people WHERE id = ?').pluck();
  const aloneById = db.prepare(`SELECT ${columns} FROM people WHERE id = ?`);
  const byNameAndBirth = db.prepare(
    `SELECT ${columns} FROM roster WHERE name = ? AND birth_date = ? ORDER BY building, unit, room LIMIT 20`,
  );
  const atAddress = db.prepare(
    `SELECT ${columns} FROM roster WHERE building = ? AND unit = ? AND room = ? ORDER BY birth_date, name LIMIT ?`,
  );
  const inBuilding = db.prepare(`SELECT ${columns} FROM roster WHERE building = ? ORDER BY unit, room, name LIMIT ?`);
  const alikePiece = db.prepare(
    `SELECT name, birth_date AS birthDate FROM people INDEXED BY people_by_name
     WHERE birth_date IS NOT NULL AND (name, birth_date) >= (@name, @birthDate) ORDER BY name, birth_date LIMIT @limit`,
  );
  const documentPiece = db
    .prepare('SELECT document_number FROM people WHERE document_number >= ? ORDER BY document_number LIMIT ?')
    .pluck();
  const codeOf = db.prepare('SELECT code, source, created_at_ms AS atMs FROM people WHERE id = ?');
  const byPhone = db.prepare(`SELECT ${columns} FROM roster WHERE phone = ? ORDER BY birth_date, name LIMIT 20`);
  const byCode = db.prepare(`SELECT ${columns} FROM roster WHERE code = ?`);
  const sameNameAt = db.prepare(
    `SELECT ${columns} FROM roster WHERE building = @building AND unit = @unit AND room = @room AND name = @name
       AND document_number IS NULL AND birth_date IS @birthDate LIMIT 1`,
  );
  const count = db.prepare('SELECT count(*) FROM roster').pluck();
  const found = db
    .prepare(
      'SELECT rowid FROM person_index WHERE person_index MATCH @match AND rowid BETWEEN @from AND @to ORDER BY rowid LIMIT @limit',
    )
    .pluck();
  const byNumber = db.prepare(
    `SELECT ${columns} FROM roster WHERE id = (SELECT person_id FROM person_words WHERE n = ?)`,
  );
  const unseen = db.prepare("SELECT id FROM imports WHERE kind = 'roster' AND state <> 'committed'").pluck();
  const numbersOfImport = db
    .prepare(
      'SELECT n FROM people JOIN person_words ON person_words.person_id = people.id WHERE import_id = ? ORDER BY n',
    )
    .pluck();
  const list = db.prepare(`SELECT ${columns} FROM roster ORDER BY building, unit, room, name LIMIT ? OFFSET ?`);
  const piece = db.prepare(
    `SELECT ${columns}, (SELECT n FROM person_words WHERE person_id = roster.id) AS n FROM roster
     WHERE (building, unit, room, name, id) > (@building, @unit, @room, @name, @id)
     ORDER BY building, unit, room, name, id LIMIT @limit`,
  );
  const insert = db.prepare(
    `INSERT INTO people (${columns}, code, source, import_id, created_at_ms, updated_at_ms)
     VALUES (@id, @name, @sex, @birthDate, @documentKind, @documentNumber, @phone, @building, @unit, @room, @guardianName,
             @code, @source, @importId, @atMs, @atMs)`,
  );
  const update = db.prepare(
    `UPDATE people SET name = @name, sex = @sex, birth_date = @birthDate, phone = @phone, building = @building, unit = @unit,
       room = @room, guardian_name = @guardianName, updated_at_ms = @atMs WHERE id = @id`,
  );
  const rewrite = db.prepare(
    `UPDATE people SET name = @name, sex = @sex, birth_date = @birthDate, document_kind = @documentKind,
       document_number = @documentNumber, phone = @phone, building = @building, unit = @unit, room = @room,
       guardian_name = @guardianName, updated_at_ms = @atMs WHERE id = @id`,
  );
  const setMerged = db.prepare('UPDATE people SET merged_into = @into WHERE id = @id');
  const dropWords = db.prepare('DELETE FROM person_words WHERE person_id = ?');
  const deleteStaged = db.prepare(
    'DELETE FROM people WHERE rowid IN (SELECT rowid FROM people WHERE import_id = ? LIMIT ?)',
  );
  const watches = new Set<Set<string>>();
  const touch = (id: string): void => {
    for (const ids of watches) ids.add(id);
  };
  const addWords = db.prepare('INSERT INTO person_words (person_id, words, is_waiting) VALUES (?, ?, ?)');
  const isAnyWaiting = db.prepare('SELECT EXISTS (SELECT 1 FROM person_words WHERE is_waiting = 1)').pluck();
  const indexSome = db.prepare(
    `UPDATE person_words SET is_waiting = 0 WHERE n IN (SELECT n FROM person_words INDEXED BY person_words_waiting
       WHERE is_waiting = 1 AND n BETWEEN ? AND ? ORDER BY n LIMIT ?)`,
  );
  const waitingQuestions = new Map<string, ReturnType<typeof db.prepare<unknown[]>>>();
  /** People an import brought who may be seen and are not in the index yet: their words are read as they stand. */
  const waiting = (question: Question, from: number, to: number, limit: number): number[] => {
    const { sql, parameters } = wordsCondition(question);
    let statement = waitingQuestions.get(sql);
    if (statement === undefined) {
      if (waitingQuestions.size >= questionsKept) waitingQuestions.clear();
      statement = db
        .prepare(
          `SELECT n FROM person_words INDEXED BY person_words_waiting
           WHERE is_waiting = 1 AND n BETWEEN ? AND ? AND ${sql} ORDER BY n LIMIT ?`,
        )
        .pluck();
      waitingQuestions.set(sql, statement);
    }
    return statement.all(from, to, ...parameters, limit) as number[];
  };
  const wordsOf = db.prepare('SELECT words FROM person_words WHERE person_id = ?').pluck();
  const changeWords = db.prepare('UPDATE person_words SET words = @words WHERE person_id = @id');

  /** Runs of numbers that people of an import stand in, while nobody may see them. */
  const runs = new Map<string, [number, number][]>();
  const note = (importId: string, n: number): void => {
    const known = runs.get(importId);
    const last = known?.at(-1);
    if (known === undefined) runs.set(importId, [[n, n]]);
    else if (last !== undefined && last[1] === n - 1) last[1] = n;
    else known.push([n, n]);
  };
  /** What lies between the people whom nobody may see yet, in order. */
  const seen = (): (readonly [number, number])[] => {
    const importIds = unseen.all() as string[];
    if (importIds.length === 0) runs.clear();
    const hidden: [number, number][] = [];
    for (const importId of importIds) {
      // A reader hears nothing of what the writer stages meanwhile.
      if (db.readonly) runs.delete(importId);
      if (!runs.has(importId)) {
        runs.set(importId, []);
        for (const n of numbersOfImport.iterate(importId)) note(importId, n as number);
      }
      hidden.push(...(runs.get(importId) ?? []));
    }
    const gaps: [number, number][] = [];
    let from = 0;
    for (const [first, last] of hidden.sort((a, b) => a[0] - b[0])) {
      if (first > from) gaps.push([from, first - 1]);
      from = last + 1;
    }
    return [...gaps, [from, Number.MAX_SAFE_INTEGER]];
  };
  /** Numbers of people who may be seen and answer to a question, in order, from `after` on, `limit` at most. */
  const numbers = (question: Question, after: number, limit: number): number[] => {
    const numbersFound: number[] = [];
    const match = indexQuery(question);
    const areSomeWaiting = isAnyWaiting.get() === 1;
    for (const [first, to] of seen()) {
      if (to <= after) continue;
      const left = limit - numbersFound.length;
      if (left <= 0) break;
      const from = Math.max(first, after + 1);
      // Before the index: whoever moves into it meanwhile is met twice and not missed.
      const outside = areSomeWaiting ? waiting(question, from, to, left) : [];
      const inside = found.all({ match, from, to, limit: left }) as number[];
      const all = outside.length === 0 ? inside : [...new Set([...outside, ...inside])].sort((a, b) => a - b);
      numbersFound.push(...all.slice(0, left));
    }
    return numbersFound;
  };
  const read = (n: number): Person[] => {
    const row = byNumber.get(n) as Row | undefined;
    return row === undefined ? [] : [toPerson(row)];
  };

  const find = (id: string): Person | null => {
    let at = id;
    for (let step = 0; step < chainAtMost; step++) {
      const person = toPersonOrNull(byId.get(at));
      if (person !== null) return person;
      const into = mergedInto.get(at) as string | null | undefined;
      if (into === null || into === undefined) return null;
      at = into;
    }
    return null;
  };
  const reword = (person: Person): void => {
    const words = personWords(person);
    const former = wordsOf.get(person.id);
    if (former === undefined) addWords.run(person.id, words, 0);
    else if (former !== words) changeWords.run({ id: person.id, words });
  };

  return {
    /** The ids of whoever is entered or changed from now on, until `end`: an import is being staged meanwhile. */
    watch: (): { readonly ids: ReadonlySet<string>; readonly end: () => void } => {
      const ids = new Set<string>();
      watches.add(ids);
      return { ids, end: () => void watches.delete(ids) };
    },
    /** Whoever has this id, or whoever they became part of. */
    find: (id: string): Person | null => find(id),
    /** By a document of theirs, or of somebody who became part of them. */
    findByDocument: (number: string): Person[] => {
      const people = (byDocument.all(number) as Row[]).map(toPerson);
      for (const id of mergedWithDocument.all(number) as string[]) {
        const person = find(id);
        if (person !== null && !people.some((each) => each.id === person.id)) people.push(person);
      }
      return people;
    },
    /** Whether anybody has it, seen or not. */
    isDocumentKnown: (number: string): boolean => documentKnown.get(number) === 1,
    findByNameAndBirth: (name: string, birthDate: string): Person[] =>
      (byNameAndBirth.all(name, birthDate) as Row[]).map(toPerson),
    listAt: ({ building, unit, room }: Person['address'], limit: number): Person[] =>
      (atAddress.all(building, unit, room, limit) as Row[]).map(toPerson),
    /** Names with birth dates from this one on, in order, each as often as it is there, staged and merged people too. */
    listNamesFrom: (from: { readonly name: string; readonly birthDate: string }, limit: number) =>
      alikePiece.all({ ...from, limit }) as { name: string; birthDate: string }[],
    listDocumentsFrom: (from: string, limit: number): string[] => documentPiece.all(from, limit) as string[],
    /** The person's own code, and how and when they came into the register. */
    findOrigin: (id: string): { readonly code: string; readonly source: PersonSource; readonly atMs: number } | null =>
      (codeOf.get(id) as { code: string; source: PersonSource; atMs: number } | undefined) ?? null,
    /** Exactly this row, also where it became part of another. */
    findAlone: (id: string): Person | null => toPersonOrNull(aloneById.get(id)),
    /** The person of whom this one is a part now; null for one who stands by themselves. */
    findMergedInto: (id: string): string | null => (mergedInto.get(id) as string | null | undefined) ?? null,
    findByPhone: (phone: string): Person[] => (byPhone.all(phone) as Row[]).map(toPerson),
    findByCode: (code: string): Person | null => {
      const person = toPersonOrNull(byCode.get(code));
      const into = person === null ? (mergedWithCode.get(code) as string | undefined) : undefined;
      return into === undefined ? person : find(into);
    },
    /** Somebody without a document who can only be told by name, birth date and address. */
    findWithoutDocument: (person: Person): Person | null =>
      toPersonOrNull(sameNameAt.get({ ...person.address, name: person.name, birthDate: person.birthDate })),
    count: (): number => count.get() as number,
    /** A page of everybody, by address. */
    list: (limit: number, offset: number): Person[] => (list.all(limit, offset) as Row[]).map(toPerson),
    /**
     * A page of the people who answer to what was typed, and how many there are: up to `foundAtMost` counted, `isMore`
     * where there are more. Whoever is called exactly that comes first. The others stand by address, as one walks past
     * doors, where they are few; a longer list nobody reads to its end, and it stays in the order of the roster, which
     * costs nothing to keep while somebody goes on typing.
     */
    search: (
      typed: string,
      limit: number,
      offset: number,
    ): { total: number; isMore: boolean; rows: Person[]; question: Question | null } => {
      const question = personQuestion(typed);
      if (question === null) return { total: 0, isMore: false, rows: [], question };
      const all = numbers(question, -1, foundAtMost + 1);
      const isMore = all.length > foundAtMost;
      const total = Math.min(all.length, foundAtMost);
      if (all.length <= sortedAtMost) {
        const name = typed.normalize('NFKC').trim();
        const people = all.flatMap(read).map((person) => ({ person, key: orderOf(person, name) }));
        people.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
        return { total, isMore, rows: people.slice(offset, offset + limit).map(({ person }) => person), question };
      }
      const asName = nameQuestion(typed);
      const named = asName === null ? [] : numbers(asName, -1, foundAtMost);
      const isNamed = new Set(named);
      const inOrder = named.length === 0 ? all : [...named, ...all.filter((n) => !isNamed.has(n))];
      const rows = inOrder.slice(offset, Math.min(offset + limit, total)).flatMap(read);
      return { total, isMore, rows, question };
    },
    /** The numbers of people who answer to what was typed, after number `after`, `limit` at most; for long walks. */
    listMatching: (typed: string, after: number, limit: number): number[] => {
      const question = personQuestion(typed);
      return question === null ? [] : numbers(question, after, limit);
    },
    listNumbered: (ns: readonly number[]): Person[] => ns.flatMap(read),
    listInBuilding: (building: string, limit: number): Person[] =>
      (inBuilding.all(building, limit) as Row[]).map(toPerson),
    /** The next `limit` people by address after `last` (null: from the first), each with the number `listMatching` gives. */
    listPiece: (last: Person | null, limit: number): { person: Person; n: number | null }[] => {
      const after = {
        ...(last?.address ?? { building: '', unit: '', room: '' }),
        name: last?.name ?? '',
        id: last?.id ?? '',
      };
      return (piece.all({ ...after, limit }) as (Row & { n: number | null })[]).map((row) => ({
        person: toPerson(row),
        n: row.n,
      }));
    },
    insert: (person: NewPerson): void => {
      insert.run(toParameters(person));
      if (person.importId === null) touch(person.id);
      const { lastInsertRowid } = addWords.run(person.id, personWords(person), person.importId === null ? 0 : 1);
      const n = Number(lastInsertRowid);
      // A piece that was rolled back gave its numbers back too.
      const isTaken = [...runs.values()].some((known) => known.some(([first, last]) => first <= n && n <= last));
      if (isTaken) runs.clear();
      else if (person.importId !== null) note(person.importId, n);
    },
    update: (person: Person, atMs: number): void => {
      const { documentKind: _kind, documentNumber: _number, ...rest } = toParameters(person);
      update.run({ ...rest, atMs });
      touch(person.id);
      reword(person);
    },
    /** The same, and the document too. */
    rewrite: (person: Person, atMs: number): void => {
      rewrite.run({ ...toParameters(person), atMs });
      touch(person.id);
      reword(person);
    },
    /** Makes somebody part of another, or (null) themselves again. */
    setMergedInto: (id: string, into: string | null): void => {
      setMerged.run({ id, into });
      touch(id);
      const person = toPersonOrNull(aloneById.get(id));
      if (into !== null) dropWords.run(id);
      else if (person !== null) reword(person);
    },
    /** Whether anybody's words are not in the index yet, seen or not. */
    isAnyWaiting: (): boolean => isAnyWaiting.get() === 1,
    /** Puts the words of up to `limit` people whom a committed import brought into the index; answers of how many. */
    indexWaiting: (limit: number): number => {
      let left = limit;
      for (const [from, to] of seen()) if (left > 0) left -= indexSome.run(from, to, left).changes;
      return limit - left;
    },
    /** Takes away up to `limit` people of an import that was not committed; answers how many. */
    deleteStaged: (importId: string, limit: number): number => deleteStaged.run(importId, limit).changes,
  };
}

/** Names of exactly this first, then as one walks past doors: building 2 before building 10. */
function orderOf({ name, address, id }: Person, typed: string): string {
  const parts = [address.building, address.unit, address.room, name, id];
  const door = parts.map((part) => part.replaceAll(/\d+/g, (digits) => digits.padStart(8, '0'))).join('\u0000');
  return `${name === typed ? '0' : '1'}${door}`;
}

function toParameters<P extends Person>(person: P) {
  const { address, ...rest } = person;
  return { ...rest, building: address.building, unit: address.unit, room: address.room };
}

function toPersonOrNull(row: unknown): Person | null {
  return row === undefined ? null : toPerson(row as Row);
}

function toPerson(row: Row): Person {
  return {
    id: row.id,
    name: row.name,
    sex: row.sex,
    birthDate: row.birth_date,
    documentKind: row.document_kind,
    documentNumber: row.document_number,
    phone: row.phone,
    address: { building: row.building, unit: row.unit, room: row.room },
    guardianName: row.guardian_name,
  };
}
