import { type AuditAction, type AuditRow, auditActions, notedPapers } from '../../../shared/model/audit.ts';
import { exportReasons, revealReasons } from '../../../shared/model/disclosure.ts';
import { roles } from '../../../shared/model/staff.ts';
import { outcomes, reasonCodes } from '../../../shared/model/test.ts';
import type { Text } from '../../text/index.ts';

const known: ReadonlySet<string> = new Set(auditActions);

/** What was done, in plain words; an action that this program does not know stays as it was written. */
export function actionWords(t: Text, action: string): string {
  return known.has(action) ? t(`audit.actions.${action as AuditAction}`) : action;
}

const subjects = [
  'test',
  'person',
  'operator',
  'day',
  'entry',
  'call',
  'export',
  'import',
  'product',
  'round',
  'shipment',
  'transfer',
  'count',
  'lot',
  'stock',
  'organisation',
  'stickers',
  'sticker',
  'repair',
  'destruction',
  'pattern',
  'record',
  'installation',
  'station',
  'register',
  'audit',
] as const;

/** A reference as people read it: its kind in words and the end of its id, which is where ids differ. */
export function subjectWords(t: Text, subject: string): string {
  const [kind = '', id = ''] = subject.split(/:(.*)/s);
  const word = subjects.find((each) => each === kind);
  const short = /^[0-9a-f-]{36}$/.test(id) ? `…${id.slice(-6)}` : id;
  return `${word === undefined ? kind : t(`audit.subjects.${word}`)} ${short}`.trim();
}

const facts = [
  'by',
  'former',
  'why',
  'reason',
  'words',
  'code',
  'needs',
  'count',
  'sinceMs',
  'role',
  'renewed',
  'from',
  'to',
  'changed',
  'rows',
  'sha256',
  'hash',
  'paper',
  'ok',
  'entries',
  'approvedBy',
  'approvalReason',
  'byMs',
  'wrongKeys',
  'program',
  'outcome',
  'kind',
  'tests',
  'people',
  'days',
  'n',
  'publicKey',
  'copy',
  'inClear',
  'searched',
  'day',
  'status',
  'source',
] as const;

/** What an entry says beside its action, label and value; what has no words of its own keeps its name. */
export function factWords(t: Text, detail: AuditRow['detail']): readonly (readonly [string, string])[] {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => {
      const fact = facts.find((each) => each === name);
      return [fact === undefined ? name : t(`audit.facts.${fact}`), valueWords(t, name, value)];
    });
}

function valueWords(t: Text, name: string, value: unknown): string {
  if (typeof value === 'boolean') return t(value ? 'audit.yes' : 'audit.no');
  const code = codeWords(t, name, value);
  if (code !== null) return code;
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, one]) =>
        Array.isArray(value) ? String(one) : `${key}: ${typeof one === 'object' ? JSON.stringify(one) : one}`,
      )
      .join(', ');
  return String(value);
}

/** A code out of one of the program's own lists, in words. */
function codeWords(t: Text, name: string, value: unknown): string | null {
  const paper = notedPapers.find((each) => name === 'paper' && each === value);
  if (paper !== undefined) return t(`audit.papers.${paper}`);
  const role = roles.find((each) => name === 'role' && each === value);
  if (role !== undefined) return t(`lists.role.${role}`);
  const outcome = outcomes.find((each) => name === 'outcome' && each === value);
  if (outcome !== undefined) return t(`lists.status.${outcome}`);
  if (name !== 'reason') return null;
  const reveal = revealReasons.find((each) => each === value);
  if (reveal !== undefined) return t(`privacy.reveal.reason.${reveal}`);
  const asExport = exportReasons.find((each) => each === value);
  if (asExport !== undefined) return t(`privacy.export.reason.${asExport}`);
  const test = reasonCodes.find((each) => each === value);
  return test === undefined ? null : t(`results.reasonCode.${test}`);
}
