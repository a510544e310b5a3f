import type { Register } from '../open.ts';

/** One step of the schema. `version` becomes the file's `user_version`. */
export type Migration = {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** What SQL cannot work out by itself from the rows that are there, in the same transaction. */
  readonly fill?: (db: Register) => void;
};
