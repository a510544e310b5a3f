import type { OrganisationFigures, OrganisationKind, RoundStanding } from '../../shared/model/organisation.ts';
import type { Register } from './open.ts';
import { isInOrganisations, type TargetKind } from './rounds.ts';

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
  readonly targetKind: TargetKind;
  readonly day: string | null;
  readonly since: string | null;
};

/**
 * Somebody who was merged into another person counts as that one, over however many merges, and once; undoing the merge
 * gives both back. They are few: `gone` are those merged away, `moved` whom they became where that one does not belong
 * there anyway. Nobody else is looked up, so that a hundred thousand are counted off their index.
 */
const merged = `gone (id) AS MATERIALIZED (SELECT id FROM people WHERE merged_into IS NOT NULL),
  away (organisation_id, id) AS (
    SELECT organisation_id, merged_into FROM people CROSS JOIN organisation_people ON person_id = people.id
      WHERE merged_into IS NOT NULL
    UNION SELECT organisation_id, merged_into FROM away CROSS JOIN people ON people.id = away.id
      WHERE merged_into IS NOT NULL),
  moved (organisation_id, id) AS MATERIALIZED (SELECT organisation_id, id FROM away WHERE id NOT IN (SELECT id FROM gone)
    AND NOT EXISTS (SELECT 1 FROM organisation_people AS o WHERE o.organisation_id = away.organisation_id AND o.person_id = away.id))`;
/** For whom a round is; nobody is asked where it is for all. */
const targets = {
  all: { in: (_id: string) => '1' },
  buildings: {
    in: (id: string) =>
      `${id} IN (SELECT id FROM people WHERE building IN (SELECT building FROM round_buildings WHERE round_id = @roundId))`,
  },
  list: { in: (id: string) => `${id} IN (SELECT person_id FROM round_people WHERE round_id = @roundId)` },
  organisations: { in: isInOrganisations },
} as const;
const kinds = ['all', 'buildings', 'list', 'organisations'] as const;
/** Tests of the round that count; the days are looked at only where they matter, for no index holds them. */
const isCounted = (byDay: boolean): string =>
  `round_id = @roundId AND status NOT IN ('undone', 'void')${
    byDay ? ' AND (@day IS NULL OR day = @day) AND (@since IS NULL OR day >= @since)' : ''
  }`;
