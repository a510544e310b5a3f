import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../../shared/canonicalJson.ts';
import { type CoreMethod, coreContract, type Output, type ParsedInput } from '../../shared/contract.ts';
import { type ErrorCode, fail, ok, type Reply, StationError } from '../../shared/errors.ts';
import type { Capability } from '../../shared/model/rights.ts';
import type { Approval } from '../../shared/model/staff.ts';
import { hour } from '../../shared/time.ts';
import { registerFault, sqliteCode } from '../db/open.ts';
import type { CellOwner } from './cell.ts';
import { checkApproval } from './staff/approval.ts';
import { admit } from './staff/rights.ts';
import type { Log, Station } from './station.ts';

/**
 * How a call is answered once the register is open.
 * - `look` only reads, or does what needs no transaction.
 * - `change` runs in one IMMEDIATE transaction together with the row that remembers its answer by requestId. `prepare`
 *   does what must not happen inside one (hashing a PIN, reading a file). What `run` returns is stored; `answer` makes
 *   the reply from it, so that a repeated call gets the same facts with today's surroundings.
 */
export type Handler<M extends CoreMethod> =
  | { readonly kind: 'look'; readonly run: (station: Station, input: ParsedInput<M>) => Output<M> | Promise<Output<M>> }
  | {
      readonly kind: 'change';
      readonly prepare: ((station: Station, input: ParsedInput<M>) => Promise<unknown>) | null;
      readonly run: (station: Station, input: ParsedInput<M>, prepared: unknown) => unknown;
      readonly answer: (station: Station, stored: unknown, input: ParsedInput<M>) => Output<M>;
    };

export type Handlers<M extends CoreMethod> = { readonly [K in M]: Handler<K> };

export function look<M extends CoreMethod>(
  run: (station: Station, input: ParsedInput<M>) => Output<M> | Promise<Output<M>>,
): Handler<M> {
  return { kind: 'look', run };
}

/** A change whose stored facts are of type S (JSON) and whose preparation, if any, gives P. */
export function change<M extends CoreMethod, S, P = undefined>(parts: {
  readonly prepare?: (station: Station, input: ParsedInput<M>) => Promise<P>;
  readonly run: (station: Station, input: ParsedInput<M>, prepared: P) => S;
  readonly answer: (station: Station, stored: S, input: ParsedInput<M>) => Output<M>;
}): Handler<M> {
  return {
    kind: 'change',
    prepare: parts.prepare ?? null,
    run: (station, input, prepared) => parts.run(station, input, prepared as P),
    answer: (station, stored, input) => parts.answer(station, stored as S, input),
  };
}

/** Parses a call's input against the contract, or says what is wrong and where. */
export function parseInput<M extends CoreMethod>(
  method: M,
  input: unknown,
): { readonly ok: true; readonly value: ParsedInput<M> } | ReturnType<typeof fail> {
  const parsed = coreContract[method].input.safeParse(input ?? {});
  if (parsed.success) return { ok: true, value: parsed.data as ParsedInput<M> };
  const issue = parsed.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  return fail('INVALID_INPUT', { path, problem: issue?.message ?? 'invalid' }, { field: path });
}

