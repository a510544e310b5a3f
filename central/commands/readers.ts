import { admitReader, dismissReader } from '../store/readers.ts';
import { type Command, nameIn, Refusal } from './command.ts';

const options = { reader: { type: 'string' } } as const;

export const admitReaderCommand: Command = {
  name: 'admit-reader',
  usage: [['--reader NAME', "prints a token that reads the city's feed, once; ends an earlier one"]],
  options,
  read: (values) => {
    const reader = nameIn(values, 'reader');
    return async ({ database, tell }) => tell({ readerToken: await admitReader(database, reader, Date.now()) });
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
