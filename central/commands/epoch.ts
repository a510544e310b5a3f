import { newEpoch } from '../store/service.ts';
import type { Command } from './command.ts';

export const newEpochCommand: Command = {
  name: 'new-epoch',
  usage: [['', 'after the database was restored from a backup: stations send again what it may lack']],
  options: {},
  read:
    () =>
    async ({ database, tell }) =>
      tell({ epoch: await newEpoch(database) }),
};