/** Answers a parsed call on an open register. Throws only what `replyTo` turns into a reply. */
export async function answer<M extends CoreMethod>(
  station: Station,
  cells: CellOwner,
  { method, right }: { readonly method: M; readonly right: Capability | 'anyone' },
  handler: Handler<M>,
  input: ParsedInput<M>,
): Promise<Output<M>> {
  const { requestId, approval } = input as unknown as Asked;
  admit(station, right, approval !== undefined);
  if (handler.kind === 'look') return handler.run(station, input);

  const inputHash = createHash('sha256')
    .update(canonicalJson(withoutSecrets(input as unknown as { readonly [key: string]: JsonValue })))
    .digest('hex');
  const repeated = (): { readonly stored: unknown } | null => {
    const former = station.tables.requests.find(requestId);
    if (former === null) return null;
    if (former.method !== method || former.inputHash !== inputHash) throw new StationError('REQUEST_REUSED');
    return { stored: JSON.parse(former.answer) };
  };
  const before = repeated();
  if (before !== null) return handler.answer(station, before.stored, input);

  const asker = station.operator.get()?.id;
  const approved = approval === undefined ? null : await checkApproval(station, approval);
  const prepared = handler.prepare === null ? undefined : await handler.prepare(station, input);
  const stored = inTransaction(station, cells, () => {
    // Asked again inside: the same call may have come twice while the first was preparing.
    const meanwhile = repeated();
    if (meanwhile !== null) return meanwhile.stored;
    // While badge and PIN were checked somebody else may have taken over: it was not theirs to be approved.
    if (approved !== null && station.operator.get()?.id !== asker) throw new StationError('NOT_ON_STAGE');
    if (approved !== null && station.tables.operators.findSecret(approved.by.id) === null)
      throw new StationError('APPROVAL_REFUSED', { waitMs: 0 }, 'approval');
    station.approval.set(approved);
    const facts = handler.run(station, input, prepared);
    station.approval.set(null);
    const atMs = station.clock.now();
    station.tables.requests.insert(requestId, { method, inputHash, answer: JSON.stringify(facts ?? null) }, atMs);
    station.tables.settings.set('clock.highWaterMs', String(atMs));
    return facts;
  });
  station.nudge();
  return handler.answer(station, stored, input);
}

type Asked = { readonly requestId: string; readonly approval?: Approval };

/** A PIN has so few digits that its hash gives it away: none goes into what is stored. */
const secrets: ReadonlySet<string> = new Set([
  'approval',
  'pin',
  'newPin',
  'passphrase',
  'proof',
  'recoveryKeyRepeated',
]);

function withoutSecrets(input: { readonly [key: string]: JsonValue }): { readonly [key: string]: JsonValue } {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !secrets.has(name)));
}

/** One IMMEDIATE transaction; what memory follows commits and rolls back with it. */
export function inTransaction<T>(station: Station, cells: CellOwner, run: () => T): T {
  try {
    const value = station.db.transaction(run).immediate();
    cells.commit();
    station.noteCommitted(station.tables.audit.newest());
    return value;
  } catch (error) {
    cells.rollback();
    throw error;
  }
}

/** Runs a call and turns whatever happens into a reply. A bug becomes INTERNAL with an id that finds its log line. */
export async function replyTo<T>(
  log: Log,
  newId: () => string,
  method: string,
  run: () => T | Promise<T>,
): Promise<Reply<T>> {
  try {
    return ok(await run());
  } catch (thrown) {
    const error = systemFault(registerFault(thrown));
    if (error instanceof StationError) {
      const { failure } = error;
      return { ok: false, error: { ...failure, retryable: failure.retryable || mendable.has(failure.code) } };
    }
    const id = newId();
    log('call.failed', {
      id,
      method,
      kind: error instanceof Error ? error.name : typeof error,
      code: sqliteCode(thrown) ?? '',
      stack: stackOf(error),
    });
    return fail('INTERNAL', { id });
  }
}

/** What the very same call can succeed at once somebody has made room, given rights, or closed the other program. */
const mendable: ReadonlySet<ErrorCode> = new Set(['DISK_FULL', 'DISK_FAILED', 'REGISTER_READ_ONLY', 'REGISTER_IN_USE']);

/** What the system says of files beside the register (its key file, its marks), as an expected failure. */
export function systemFault(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StationError('DISK_FULL');
    case 'EIO':
    case 'EFBIG':
      return new StationError('DISK_FAILED', { problem: error.code });
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new StationError('REGISTER_READ_ONLY');
    default:
      return error;
  }
}

/** Where it happened: file and line only, since an error's message may quote what people typed. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error) || error.stack === undefined) return '';
  const frames = error.stack.split('\n').filter((line) => line.startsWith('    at '));
  return frames
    .slice(0, 6)
    .map((line) => line.trim().replace(/\(.*[\\/]/, '('))
    .join(' < ');
}

/** How long answers are remembered. */
export const answersKeptMs = 24 * hour;
