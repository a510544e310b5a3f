import { type Span, textAt } from '../../shared/codes/kitSpan.ts';
import type { DocumentKind, Sex } from '../../shared/model/person.ts';
import type { CentralState, ResultOutcome, ResultRevision, ScanSource, TestStatus } from '../../shared/model/test.ts';
import { anywhere } from './like.ts';
import type { Register } from './open.ts';
import { formerNames, nameThen } from './products.ts';

export type WrittenReason = { readonly code: string; readonly text: string };
/** Whose consent, by their id, and why. */
export type WrittenApproval = { readonly by: string; readonly reason: string };

/** A binding as it is written, once. */
export type NewTest = {
  readonly id: string;
  readonly roundId: string;
  readonly day: string;
  readonly boundAtMs: number;
  readonly operatorId: string;
  readonly clockOffsetMs: number | null;
  readonly personId: string;
  readonly personName: string;
  readonly personSex: Sex | null;
  readonly personBirthDate: string | null;
  readonly personDocumentKind: DocumentKind | null;
  readonly personDocumentNumber: string | null;
  readonly personPhone: string | null;
  readonly personBuilding: string;
  readonly personUnit: string;
  readonly personRoom: string;
  readonly personGuardianName: string | null;
  readonly personSource: ScanSource;
  readonly kitKey: string;
  readonly kitRaw: string;
  readonly kitCodeKind: string;
  readonly kitGtin: string | null;
  readonly kitSerial: string;
  readonly kitLot: string | null;
  readonly kitExpiresOn: string | null;
  readonly kitSource: ScanSource;
  /** JSON of KitWarning[]. */
  readonly kitWarnings: string;
  readonly productId: string;
  readonly opensAfterMs: number;
  readonly closesAfterMs: number;
  readonly windowFrom: 'binding' | 'drop';
  readonly retestOf: string | null;
  readonly secondReasonCode: string | null;
  readonly secondReasonText: string | null;
};

export type TestRow = NewTest & {
  readonly productName: string;
  readonly productMethod: string | null;
  readonly registrationNumber: string | null;
  readonly operatorName: string;
  readonly status: TestStatus;
  readonly revision: number;
  readonly chain: number;
  readonly opensAtMs: number | null;
  readonly closesAtMs: number | null;
  readonly voidAtMs: number | null;
  readonly voidBy: string | null;
  readonly voidReasonCode: string | null;
  readonly voidReasonText: string | null;
  /** Which correction of the kit counts now; 0 while it is as it was bound. */
  readonly kitN: number;
  /** The station of the site that bound it, where that is another one. */
  readonly sibling?: string;
};

/** Which tests a list is of; null and an empty query leave out nothing. */
export type TestFilter = {
  readonly day: string | null;
  readonly status: TestStatus | null;
  readonly query: string;
  /** Only tests done with kits of a lot, or with kits whose keys follow one another; undone bindings are none of them. */
  readonly reach: KitReach | null;
};
export type KitReach = { readonly productId: string; readonly lot: string } | { readonly span: Span };

export type RunningRow = {
  readonly testId: string;
  readonly personName: string;
  readonly building: string;
  readonly room: string;
  readonly kitSerial: string;
  readonly boundAtMs: number;
  readonly opensAtMs: number | null;
  readonly closesAtMs: number | null;
};

const testColumns = `
  tests.id AS id, tests.round_id AS roundId, tests.day AS day, tests.bound_at_ms AS boundAtMs, tests.operator_id AS operatorId,
  tests.clock_offset_ms AS clockOffsetMs, test_states.person_id AS personId, person_name AS personName, person_sex AS personSex,
  person_birth_date AS personBirthDate, person_document_kind AS personDocumentKind, person_document_number AS personDocumentNumber,
  person_phone AS personPhone, person_building AS personBuilding, person_unit AS personUnit, person_room AS personRoom,
  person_guardian_name AS personGuardianName, person_source AS personSource, test_states.kit_key AS kitKey,
  coalesce(fix.raw, kit_raw) AS kitRaw, kit_code_kind AS kitCodeKind, kit_gtin AS kitGtin, coalesce(fix.serial, kit_serial) AS kitSerial, kit_n AS kitN, kit_lot AS kitLot, kit_expires_on AS kitExpiresOn,
  kit_source AS kitSource, kit_warnings AS kitWarnings, tests.product_id AS productId, opens_after_ms AS opensAfterMs,
  closes_after_ms AS closesAfterMs, window_from AS windowFrom, retest_of AS retestOf, second_reason_code AS secondReasonCode,
  second_reason_text AS secondReasonText, ${nameThen('short_name')} AS productName, ${nameThen('method')} AS productMethod,
  ${nameThen('registration_number')} AS registrationNumber, operators.name AS operatorName, status, revision, test_states.chain AS chain,
  opens_at_ms AS opensAtMs, closes_at_ms AS closesAtMs, voids.at_ms AS voidAtMs,
  (SELECT name FROM operators AS o WHERE o.id = voids.operator_id) AS voidBy,
  voids.reason_code AS voidReasonCode, voids.reason_text AS voidReasonText`;
