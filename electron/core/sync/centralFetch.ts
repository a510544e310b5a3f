import type { CoreHost } from '../phase.ts';
import { pinnedFetch } from './pinnedFetch.ts';

/**
 * How core talks to the central service: by the fetch that it was lent, for which the system's proxy and certificates
 * count; where a key is pinned, by a connection of its own through the same proxy, which only that key can vouch for.
 */
export function createCentralFetch(
  host: Pick<CoreHost, 'fetch' | 'resolveProxy'>,
  pin: () => string | null,
): typeof fetch {
  return (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const pinned = pin();
    return pinned === null || !url.startsWith('https:')
      ? host.fetch(input, init)
      : pinnedFetch(url, init ?? {}, pinned, host.resolveProxy);
  };
}
