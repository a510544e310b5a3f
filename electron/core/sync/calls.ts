import { maskName } from '../../../shared/codes/mask.ts';
import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import { tailOf } from '../desk/cards.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, signedIn } from '../station.ts';
import { readConnection, safeUrl, writeConnection } from './connection.ts';
import type { Uploader } from './uploader.ts';
import { syncView } from './view.ts';

export function syncHandlers(
  uploader: () => Uploader,
): Handlers<'sync.get' | 'sync.sendNow' | 'sync.connect' | 'sync.test'> {
  return {
    'sync.get': look((station) => {
      signedIn(station);
      return {
        sync: syncView(station),
        url: readConnection(station.tables)?.url ?? null,
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
        })),
        conflicts: station.tables.conflicts.list().map((row) => ({
          conflictId: row.id,
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
        })),
      };
    }),
    'sync.sendNow': look(async (station) => {
      await uploader().sendNow();
      return { sync: syncView(station) };
    }),
    'sync.connect': change({
      run: (station, { url, token }) => {
        allow(station, 'sync.connect');
        writeConnection(station.tables, { url, token }, false);
        audit(station, 'sync.connect', 'station', { host: new URL(safeUrl(url)).host });
        return {};
      },
      answer: (station) => {
        void uploader().sendNow();
        return { sync: syncView(station) };
      },
    }),
    'sync.test': look(() => uploader().test()),
  };
}
