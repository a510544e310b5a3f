import { StationError } from '../../../shared/errors.ts';
import type { KitBalance } from '../../../shared/model/daySummary.ts';
import { type CountLine, type DifferenceReason, leftOf, type StockCount } from '../../../shared/model/stock.ts';
import type { CountRow, LotTerms } from '../../db/stock.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, signedIn, today } from '../station.ts';

type Reasoned = { readonly productId: string; readonly lot: string; readonly reason: DifferenceReason };

const nameOf = ({ productId, lot }: { readonly productId: string; readonly lot: string }): string =>
  JSON.stringify([productId, lot]);

/** A count as screens show it; only after it was taken, so that nobody sees what should be there before. */
function shownCount(station: Station, row: CountRow): StockCount {
  const reasons = new Map(
    ((row.reasons === null ? [] : JSON.parse(row.reasons)) as Reasoned[]).map((each) => [nameOf(each), each.reason]),
  );
  return {
    countId: row.id,
    day: row.day,
    atMs: row.atMs,
    countedBy: row.countedBy,
    outcome: row.outcome ?? 'open',
    confirmedBy: row.confirmedBy,
    lines: station.tables.stock
      .listCountLines(row.id)
      .map((line): CountLine => ({ ...line, reason: reasons.get(nameOf(line)) ?? null })),
  };
}

/** Lots that somebody could still find a kit of: something moved since the last count, or something was left then. */
function toCount(station: Station): LotTerms[] {
  return station.tables.stock
    .listTerms()
    .filter(
      (terms) =>
        terms.isKept &&
        [terms.opening, terms.received, terms.movedIn, terms.movedOut, terms.used, terms.spoiled].some((n) => n !== 0),
    );
}

function openCount(station: Station): CountRow | null {
  const newest = station.tables.stock.findNewestCount();
  return newest !== null && newest.outcome === null ? newest : null;
}

function mustFindCount(station: Station, id: string): CountRow {
  const row = station.tables.stock.findCount(id);
  if (row === null) throw new StationError('NOT_FOUND', { what: 'count' });
  return row;
}

/** The kits of a day as they were counted: of several counts the first's opening and the last's rest. */
export function kitBalances(station: Station, day: string): KitBalance[] {
  const found = new Map<string, KitBalance>();
  for (const row of station.tables.stock.listConfirmedOfDay(day)) {
    const { lines, countedBy, confirmedBy } = shownCount(station, row);
    for (const { productId, counted, reason, ...line } of lines) {
      const name = nameOf({ productId, lot: line.lot });
      const former = found.get(name);
      const reasons = reason === null ? [] : [reason];
      const who = { left: counted, countedBy, confirmedBy: confirmedBy ?? countedBy };
      found.set(
        name,
        former === undefined
          ? { ...line, ...who, reasons }
          : {
              ...former,
              ...who,
              received: former.received + line.received,
              movedIn: former.movedIn + line.movedIn,
              movedOut: former.movedOut + line.movedOut,
              used: former.used + line.used,
              spoiled: former.spoiled + line.spoiled,
              difference: former.difference + line.difference,
              reasons: [...former.reasons, ...reasons],
            },
      );
    }
  }
  return [...found.values()];
}

export const countHandlers: Handlers<'counts.get' | 'counts.take' | 'counts.confirm'> = {
  'counts.get': look((station) => {
    signedIn(station);
    const open = openCount(station);
    const last = station.tables.stock.findLastConfirmed();
    return {
      lots: toCount(station).map(({ productId, productName, lot, expiresOn }) => ({
        productId,
        productName,
        lot,
        expiresOn,
      })),
      open: open === null ? null : shownCount(station, open),
      last: last === null ? null : shownCount(station, last),
    };
  }),
  'counts.take': change({
    run: (station, { lines }) => {
      const operator = allow(station, 'kits.count');
      const { stock, products } = station.tables;
      const counted = new Map(lines.map((line) => [nameOf(line), line]));
      const missing = toCount(station).filter((terms) => !counted.has(nameOf(terms)));
      if (missing.length > 0) throw new StationError('COUNT_INCOMPLETE', { lots: missing.map(({ lot }) => lot) });
      const atMs = station.clock.now();
      const former = openCount(station);
      if (former !== null)
        stock.endCount({ countId: former.id, outcome: 'countedAgain', reasons: [], by: operator.id, atMs });
      const id = station.newId();
      stock.insertCount(
        { id, day: today(station), atMs, countedBy: operator.id },
        [...counted.values()].map(({ productId, lot, counted: n }) => {
          if (products.find(productId) === null) throw new StationError('NOT_FOUND', { what: 'product' });
          const known = stock.findTerms(productId, lot);
          const terms = {
            opening: known?.opening ?? 0,
            received: known?.received ?? 0,
            movedIn: known?.movedIn ?? 0,
            movedOut: known?.movedOut ?? 0,
            used: known?.used ?? 0,
            spoiled: known?.spoiled ?? 0,
          };
          return { productId, lot, ...terms, counted: n, difference: n - leftOf(terms) };
        }),
      );
      audit(station, 'stock.count', `count:${id}`, { lots: counted.size });
      return { countId: id };
    },
    answer: (station, { countId }) => ({ count: shownCount(station, mustFindCount(station, countId)) }),
  }),
  'counts.confirm': change({
    run: (station, { countId, reasons }) => {
      const operator = allow(station, 'kits.confirmCount');
      const { stock } = station.tables;
      const row = openCount(station);
      if (row === null || row.id !== countId) throw new StationError('COUNT_CHANGED');
      const given = new Map(reasons.map((each) => [nameOf(each), each]));
      const differing = stock.listCountLines(countId).filter(({ difference }) => difference !== 0);
      const bare = differing.find((line) => !given.has(nameOf(line)));
      if (bare !== undefined) throw new StationError('REASON_NEEDED', { lot: bare.lot });
      const by = station.approval.get()?.by.id ?? operator.id;
      stock.endCount({
        countId,
        outcome: 'confirmed',
        reasons: differing.map((line) => given.get(nameOf(line)) as Reasoned),
        by,
        atMs: station.clock.now(),
      });
      audit(station, 'stock.confirm', `count:${countId}`, { differences: differing.length });
      return { countId };
    },
    answer: (station, { countId }) => {
      station.emit('desk.changed', { why: 'other' });
      return { count: shownCount(station, mustFindCount(station, countId)) };
    },
  }),
};
