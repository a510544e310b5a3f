import { centralRulesSchema, siteRuleNames } from '../../shared/model/siteRules.ts';
import { describeIssue } from '../ingest/parse.ts';
import { setRules } from '../store/rules.ts';
import { type Command, nameIn, Refusal, type Values, WrongUse } from './command.ts';

export const setRulesCommand: Command = {
  name: 'set-rules',
  usage: [
    [
      '(--all | --site NAME) --rules \'{"windowFrom":"drop"}\'',
      'sets rules at every station, or at those of a site; {} leaves all to them again',
    ],
  ],
  options: { all: { type: 'boolean' }, site: { type: 'string' }, rules: { type: 'string' } },
  read: (values) => {
    if ((values['all'] === true) === (values['site'] !== undefined))
      throw new WrongUse('either --all or --site is needed');
    const site = values['all'] === true ? null : nameIn(values, 'site');
    const rules = rulesIn(values);
    return async ({ database, tell }) => {
      if (!(await setRules(database, site, rules))) throw new Refusal('there is no such site');
      tell({ rules: Object.keys(rules) });
    };
  },
};

function rulesIn(values: Values) {
  let json: unknown;
  try {
    json = JSON.parse(String(values['rules']));
  } catch {
    throw new WrongUse(`--rules takes JSON; the rules are ${siteRuleNames.join(', ')}`);
  }
  // Here a name that is none of ours is a slip of the pen; a station passes it over.
  const parsed = centralRulesSchema.strict().safeParse(json);
  if (!parsed.success)
    throw new WrongUse(`--rules: ${describeIssue(parsed.error)}; the rules are ${siteRuleNames.join(', ')}`);
  return parsed.data;
}
