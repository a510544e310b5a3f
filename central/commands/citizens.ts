import { readFileSync } from 'node:fs';
import { type CitizenKey, readCitizenKeys } from '../citizen/keys.ts';
import { backfillCitizens, forgetCitizenKey } from '../store/citizens.ts';
import { type Command, nameIn, Refusal } from './command.ts';

/** Where the keys are: a file that only the service's own account can read. */
const keyFileVariable = 'YICEDA_CITIZEN_KEY_FILE';

/** The keys of this process; none where no file is named. Throws Refusal for a file that is not one of keys. */
export function openCitizenKeys(): readonly CitizenKey[] {
  const file = process.env[keyFileVariable];
  if (file === undefined || file === '') return [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal(`${keyFileVariable} cannot be read: ${(error as { code?: string }).code ?? 'unknown'}`);
  }
  const read = readCitizenKeys(text);
  if (!read.ok) throw new Refusal(`${keyFileVariable} is no file of keys: ${read.problem}`);
  return read.keys;
}

export const backfillCitizensCommand: Command = {
  name: 'backfill-citizens',
  usage: [['', `marks tests that were stored before the keys of ${keyFileVariable} were there`]],
  options: {},
  read:
    () =>
    async ({ database, log, tell }) => {
      const keys = openCitizenKeys();
      if (keys.length === 0) throw new Refusal(`${keyFileVariable} names no file`);
      tell(await backfillCitizens(database, keys, (looked) => log('info', 'backfill', { looked })));
    },
};

export const forgetCitizenKeyCommand: Command = {
  name: 'forget-citizen-key',
  usage: [['--key ID', 'takes away the marks of a key that is used no more']],
  options: { key: { type: 'string' } },
  read: (values) => {
    const id = nameIn(values, 'key');
    return async ({ database, tell }) => {
      if (openCitizenKeys().some((key) => key.id === id))
        throw new Refusal('this key is still in the file; take it out first');
      tell({ forgotten: await forgetCitizenKey(database, id) });
    };
  },
};
