import { parseArgs } from 'node:util';
import { type Command, type CommandContext, type Values, WrongUse } from './commands/command.ts';
import { commands } from './commands/commands.ts';

/** Where the data is: a PostgreSQL server, or a folder for PGlite. */
export type DataPlace =
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'pglite'; readonly folder: string };

export type Read = {
  readonly place: DataPlace;
  readonly work: (context: CommandContext) => Promise<void>;
};

const widest = Math.max(...commands.flatMap(({ name, usage }) => usage.map(([args]) => `${name} ${args}`.length)));

export const usage = `Usage:
${commands
  .flatMap(({ name, usage: lines }) =>
    lines.map(([args, does]) => `  ${`${name} ${args}`.trimEnd().padEnd(widest)}  ${does}`),
  )
  .join('\n')}
The data are in PostgreSQL at DATABASE_URL, or with --data DIR in a folder of this machine.
`;

/** Reads the command line. `serve --embedded` uses its folder whatever DATABASE_URL says. Throws WrongUse. */
export function readCommand(args: readonly string[], databaseUrl: string | undefined): Read {
  const [name, ...rest] = args;
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    throw new WrongUse(
      name === undefined || name.startsWith('-') ? 'one command is needed' : `there is no command ${name}`,
    );
  }
  const { values, files } = valuesOf(command, rest);
  return { place: placeOf(values, databaseUrl), work: command.read(values, files) };
}

function valuesOf(
  command: Command,
  args: readonly string[],
): { readonly values: Values; readonly files: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...command.options, data: { type: 'string' } },
      allowPositionals: command.takesFiles === true,
    });
    return { values: values as Values, files: positionals };
  } catch (error) {
    throw new WrongUse(error instanceof Error ? error.message : 'the arguments cannot be read');
  }
}

function placeOf(values: Values, databaseUrl: string | undefined): DataPlace {
  const folder = typeof values['data'] === 'string' ? values['data'] : undefined;
  const isEmbedded = values['embedded'] === true;
  if (folder === '') throw new WrongUse('--data needs a folder');
  if (folder !== undefined && (isEmbedded || !databaseUrl)) return { kind: 'pglite', folder };
  if (isEmbedded) throw new WrongUse('--embedded needs --data DIR');
  if (databaseUrl && folder !== undefined) throw new WrongUse('DATABASE_URL and --data exclude each other');
  if (!databaseUrl) throw new WrongUse('DATABASE_URL or --data DIR is needed');
  return { kind: 'postgres', url: databaseUrl };
}
