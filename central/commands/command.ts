import type { ParseArgsConfig } from 'node:util';
import type { Log } from '../log.ts';
import type { Database } from '../store/database.ts';

/** What a command line says beside the command's name. */
export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** What a command works with: a database of our newest schema. */
export type CommandContext = {
  readonly database: Database;
  readonly log: Log;
  /** One line of JSON for whoever called. */
  readonly tell: (answer: object) => void;
  /** From here on the command goes on by itself, and closes the database when it ends. */
  readonly goOn: () => void;
};

export type Command = {
  readonly name: string;
  /** Its arguments, and in a few words what it does. */
  readonly usage: readonly (readonly [args: string, does: string])[];
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Names of files may follow; otherwise anything beside options is wrong. */
  readonly takesFiles?: true;
  /** Reads its arguments before anything is opened; throws WrongUse. What it answers does the work. */
  readonly read: (values: Values, files: readonly string[]) => (context: CommandContext) => Promise<void>;
};

/** A command line that cannot be followed: answered with its words and the usage. */
export class WrongUse extends Error {}

/** Something that the person who called can mend: ends the program with its words. */
export class Refusal extends Error {}

const longestName = 80;

/** The value of an option that names something, without the blanks around it. Throws WrongUse. */
export function nameIn(values: Values, option: string): string {
  const value = values[option];
  const name = typeof value === 'string' ? value.trim() : '';
  if (name.length < 1 || name.length > longestName)
    throw new WrongUse(`--${option} takes 1 to ${longestName} characters`);
  return name;
}
