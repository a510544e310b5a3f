import { type Span, sizeOf, textAt } from '../../../shared/codes/kitSpan.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Recall } from '../../../shared/model/recall.ts';
import type { RecallReach, RecallRow } from '../../db/recalls.ts';
import { testCard } from '../desk/cards.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { refusePersonal } from '../people/reasons.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station } from '../station.ts';
import { mustReadRange } from './scannedKit.ts';

function viewOf(station: Station, row: RecallRow): Recall {
  const counts = station.tables.recalls.countTests(row);
  const span =
    row.head === null || row.width === null || row.first === null || row.last === null
      ? null
      : { head: row.head, width: row.width, first: row.first, last: row.last };
  return {
    recallId: row.id,
    productName: row.productName,
    lot: row.lot,
    kits: span === null ? null : { from: endOf(span, span.first), to: endOf(span, span.last), count: sizeOf(span) },
    source: row.source,
    reason: row.reason,
    atMs: row.atMs,
    operatorName: row.operatorName,
    lifted:
      row.liftedAtMs === null
        ? null
        : { atMs: row.liftedAtMs, operatorName: row.liftedBy ?? '', reason: row.liftReason ?? '' },
    tests: {
      pending: counts.get('pending') ?? 0,
      negative: counts.get('negative') ?? 0,
      positive: counts.get('positive') ?? 0,
      invalid: counts.get('invalid') ?? 0,
      void: counts.get('void') ?? 0,
    },
  };
}

/** What people read on the kit: the key without the name of its product before it. */
function endOf(span: Span, number: number): string {
  const key = textAt(span.head, span.width, number);
  return key.slice(key.lastIndexOf(':') + 1);
}

function reachOf(
  station: Station,
  target: { readonly kind: 'lot'; readonly productId: string; readonly lot: string } | { readonly kind: 'kits'; readonly from: string; readonly to: string },
): { readonly productId: string; readonly reach: RecallReach } {
  const { products } = station.tables;
  if (target.kind === 'lot') {
    const { productId, lot } = target;
    if (products.find(productId) === null) throw new StationError('NOT_FOUND', { what: 'product' }, 'target.productId');
    // A lot that nobody has listed is listed with its recall: its kits are stopped all the same.
    if (products.findLot(productId, lot) === null)
      products.insertLot({ id: station.newId(), productId, lot, expiresOn: null, importId: null });
    return { productId, reach: { lot } };
  }
  const { span, first } = mustReadRange(station, target.from, target.to, 'target.to');
  if (first.productId === null) throw new StationError('NOT_FOUND', { what: 'product' }, 'target.from');
  return { productId: first.productId, reach: { span } };
}

function mustFind(station: Station, recallId: string): RecallRow {
  const row = station.tables.recalls.find(recallId);
  if (row === null) throw new StationError('NOT_FOUND', { what: 'recall' });
  return row;
}

const answer = (station: Station, recallId: string) => {
  station.emit('desk.changed', { why: 'other' });
  return { recall: viewOf(station, mustFind(station, recallId)) };
};

export const recallHandlers: Handlers<'recalls.list' | 'recalls.make' | 'recalls.lift' | 'recalls.tests'> = {
  'recalls.list': look((station) => ({
    recalls: station.tables.recalls.list().map((row) => viewOf(station, row)),
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
  'recalls.tests': look((station, { recallId, status, limit, offset }) => {
    const row = mustFind(station, recallId);
    const { total, ids } = station.tables.recalls.listTests(row, status ?? null, limit, offset);
    return {
      total,
      rows: ids.flatMap((id) => {
        const test = station.tables.tests.find(id);
        return test === null ? [] : [testCard(station, test)];
      }),
    };
  }),
};
