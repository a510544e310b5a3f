import { readingConflictSchema } from '../../../shared/central/siteItems.ts';
import { maskName } from '../../../shared/codes/mask.ts';
import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import type { Output } from '../../../shared/contract.ts';
import { StationError } from '../../../shared/errors.ts';
import { tailOf } from '../desk/cards.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { forgetServiceKey } from '../handover/serviceKey.ts';
import { testsKeptDays } from '../retention/retention.ts';
import { findTest } from '../siblings/siblings.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, signedIn } from '../station.ts';
import { readConnection, safeUrl, writeConnection } from './connection.ts';
import { resendDays } from './epoch.ts';
import { mendingOf, mendRecord } from './mend.ts';
import { tokenBehind } from './token.ts';
import type { Uploader } from './uploader.ts';
import { syncView } from './view.ts';

type Conflict = Output<'sync.get'>['conflicts'][number];

export function syncHandlers(
  uploader: () => Uploader,
  fetchWith: (pin: string | null) => typeof fetch,
): Handlers<'sync.get' | 'sync.sendNow' | 'sync.connect' | 'sync.test' | 'sync.mend' | 'sync.setResendDays'> {
  return {
    'sync.get': look((station) => {
      signedIn(station);
      return {
        sync: syncView(station),
        url: readConnection(station.tables)?.url ?? null,
        pin: readConnection(station.tables)?.pin ?? null,
        resendDays: resendDays(station),
        resent: JSON.parse(station.tables.settings.get('central.resent') ?? 'null') as {
          atMs: number;
          records: number;
        } | null,
        waiting: station.tables.outbox.backlogByKind(),
        speed: uploader().speed(),
        parked: station.tables.outbox.listParked().map((row) => ({
          recordKey: row.recordKey,
          kind: row.kind,
          testId: row.testId,
          personMasked: maskName(row.personName),
          kitTail: tailOf(row.kitSerial),
          code: row.code ?? '',
          // The service's own words may quote what it did not take.
          message: maskPersonalNumbers(row.message ?? ''),
          atMs: row.atMs,
          mending: mendingOf(row.code ?? ''),
        })),
        conflicts: [...readingConflicts(station), ...kitConflicts(station)],
      };
    }),
    'sync.sendNow': look(async (station) => {
      await uploader().sendNow();
      return { sync: syncView(station) };
    }),
    'sync.connect': change({
      // A code is good once: it is not spent on somebody who may not connect.
      prepare: async (station, { url, token, pin }) => {
        allow(station, 'sync.connect');
        return tokenBehind(token, url, fetchWith(pin ?? null));
      },
      run: (station, { url, pin }, token) => {
        allow(station, 'sync.connect');
        writeConnection(station.tables, { url, token, pin: pin ?? null }, false);
        forgetServiceKey(station);
        station.tables.settings.set('central.tokenAtMs', String(station.clock.now()));
        audit(station, 'sync.connect', 'station', { host: new URL(safeUrl(url)).host });
        return {};
      },
      answer: (station) => {
        void uploader().sendNow();
        return { sync: syncView(station) };
      },
    }),
    'sync.test': look(() => uploader().test()),
    'sync.mend': change({
      run: (station, { recordKey }) => {
        allow(station, 'sync.connect');
        mendRecord(station, recordKey);
        return {};
      },
      answer: (station) => ({ sync: syncView(station) }),
    }),
    'sync.setResendDays': change({
      run: (station, { days }) => {
        allow(station, 'sync.connect');
        const kept = testsKeptDays(station.tables);
        if (kept !== null && kept < days) throw new StationError('RESENT_LONGER_THAN_KEPT', { days: kept }, 'days');
        station.tables.settings.set('central.resendDays', String(days));
        audit(station, 'settings.set', 'station', { changed: 'central.resendDays', to: days });
        return {};
      },
      answer: (station) => ({ resendDays: resendDays(station) }),
    }),
  };
}

/** One kit, two bindings: this side and, as far as it may be told, the other. */
function kitConflicts({ tables }: Station): Conflict[] {
  return tables.conflicts.list().map((row) => ({
    conflictId: row.id,
    kind: 'kit',
    testId: row.testId,
    personMasked: maskName(row.personName),
    kitTail: tailOf(row.kitSerial),
    boundAtMs: row.boundAtMs,
    otherSite: row.otherSite,
    otherStation: row.otherStation,
    otherAtMs: row.otherAtMs,
    // Another station's mask is not taken on trust; a masked name stays as it is.
    otherPersonMasked: maskName(row.otherPersonMasked),
    seenAtMs: row.seenAtMs,
  }));
}

/** Tests that two stations of the site read differently. What each saw stands in the test, not in a list. */
function readingConflicts(station: Station): Conflict[] {
  const ours = station.settings.get();
  return station.tables.siblings.listConflicts().flatMap(({ testId, readings, seenAtMs }) => {
    const test = findTest(station, testId);
    if (test === null) return [];
    const both = readingConflictSchema.shape.readings.parse(JSON.parse(readings));
    const other = both.find((each) => each.station !== ours.stationName) ?? both[0];
    const masked = maskName(test.personName);
    return [
      {
        conflictId: `reading:${testId}`,
        kind: 'reading',
        testId,
        personMasked: masked,
        kitTail: tailOf(test.kitSerial),
        boundAtMs: test.boundAtMs,
        otherSite: ours.siteName,
        otherStation: other?.station ?? '',
        otherAtMs: other?.readAtMs ?? seenAtMs,
        otherPersonMasked: masked,
        seenAtMs,
      },
    ];
  });
}
