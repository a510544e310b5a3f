import type { z } from 'zod';
import {
  type AppMethod,
  type CoreMethod,
  contract,
  isCoreMethod,
  isMethod,
  type Output,
  type ParsedInput,
} from '../../shared/contract.ts';
import { type Failure, fail, type Reply } from '../../shared/errors.ts';
import type { ChosenPaths } from './chosenPaths.ts';
import { faultFields } from './faults.ts';
import { inputProblem } from './inputLimits.ts';
import type { Log } from './log.ts';

/** What this process answers itself: a method of appContract without a handler does not compile. */
export type AppHandlers = { readonly [M in AppMethod]: (input: ParsedInput<M>) => Promise<Reply<Output<M>>> };

export type CallParts = {
  readonly appHandlers: AppHandlers;
  readonly core: (method: CoreMethod, input: unknown) => Promise<Reply<unknown>>;
  readonly paths: ChosenPaths;
  readonly log: Log;
  readonly newId: () => string;
};

/** Answers one call of the window, whatever it sent. Never throws: a bug becomes INTERNAL with an id and a line in the log. */
export async function answerCall(parts: CallParts, method: unknown, input: unknown): Promise<Reply<unknown>> {
  try {
    if (typeof method !== 'string' || !isMethod(method)) return fail('UNKNOWN_METHOD');
    const problem = inputProblem(input);
    if (problem !== null) return invalid('', problem);
    const parsed = contract[method].input.safeParse(input);
    if (!parsed.success) return invalidBy(parsed.error);
    if (!isCoreMethod(method)) return await answerHere(parts.appHandlers, method, parsed.data);
    const refused = pathRefusal(parts.paths, method, parsed.data);
    return refused ?? (await parts.core(method, parsed.data));
  } catch (error) {
    const id = parts.newId();
    parts.log('call.bug', {
      id,
      method: typeof method === 'string' ? method.slice(0, 40) : typeof method,
      ...faultFields(error),
    });
    return fail('INTERNAL', { id });
  }
}

function answerHere<M extends AppMethod>(handlers: AppHandlers, method: M, input: unknown): Promise<Reply<unknown>> {
  // The contract's schema of this very method has just parsed it.
  return handlers[method](input as ParsedInput<M>);
}

function pathRefusal(paths: ChosenPaths, method: CoreMethod, input: unknown): ReturnType<typeof fail> | null {
  switch (method) {
    case 'imports.preview':
    case 'handover.readReceipt':
      return paths.mayRead((input as ParsedInput<'imports.preview'>).path)
        ? null
        : fail('FILE_NOT_CHOSEN', {}, { field: 'path' });
    case 'imports.saveFaults':
      return paths.mayWrite((input as ParsedInput<'imports.saveFaults'>).path)
        ? null
        : fail('FILE_NOT_CHOSEN', {}, { field: 'path' });
    case 'backups.preview':
    case 'backups.restore':
      return paths.mayRead((input as ParsedInput<'backups.preview'>).path)
        ? null
        : fail('FILE_NOT_CHOSEN', {}, { field: 'path' });
    case 'backups.make': {
      const { folder } = input as ParsedInput<'backups.make'>;
      return folder === undefined || paths.mayWriteInto(folder)
        ? null
        : fail('FILE_NOT_CHOSEN', {}, { field: 'folder' });
    }
    case 'backups.setPlan': {
      const { folder } = input as ParsedInput<'backups.setPlan'>;
      return folder.kind !== 'chosen' || paths.mayWriteInto(folder.path)
        ? null
        : fail('FILE_NOT_CHOSEN', {}, { field: 'folder.path' });
    }
    case 'handover.write':
    case 'exports.people':
    case 'exports.tests':
    case 'exports.notTested':
    case 'exports.organisations':
    case 'exports.products':
    case 'audit.export':
      return paths.mayWrite((input as ParsedInput<'exports.people' | 'exports.tests' | 'exports.notTested'>).path)
        ? null
        : fail('FILE_NOT_CHOSEN', {}, { field: 'path' });
    default:
      // A call that takes a path and is not named here has nobody's word for it.
      return typeof input === 'object' && input !== null && 'path' in input
        ? fail('FILE_NOT_CHOSEN', {}, { field: 'path' })
        : null;
  }
}

/** The first thing wrong with an input. The problem names the rule, never the value: it may go to the log. */
function invalidBy(error: z.ZodError): { readonly ok: false; readonly error: Failure } {
  const issue = error.issues[0];
  if (issue === undefined) return invalid('', 'invalid');
  const at = issue.path.map(String);
  // Which key was too much is said only if it could be a key at all: it comes from outside.
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return invalid([...at, /^\w{1,40}$/.test(key) ? key : '?'].join('.'), 'unknown key');
  }
  return invalid(at.join('.').slice(0, 100), issue.code === 'custom' ? issue.message : issue.code);
}

function invalid(path: string, problem: string): { readonly ok: false; readonly error: Failure } {
  return fail('INVALID_INPUT', { path, problem }, path === '' ? {} : { field: path });
}
