import type { AbsenceReason } from '../../shared/model/round.ts';
import type { Register } from './open.ts';

export type TargetKind = 'all' | 'buildings' | 'list' | 'organisations';

export type RoundRow = {
  readonly id: string;
  readonly name: string;
  readonly day: string;
  readonly lastDay: string | null;
  readonly everyDays: number | null;
  readonly targetKind: TargetKind;
  readonly openedAtMs: number;
  readonly endedAtMs: number | null;
};

/** Where somebody of a round's target lives: what a list of doors is made of. */
export type TargetRow = {
  readonly id: string;
  readonly building: string;
  readonly unit: string;
  readonly room: string;
};

export type AbsenceRow = {
  readonly reason: AbsenceReason;
  readonly note: string;
  readonly atMs: number;
  readonly operatorName: string;
};

/**
 * Whether the person with the id `id` belongs to an organisation that the round is for, or somebody does who was merged
 * into them, over however many merges. Those are few and looked up once; everybody else is one step in an index.
 */
export const isInOrganisations = (id: string): string => `(EXISTS (SELECT 1 FROM round_organisations AS ro
    JOIN organisation_people AS op ON op.organisation_id = ro.organisation_id WHERE ro.round_id = @roundId AND op.person_id = ${id})
  OR ${id} IN (WITH RECURSIVE away (id) AS (
      SELECT merged_into FROM people CROSS JOIN organisation_people AS op ON op.person_id = people.id
        WHERE merged_into IS NOT NULL AND op.organisation_id IN (SELECT organisation_id FROM round_organisations WHERE round_id = @roundId)
      UNION SELECT merged_into FROM away CROSS JOIN people ON people.id = away.id WHERE merged_into IS NOT NULL)
    SELECT id FROM away))`;

