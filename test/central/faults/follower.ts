import { type FeedLine, feedLineSchema, routes } from '../../../shared/central.ts';

/**
 * A reader of the city's feed as its data centre is one: follows from where it was, asks again after every failure, and
 * begins anew when the service says that its cursor is of another life.
 */
export function startFollower(token: string, urls: () => readonly string[]) {
  let lines: FeedLine[] = [];
  let isFollowing = true;
  let asked = 0;
  let restarts = 0;
  /** True when something came. */
  const next = async (): Promise<boolean> => {
    const all = urls();
    const url = all[asked++ % all.length] ?? '';
    const cursor = lines.at(-1)?.cursor;
    const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    try {
      const response = await fetch(`${url}${routes.feed}?limit=200${query}`, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(10_000),
      });
      const text = await response.text();
      if (response.status === 409) {
        lines = [];
        restarts += 1;
        return true;
      }
      if (!response.ok) return false;
      const more = text.split('\n').flatMap((line) => (line === '' ? [] : [feedLineSchema.parse(JSON.parse(line))]));
      lines.push(...more);
      return more.length > 0;
    } catch {
      return false;
    }
  };
  const following = (async () => {
    while (isFollowing) if (!(await next())) await new Promise((resolve) => setTimeout(resolve, 40));
  })();
  return {
    restarts: () => restarts,
    /** Reads what is left, then answers all that it read. */
    end: async (): Promise<readonly FeedLine[]> => {
      isFollowing = false;
      await following;
      while (await next());
      return lines;
    },
  };
}

/** All that a reader gets who comes now for the first time. */
export async function readWholeFeed(token: string, url: string): Promise<readonly FeedLine[]> {
  return startFollower(token, () => [url]).end();
}
