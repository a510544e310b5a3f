import type { ImportCounts, UndoCounts } from '../../shared/contract/imports.ts';
import type { Person } from '../../shared/model/person.ts';
import type { Register } from './open.ts';

export type ImportKind = 'roster' | 'manifest';

export type CommittedImport = {
  readonly id: string;
  readonly kind: ImportKind;
  readonly fileName: string;
  readonly operatorName: string;
  readonly atMs: number;
  readonly day: string;
  readonly counts: ImportCounts;
  readonly undoneAtMs: number | null;
  readonly undone: UndoCounts | null;
};

/** What an import did to somebody who was known. */
export type AppliedChange = {
  readonly n: number;
  readonly personId: string;
  readonly was: Person;
  readonly became: Person;
  readonly wasUpdatedAtMs: number;
  readonly appliedAtMs: number;
};

export type ImportMember = { readonly n: number; readonly organisationId: string; readonly personId: string };

/** Why somebody whom an import brought stays when it is undone. */
export type StayReason = 'tested' | 'edited' | 'merged' | 'used';

/** Files being read in. What they brought is seen by nobody until the import is committed. */
export function importsTable(db: Register) {
  const start = db.prepare(
    "INSERT INTO imports (id, kind, state, file_name, started_at_ms, operator_id) VALUES (@id, @kind, 'staging', @fileName, @startedAtMs, @operatorId)",
  );
  const commit = db.prepare("UPDATE imports SET state = 'committed' WHERE id = ? AND state = 'staging'");
  const unfinished = db.prepare("SELECT id, kind FROM imports WHERE state = 'staging'");
  const deleteLots = db.prepare('DELETE FROM lots WHERE import_id = ?');
  const deleteChanges = db.prepare('DELETE FROM import_changes WHERE import_id = ? AND n > ?');
  const remove = db.prepare("DELETE FROM imports WHERE id = ? AND state = 'staging'");

  const noteCommit = db.prepare(
    'INSERT INTO import_commits (import_id, at_ms, day, counts) VALUES (@id, @atMs, @day, @counts)',
  );
  const rows = `SELECT c.seq, i.id, i.kind, i.file_name AS fileName, coalesce(o.name, '') AS operatorName, c.at_ms AS atMs, c.day, c.counts,
      u.at_ms AS undoneAtMs, e.counts AS undone
    FROM import_commits AS c JOIN imports AS i ON i.id = c.import_id LEFT JOIN operators AS o ON o.id = i.operator_id
      LEFT JOIN import_undos AS u ON u.import_id = i.id LEFT JOIN import_undo_ends AS e ON e.import_id = i.id`;
  const list = db.prepare(`${rows} WHERE i.kind = ? ORDER BY c.seq DESC LIMIT ?`);
  const find = db.prepare(`${rows} WHERE i.id = ?`);
  const laterThan = db
    .prepare(
      `SELECT count(*) FROM import_commits AS c JOIN imports AS i ON i.id = c.import_id
       WHERE i.kind = @kind AND c.seq > (SELECT seq FROM import_commits WHERE import_id = @id)
         AND NOT EXISTS (SELECT 1 FROM import_undos AS u WHERE u.import_id = i.id)`,
    )
    .pluck();

  const addChange = db.prepare(
    `INSERT INTO import_changes (import_id, n, person_id, read)
     SELECT @id, @n, @personId, @read WHERE EXISTS (SELECT 1 FROM people WHERE id = @personId)`,
  );
  const waiting = db.prepare(
    'SELECT n, person_id AS personId, read FROM import_changes WHERE import_id = ? AND applied_at_ms IS NULL ORDER BY n LIMIT ?',
  );
  const applied = db.prepare(
    `UPDATE import_changes SET was = @was, became = @became, was_updated_at_ms = @wasUpdatedAtMs, applied_at_ms = @atMs
     WHERE import_id = @id AND n = @n`,
  );
  const passed = db.prepare('UPDATE import_changes SET applied_at_ms = @atMs WHERE import_id = @id AND n = @n');
  const unapplied = db
    .prepare(
      `SELECT DISTINCT import_id FROM import_changes JOIN imports ON imports.id = import_id
       WHERE applied_at_ms IS NULL AND state = 'committed' AND NOT EXISTS (SELECT 1 FROM import_undos WHERE import_undos.import_id = imports.id)`,
    )
    .pluck();
  const changes = db.prepare(
    `SELECT n, person_id AS personId, was, became, was_updated_at_ms AS wasUpdatedAtMs, applied_at_ms AS appliedAtMs
     FROM import_changes WHERE import_id = @id AND n > @after AND was IS NOT NULL ORDER BY n LIMIT @limit`,
  );
  const forget = db.prepare(
    `DELETE FROM import_changes WHERE (import_id, n) IN (SELECT import_id, n FROM import_changes
       WHERE applied_at_ms IS NOT NULL AND import_id IN (SELECT import_id FROM import_commits WHERE day < ?) LIMIT ?)`,
  );

  const addMember = db.prepare(
    `INSERT INTO import_members (import_id, n, organisation_id, person_id)
     SELECT @id, @n, @organisationId, @personId WHERE EXISTS (SELECT 1 FROM people WHERE id = @personId)`,
  );
  const moveMember = db.prepare(
    'UPDATE import_members SET person_id = @to WHERE import_id = @id AND person_id = @from',
  );
  const waitingMembers = db.prepare(
    `SELECT n, organisation_id AS organisationId, person_id AS personId FROM import_members
     WHERE import_id = ? AND has_joined IS NULL ORDER BY n LIMIT ?`,
  );
  const joined = db.prepare('UPDATE import_members SET has_joined = @hasJoined WHERE import_id = @id AND n = @n');
  const joinedMembers = db.prepare(
    `SELECT n, organisation_id AS organisationId, person_id AS personId FROM import_members
     WHERE import_id = @id AND n > @after AND has_joined = 1 ORDER BY n LIMIT @limit`,
  );
  const unjoined = db
    .prepare(
      `SELECT DISTINCT import_id FROM import_members JOIN imports ON imports.id = import_id
       WHERE has_joined IS NULL AND state = 'committed' AND NOT EXISTS (SELECT 1 FROM import_undos WHERE import_undos.import_id = imports.id)`,
    )
    .pluck();
  const deleteMembers = db.prepare('DELETE FROM import_members WHERE import_id = ?');
  const forgetMembers = db.prepare(
    `DELETE FROM import_members WHERE (import_id, n) IN (SELECT import_id, n FROM import_members
       WHERE has_joined IS NOT NULL AND import_id IN (SELECT import_id FROM import_commits WHERE day < ?) LIMIT ?)`,
  );
  const addOrganisation = db.prepare('INSERT INTO import_organisations (import_id, organisation_id) VALUES (?, ?)');
  const organisationsOf = db.prepare('SELECT organisation_id FROM import_organisations WHERE import_id = ?').pluck();
  const forgetOrganisations = db.prepare(
    'DELETE FROM import_organisations WHERE import_id IN (SELECT import_id FROM import_commits WHERE day < ?)',
  );

  const updatedAt = db.prepare('SELECT updated_at_ms FROM people WHERE id = ?').pluck();
  const stagedByDocument = db
    .prepare('SELECT id FROM people WHERE import_id = @importId AND document_number = @documentNumber LIMIT 1')
    .pluck();
  const stagedByName = db
    .prepare(
      `SELECT id FROM people WHERE building = @building AND unit = @unit AND room = @room AND name = @name
         AND document_number IS NULL AND birth_date IS @birthDate AND import_id = @importId LIMIT 1`,
    )
    .pluck();
  const absorbed = db
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM people WHERE merged_into IS NOT NULL AND document_number = @documentNumber)
         OR (@documentNumber IS NULL AND EXISTS (SELECT 1 FROM people WHERE merged_into IS NOT NULL AND building = @building
           AND unit = @unit AND room = @room AND name = @name AND document_number IS NULL AND birth_date IS @birthDate))`,
    )
    .pluck();
  const deletePerson = db.prepare('DELETE FROM people WHERE id = ?');

  const beginUndo = db.prepare('INSERT OR IGNORE INTO import_undos (import_id, at_ms, operator_id) VALUES (?, ?, ?)');
  const endUndo = db.prepare('INSERT INTO import_undo_ends (import_id, at_ms, counts) VALUES (?, ?, ?)');
  const openUndos = db
    .prepare(
      'SELECT import_id FROM import_undos AS u WHERE NOT EXISTS (SELECT 1 FROM import_undo_ends AS e WHERE e.import_id = u.import_id)',
    )
    .pluck();
  const brought = db.prepare(
    `SELECT rowid AS place, id, CASE
         WHEN EXISTS (SELECT 1 FROM test_states WHERE test_states.person_id = people.id) THEN 'tested'
         WHEN merged_into IS NOT NULL
           OR EXISTS (SELECT 1 FROM person_merges WHERE kept_id = people.id OR absorbed_id = people.id) THEN 'merged'
         WHEN updated_at_ms <> created_at_ms THEN 'edited'
         WHEN EXISTS (SELECT 1 FROM person_consents WHERE person_consents.person_id = people.id) OR ${references(db)} THEN 'used'
       END AS stays
     FROM people WHERE import_id = @importId AND rowid > @after ORDER BY rowid LIMIT @limit`,
  );

  const mapping = db.prepare('SELECT fields FROM import_mappings WHERE kind = ? AND headings = ?').pluck();
  const remember = db.prepare(
    `INSERT INTO import_mappings (kind, headings, fields, used_at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (kind, headings) DO UPDATE SET fields = excluded.fields, used_at_ms = excluded.used_at_ms`,
  );

  return {
    start: (row: {
      readonly id: string;
      readonly kind: ImportKind;
      readonly fileName: string;
      readonly startedAtMs: number;
      readonly operatorId: string | null;
    }): void => {
      start.run(row);
    },
    /** False when it is not being staged (any more). */
    commit: (id: string): boolean => commit.run(id).changes === 1,
    listUnfinished: () => unfinished.all() as { id: string; kind: ImportKind }[],
    /** The last step of a cancel, after the staged rows are gone. */
    remove: (id: string): void => {
      deleteChanges.run(id, -1);
      deleteMembers.run(id);
      deleteLots.run(id);
      remove.run(id);
    },

    noteCommit: (id: string, atMs: number, day: string, counts: ImportCounts): void => {
      noteCommit.run({ id, atMs, day, counts: JSON.stringify(counts) });
    },
    /** The newest ones first. */
    list: (kind: ImportKind, limit: number): CommittedImport[] => list.all(kind, limit).map(toCommitted),
    find: (id: string): CommittedImport | null => {
      const row = find.get(id);
      return row === undefined ? null : toCommitted(row);
    },
    /** How many of the same kind were committed after it and stand. */
    countLater: (id: string, kind: ImportKind): number => laterThan.get({ id, kind }) as number,

    /** Nothing where the person is gone by now. */
    addChange: (id: string, n: number, personId: string, read: Person): void => {
      addChange.run({ id, n, personId, read: JSON.stringify(read) });
    },
    listWaiting: (id: string, limit: number) =>
      (waiting.all(id, limit) as { n: number; personId: string; read: string }[]).map(({ read, ...row }) => ({
        ...row,
        read: JSON.parse(read) as Person,
      })),
    noteApplied: (id: string, change: AppliedChange): void => {
      const { was, became, wasUpdatedAtMs, appliedAtMs, n } = change;
      const texts = { was: JSON.stringify(was), became: JSON.stringify(became) };
      applied.run({ id, n, ...texts, wasUpdatedAtMs, atMs: appliedAtMs });
    },
    /** There was nothing to change after all. */
    notePassed: (id: string, n: number, atMs: number): void => {
      passed.run({ id, n, atMs });
    },
    /** Committed imports that still have changes to apply. */
    listUnapplied: () => unapplied.all() as string[],
    /** The next changes after the n-th, in order. */
    listApplied: (id: string, after: number, limit: number): AppliedChange[] =>
      (
        changes.all({ id, after, limit }) as (Omit<AppliedChange, 'was' | 'became'> & { was: string; became: string })[]
      ).map(({ was, became, ...row }) => ({
        ...row,
        was: JSON.parse(was) as Person,
        became: JSON.parse(became) as Person,
      })),
    /** What imports of days before `day` changed can no longer be taken back and is not kept. Answers how many rows. */
    forgetChanges: (day: string, limit: number): number => forget.run(day, limit).changes,

    /** Who is to join which organisation; nothing where the person is gone by now. */
    addMember: (id: string, n: number, organisationId: string, personId: string): void => {
      addMember.run({ id, n, organisationId, personId });
    },
    /** What was said of one person is said of another. */
    moveMember: (id: string, from: string, to: string): void => {
      moveMember.run({ id, from, to });
    },
    listWaitingMembers: (id: string, limit: number) => waitingMembers.all(id, limit) as ImportMember[],
    noteJoined: (id: string, n: number, hasJoined: boolean): void => {
      joined.run({ id, n, hasJoined: hasJoined ? 1 : 0 });
    },
    /** The next who joined by it, after the n-th. */
    listJoined: (id: string, after: number, limit: number) => joinedMembers.all({ id, after, limit }) as ImportMember[],
    /** Committed imports whose people have not all joined yet. */
    listUnjoined: () => unjoined.all() as string[],
    addOrganisation: (id: string, organisationId: string): void => {
      addOrganisation.run(id, organisationId);
    },
    /** The organisations that it made. */
    listOrganisations: (id: string) => organisationsOf.all(id) as string[],
    /** Who joined by imports of days before `day`, as `forgetChanges`. */
    forgetMembers: (day: string, limit: number): number => {
      forgetOrganisations.run(day);
      return forgetMembers.run(day, limit).changes;
    },

    updatedAtMs: (personId: string): number | null => (updatedAt.get(personId) as number | undefined) ?? null,
    /** Somebody whom an import has staged and who is this person. */
    findStaged: (importId: string, person: Person): string | null => {
      const { name, birthDate, documentNumber, address } = person;
      const found =
        documentNumber === null
          ? stagedByName.get({ importId, name, birthDate, ...address })
          : stagedByDocument.get({ importId, documentNumber });
      return (found as string | undefined) ?? null;
    },
    /** Whether this is somebody who was found to be somebody else and is kept as them. */
    isAbsorbed: ({ name, birthDate, documentNumber, address }: Person): boolean =>
      absorbed.get({ name, birthDate, documentNumber, ...address }) === 1,
    deletePerson: (id: string): void => {
      deletePerson.run(id);
    },

    beginUndo: (id: string, atMs: number, operatorId: string | null): void => {
      beginUndo.run(id, atMs, operatorId);
    },
    endUndo: (id: string, atMs: number, counts: UndoCounts): void => {
      endUndo.run(id, atMs, JSON.stringify(counts));
    },
    /** Undos that were broken off. */
    listOpenUndos: () => openUndos.all() as string[],
    /** The next of those whom an import brought after `place`, and why they stay where they do. */
    listBrought: (importId: string, after: number, limit: number) =>
      brought.all({ importId, after, limit }) as { place: number; id: string; stays: StayReason | null }[],

    findMapping: (kind: ImportKind, headings: string): readonly (string | null)[] | null => {
      const text = mapping.get(kind, headings) as string | undefined;
      return text === undefined ? null : (JSON.parse(text) as (string | null)[]);
    },
    rememberMapping: (kind: ImportKind, headings: string, fields: readonly (string | null)[], atMs: number): void => {
      remember.run(kind, headings, JSON.stringify(fields), atMs);
    },
  };
}

function toCommitted(row: unknown): CommittedImport {
  const {
    counts,
    undone,
    seq: _seq,
    ...rest
  } = row as Omit<CommittedImport, 'counts' | 'undone'> & {
    seq: number;
    counts: string;
    undone: string | null;
  };
  return {
    ...rest,
    counts: JSON.parse(counts) as ImportCounts,
    undone: undone === null ? null : (JSON.parse(undone) as UndoCounts),
  };
}

/** A condition: some other table holds on to the person. Those that go along with a person do not. */
function references(db: Register): string {
  const tables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all() as string[];
  const held = tables.flatMap((table) =>
    (db.pragma(`foreign_key_list(${table})`) as { table: string; from: string; on_delete: string }[])
      .filter((key) => key.table === 'people' && key.on_delete !== 'CASCADE' && key.on_delete !== 'SET NULL')
      .map(({ from }) => `EXISTS (SELECT 1 FROM ${table} AS other WHERE other.${from} = people.id)`),
  );
  return held.length === 0 ? '0' : held.join(' OR ');
}
