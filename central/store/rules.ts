import type { CentralRules } from '../../shared/model/siteRules.ts';
import type { Database } from './database.ts';
import { publish } from './publications.ts';

/** One set of rules for everybody, and one a site, which comes before it. */
const rulesId = 'rules';

/**
 * Sets the rules of a site, or of everybody (null), and tells the stations. What was set there before and is not named
 * any more is the stations' own again. Answers whether there is such a site.
 */
export function setRules(database: Database, site: string | null, rules: CentralRules): Promise<boolean> {
  return database.transaction(async (statements) => {
    let siteId: string | null = null;
    if (site !== null) {
      const [row] = await statements.query<{ id: string }>('SELECT id FROM sites WHERE name = $1', [site]);
      if (row === undefined) return false;
      siteId = row.id;
    }
    const isGone = Object.keys(rules).length === 0;
    await publish(statements, [{ kind: 'centralRules', itemId: rulesId, siteId, payload: rules, isGone }]);
    return true;
  });
}
