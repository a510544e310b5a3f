import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SupportFacts } from '../../../shared/contract/support.ts';
import { newestSchema } from '../../db/migrate.ts';
import { type Handlers, look } from '../dispatch.ts';
import type { CoreInit } from '../phase.ts';
import { audit, type Station, signedIn } from '../station.ts';
import { resendDays } from '../sync/epoch.ts';
import { syncView } from '../sync/view.ts';

/** Settings that say how the site works and nothing of who it is. */
const told = [
  'zone',
  'windowFrom',
  'windowOffsetMin',
  'unknownKit',
  'noSerialKit',
  'askConsent',
  'autoLockMin',
] as const;

const counted = ['people', 'tests', 'results', 'voids', 'kits', 'products', 'conflicts', 'outbox', 'audit'] as const;

export function supportHandlers(init: CoreInit): Handlers<'support.facts'> {
  return {
    'support.facts': look((station): SupportFacts => {
      signedIn(station);
      station.db.transaction(() => audit(station, 'sync.supportBundle', 'station')).immediate();
      return factsOf(station, init);
    }),
  };
}

function factsOf(station: Station, init: CoreInit): SupportFacts {
  const { settings, outbox } = station.tables;
  const url = settings.get('central.url');
  const site = station.settings.get();
  const count = (table: (typeof counted)[number]) =>
    station.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  const sizeOf = (file: string) => (existsSync(file) ? statSync(file).size : 0);
  const { bavail, bsize } = statfsSync(dirname(init.registerFile));
  const parkedByCode: Record<string, number> = {};
  for (const { code } of outbox.listParked()) parkedByCode[code ?? ''] = (parkedByCode[code ?? ''] ?? 0) + 1;
  return {
    program: init.programVersion,
    schema: newestSchema,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    atMs: station.clock.now(),
    sync: syncView(station),
    connection: {
      host: url === null ? null : new URL(url).host,
      isPinned: settings.get('central.pin') !== null,
      isEmbedded: settings.get('central.embedded') === '1',
      epoch: settings.get('central.epoch'),
      resendDays: resendDays(station),
    },
    settings: Object.fromEntries(told.map((name) => [name, site[name]])),
    records: outbox.countsByState(),
    parkedByCode,
    counts: Object.fromEntries(counted.map((table) => [table, count(table)])),
    disk: {
      registerBytes: sizeOf(init.registerFile),
      walBytes: sizeOf(`${init.registerFile}-wal`),
      freeBytes: bavail * bsize,
    },
  };
}
