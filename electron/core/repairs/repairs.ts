import { StationError } from '../../../shared/errors.ts';
import type { RepairRow } from '../../../shared/model/pattern.ts';
import type { TestRow } from '../../db/tests.ts';
import { mustFind } from '../desk/gestures.ts';
import { undoMs } from '../desk/state.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { knownGroups, patternBook } from '../kits/patterns.ts';
import { refusePersonal } from '../people/reasons.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, today } from '../station.ts';
import { enqueue } from '../sync/enqueue.ts';
import { mendedRaw, type Proposal, propose, withoutRivals } from './propose.ts';

/** Tests that one preview shows and one repair changes. */
const mostTests = 500;
const firstDay = '0001-01-01';
const lastDay = '9999-12-31';

function preview(
  station: Station,
  filter: {
    readonly productId?: string | undefined;
    readonly fromDay?: string | undefined;
    readonly toDay?: string | undefined;
  },
): { readonly proposals: readonly Proposal[]; readonly more: boolean } {
  const productIds = filter.productId === undefined ? [...patternBook(station).keys()] : [filter.productId];
  const found: Proposal[] = [];
  let more = false;
  for (const productId of productIds) {
    const groups = (['serial', 'whole'] as const).flatMap((part) => knownGroups(station, productId, part));
    const lengths = [...new Set(groups.flatMap(({ length }) => [length - 1, length + 1]))];
    if (lengths.length === 0) continue;
    const suspects = station.tables.repairs.listSuspects({
      productId,
      fromDay: filter.fromDay ?? firstDay,
      toDay: filter.toDay ?? lastDay,
      // The newest binding can still be undone at the desk.
      untilMs: station.clock.now() - undoMs,
      lengths,
      limit: mostTests + 1,
    });
    more = more || suspects.length > mostTests;
    for (const suspect of suspects.slice(0, mostTests)) {
      const proposal = propose(station, suspect);
      if (proposal !== null) found.push(proposal);
    }
  }
  more = more || found.length > mostTests;
  return { proposals: withoutRivals(found).slice(0, mostTests), more };
}

function isTaken({ tables }: Station, kitKey: string): boolean {
  return tables.tests.findLiveByKit(kitKey) !== null || tables.retention.findSpentDay(kitKey) !== null;
}

function toRow({ kitKey: _kitKey, toKey: _toKey, ...row }: Proposal): RepairRow {
  return row;
}

/** Moves a test to another kit: a new fact, its record for the central service, and the row that says where it stands. */
function correct(
  station: Station,
  test: TestRow,
  to: { readonly kitKey: string; readonly serial: string; readonly raw: string },
  by: { readonly repairId: string; readonly reason: string; readonly operator: { id: string; name: string } },
): void {
  const nowMs = station.clock.now();
  const chain = test.chain + 1;
  station.tables.repairs.correct({
    testId: test.id,
    n: station.tables.repairs.countOfTest(test.id) + 1,
    repairId: by.repairId,
    chain,
    oldKitKey: test.kitKey,
    oldSerial: test.kitSerial,
    kitKey: to.kitKey,
    raw: to.raw,
    serial: to.serial,
    reason: by.reason,
    atMs: nowMs,
    operatorId: by.operator.id,
  });
  enqueue(
    station,
    {
      kind: 'test.kitCorrected',
      payload: {
        formerKey: test.kitKey,
        kit: {
          key: to.kitKey,
          raw: to.raw,
          codeKind: test.kitCodeKind,
          gtin: test.kitGtin,
          serial: to.serial,
          lot: test.kitLot,
          expiresOn: test.kitExpiresOn,
          productName: test.productName,
          registrationNumber: test.registrationNumber,
          warnings: [],
        },
        correctedAtMs: nowMs,
        operator: { id: by.operator.id, name: by.operator.name },
        reason: { code: 'codeDamaged', text: by.reason },
        clockOffsetMs: station.centralOffsetMs.get(),
      },
    },
    { testId: test.id, chain, dueAtMs: nowMs, urgent: false },
  );
}

