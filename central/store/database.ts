/** One row as the driver gives it; each statement names its columns in its own type. */
export type Row = Readonly<Record<string, unknown>>;

export type Statements = {
  /**
   * Runs one statement. Rows come with `int8` and `count(*)` as numbers: every such value of ours is below 2^53.
   * JSON parameters are passed as JSON text and cast in the statement.
   */
  readonly query: <R extends Row>(sql: string, params?: readonly unknown[]) => Promise<readonly R[]>;
};

/** What the store needs of a database; the same SQL runs on every implementation. */
export type Database = Statements & {
  readonly kind: 'postgres' | 'pglite';
  /**
   * Runs `work` in one READ COMMITTED transaction: committed when it resolves, rolled back when it rejects. May run it
   * again from the start after a deadlock or a race for the same key, so `work` must change nothing outside.
   */
  readonly transaction: <T>(work: (statements: Statements) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

/** The SQLSTATE or the system's error code, where there is one. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/**
 * Failures that the same work, started over, can be free of: serialization, deadlock, and a unique key that another
 * transaction took between our look and our insert (the second look finds it).
 */
const worthRepeating: ReadonlySet<string> = new Set(['40001', '40P01', '23505']);
const mostTries = 6;

/** Repeats `attempt` with growing, jittered pauses (at most some 300 ms in all) while its failure is worth it. */
export async function repeated<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= mostTries || !worthRepeating.has(errorCode(error) ?? '')) throw error;
      const waitMs = 2 ** tries * 5 * (0.5 + Math.random() / 2);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/** Whether the database could not be reached or is not taking work now; trying later can help. */
export function isUnavailable(error: unknown): boolean {
  const code = errorCode(error) ?? '';
  // SQLSTATE classes 08 connection, 53 resources, 57 operator intervention (PostgreSQL documentation, appendix A).
  if (/^(08|53|57)[0-9A-Z]{3}$/.test(code)) return true;
  if (/^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST)/.test(code)) return true;
  const message = error instanceof Error ? error.message : '';
  // node-postgres gives these two no code.
  return /^(timeout exceeded when trying to connect|Connection terminated)/.test(message);
}
