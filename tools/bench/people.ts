import { benchImports } from './people/imports.ts';
import { benchRounds } from './people/rounds.ts';
import { benchSearch } from './people/search.ts';
import { benchTraces } from './people/traces.ts';

/** What takes a site's staff their evenings: getting the roster in, finding people, seeing who was not tested, tracing kits. */
export async function benchPeople(): Promise<Record<string, number>> {
  return { ...(await benchImports()), ...(await benchRounds()), ...(await benchSearch()), ...(await benchTraces()) };
}