/** The correction of the kit that counts now, where there is one. */
const withFix = 'LEFT JOIN kit_corrections AS fix ON fix.test_id = test_states.test_id AND fix.n = test_states.kit_n';
const testTables = `FROM test_states JOIN tests ON tests.id = test_states.test_id ${withFix}
  JOIN products ON products.id = tests.product_id JOIN operators ON operators.id = tests.operator_id
  ${formerNames}
  LEFT JOIN voids ON voids.test_id = tests.id`;

/** Tests with the facts about them, and the row that says where each stands. */
export function testsTable(db: Register) {
  const byId = db.prepare(`SELECT ${testColumns} ${testTables} WHERE test_states.test_id = ?`);
  const liveByKit = db.prepare("SELECT test_id FROM test_states WHERE kit_key = ? AND status <> 'undone'").pluck();
  const ofPersonInRound = db
    .prepare(
      "SELECT test_id FROM test_states WHERE person_id = ? AND round_id = ? AND status NOT IN ('undone', 'void') ORDER BY bound_at_ms DESC LIMIT 1",
    )
    .pluck();
  const newest = db
    .prepare("SELECT test_id FROM test_states WHERE status = 'pending' ORDER BY bound_at_ms DESC LIMIT 1")
    .pluck();
  const insert = db.prepare(
    `INSERT INTO tests (id, round_id, day, bound_at_ms, operator_id, clock_offset_ms, person_id, person_name, person_sex,
       person_birth_date, person_document_kind, person_document_number, person_phone, person_building, person_unit, person_room,
       person_guardian_name, person_source, kit_key, kit_raw, kit_code_kind, kit_gtin, kit_serial, kit_lot, kit_expires_on,
       kit_source, kit_warnings, product_id, opens_after_ms, closes_after_ms, window_from, retest_of, second_reason_code, second_reason_text)
     VALUES (@id, @roundId, @day, @boundAtMs, @operatorId, @clockOffsetMs, @personId, @personName, @personSex, @personBirthDate,
       @personDocumentKind, @personDocumentNumber, @personPhone, @personBuilding, @personUnit, @personRoom, @personGuardianName,
       @personSource, @kitKey, @kitRaw, @kitCodeKind, @kitGtin, @kitSerial, @kitLot, @kitExpiresOn, @kitSource, @kitWarnings,
       @productId, @opensAfterMs, @closesAfterMs, @windowFrom, @retestOf, @secondReasonCode, @secondReasonText)`,
  );
  const insertState = db.prepare(
    `INSERT INTO test_states (test_id, kit_key, person_id, round_id, day, status, bound_at_ms, opens_at_ms, closes_at_ms)
     VALUES (@id, @kitKey, @personId, @roundId, @day, 'pending', @boundAtMs, @opensAtMs, @closesAtMs)`,
  );
  const setStatus = db.prepare(
    'UPDATE test_states SET status = @status, revision = @revision, chain = @chain WHERE test_id = @testId',
  );
  const setWindow = db.prepare('UPDATE test_states SET opens_at_ms = ?, closes_at_ms = ? WHERE test_id = ?');
  const insertDrop = db.prepare('INSERT INTO drops (test_id, at_ms, operator_id) VALUES (?, ?, ?)');
  const insertUndo = db.prepare('INSERT INTO undos (test_id, at_ms, operator_id) VALUES (?, ?, ?)');
  const insertVoid = db.prepare(
    'INSERT INTO voids (test_id, at_ms, operator_id, reason_code, reason_text, clock_offset_ms) VALUES (@testId, @atMs, @operatorId, @reasonCode, @reasonText, @clockOffsetMs)',
  );
  const insertResult = db.prepare(
    `INSERT INTO results (test_id, revision, outcome, read_at_ms, read_day, operator_id, confirmed_by, reason_code, reason_text,
       override_code, override_text, approved_by, approval_reason, clock_offset_ms)
     VALUES (@testId, @revision, @outcome, @readAtMs, @readDay, @operatorId, @confirmedBy, @reasonCode, @reasonText,
       @overrideCode, @overrideText, @approvedBy, @approvalReason, @clockOffsetMs)`,
  );
  const revisions = db.prepare(
    `SELECT revision, outcome, read_at_ms, read_day, o.name AS operator_name, c.name AS confirmed_name, reason_code, reason_text,
       override_code, override_text, a.name AS approved_name, approval_reason
     FROM results JOIN operators AS o ON o.id = results.operator_id LEFT JOIN operators AS c ON c.id = results.confirmed_by
       LEFT JOIN operators AS a ON a.id = results.approved_by
     WHERE test_id = ? ORDER BY revision`,
  );
  const retests = db.prepare('SELECT id FROM tests WHERE retest_of = ? ORDER BY seq').pluck();
  // What can be read soonest is on top; those that wait for their drop come last.
  // Those that can still be read come before the ones that are over. The wide rows are fetched for what fits only.
  const running = db.prepare(
    `SELECT r.test_id AS testId, person_name AS personName, person_building AS building, person_room AS room,
       coalesce(fix.serial, kit_serial) AS kitSerial, r.bound_at_ms AS boundAtMs, opens_at_ms AS opensAtMs, closes_at_ms AS closesAtMs
     FROM (SELECT test_id, kit_n, bound_at_ms, opens_at_ms, closes_at_ms FROM test_states
           WHERE status = 'pending' AND bound_at_ms >= @sinceMs
           ORDER BY CASE WHEN closes_at_ms IS NULL THEN 1 WHEN closes_at_ms < @nowMs THEN 2 ELSE 0 END, closes_at_ms
           LIMIT @limit) AS r
     JOIN tests ON tests.id = r.test_id
     LEFT JOIN kit_corrections AS fix ON fix.test_id = r.test_id AND fix.n = r.kit_n`,
  );
  const ofPerson = db
    .prepare('SELECT test_id FROM test_states WHERE person_id = ? ORDER BY bound_at_ms DESC, test_id DESC LIMIT ?')
    .pluck();
  const countOfPerson = db.prepare('SELECT count(*) FROM test_states WHERE person_id = ?').pluck();
  const undoOf = db.prepare(
    'SELECT at_ms AS atMs, operators.name AS operatorName FROM undos JOIN operators ON operators.id = operator_id WHERE test_id = ?',
  );
  const watches = new Set<Set<string>>();
  const touch = (personId: string): void => {
    for (const ids of watches) ids.add(personId);
  };
  const personOf = db.prepare('SELECT person_id FROM test_states WHERE test_id = ?').pluck();
  const lastSeq = db.prepare('SELECT coalesce(max(seq), 0) FROM tests').pluck();
  const countRunning = db
    .prepare("SELECT count(*) FROM test_states WHERE status = 'pending' AND bound_at_ms >= ?")
    .pluck();
  const tally = db.prepare(
    "SELECT status, count(*) AS n FROM test_states WHERE day = ? AND status <> 'undone' GROUP BY status",
  );
  const testedInRound = db
    .prepare(
      `SELECT (SELECT count(*) FROM (
             SELECT person_id FROM test_states WHERE round_id = @roundId AND status NOT IN ('undone', 'void')
               AND (@since IS NULL OR day >= @since)
             UNION SELECT person_id FROM sibling_tests WHERE round_id = @roundId AND person_id IS NOT NULL AND status <> 'void'
               AND (@since IS NULL OR day >= @since)))
         + (SELECT coalesce(sum(tested), 0) FROM kept_rounds WHERE round_id = @roundId AND (@since IS NULL OR day >= @since))`,
    )
    .pluck();
  const waiting = db
    .prepare(
      `SELECT CASE
         WHEN EXISTS (SELECT 1 FROM conflicts JOIN test_states USING (test_id, kit_key) WHERE conflicts.test_id = @testId) THEN 'conflict'
         WHEN EXISTS (SELECT 1 FROM reading_conflicts WHERE test_id = @testId) THEN 'conflict'
         WHEN EXISTS (SELECT 1 FROM outbox WHERE outbox.test_id = @testId AND state = 'parked') THEN 'parked'
         WHEN EXISTS (SELECT 1 FROM outbox WHERE outbox.test_id = @testId AND state = 'waiting' AND due_at_ms > @nowMs) THEN 'local'
         WHEN EXISTS (SELECT 1 FROM outbox WHERE outbox.test_id = @testId AND state = 'waiting') THEN 'waiting'
         ELSE 'sent' END`,
    )
    .pluck();
  const filter = `(@day IS NULL OR test_states.day = @day) AND (@status IS NULL OR status = @status)
    AND (@like = '' OR person_name LIKE @like ESCAPE '\\' OR coalesce(fix.serial, kit_serial) LIKE @like ESCAPE '\\'
      OR person_document_number LIKE @like ESCAPE '\\' OR person_building || '-' || person_room LIKE @like ESCAPE '\\')`;
  const bySpan = `test_states.kit_key BETWEEN @from AND @to AND length(test_states.kit_key) = length(@from) AND status <> 'undone'`;
  const asked = Object.fromEntries(
    Object.entries({
      all: '1',
      lot: "tests.product_id = @productId AND tests.kit_lot = @lot AND status <> 'undone'",
      // Keys of one width stand in the order of their numbers.
      span: bySpan,
    }).map(([kind, reach]) => {
      const where = `WHERE ${reach} AND ${filter}`;
      const found = `FROM test_states JOIN tests ON tests.id = test_states.test_id ${withFix} ${where}`;
      return [
        kind,
        {
          count: db.prepare(`SELECT count(*) ${found}`).pluck(),
          tally: db.prepare(`SELECT status, count(*) AS n ${found} GROUP BY status`),
          list: db.prepare(
            `SELECT ${testColumns} ${testTables} ${where} ORDER BY tests.seq DESC LIMIT @limit OFFSET @offset`,
          ),
          piece: db.prepare(
            `SELECT ${testColumns} ${testTables} ${where} AND tests.seq > @after AND tests.seq <= @upTo ORDER BY tests.seq`,
          ),
        },
      ];
    }),
  ) as Record<'all' | 'lot' | 'span', Record<'count' | 'tally' | 'list' | 'piece', ReturnType<Register['prepare']>>>;
  const parametersOf = ({ day, status, query, reach }: TestFilter) => ({
    day,
    status,
    like: anywhere(query),
    ...(reach === null
      ? {}
      : 'lot' in reach
        ? { productId: reach.productId, lot: reach.lot }
        : {
            from: textAt(reach.span.head, reach.span.width, reach.span.first),
            to: textAt(reach.span.head, reach.span.width, reach.span.last),
          }),
  });
  const questions = ({ reach }: TestFilter) => asked[reach === null ? 'all' : 'lot' in reach ? 'lot' : 'span'];

  return {
    find: (id: string): TestRow | null => (byId.get(id) as TestRow | undefined) ?? null,
    findLiveByKit: (kitKey: string): string | null => (liveByKit.get(kitKey) as string | undefined) ?? null,
    /** The newest test of a person in a round that counts as tested: neither undone nor void. */
    findOfPersonInRound: (personId: string, roundId: string): string | null =>
      (ofPersonInRound.get(personId, roundId) as string | undefined) ?? null,
    /** The tests of a person, undone ones too, the newest first. */
    listOfPerson: (personId: string, limit: number): string[] => ofPerson.all(personId, limit) as string[],
    countOfPerson: (personId: string): number => countOfPerson.get(personId) as number,
    findUndo: (testId: string): { readonly atMs: number; readonly operatorName: string } | null =>
      (undoOf.get(testId) as { atMs: number; operatorName: string } | undefined) ?? null,
    /** The number of the newest binding; they are numbered from 1 without regard to the day. */
    lastSeq: (): number => lastSeq.get() as number,
    /** What `list` finds among the bindings after number `from` up to `to`, in their order: a piece of known length. */
    listPiece: (filter: TestFilter, after: number, upTo: number): TestRow[] =>
      questions(filter).piece.all({ ...parametersOf(filter), after, upTo }) as TestRow[],
    findNewestPending: (): string | null => (newest.get() as string | undefined) ?? null,
    /** The ids of people whose tests change from now on, until `end`. */
    watch: (): { readonly ids: ReadonlySet<string>; readonly end: () => void } => {
      const ids = new Set<string>();
      watches.add(ids);
      return { ids, end: () => void watches.delete(ids) };
    },
    touch,
    insert: (test: NewTest, opensAtMs: number | null, closesAtMs: number | null): void => {
      insert.run(test);
      touch(test.personId);
      insertState.run({
        id: test.id,
        kitKey: test.kitKey,
        personId: test.personId,
        roundId: test.roundId,
        day: test.day,
        boundAtMs: test.boundAtMs,
        opensAtMs,
        closesAtMs,
      });
    },
    setStatus: (testId: string, status: TestStatus, revision: number, chain: number): void => {
      setStatus.run({ testId, status, revision, chain });
      if (watches.size > 0) touch(personOf.get(testId) as string);
    },
    insertDrop: (testId: string, atMs: number, operatorId: string, opensAtMs: number, closesAtMs: number): void => {
      insertDrop.run(testId, atMs, operatorId);
      setWindow.run(opensAtMs, closesAtMs, testId);
    },
    insertUndo: (testId: string, atMs: number, operatorId: string): void => {
      insertUndo.run(testId, atMs, operatorId);
    },
    insertVoid: (row: {
      readonly testId: string;
      readonly atMs: number;
      readonly operatorId: string;
      readonly reasonCode: string;
      readonly reasonText: string;
      readonly clockOffsetMs: number | null;
    }): void => {
      insertVoid.run(row);
    },
    insertResult: (row: {
      readonly testId: string;
      readonly revision: number;
      readonly outcome: ResultOutcome;
      readonly readAtMs: number;
      readonly readDay: string;
      readonly operatorId: string;
      readonly confirmedBy: string | null;
      readonly reasonCode: string | null;
      readonly reasonText: string | null;
      readonly overrideCode: string | null;
      readonly overrideText: string | null;
      readonly approvedBy: string | null;
      readonly approvalReason: string | null;
      readonly clockOffsetMs: number | null;
    }): void => {
      insertResult.run(row);
    },
    listRevisions: (testId: string): ResultRevision[] => (revisions.all(testId) as RevisionRow[]).map(toRevision),
    listRetests: (testId: string): string[] => retests.all(testId) as string[],
    listRunning: (sinceMs: number, nowMs: number, limit: number): RunningRow[] =>
      running.all({ sinceMs, nowMs, limit }) as RunningRow[],
    countRunning: (sinceMs: number): number => countRunning.get(sinceMs) as number,
    countByStatus: (day: string): Partial<Record<TestStatus, number>> =>
      Object.fromEntries((tally.all(day) as { status: TestStatus; n: number }[]).map((row) => [row.status, row.n])),
    /** People with a test of the round that counts, on day `since` or later (null: at all). */
    countTestedInRound: (roundId: string, since: string | null): number =>
      testedInRound.get({ roundId, since }) as number,
    centralState: (testId: string, nowMs: number): CentralState => waiting.get({ testId, nowMs }) as CentralState,
    list: (filter: TestFilter & { readonly limit: number; readonly offset: number }) => {
      const { count, list } = questions(filter);
      const parameters = parametersOf(filter);
      const { limit, offset } = filter;
      return {
        total: count.get(parameters) as number,
        rows: list.all({ ...parameters, limit, offset }) as TestRow[],
      };
    },
    /** How many tests there are in each state, of what a list without other conditions finds. */
    countOf: (reach: NonNullable<TestFilter['reach']>): Partial<Record<TestStatus, number>> => {
      const filter: TestFilter = { day: null, status: null, query: '', reach };
      const rows = questions(filter).tally.all(parametersOf(filter)) as { status: TestStatus; n: number }[];
      return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
    },
  };
}

type RevisionRow = {
  revision: number;
  outcome: ResultOutcome;
  read_at_ms: number;
  read_day: string;
  operator_name: string;
  confirmed_name: string | null;
  reason_code: string | null;
  reason_text: string | null;
  override_code: string | null;
  override_text: string | null;
  approved_name: string | null;
  approval_reason: string | null;
};

function toRevision(row: RevisionRow): ResultRevision {
  return {
    revision: row.revision,
    outcome: row.outcome,
    readAtMs: row.read_at_ms,
    readDay: row.read_day,
    operatorName: row.operator_name,
    confirmedByName: row.confirmed_name,
    reason: row.reason_code === null ? null : { code: row.reason_code, text: row.reason_text ?? '' },
    overrideReason: row.override_code === null ? null : { code: row.override_code, text: row.override_text ?? '' },
    approved: row.approved_name === null ? null : { byName: row.approved_name, reason: row.approval_reason ?? '' },
  };
}
