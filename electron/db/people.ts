import type { DocumentKind, Person, Sex } from '../../shared/model/person.ts';
import { escapeLike } from './like.ts';
import type { Register } from './open.ts';

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
  const byPhone = db.prepare(`SELECT ${columns} FROM roster WHERE phone = ? ORDER BY birth_date, name LIMIT 20`);
  const byCode = db.prepare(`SELECT ${columns} FROM roster WHERE code = ?`);
  const sameNameAt = db.prepare(
    `SELECT ${columns} FROM roster WHERE building = @building AND unit = @unit AND room = @room AND name = @name
       AND document_number IS NULL AND birth_date IS @birthDate LIMIT 1`,
  );
  const count = db.prepare('SELECT count(*) FROM roster').pluck();
  const matching = `name LIKE @like ESCAPE '\\' OR building || '-' || unit || '-' || room LIKE @like ESCAPE '\\'
    OR building || '-' || room LIKE @like ESCAPE '\\' OR document_number LIKE @tail ESCAPE '\\' OR phone LIKE @tail ESCAPE '\\'`;
  const countMatching = db.prepare(`SELECT count(*) FROM roster WHERE ${matching}`).pluck();
  const search = db.prepare(
    `SELECT ${columns} FROM roster WHERE ${matching} ORDER BY building, unit, room, name LIMIT @limit OFFSET @offset`,
  );
  const list = db.prepare(`SELECT ${columns} FROM roster ORDER BY building, unit, room, name LIMIT ? OFFSET ?`);
  const piece = db.prepare(
    `SELECT ${columns}, (@like = '' OR ${matching}) AS matches FROM roster
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
  const deleteStaged = db.prepare(
    'DELETE FROM people WHERE rowid IN (SELECT rowid FROM people WHERE import_id = ? LIMIT ?)',
  );
  const watches = new Set<Set<string>>();
  const note = (id: string): void => {
    for (const ids of watches) ids.add(id);
  };
  return {
    /** The ids of whoever is entered or changed from now on, until `end`: an import is being staged meanwhile. */
    watch: (): { readonly ids: ReadonlySet<string>; readonly end: () => void } => {
      const ids = new Set<string>();
      watches.add(ids);
      return { ids, end: () => void watches.delete(ids) };
    },
    find: (id: string): Person | null => toPersonOrNull(byId.get(id)),
    findByDocument: (number: string): Person[] => (byDocument.all(number) as Row[]).map(toPerson),
    findByPhone: (phone: string): Person[] => (byPhone.all(phone) as Row[]).map(toPerson),
    findByCode: (code: string): Person | null => toPersonOrNull(byCode.get(code)),
    /** Somebody without a document who can only be told by name, birth date and address. */
    findWithoutDocument: (person: Person): Person | null =>
      toPersonOrNull(sameNameAt.get({ ...person.address, name: person.name, birthDate: person.birthDate })),
    count: (): number => count.get() as number,
    search: (query: string, limit: number, offset: number): { total: number; rows: Person[] } => {
      if (query === '') return { total: count.get() as number, rows: (list.all(limit, offset) as Row[]).map(toPerson) };
      const escaped = escapeLike(query);
      const words = { like: `%${escaped}%`, tail: `%${escaped.toUpperCase()}` };
      return {
        total: countMatching.get(words) as number,
        rows: (search.all({ ...words, limit, offset }) as Row[]).map(toPerson),
      };
    },
    /** The next `limit` people by address after `last` (null: from the first), each with whether the search finds them. */
    listPiece: (query: string, last: Person | null, limit: number): { person: Person; matches: boolean }[] => {
      const escaped = escapeLike(query);
      const words = query === '' ? { like: '', tail: '' } : { like: `%${escaped}%`, tail: `%${escaped.toUpperCase()}` };
      const after = {
        ...(last?.address ?? { building: '', unit: '', room: '' }),
        name: last?.name ?? '',
        id: last?.id ?? '',
      };
      return (piece.all({ ...words, ...after, limit }) as (Row & { matches: number })[]).map((row) => ({
        person: toPerson(row),
        matches: row.matches === 1,
      }));
    },
    insert: (person: NewPerson): void => {
      insert.run(toParameters(person));
      if (person.importId === null) note(person.id);
    },
    update: (person: Person, atMs: number): void => {
      const { documentKind: _kind, documentNumber: _number, ...rest } = toParameters(person);
      update.run({ ...rest, atMs });
      note(person.id);
    },
    /** Takes away up to `limit` people of an import that was not committed; answers how many. */
    deleteStaged: (importId: string, limit: number): number => deleteStaged.run(importId, limit).changes,
  };
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