/** People that are put in order by themselves; more are met by walking the roster from its first door. */
const sortedMost = 2_000;

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
  const isMember = db
    .prepare('SELECT EXISTS (SELECT 1 FROM organisation_people WHERE organisation_id = ? AND person_id = ?)')
    .pluck();
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
  const leave = db.prepare('DELETE FROM organisation_people WHERE organisation_id = ? AND person_id = ?');
  const ofPerson = db.prepare(
    `WITH RECURSIVE down (id) AS (SELECT @personId UNION SELECT people.id FROM down JOIN people ON people.merged_into = down.id)
     SELECT DISTINCT ${columns} FROM organisations
     WHERE id IN (SELECT organisation_id FROM down CROSS JOIN organisation_people ON person_id = down.id) ORDER BY kind, name`,
  );
  /** The same statement for each kind of target, with and without a look at the days. */
  const forEach = (sql: (inTarget: (id: string) => string, byDay: boolean) => string) => {
    const prepared = new Map(
      kinds.flatMap((kind) =>
        [false, true].map((byDay) => [`${kind} ${byDay}`, db.prepare(sql(targets[kind].in, byDay))] as const),
      ),
    );
    return (of: Counted) => {
      const found = prepared.get(`${of.targetKind} ${of.day !== null || of.since !== null}`);
      if (found === undefined) throw new Error('a target of no kind');
      return found;
    };
  };
  const counts = forEach(
    (inTarget) => `WITH RECURSIVE ${merged}
     SELECT organisation_id AS organisationId, count(*) AS n FROM organisation_people
       WHERE person_id NOT IN (SELECT id FROM gone) AND ${inTarget('person_id')} GROUP BY organisation_id
     UNION ALL SELECT organisation_id, count(*) FROM moved WHERE ${inTarget('id')} GROUP BY organisation_id`,
  );
  const testedPiece = [false, true].map((byDay) =>
    db.prepare(
      `SELECT person_id AS id, max(status = 'positive') AS positive FROM test_states
       WHERE person_id > @after AND ${isCounted(byDay)} GROUP BY person_id ORDER BY person_id LIMIT @limit`,
    ),
  );
  const testedOne = db
    .prepare(`SELECT max(status = 'positive') FROM test_states WHERE person_id = @personId AND ${isCounted(true)}`)
    .pluck();
  const membersPiece = db.prepare(
    `SELECT person_id AS id, group_concat(organisation_id, ' ') AS organisationIds FROM organisation_people
     WHERE person_id > @after GROUP BY person_id ORDER BY person_id LIMIT @limit`,
  );
  const mergedAway = db.prepare('SELECT id, merged_into AS whole FROM people WHERE merged_into IS NOT NULL');
  const standingOf = (inTarget: (id: string) => string, byDay: boolean): string =>
    `CASE WHEN NOT (${inTarget('roster.id')}) THEN 'outside'
       WHEN EXISTS (SELECT 1 FROM test_states WHERE person_id = roster.id AND ${isCounted(byDay)}) THEN 'tested'
       ELSE 'notTested' END`;
  const page = `(@standing = 'all' OR @standing = standing) ORDER BY building, unit, room, name, id LIMIT @limit OFFSET @offset`;
  const sorted = forEach(
    (inTarget, byDay) => `WITH RECURSIVE ${merged}, one (id) AS (
         SELECT person_id FROM organisation_people WHERE organisation_id = @organisationId
         UNION ALL SELECT id FROM moved WHERE organisation_id = @organisationId)
     SELECT id AS personId, standing FROM (
       SELECT roster.*, ${standingOf(inTarget, byDay)} AS standing FROM one CROSS JOIN roster ON roster.id = one.id)
     WHERE ${page}`,
  );
  const walked = forEach(
    (inTarget, byDay) => `WITH RECURSIVE ${merged}
     SELECT id AS personId, standing FROM (
       SELECT roster.*, ${standingOf(inTarget, byDay)} AS standing FROM roster
       WHERE EXISTS (SELECT 1 FROM organisation_people WHERE organisation_id = @organisationId AND person_id = roster.id)
         OR id IN (SELECT id FROM moved WHERE organisation_id = @organisationId))
     WHERE ${page}`,
  );
  const everybody: Counted = { roundId: '', targetKind: 'all', day: null, since: null };
  const countIn = (of: Counted): ReadonlyMap<string, number> => {
    const found = new Map<string, number>();
    for (const { organisationId, n } of counts(of).all(of) as { organisationId: string; n: number }[])
      found.set(organisationId, (found.get(organisationId) ?? 0) + n);
    return found;
  };
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
    /** Whether exactly this person is in it, not somebody who became part of them. */
    isMember: (id: string, personId: string): boolean => isMember.get(id, personId) === 1,
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
    /** As `release`, of exactly this person. */
    leave: (organisationId: string, personId: string): boolean => leave.run(organisationId, personId).changes > 0,
    listOfPerson: (personId: string): OrganisationRow[] => ofPerson.all({ personId }) as OrganisationRow[],
    /** How many people each has; one without people is not among them. */
    countPeople: (): ReadonlyMap<string, number> => countIn(everybody),
    /** The next `limit` people with a test that counts, by their ids after `after`; whether one is positive. */
    listTestedPiece: (of: Counted, after: string, limit: number) =>
      testedPiece[of.day !== null || of.since !== null ? 1 : 0]?.all({ ...of, after, limit }) as {
        readonly id: string;
        readonly positive: 0 | 1;
      }[],
    /** Whether somebody's tests that count hold a positive; null for whoever has none. */
    findTested: (of: Counted, personId: string): boolean | null => {
      const positive = testedOne.get({ ...of, personId }) as 0 | 1 | null;
      return positive === null ? null : positive === 1;
    },
    /** The next `limit` people of any roster, with the ids of where they belong, a blank between. */
    listMembersPiece: (after: string, limit: number) =>
      membersPiece.all({ after, limit }) as { readonly id: string; readonly organisationIds: string }[],
    /** Whom each became who was merged into somebody, over however many merges. */
    wholeOfMerged: (): ReadonlyMap<string, string> => {
      const into = new Map((mergedAway.all() as { id: string; whole: string }[]).map(({ id, whole }) => [id, whole]));
      const wholeOf = (id: string): string => {
        let whole = id;
        // No longer than there are merges: a circle would be a fault, and must not hang.
        for (let step = 0; step <= into.size; step++) {
          const next = into.get(whole);
          if (next === undefined) break;
          whole = next;
        }
        return whole;
      };
      return new Map([...into.keys()].map((id) => [id, wholeOf(id)]));
    },
    /** A page of one's people by address, and how many there are in all. */
    listPeople: (
      of: Counted & {
        readonly organisationId: string;
        readonly standing: 'all' | RoundStanding;
        readonly limit: number;
        readonly offset: number;
        /** Of the same round and day. */
        readonly figures: OrganisationFigures;
      },
    ): { total: number; rows: { readonly personId: string; readonly standing: RoundStanding }[] } => {
      const all = countIn(everybody).get(of.organisationId) ?? 0;
      const { target, tested, notTested } = of.figures;
      const totals = { all, tested, notTested, outside: all - target };
      const { figures: _figures, ...asked } = of;
      const rows = (all <= sortedMost ? sorted : walked)(of).all(asked);
      return { total: totals[of.standing], rows: rows as { personId: string; standing: RoundStanding }[] };
    },
    /** Whose number in the search index this is. */
    findByNumber: (n: number): string | null => (byNumber.get(n) as string | undefined) ?? null,
  };
}
