import type { ScannedSlip } from '../../../shared/model/slip.ts';
import type { SlipRow } from '../../db/slips.ts';
import type { TestRow } from '../../db/tests.ts';
import type { Station } from '../station.ts';

/** A slip that was scanned, as it stands now; null for a print that this register does not know. */
export function scannedSlip(station: Station, testId: string, number: number): ScannedSlip | null {
  const slip = station.tables.slips.findOfTest(testId, number);
  const test = station.tables.tests.find(testId);
  if (slip === null || test === null) return null;
  return { number, printedAtMs: slip.atMs, status: slip.status, standing: standingOf(station, slip, test) };
}

function standingOf(station: Station, slip: SlipRow, test: TestRow): ScannedSlip['standing'] {
  if (test.status === 'void') return 'void';
  if (slip.revision !== test.revision || slip.kitN !== test.kitN) return 'corrected';
  return slip.n < station.tables.slips.count(test.id) ? 'replaced' : 'holds';
}
