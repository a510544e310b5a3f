/**
 * A value in memory that follows the register's transactions: what was set inside one counts for the rest of it, stays
 * when it commits and is gone when it rolls back. So memory never says what the disk does not.
 */
export type Cell<T> = {
  readonly get: () => T;
  readonly set: (value: T) => void;
};

export type CellOwner = {
  readonly cell: <T>(initial: T) => Cell<T>;
  readonly commit: () => void;
  readonly rollback: () => void;
};

export function createCells(): CellOwner {
  const ends: { readonly commit: () => void; readonly rollback: () => void }[] = [];
  return {
    cell: <T>(initial: T): Cell<T> => {
      let settled = initial;
      let staged: { readonly value: T } | null = null;
      ends.push({
        commit: () => {
          if (staged !== null) settled = staged.value;
          staged = null;
        },
        rollback: () => {
          staged = null;
        },
      });
      return {
        get: () => (staged === null ? settled : staged.value),
        set: (value) => {
          staged = { value };
        },
      };
    },
    commit: () => {
      for (const end of ends) end.commit();
    },
    rollback: () => {
      for (const end of ends) end.rollback();
    },
  };
}
