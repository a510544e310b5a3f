import type { StationName } from '../store/stations.ts';
import { enrol, revoke } from '../store/stations.ts';
import { type Command, nameIn, Refusal, type Values } from './command.ts';

const whoOptions = { site: { type: 'string' }, station: { type: 'string' } } as const;
const readWho = (values: Values): StationName => ({ site: nameIn(values, 'site'), station: nameIn(values, 'station') });

export const enrolCommand: Command = {
  name: 'enrol',
  usage: [
    ['--site NAME --station NAME', 'makes a station and prints its token, once; --replace ends an earlier token'],
  ],
  options: { ...whoOptions, replace: { type: 'boolean' } },
  read: (values) => {
    const who = readWho(values);
    return async ({ database, tell }) => {
      const enrolled = await enrol(database, who, Date.now(), values['replace'] === true);
      if (!enrolled.ok) throw new Refusal('this station has a token already; --replace ends it and makes a new one');
      tell({ stationToken: enrolled.token });
    };
  },
};

export const revokeCommand: Command = {
  name: 'revoke',
  usage: [['--site NAME --station NAME', "ends the station's token"]],
  options: whoOptions,
  read: (values) => {
    const who = readWho(values);
    return async ({ database }) => {
      if (!(await revoke(database, who))) throw new Refusal('there is no such station');
    };
  },
};
