import { placeSite } from '../store/totals.ts';
import { type Command, nameIn, Refusal } from './command.ts';

export const placeSiteCommand: Command = {
  name: 'place-site',
  usage: [['--site NAME [--district NAME] [--organisation NAME]', 'says where a site is and whose, for the totals']],
  options: { site: { type: 'string' }, district: { type: 'string' }, organisation: { type: 'string' } },
  read: (values) => {
    const site = nameIn(values, 'site');
    const named = (option: string) => (values[option] === undefined ? null : nameIn(values, option));
    const place = { district: named('district'), organisation: named('organisation') };
    return async ({ database }) => {
      if (!(await placeSite(database, site, place))) throw new Refusal('there is no such site');
    };
  },
};
