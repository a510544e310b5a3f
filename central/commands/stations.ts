import { writeEnrolmentCode } from '../../shared/central/enrolment.ts';
import { minute } from '../../shared/time.ts';
import { makeEnrolmentCode } from '../store/enrolments.ts';
import type { StationName } from '../store/stations.ts';
import { enrol, revoke } from '../store/stations.ts';
import { type Command, nameIn, Refusal, type Values, WrongUse } from './command.ts';

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

/** A code is read aloud or carried on paper; whoever finds it later shall find it worthless. */
const validMinutes = { least: 5, most: 7 * 24 * 60, usual: 60 };

export const inviteCommand: Command = {
  name: 'invite',
  usage: [
    [
      '--site NAME --station NAME [--minutes 60]',
      'makes a station and prints a code that it exchanges for its token, once',
    ],
  ],
  options: { ...whoOptions, minutes: { type: 'string' } },
  read: (values) => {
    const who = readWho(values);
    const minutes = Number(values['minutes'] ?? validMinutes.usual);
    if (!Number.isInteger(minutes) || minutes < validMinutes.least || minutes > validMinutes.most)
      throw new WrongUse(`--minutes takes ${validMinutes.least} to ${validMinutes.most}`);
    return async ({ database, tell }) => {
      const nowMs = Date.now();
      const validUntilMs = nowMs + minutes * minute;
      const code = await makeEnrolmentCode(database, who, { nowMs, validUntilMs });
      tell({ code: writeEnrolmentCode(code), validUntil: new Date(validUntilMs).toISOString() });
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
