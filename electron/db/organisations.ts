import type { OrganisationFigures, OrganisationKind, RoundStanding } from '../../shared/model/organisation.ts';
import type { Register } from './open.ts';

export type OrganisationRow = {
  readonly id: string;
  readonly kind: OrganisationKind;
  readonly name: string;
  readonly creditCode: string | null;
};
export type ContactRow = { readonly id: string; readonly name: string; readonly phone: string | null };

/** Whom and which tests to count: those of a round's target, on one day of it or from the day on that its rule says. */
export type Counted = {
  readonly roundId: string;
  readonly targetKind: 'all' | 'buildings' | 'list';
  readonly day: string | null;
  readonly since: string | null;
};

/**
 * Who belongs to an organisation. Somebody who was merged into another person counts as that one, over however many
 * merges, and once; undoing the merge gives both back.
 */
const belonging = (where: string) => `up (organisation_id, id) AS (
    SELECT organisation_id, person_id FROM organisation_people ${where}
    UNION SELECT up.organisation_id, people.merged_into FROM up JOIN people ON people.id = up.id
      WHERE people.merged_into IS NOT NULL)`;
const counted = `counted AS MATERIALIZED (
    SELECT person_id, max(status = 'positive') AS positive FROM test_states
    WHERE round_id = @roundId AND (@day IS NULL OR day = @day) AND (@since IS NULL OR day >= @since) AND status NOT IN ('undone', 'void') GROUP BY person_id)`;
const inTarget = `CASE @targetKind WHEN 'all' THEN 1
    WHEN 'buildings' THEN building IN (SELECT building FROM round_buildings WHERE round_id = @roundId)
    ELSE up.id IN (SELECT person_id FROM round_people WHERE round_id = @roundId) END`;
const standing = `CASE WHEN NOT ${inTarget} THEN 'outside' WHEN person_id IS NULL THEN 'notTested' ELSE 'tested' END`;
const all = '';
const ofOne = 'WHERE organisation_id = @organisationId';

