import { maskDocument, maskName } from '../../../shared/codes/mask.ts';
import { makeOwnCode } from '../../../shared/codes/ownCodes.ts';
import { StationError } from '../../../shared/errors.ts';
import { type SlipPrint, type SlipStatus, slipStatuses } from '../../../shared/model/slip.ts';
import { ageOn } from '../../../shared/time.ts';
import type { SlipRow } from '../../db/slips.ts';
import type { TestRow } from '../../db/tests.ts';
import { mustFind } from '../desk/gestures.ts';
import { change, type Handlers } from '../dispatch.ts';
import { looked, sameLook, sameLookMs } from '../people/page.ts';
import { refusePersonal } from '../people/reasons.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station } from '../station.ts';

/** Result slips: one person's result on paper, each print with a code by which the desk says what it is worth now. */

/** What a slip of this test would tell now. Throws SLIP_NONE while there is nothing to tell. */
function tellable(test: TestRow): SlipStatus {
  const status = slipStatuses.find((each) => each === test.status);
  if (status === undefined) throw new StationError('SLIP_NONE', { status: test.status });
  return status;
}

/** What stands on a print, as it was when it was made: a repeated call prints the same paper. */
function printOf(station: Station, slip: SlipRow, inClear: boolean): SlipPrint {
  const { tables, settings } = station;
  const test = mustFind(station, slip.testId);
  const former = slip.n === 1 ? null : tables.slips.findOfTest(test.id, slip.n - 1);
  const revisions = tables.tests.listRevisions(test.id).filter(({ revision }) => revision <= slip.revision);
  const [first] = revisions;
  const last = revisions.at(-1);
  const number = test.personDocumentNumber;
  return {
    code: slip.code,
    number: slip.n,
    replaces: former === null ? null : { number: former.n, printedAtMs: former.atMs },
    printedAtMs: slip.atMs,
    printedBy: slip.operatorName,
    siteName: settings.get().siteName,
    siteContact: settings.get().siteContact,
    status: slip.status,
    name: inClear ? test.personName : maskName(test.personName),
    sex: test.personSex,
    age: test.personBirthDate === null ? null : ageOn(test.personBirthDate, test.day),
    documentKind: test.personDocumentKind,
    document: number === null ? null : inClear ? number : maskDocument(number),
    kit: {
      productName: test.productName,
      method: test.productMethod,
      registrationNumber: test.registrationNumber,
      lot: test.kitLot,
      expiresOn: test.kitExpiresOn,
      serial: test.kitSerial,
    },
    // A window that counts from the drop opens so long after it.
    sampledAtMs:
      test.windowFrom === 'drop' && test.opensAtMs !== null ? test.opensAtMs - test.opensAfterMs : test.boundAtMs,
    read:
      first === undefined ? null : { atMs: first.readAtMs, by: first.operatorName, confirmedBy: first.confirmedByName },
    corrected: last === undefined || last.revision === 1 ? null : { atMs: last.readAtMs, by: last.operatorName },
    voided: slip.status !== 'void' || test.voidAtMs === null ? null : { atMs: test.voidAtMs, by: test.voidBy ?? '' },
  };
}

export const slipHandlers: Handlers<'slips.make'> = {
  'slips.make': change({
    run: (station, { testId, inClear }) => {
      const operator = allow(station, inClear === null ? 'desk.work' : 'people.exportInClear');
      if (inClear !== null) refusePersonal(inClear.text, 'inClear.text');
      const test = mustFind(station, testId);
      const status = tellable(test);
      const { slips } = station.tables;
      const n = slips.count(testId) + 1;
      const code = makeOwnCode('YT', station.random);
      const { revision, kitN } = test;
      slips.insert({ code, testId, n, status, revision, kitN, atMs: station.clock.now(), operatorId: operator.id });
      audit(station, 'test.slip', `test:${testId}`, {
        n,
        status,
        revision,
        inClear: inClear !== null,
        reason: inClear?.code ?? null,
        words: inClear?.text ?? null,
      });
      return { ...looked(station), code };
    },
    // Read anew: nobody's name is kept among the remembered answers.
    answer: (station, stored, { inClear }) => {
      sameLook(station, stored, sameLookMs);
      const slip = station.tables.slips.find(stored.code);
      if (slip === null) throw new StationError('NOT_FOUND', { what: 'slip' });
      // Whoever has an older slip of this test on the desk sees that it is replaced.
      station.emit('desk.changed', { why: 'other' });
      return printOf(station, slip, inClear !== null);
    },
  }),
};
