import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { flushFolder } from '../../db/marks.ts';
import type { Tables } from '../../db/tables.ts';

/**
 * The installation and its register know each other by a token that is made anew at each opening and stands on both sides:
 * in the register, and in a mark outside its folder. A copy that is opened elsewhere finds no mark there; one that is put
 * back by hand carries a token, or a log of changes, older than the mark's. Either way the register is no longer the one
 * that this installation went on with: it gets a new installation id, so that the central service can tell the two apart.
 */
const markSchema = z.object({
  version: z.literal(1),
  installationId: z.string(),
  /** The register's token; while it is being opened also the one it had before. */
  tokens: z.array(z.string()).min(1).max(2),
  /** The newest entry of its log when it was closed; 0 while it is open or when it was not closed. */
  auditSeq: z.int().min(0),
});
type Mark = z.infer<typeof markSchema>;

/** Why a register is not the one that this installation went on with. */
export type Renewal = 'moved' | 'putBack';

export type Pairing = {
  readonly installationId: string;
  /** Set where the register gets a new id: why, and which it had. */
  readonly renewed: { readonly why: Renewal; readonly former: string } | null;
  /** To be written in the opening transaction. */
  readonly token: string | null;
  /** After that transaction: the mark forgets the former token. */
  readonly settle: () => void;
};

/** In the user-data folder, beside the register's own folder, so that it does not travel with it. */
export function markPath(registerFile: string): string {
  const folder = dirname(registerFile);
  return basename(folder) === 'register'
    ? join(dirname(folder), 'installation.json')
    : `${registerFile}.installation.json`;
}

/** Looks whether register and installation belong together, and prepares their next token. Writes the mark only. */
export function pair(registerFile: string, tables: Tables, auditSeq: number, newId: () => string): Pairing {
  const former = tables.settings.get('installation.id') ?? '';
  const had = tables.settings.get('installation.token');
  const mark = readMark(registerFile);
  const isOurs =
    had === null ||
    (mark !== null && mark.installationId === former && mark.tokens.includes(had) && auditSeq >= mark.auditSeq);
  const installationId = isOurs && former !== '' ? former : newId();
  const token = newId();
  const renewed = isOurs ? null : { why: mark === null ? ('moved' as const) : ('putBack' as const), former };
  const write = (tokens: string[]) => writeMark(registerFile, { version: 1, installationId, tokens, auditSeq: 0 });
  try {
    write(had === null ? [token] : [had, token]);
  } catch {
    // Without a mark the token stays as it is: the next opening finds the pair that it knows.
    return { installationId, renewed, token: null, settle: () => {} };
  }
  return { installationId, renewed, token, settle: () => write([token]) };
}

/** At a clean end: from here on the register holds so many entries, and an older one is not it. */
export function noteClosed(registerFile: string, tables: Tables, auditSeq: number): void {
  const mark = readMark(registerFile);
  const token = tables.settings.get('installation.token');
  if (mark === null || token === null || !mark.tokens.includes(token)) return;
  writeMark(registerFile, { ...mark, tokens: [token], auditSeq });
}

/** A register that is put in place by a restore is none that this installation has worked with. */
export function forgetMark(registerFile: string): void {
  rmSync(markPath(registerFile), { force: true });
}

function readMark(registerFile: string): Mark | null {
  try {
    return markSchema.parse(JSON.parse(readFileSync(markPath(registerFile), 'utf8')));
  } catch {
    return null;
  }
}

function writeMark(registerFile: string, mark: Mark): void {
  const path = markPath(registerFile);
  mkdirSync(dirname(path), { recursive: true });
  const handle = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeFileSync(handle, `${JSON.stringify(mark)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${path}.new`, path);
  flushFolder(dirname(path));
}
