import { type Span, sizeOf, textAt } from '../../../shared/codes/kitSpan.ts';
import type { ParsedInput } from '../../../shared/contract.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Recall } from '../../../shared/model/recall.ts';
import type { RecallRow } from '../../db/recalls.ts';
import type { KitReach } from '../../db/tests.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { refusePersonal } from '../people/reasons.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station } from '../station.ts';
import { mustReadRange } from './scannedKit.ts';

function viewOf(row: RecallRow): Recall {
  const { reach } = row;
  return {
    recallId: row.id,
    productName: row.productName,
    lot: 'lot' in reach ? reach.lot : null,
    kits:
      'lot' in reach
        ? null
        : { from: endOf(reach.span, 'first'), to: endOf(reach.span, 'last'), count: sizeOf(reach.span) },
    source: row.source,
    reason: row.reason,
    atMs: row.atMs,
    operatorName: row.operatorName,
    lifted:
      row.liftedAtMs === null
        ? null
        : { atMs: row.liftedAtMs, operatorName: row.liftedBy ?? '', reason: row.liftReason ?? '' },
  };
}

/** What people read on the kit: the key without the name of its product before it. */
function endOf(span: Span, end: 'first' | 'last'): string {
  const key = textAt(span.head, span.width, span[end]);
  return key.slice(key.lastIndexOf(':') + 1);
}

type Target = ParsedInput<'recalls.make'>['target'];

function reachOf(station: Station, target: Target): { readonly productId: string; readonly reach: KitReach } {
  const { products } = station.tables;
  if (target.kind === 'lot') {
    const { productId, lot } = target;
    if (products.find(productId) === null) throw new StationError('NOT_FOUND', { what: 'product' }, 'target.productId');
    // A lot that nobody has listed is listed with its recall: its kits are stopped all the same.
    if (products.findLot(productId, lot) === null)
      products.insertLot({ id: station.newId(), productId, lot, expiresOn: null, importId: null });
    return { productId, reach: { productId, lot } };
  }
  const { span, first } = mustReadRange(station, target.from, target.to, 'target.to', Number.MAX_SAFE_INTEGER);
  if (first.productId === null) throw new StationError('NOT_FOUND', { what: 'product' }, 'target.from');
  return { productId: first.productId, reach: { span } };
}

/** The tests that a recall concerns, as part of a list's filter. Throws NOT_FOUND. */
export function recalledKits(station: Station, recallId: string): KitReach {
  return mustFind(station, recallId).reach;
}

function mustFind(station: Station, recallId: string): RecallRow {
  const row = station.tables.recalls.find(recallId);
  if (row === null) throw new StationError('NOT_FOUND', { what: 'recall' });
  return row;
}

const answer = (station: Station, recallId: string) => {
  station.emit('desk.changed', { why: 'other' });
  return { recall: viewOf(mustFind(station, recallId)) };
};

export const recallHandlers: Handlers<'recalls.list' | 'recalls.get' | 'recalls.make' | 'recalls.lift'> = {
  'recalls.list': look((station) => ({
    recalls: station.tables.recalls.list().map(viewOf),
  })),
  'recalls.make': change({
    run: (station, { target, source, reason }) => {
      const operator = allow(station, 'kits.recall');
      refusePersonal(source, 'source');
      refusePersonal(reason, 'reason');
      const { productId, reach } = reachOf(station, target);
      const id = station.newId();
      const atMs = station.clock.now();
      station.tables.recalls.insert({ id, productId, reach, source, reason, atMs, operatorId: operator.id });
      audit(station, 'recall.make', `recall:${id}`, {
        product: productId,
        kind: target.kind,
        lot: 'lot' in reach ? reach.lot : null,
        kits: 'span' in reach ? sizeOf(reach.span) : null,
      });
      return id;
    },
    answer,
  }),
  'recalls.lift': change({
    run: (station, { recallId, reason }) => {
      const operator = allow(station, 'kits.recall');
      refusePersonal(reason, 'reason');
      const row = mustFind(station, recallId);
      if (row.liftedAtMs !== null) throw new StationError('RECALL_LIFTED');
      station.tables.recalls.lift(row, reason, station.clock.now(), operator.id);
      audit(station, 'recall.lift', `recall:${recallId}`);
      return recallId;
    },
    answer,
  }),
  'recalls.get': look((station, { recallId }) => {
    const row = mustFind(station, recallId);
    const counts = station.tables.tests.countOf(row.reach);
    return {
      recall: viewOf(row),
      tests: {
        pending: counts.pending ?? 0,
        negative: counts.negative ?? 0,
        positive: counts.positive ?? 0,
        invalid: counts.invalid ?? 0,
        void: counts.void ?? 0,
      },
    };
  }),
};
