import type { RailItem, RefusalCode, Stage, Tone } from '../../../shared/model/desk.ts';
import type { KitWarning } from '../../../shared/model/kit.ts';
import type { PersonDraft } from '../../../shared/model/person.ts';
import type { ScanSource } from '../../../shared/model/test.ts';
import type { WrittenApproval, WrittenReason } from '../../db/tests.ts';

export type HeldPerson = {
  readonly personId: string;
  readonly source: ScanSource;
  /** Somebody entered at the desk a moment ago. */
  readonly isNew: boolean;
  readonly retestOf: string | null;
  readonly secondReason: WrittenReason | null;
};

export type HeldKit = {
  readonly kitKey: string;
  readonly raw: string;
  readonly codeKind: string;
  readonly gtin: string | null;
  readonly serial: string;
  readonly lot: string | null;
  readonly expiresOn: string | null;
  readonly source: ScanSource;
  readonly productId: string;
  readonly warnings: readonly KitWarning[];
};

/** A positive that was chosen and waits for its confirmation; nothing of it is recorded yet. */
export type ChosenPositive = {
  readonly testId: string;
  readonly atMs: number;
  readonly override: WrittenReason | null;
  /** Set when a recorded result is being corrected. */
  readonly revise: WrittenReason | null;
  readonly approved: WrittenApproval | null;
};

export type KeptForm = {
  readonly operatorId: string;
  readonly atMs: number;
  readonly scanned: { readonly formId: string; readonly draft: PersonDraft };
  readonly stage: Extract<Stage, { kind: 'newPerson' }>;
};

export type DeskState = {
  readonly version: number;
  readonly stage: Stage;
  readonly heldPerson: HeldPerson | null;
  readonly heldKit: HeldKit | null;
  readonly heldUntilMs: number | null;
  readonly chosen: ChosenPositive | null;
  /** What a scanned code said of somebody unknown, for the form on the stage, which shows it masked. */
  readonly scanned: { readonly formId: string; readonly draft: PersonDraft } | null;
  /** The form that somebody was filling in when the desk was locked; given back to nobody but them. */
  readonly kept: KeptForm | null;
  /** How the people or the draft on the stage came, for the record. */
  readonly askedBy: ScanSource;
  readonly lastScan: { readonly text: string; readonly atMs: number } | null;
  readonly rail: readonly RailItem[];
};

export const emptyDesk: DeskState = {
  version: 0,
  stage: { kind: 'idle' },
  heldPerson: null,
  heldKit: null,
  heldUntilMs: null,
  chosen: null,
  scanned: null,
  kept: null,
  askedBy: 'gun',
  lastScan: null,
  rail: [],
};

/** What a gesture at the desk did: the new state, and what is heard. `null` = nothing was done. */
export type Gesture = { readonly heard: Tone | null };
export const nothingDone: Gesture = { heard: null };

/** A refusal, before it is put on the stage. */
export type Refusal = { readonly code: RefusalCode; readonly params: Readonly<Record<string, string | number>> };

export function refusal(code: RefusalCode, params: Refusal['params'] = {}): Refusal {
  return { code, params };
}
