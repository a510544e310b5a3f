import { countsFrom } from '../../../shared/model/round.ts';
import type { RoundRow } from '../../db/rounds.ts';
import type { Tables } from '../../db/tables.ts';

/** People read at once when the count is begun: all of them are read before the next scan is answered. */
const pieceRows = 5_000;

/**
 * How many people of the current round are tested, for every screen and after every scan. Who they are is read once and
 * kept; after that only those are looked at whose tests have changed, so that a scan in a round of a hundred thousand
 * costs no more than in one of ten.
 */
export function createTested(tables: Tables) {
  let known: {
    readonly key: string;
    readonly ids: Set<string>;
    readonly kept: number;
    watch: { readonly ids: ReadonlySet<string>; readonly end: () => void };
  } | null = null;

  return {
    count: (round: RoundRow, today: string): number => {
      const since = countsFrom(round.everyDays, today);
      const key = JSON.stringify([round.id, since, tables.rounds.rosterStamp()]);
      if (known?.key !== key) {
        known?.watch.end();
        const watch = tables.tests.watch();
        const ids = new Set<string>();
        for (let after = ''; ; ) {
          const piece = tables.rounds.listTestedPiece(round.id, since, after, pieceRows);
          for (const id of piece) ids.add(id);
          after = piece.at(-1) ?? after;
          if (piece.length < pieceRows) break;
        }
        known = { key, ids, kept: tables.rounds.countKept(round.id, since), watch };
      }
      if (known.watch.ids.size > 0) {
        const changed = known.watch.ids;
        known.watch.end();
        known.watch = tables.tests.watch();
        for (const id of changed) {
          if (tables.rounds.isTested(round.id, id, since)) known.ids.add(id);
          else known.ids.delete(id);
        }
      }
      return known.ids.size + known.kept;
    },
  };
}
