/**
 * One event of the service. Fields hold figures, names of routes and codes: never a name of a person, a token, a kit
 * code, a body, or a message of the database, which may quote values.
 */
export type Log = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void;

/** Writes JSON lines. */
export function createLog(write: (line: string) => void, now: () => number): Log {
  return (level, event, fields = {}) => {
    write(`${JSON.stringify({ at: new Date(now()).toISOString(), level, event, ...fields })}\n`);
  };
}

/** What may be told of something thrown: its kind, its code and where it came from, not its message. */
export function describeThrown(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    kind: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    // A name of the schema's own, never a value.
    ...(typeof constraint === 'string' ? { constraint } : {}),
    stack: frames
      .slice(0, 8)
      .map((line) => line.trim())
      .join(' < '),
  };
}