/** Proposals for exactly these tests, each still to be had; throws REPAIR_CHANGED with how many are not. */
function proposalsFor(station: Station, testIds: readonly string[]): readonly (Proposal & { toKey: string })[] {
  const proposals = withoutRivals(
    testIds.flatMap((id) => {
      const suspect = station.tables.repairs.findSuspect(id);
      const proposal = suspect === null ? null : propose(station, suspect);
      return proposal === null ? [] : [proposal];
    }),
  ).filter((each): each is Proposal & { toKey: string } => each.problem === null && each.toKey !== null);
  if (proposals.length < testIds.length) {
    throw new StationError('REPAIR_CHANGED', { tests: testIds.length - proposals.length });
  }
  return proposals;
}

export const repairHandlers: Handlers<'repairs.preview' | 'repairs.commit' | 'repairs.undo' | 'repairs.list'> = {
  'repairs.preview': look((station, filter) => {
    allow(station, 'kits.repair');
    const { proposals, more } = preview(station, filter);
    return { rows: proposals.map(toRow), more };
  }),
  'repairs.commit': change({
    run: (station, { testIds, reason }) => {
      const operator = allow(station, 'kits.repair');
      refusePersonal(reason, 'reason');
      const repairId = station.newId();
      // Judged anew: between the preview and now a kit may have been bound or a pattern switched off.
      const proposals = proposalsFor(station, [...new Set(testIds)]);
      station.tables.repairs.insert({
        id: repairId,
        atMs: station.clock.now(),
        operatorId: operator.id,
        reason,
        undoes: null,
      });
      for (const { testId, read, proposed, toKey } of proposals) {
        const test = mustFind(station, testId);
        const serial = proposed ?? read;
        const raw = mendedRaw(test.kitRaw, read, serial, toKey, today(station));
        correct(station, test, { kitKey: toKey, serial, raw }, { repairId, reason, operator });
      }
      audit(station, 'repair.commit', `repair:${repairId}`, { tests: proposals.map(({ testId }) => testId), reason });
      return { repairId, tests: proposals.length };
    },
    answer: (station, stored) => {
      station.emit('desk.changed', { why: 'other' });
      return stored;
    },
  }),
  'repairs.undo': change({
    run: (station, { repairId }) => {
      const operator = allow(station, 'kits.repair');
      const { repairs } = station.tables;
      const repair = repairs.find(repairId);
      if (repair === null || repair.undoes !== null) throw new StationError('NOT_FOUND', { what: 'repair' });
      if (repair.isUndone) throw new StationError('REPAIR_UNDONE');
      const written = repairs.listCorrections(repairId);
      // All its tests were destroyed when their time was over.
      if (written.length === 0) throw new StationError('NOT_FOUND', { what: 'repair' });
      // A binding that was undone at the desk holds no kit and has nothing to give back.
      const standing = written.filter(({ testId }) => mustFind(station, testId).status !== 'undone');
      const moved = standing.filter(({ testId, n }) => mustFind(station, testId).kitN !== n);
      if (moved.length > 0) throw new StationError('REPAIR_CHANGED', { tests: moved.length });
      const taken = standing.filter(({ oldKitKey }) => isTaken(station, oldKitKey));
      if (taken.length > 0) throw new StationError('KIT_TAKEN', { tests: taken.length });
      const id = station.newId();
      const reason = repairs.reasonOf(repairId);
      repairs.insert({ id, atMs: station.clock.now(), operatorId: operator.id, reason, undoes: repairId });
      for (const { testId, n, oldKitKey, oldSerial } of standing) {
        const to = { kitKey: oldKitKey, serial: oldSerial, raw: repairs.rawAfter(testId, n - 1) };
        correct(station, mustFind(station, testId), to, { repairId: id, reason, operator });
      }
      audit(station, 'repair.undo', `repair:${repairId}`, { tests: standing.map(({ testId }) => testId), by: id });
      return { repairId: id, tests: standing.length };
    },
    answer: (station, stored) => {
      station.emit('desk.changed', { why: 'other' });
      return stored;
    },
  }),
  'repairs.list': look((station) => {
    allow(station, 'kits.repair');
    return { repairs: station.tables.repairs.list() };
  }),
};
