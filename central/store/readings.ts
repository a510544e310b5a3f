import type { ReadingConflict } from '../../shared/central/siteItems.ts';
import type { ResultOutcome } from '../../shared/model/test.ts';
import type { Decision } from '../ingest/decide.ts';
import type { Statements } from './database.ts';
import { type Publication, publish } from './publications.ts';

type Reading = ReadingConflict['readings'][number];
type Sender = { readonly siteId: string; readonly stationNo: number };

const conflictKind = 'readingConflict';

/**
 * Readings of one test by two stations of a site, which did not know of one another: the record that came later has a
 * number that the test already holds. Where both say the same it is one reading; where not, the later one stays aside,
 * both go down to the site, and the next reading of the test, a supervisor's with a reason, ends it. Costs nothing where
 * there is none.
 * @returns for each record that was set aside for another station's reading, whether both say the same
 */
export async function settleReadings(
  statements: Statements,
  { siteId, stationNo }: Sender,
  { verdicts }: Decision,
): Promise<ReadonlyMap<number, 'alike' | 'otherwise'>> {
  const found = new Map<number, 'alike' | 'otherwise'>();
  const late = verdicts.filter(({ verdict }) => verdict.kind === 'setAside' && verdict.isReading === true);
  const corrected = verdicts.flatMap(({ incoming: { record }, verdict }) =>
    verdict.kind === 'store' && record.kind === 'test.resulted' && record.payload.revision > 1 ? [record.testId] : [],
  );
  const news: Publication[] = [];
  if (late.length > 0) {
    const ids = [...new Set(late.map(({ incoming }) => incoming.record.testId))];
    const rows = await statements.query<{
      testId: string;
      seq: number;
      stationNo: number;
      station: string;
      outcome: ResultOutcome;
      revision: number;
      readAtMs: number;
      operatorName: string;
      ours: string;
    }>(
      `SELECT record.test_id AS "testId", record.seq, record.station_no AS "stationNo", station.name AS station,
              record.payload->>'outcome' AS outcome, (record.payload->>'revision')::integer AS revision,
              (record.payload->>'readAtMs')::bigint AS "readAtMs",
              record.payload->'operator'->>'name' AS "operatorName",
              (SELECT name FROM stations WHERE no = $2) AS ours
         FROM records AS record JOIN stations AS station ON station.no = record.station_no
        WHERE record.test_id = ANY ($1::text[]) AND record.kind = 'test.resulted' AND station.site_id = $3`,
      [ids, stationNo, siteId],
    );
    for (const {
      incoming: { index, record },
    } of late) {
      if (record.kind !== 'test.resulted') continue;
      const other = rows.find((row) => row.testId === record.testId && row.seq === record.seq);
      // Its own number twice is another fault: nobody else read the test.
      if (other === undefined || other.stationNo === stationNo) continue;
      const { outcome, revision, readAtMs, operator } = record.payload;
      found.set(index, other.outcome === outcome ? 'alike' : 'otherwise');
      if (other.outcome === outcome) continue;
      const readings: Reading[] = [
        {
          station: other.station,
          outcome: other.outcome,
          revision: other.revision,
          readAtMs: other.readAtMs,
          operatorName: other.operatorName,
        },
        { station: other.ours, outcome, revision, readAtMs, operatorName: operator.name },
      ];
      news.push({
        kind: conflictKind,
        itemId: record.testId,
        siteId,
        payload: { testId: record.testId, readings } satisfies ReadingConflict,
      });
    }
  }
  await publish(statements, news);
  if (corrected.length > 0) await endConflicts(statements, siteId, corrected);
  return found;
}

/** A correction decides: what was between two stations is over. */
async function endConflicts(statements: Statements, siteId: string, testIds: readonly string[]): Promise<void> {
  await statements.query(
    `UPDATE publications SET is_gone = true, tx = pg_current_xact_id(), no = nextval('publication_numbers')
      WHERE site_id = $1 AND kind = $2 AND item_id = ANY ($3::text[]) AND NOT is_gone`,
    [siteId, conflictKind, testIds],
  );
}
