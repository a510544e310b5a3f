import type { Command } from './command.ts';

/** Every command begins with it; this one does no more. */
export const migrateCommand: Command = {
  name: 'migrate',
  usage: [['', 'brings the database up to date']],
  options: {},
  read: () => async () => {},
};
