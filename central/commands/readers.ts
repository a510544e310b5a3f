import { admitReader, dismissReader, type ReaderScope, readerScopes } from '../store/readers.ts';
import { type Command, nameIn, Refusal, WrongUse } from './command.ts';

const options = { reader: { type: 'string' } } as const;

export const admitReaderCommand: Command = {
  name: 'admit-reader',
  usage: [
    [
      `--reader NAME --scope ${readerScopes.join(',')}`,
      'prints a token for what it may ask, once; ends an earlier one',
    ],
  ],
  options: { ...options, scope: { type: 'string' } },
  read: (values) => {
    const reader = nameIn(values, 'reader');
    const scopes = nameIn(values, 'scope').split(',').map(scopeOf);
    return async ({ database, tell }) => tell({ readerToken: await admitReader(database, reader, scopes, Date.now()) });
  },
};

export const dismissReaderCommand: Command = {
  name: 'dismiss-reader',
  usage: [['--reader NAME', "ends the reader's token"]],
  options,
  read: (values) => {
    const reader = nameIn(values, 'reader');
    return async ({ database }) => {
      if (!(await dismissReader(database, reader))) throw new Refusal('there is no such reader');
    };
  },
};

function scopeOf(text: string): ReaderScope {
  const scope = readerScopes.find((each) => each === text.trim());
  if (scope === undefined) throw new WrongUse(`--scope takes some of ${readerScopes.join(',')}`);
  return scope;
}
