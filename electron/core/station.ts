import type { SiteSettings } from '../../shared/contract/settings.ts';
import type { EventName } from '../../shared/contract.ts';
import { StationError } from '../../shared/errors.ts';
import type { AuditAction } from '../../shared/model/audit.ts';
import type { DownView } from '../../shared/model/desk.ts';
import type { Operator } from '../../shared/model/staff.ts';
import { localDay } from '../../shared/time.ts';
import type { Register } from '../db/open.ts';
import type { Tables } from '../db/tables.ts';
import type { Cell } from './cell.ts';
import type { Clock } from './clock.ts';
import type { DeskState } from './desk/deskState.ts';
import type { PatternBook } from './kits/patternBook.ts';
import type { createTarget } from './rounds/target.ts';
import type { createTested } from './rounds/tested.ts';
import type { SyncStatus } from './sync/status.ts';

export type Log = (event: string, fields: Readonly<Record<string, string | number | boolean>>) => void;
export type Emit = (event: EventName, payload: unknown) => void;

/** Somebody's consent to one act of somebody else, proved by badge and PIN. It lives as long as the act's transaction. */
export type Approved = { readonly by: Operator; readonly reason: string };

/** An open register with all that its rules need from outside. */
export type Station = {
  readonly db: Register;
  readonly tables: Tables;
  readonly clock: Clock;
  /** Ids that sort by the time they were made (UUID version 7). */
  readonly newId: () => string;
  readonly random: (byteCount: number) => Uint8Array;
  readonly installationId: string;
  readonly log: Log;
  readonly emit: Emit;
  /** Told the newest entry of the log after each commit. */
  readonly noteCommitted: (seq: number) => void;
  /** For how long nobody has asked for anything, in ms. */
  readonly quietMs: () => number;
  /** Folds the register's log into it beside the desk; never rejects. */
  readonly fold: () => Promise<void>;
  /** Tells the uploader that there may be something to send. */
  readonly nudge: () => void;
  readonly syncStatus: () => SyncStatus;
  /** How the feed from the central service fares. */
  readonly downView: () => DownView;
  readonly settings: Cell<SiteSettings>;
  readonly operator: Cell<Operator | null>;
  /** The consent that the act under way came with; null outside of its transaction. */
  readonly approval: Cell<Approved | null>;
  readonly desk: Cell<DeskState>;
  /** The central service's clock minus this station's in ms, as last measured. */
  readonly centralOffsetMs: Cell<number | null>;
  /** Who of the current round is tested. */
  readonly tested: ReturnType<typeof createTested>;
  /** Whom the current round is for, where it is for organisations. */
  readonly target: ReturnType<typeof createTarget>;
  /** How many people the roster holds; null when it must be counted again. */
  readonly rosterCount: Cell<number | null>;
  /** What the codes in stock look like; null when it must be read again. */
  readonly patterns: Cell<PatternBook | null>;
};

/** The site's day at this moment. */
export function today(station: Station): string {
  return localDay(station.clock.now(), station.settings.get().zone);
}

/** Who sits at the desk; throws NOT_SIGNED_IN when nobody does. */
export function signedIn(station: Station): Operator {
  const operator = station.operator.get();
  if (operator === null) throw new StationError('NOT_SIGNED_IN');
  return operator;
}

/** Writes the audit entry of a change, in the change's own transaction. */
export function audit(
  station: Station,
  action: AuditAction,
  subject: string,
  detail: Parameters<Tables['audit']['append']>[0]['detail'] = {},
): void {
  const approved = station.approval.get();
  station.tables.audit.append({
    atMs: station.clock.now(),
    operatorId: station.operator.get()?.id ?? null,
    action,
    subject,
    detail: approved === null ? detail : { ...detail, approvedBy: approved.by.id, approvalReason: approved.reason },
    installationId: station.installationId,
  });
}
