import { type AuditAction, type AuditRow, auditActions } from '../../../shared/model/audit.ts';
import type { Text, TextKey } from '../../text/index.ts';

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
    .filter(([, value]) => value !== null)
    .map(([name, value]) => {
      const fact = facts.find((each) => each === name);
      return [fact === undefined ? name : t(`audit.facts.${fact}`), valueWords(t, name, value)];
    });
}

function valueWords(t: Text, name: string, value: unknown): string {
  if (typeof value === 'boolean') return t(value ? 'audit.yes' : 'audit.no');
  if (name === 'paper' && typeof value === 'string') return t(`audit.papers.${value}` as TextKey);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, one]) =>
        Array.isArray(value) ? String(one) : `${key}: ${typeof one === 'object' ? JSON.stringify(one) : one}`,
      )
      .join(', ');
  return String(value);
}
