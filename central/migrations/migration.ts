/** A step of the schema. Once released it is never edited: databases remember its checksum. */
export type Migration = {
  /** 10, 20, 30 … in the order in which they apply. */
  readonly version: number;
  readonly name: string;
  /** Each one statement; all in one transaction. */
  readonly statements: readonly string[];
};