/** Organisations, their contacts and their rosters. */
export function organisationsTable(db: Register) {
  const columns = 'id, kind, name, credit_code AS creditCode';
  const list = db.prepare(`SELECT ${columns} FROM organisations ORDER BY kind, name`);
  const one = db.prepare(`SELECT ${columns} FROM organisations WHERE id = ?`);
  const byName = db.prepare('SELECT id FROM organisations WHERE name = ?').pluck();
  const byCreditCode = db.prepare('SELECT id FROM organisations WHERE credit_code = ?').pluck();
  const save = db.prepare(
    `INSERT INTO organisations (id, kind, name, credit_code, created_at_ms) VALUES (@id, @kind, @name, @creditCode, @atMs)
     ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, credit_code = excluded.credit_code`,
  );
  const remove = db.prepare('DELETE FROM organisations WHERE id = ?');
  const hasPeople = db.prepare('SELECT EXISTS (SELECT 1 FROM organisation_people WHERE organisation_id = ?)').pluck();
  const contacts = db.prepare('SELECT id, name, phone FROM organisation_contacts WHERE organisation_id = ? ORDER BY n');
  const dropContacts = db.prepare('DELETE FROM organisation_contacts WHERE organisation_id = ?');
  const addContact = db.prepare(
    'INSERT INTO organisation_contacts (id, organisation_id, n, name, phone) VALUES (@id, @organisationId, @n, @name, @phone)',
  );
  const enlist = db.prepare(
    `INSERT INTO organisation_people (organisation_id, person_id, at_ms, operator_id)
     SELECT @organisationId, id, @atMs, @operatorId FROM roster WHERE id = @personId ON CONFLICT DO NOTHING`,
  );
  const release = db.prepare(
    `WITH RECURSIVE down (id) AS (SELECT @personId UNION SELECT people.id FROM down JOIN people ON people.merged_into = down.id)
     DELETE FROM organisation_people WHERE organisation_id = @organisationId AND person_id IN (SELECT id FROM down)`,
  );
  const ofPerson = db.prepare(
    `WITH RECURSIVE down (id) AS (SELECT @personId UNION SELECT people.id FROM down JOIN people ON people.merged_into = down.id)
     SELECT DISTINCT ${columns} FROM organisations
     WHERE id IN (SELECT organisation_id FROM organisation_people JOIN down ON down.id = person_id) ORDER BY kind, name`,
  );
  const counts = db.prepare(
    `WITH RECURSIVE ${belonging(all)}
     SELECT organisation_id AS organisationId, count(*) AS people FROM up JOIN roster ON roster.id = up.id GROUP BY organisation_id`,
  );
  const figures = db.prepare(
    `WITH RECURSIVE ${belonging(all)}, ${counted}
     SELECT organisation_id AS organisationId, count(*) AS target, count(person_id) AS tested,
       coalesce(sum(positive), 0) AS positive, count(*) - count(person_id) AS notTested
     FROM up JOIN roster ON roster.id = up.id LEFT JOIN counted ON person_id = up.id WHERE ${inTarget} GROUP BY organisation_id`,
  );
  const people = db.prepare(
    `WITH RECURSIVE ${belonging(ofOne)}, ${counted}
     SELECT up.id AS personId, ${standing} AS standing
     FROM up JOIN roster ON roster.id = up.id LEFT JOIN counted ON person_id = up.id
     WHERE @standing = 'all' OR @standing = ${standing}
     ORDER BY building, unit, room, name, up.id LIMIT @limit OFFSET @offset`,
  );
  const countPeople = db
    .prepare(
      `WITH RECURSIVE ${belonging(ofOne)}, ${counted}
       SELECT count(*) FROM up JOIN roster ON roster.id = up.id LEFT JOIN counted ON person_id = up.id
       WHERE @standing = 'all' OR @standing = ${standing}`,
    )
    .pluck();
  const byNumber = db.prepare('SELECT person_id FROM person_words WHERE n = ?').pluck();

  return {
    list: (): OrganisationRow[] => list.all() as OrganisationRow[],
    find: (id: string): OrganisationRow | null => (one.get(id) as OrganisationRow | undefined) ?? null,
    /** The id of the one that is called so, or has this credit code. */
    findByName: (name: string): string | null => (byName.get(name) as string | undefined) ?? null,
    findByCreditCode: (code: string): string | null => (byCreditCode.get(code) as string | undefined) ?? null,
    save: (row: OrganisationRow, atMs: number): void => {
      save.run({ ...row, atMs });
    },
    remove: (id: string): void => {
      remove.run(id);
    },
    /** Also people who are not seen at this moment: those who were merged into somebody else. */
    hasPeople: (id: string): boolean => hasPeople.get(id) === 1,
    listContacts: (organisationId: string): ContactRow[] => contacts.all(organisationId) as ContactRow[],
    /** Puts these in the place of the contacts there were. */
    setContacts: (organisationId: string, rows: readonly ContactRow[]): void => {
      dropContacts.run(organisationId);
      for (const [n, row] of rows.entries()) addContact.run({ ...row, organisationId, n });
    },
    /** False for somebody who is in it already, or whom nobody may see. */
    enlist: (row: {
      readonly organisationId: string;
      readonly personId: string;
      readonly atMs: number;
      readonly operatorId: string | null;
    }): boolean => enlist.run(row).changes > 0,
    /** Whether somebody was in it. Whoever was merged into them goes out with them. */
    release: (organisationId: string, personId: string): boolean =>
      release.run({ organisationId, personId }).changes > 0,
    listOfPerson: (personId: string): OrganisationRow[] => ofPerson.all({ personId }) as OrganisationRow[],
    /** How many people each has; one without people is not among them. */
    countPeople: (): ReadonlyMap<string, number> =>
      new Map(
        (counts.all() as { organisationId: string; people: number }[]).map((row) => [row.organisationId, row.people]),
      ),
    /** The figures of each that has people. */
    listFigures: (of: Counted): OrganisationFigures[] => figures.all(of) as OrganisationFigures[],
    /** A page of one's people by address, and how many there are in all. */
    listPeople: (
      of: Counted & {
        readonly organisationId: string;
        readonly standing: 'all' | RoundStanding;
        readonly limit: number;
        readonly offset: number;
      },
    ): { total: number; rows: { readonly personId: string; readonly standing: RoundStanding }[] } => {
      const { limit: _limit, offset: _offset, ...which } = of;
      return {
        total: countPeople.get(which) as number,
        rows: people.all(of) as { personId: string; standing: RoundStanding }[],
      };
    },
    /** Whose number in the search index this is. */
    findByNumber: (n: number): string | null => (byNumber.get(n) as string | undefined) ?? null,
  };
}
