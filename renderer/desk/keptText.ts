import type { PersonDraft } from '../../shared/model/person.ts';
import { desk } from './deskStore.ts';

/** What was typed into the form for a new person. */
export type TypedText = { readonly draft: PersonDraft; readonly birth: string };

/** Whose form it was; `formId` is null for one that was opened by hand. */
type Kept = TypedText & { readonly operatorId: string; readonly formId: string | null };

/** In this window's memory only, and never more than one. */
let kept: Kept | null = null;

/** When the form goes: its text is kept where a lock took it away, for whoever typed it. */
export function keepText(operatorId: string | null, formId: string | null, text: TypedText): void {
  const isLocked = desk.now().view?.operator === null;
  kept = isLocked && operatorId !== null ? { operatorId, formId, ...text } : null;
}

/** The text of this form, when whoever sits here typed it before the desk was locked. */
export function keptText(formId: string | null): TypedText | null {
  const operatorId = desk.now().view?.operator?.id;
  return kept !== null && kept.operatorId === operatorId && kept.formId === formId ? kept : null;
}

/** After a sign-in: what is not on the stage again, or was typed by somebody else, is gone. */
export function forgetText(except: string | null): void {
  if (kept !== null && keptText(except) === null) kept = null;
}