export function roundsTable(db: Register) {
  const columns = `id, name, day, last_day AS lastDay, every_days AS everyDays,
    CASE WHEN EXISTS (SELECT 1 FROM round_organisations WHERE round_id = rounds.id) THEN 'organisations' ELSE target_kind END AS targetKind,
    opened_at_ms AS openedAtMs, ended_at_ms AS endedAtMs`;
  const list = db.prepare(`SELECT ${columns} FROM rounds ORDER BY opened_at_ms DESC, id DESC`);
  const one = db.prepare(`SELECT ${columns} FROM rounds WHERE id = ?`);
  const current = db.prepare(
    `SELECT ${columns} FROM rounds
     ORDER BY ended_at_ms IS NOT NULL, id = (SELECT value FROM settings WHERE key = 'rounds.current') DESC, opened_at_ms DESC, id DESC
     LIMIT 1`,
  );
  const insert = db.prepare(
    `INSERT INTO rounds (id, name, day, last_day, every_days, target_kind, opened_at_ms, opened_by)
     VALUES (@id, @name, @day, @lastDay, @everyDays, @targetKind, @openedAtMs, @openedBy)`,
  );
  const change = db.prepare(
    `UPDATE rounds SET name = @name, day = @day, last_day = @lastDay, every_days = @everyDays, target_kind = @targetKind
     WHERE id = @id`,
  );
  const end = db.prepare('UPDATE rounds SET ended_at_ms = ? WHERE id = ?');
  const buildings = db.prepare('SELECT building FROM round_buildings WHERE round_id = ? ORDER BY building').pluck();
  const addBuilding = db.prepare(
    'INSERT INTO round_buildings (round_id, building) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const addPerson = db.prepare('INSERT INTO round_people (round_id, person_id) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const clearBuildings = db.prepare('DELETE FROM round_buildings WHERE round_id = ?');
  const clearPeople = db.prepare('DELETE FROM round_people WHERE round_id = ?');
  const organisations = db
    .prepare('SELECT organisation_id FROM round_organisations WHERE round_id = ? ORDER BY organisation_id')
    .pluck();
  const addOrganisation = db.prepare(
    'INSERT INTO round_organisations (round_id, organisation_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const clearOrganisations = db.prepare('DELETE FROM round_organisations WHERE round_id = ?');
  const isForOrganisation = db
    .prepare('SELECT EXISTS (SELECT 1 FROM round_organisations WHERE organisation_id = ?)')
    .pluck();
  const countInOrganisations = db
    .prepare(`SELECT count(*) FROM roster WHERE @roundId IS NOT NULL AND ${isInOrganisations('roster.id')}`)
    .pluck();
  const countPeople = db
    .prepare(
      `SELECT count(DISTINCT roster.id) FROM round_people JOIN people ON people.id = person_id
         JOIN roster ON roster.id = coalesce(people.merged_into, people.id) WHERE round_id = ?`,
    )
    .pluck();
  const countInBuildings = db
    .prepare('SELECT count(*) FROM roster WHERE building IN (SELECT building FROM round_buildings WHERE round_id = ?)')
    .pluck();
  const allBuildings = db.prepare(
    'SELECT building, count(*) AS people FROM roster GROUP BY building ORDER BY building',
  );
  const inTarget = {
    all: '',
    buildings: 'AND building IN (SELECT building FROM round_buildings WHERE round_id = @roundId)',
    // Whoever became part of somebody else is wanted as them.
    list: `AND (id IN (SELECT person_id FROM round_people WHERE round_id = @roundId)
      OR id IN (SELECT merged_into FROM round_people JOIN people ON people.id = person_id WHERE round_id = @roundId))`,
    organisations: `AND ${isInOrganisations('roster.id')}`,
  };
  const kinds = ['all', 'buildings', 'list', 'organisations'] as const;
  const pieces = kinds.map(
    (kind) =>
      [
        kind,
        db.prepare(
          `SELECT id, building, unit, room FROM roster WHERE id > @after AND @roundId IS NOT NULL ${inTarget[kind]}
           ORDER BY id LIMIT @limit`,
        ),
      ] as const,
  );
  const byKind = new Map(pieces);
  const oneOf = new Map(
    kinds.map((kind) => [
      kind,
      db.prepare(
        `SELECT id, building, unit, room FROM roster WHERE id = @id AND @roundId IS NOT NULL ${inTarget[kind]}`,
      ),
    ]),
  );
  // Without a first day the index alone answers.
  const testedBy = (since: string) =>
    db
      .prepare(
        `SELECT person_id FROM test_states WHERE round_id = @roundId AND person_id > @after
           AND status NOT IN ('undone', 'void') ${since}
         UNION SELECT person_id FROM sibling_tests WHERE round_id = @roundId AND person_id > @after AND status <> 'void' ${since}
         ORDER BY person_id LIMIT @limit`,
      )
      .pluck();
  const tested = testedBy('');
  const testedSince = testedBy('AND day >= @since');
  const kept = db
    .prepare(
      'SELECT coalesce(sum(tested), 0) FROM kept_rounds WHERE round_id = @roundId AND (@since IS NULL OR day >= @since)',
    )
    .pluck();
  const isTested = db
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM test_states WHERE round_id = @roundId AND person_id = @personId
         AND status NOT IN ('undone', 'void') AND (@since IS NULL OR day >= @since))
       OR EXISTS (SELECT 1 FROM sibling_tests WHERE round_id = @roundId AND person_id = @personId AND status <> 'void'
         AND (@since IS NULL OR day >= @since))`,
    )
    .pluck();
  const newest = 'n = (SELECT max(n) FROM absences AS o WHERE o.round_id = a.round_id AND o.person_id = a.person_id)';
  const absent = db
    .prepare(`SELECT person_id FROM absences AS a WHERE round_id = ? AND ${newest} AND reason IS NOT NULL`)
    .pluck();
  const absence = db.prepare(
    `SELECT reason, note, at_ms AS atMs, operators.name AS operatorName
     FROM absences AS a JOIN operators ON operators.id = operator_id
     WHERE round_id = ? AND person_id = ? AND ${newest} AND reason IS NOT NULL`,
  );
  const noteAbsence = db.prepare(
    `INSERT INTO absences (round_id, person_id, n, reason, note, at_ms, operator_id)
     VALUES (@roundId, @personId, (SELECT count(*) + 1 FROM absences WHERE round_id = @roundId AND person_id = @personId),
       @reason, @note, @atMs, @operatorId)`,
  );
  const since = db.prepare('SELECT created_at_ms FROM people WHERE id = ?').pluck();
  const stamp = db
    .prepare(
      `SELECT (SELECT count(*) FROM imports WHERE state = 'committed') || ' ' || (SELECT count(*) FROM destruction_pieces)
         || ' ' || (SELECT count(*) FROM person_merges) || ' ' || (SELECT count(*) FROM person_merge_undos)`,
    )
    .pluck();

  return {
    list: (): RoundRow[] => list.all() as RoundRow[],
    find: (id: string): RoundRow | null => (one.get(id) as RoundRow | undefined) ?? null,
    /** The round that was chosen, else the one opened last, of those that are not ended. */
    findCurrent: (): RoundRow | null => (current.get() as RoundRow | undefined) ?? null,
    insert: (round: RoundRow & { readonly openedBy: string | null }): void => {
      insert.run({ ...round, targetKind: storedKind(round.targetKind) });
    },
    change: (round: RoundRow): void => {
      change.run({ ...round, targetKind: storedKind(round.targetKind) });
    },
    end: (id: string, atMs: number): void => {
      end.run(atMs, id);
    },
    listOrganisations: (roundId: string): string[] => organisations.all(roundId) as string[],
    /** Whether a round is or was for it. */
    isForOrganisation: (organisationId: string): boolean => isForOrganisation.get(organisationId) === 1,
    listBuildings: (roundId: string): string[] => buildings.all(roundId) as string[],
    /** Puts others in the place of the buildings, the people or the organisations that a round is for. */
    setTarget: (
      roundId: string,
      {
        buildings: names = [],
        people = [],
        organisationIds = [],
      }: {
        readonly buildings?: readonly string[];
        readonly people?: readonly string[];
        readonly organisationIds?: readonly string[];
      },
    ): void => {
      clearOrganisations.run(roundId);
      for (const id of organisationIds) addOrganisation.run(roundId, id);
      clearBuildings.run(roundId);
      clearPeople.run(roundId);
      for (const name of names) addBuilding.run(roundId, name);
      for (const id of people) addPerson.run(roundId, id);
    },
    countPeople: (roundId: string): number => countPeople.get(roundId) as number,
    countInOrganisations: (roundId: string): number => countInOrganisations.get({ roundId }) as number,
    countInBuildings: (roundId: string): number => countInBuildings.get(roundId) as number,
    listAllBuildings: () => allBuildings.all() as { readonly building: string; readonly people: number }[],
    /** The next `limit` people of a round's target by their ids after `after` (empty: from the first). */
    listTargetPiece: (
      { id: roundId, targetKind }: Pick<RoundRow, 'id' | 'targetKind'>,
      after: string,
      limit: number,
    ): TargetRow[] => (byKind.get(targetKind)?.all({ after, roundId, limit }) ?? []) as TargetRow[],
    /** Somebody of the target, or null for whoever is not in it. */
    findInTarget: (
      { id: roundId, targetKind }: Pick<RoundRow, 'id' | 'targetKind'>,
      personId: string,
    ): TargetRow | null => (oneOf.get(targetKind)?.get({ id: personId, roundId }) as TargetRow | undefined) ?? null,
    /** The next `limit` people with a test of the round that counts: neither undone nor void, on day `since` or later. */
    listTestedPiece: (roundId: string, since: string | null, after: string, limit: number): string[] =>
      (since === null
        ? tested.all({ roundId, after, limit })
        : testedSince.all({ roundId, since, after, limit })) as string[],
    /** People of a round whose tests were destroyed since, and who are counted all the same. */
    countKept: (roundId: string, since: string | null): number => kept.get({ roundId, since }) as number,
    isTested: (roundId: string, personId: string, since: string | null): boolean =>
      isTested.get({ roundId, personId, since }) === 1,
    listAbsent: (roundId: string): string[] => absent.all(roundId) as string[],
    findAbsence: (roundId: string, personId: string): AbsenceRow | null =>
      (absence.get(roundId, personId) as AbsenceRow | undefined) ?? null,
    noteAbsence: (row: {
      readonly roundId: string;
      readonly personId: string;
      readonly reason: AbsenceReason | null;
      readonly note: string;
      readonly atMs: number;
      readonly operatorId: string;
    }): void => {
      noteAbsence.run(row);
    },
    /** Since when somebody is on the roster, ms. */
    personSince: (personId: string): number | null => (since.get(personId) as number | undefined) ?? null,
    /** Another text after an import became visible or was undone, and after people were destroyed, merged or taken apart. */
    rosterStamp: (): string => stamp.get() as string,
  };
}

/** As the column takes it: organisations stand in a table of their own. */
function storedKind(kind: TargetKind): string {
  return kind === 'organisations' ? 'list' : kind;
}
