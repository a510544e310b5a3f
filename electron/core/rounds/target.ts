import type { RoundRow } from '../../db/rounds.ts';
import type { Tables } from '../../db/tables.ts';

const pieceRows = 5_000;

/**
 * How many people the current round is for, where it is for organisations: told on every screen and after every scan. Who
 * they are is read once; after that only those are looked at who were changed, enlisted or released.
 */
export function createTarget(tables: Tables) {
  let known: {
    readonly key: string;
    readonly ids: Set<string>;
    watches: { readonly ids: ReadonlySet<string>; readonly end: () => void }[];
  } | null = null;
  const watch = () => [tables.people.watch(), tables.tests.watch()];

  return {
    count: (round: RoundRow): number => {
      const { rounds } = tables;
      const key = JSON.stringify([round.id, rounds.listOrganisations(round.id), rounds.rosterStamp()]);
      if (known?.key !== key) {
        for (const { end } of known?.watches ?? []) end();
        const watches = watch();
        const ids = new Set<string>();
        for (let after = ''; ; ) {
          const piece = rounds.listTargetPiece(round, after, pieceRows);
          for (const { id } of piece) ids.add(id);
          after = piece.at(-1)?.id ?? after;
          if (piece.length < pieceRows) break;
        }
        known = { key, ids, watches };
      }
      const changed = known.watches.flatMap(({ ids }) => [...ids]);
      if (changed.length > 0) {
        for (const { end } of known.watches) end();
        known.watches = watch();
        for (const id of changed) {
          if (rounds.findInTarget(round, id) === null) known.ids.delete(id);
          else known.ids.add(id);
        }
      }
      return known.ids.size;
    },
  };
}
