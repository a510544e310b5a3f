/**
 * What can go wrong on purpose. An expected failure is a value with a code; the renderer words it in the language of
 * the moment, the log in English. Anything thrown that is not a StationError is a bug and becomes INTERNAL.
 */
export const errorCodes = [
  'INTERNAL', // a bug; params.id finds the line in the log
  'INVALID_INPUT', // params.path, params.problem
  'UNKNOWN_METHOD',
  'FORBIDDEN', // params.needs: the role that may; params.approvable: whether their approval on the spot would do
  'APPROVAL_REFUSED', // badge or PIN is wrong; params.waitMs where a delay applies
  'NOT_SIGNED_IN',
  'CORE_RESTARTING', // retryable: the same requestId may be sent again
  'CORE_FAILED', // core died at every start and is not started again by itself
  'REQUEST_REUSED', // the same requestId with other input
  'REGISTER_EXISTS',
  'REGISTER_MISSING',
  'REGISTER_LOCKED',
  'REGISTER_NEWER', // params.file, params.program: schema versions
  'REGISTER_DAMAGED',
  'REGISTER_UNSAFE', // params.setting: what did not take effect on open
  'REGISTER_IN_USE',
  'REGISTER_READ_ONLY',
  'REGISTER_TAIL_LOST', // its -wal file is gone, and with it the newest entries
  'DISK_FULL',
  'DISK_FAILED', // params.problem: the disk did not do what it was told
  'KEY_WRONG',
  'KEY_FILE_MISSING',
  'KEYCHAIN_UNAVAILABLE',
  'RECOVERY_KEY_MISMATCH',
  'RECOVERY_KEY_STALE', // the shown key is no longer the pending one
  'PASSPHRASE_SHORT', // params.least
  'PIN_WRONG', // params.waitMs where a delay applies
  'PIN_WEAK',
  'OWN_PIN', // one's own PIN is changed with the former one
  'LAST_ADMINISTRATOR', // nobody would be left who may enrol another
  'NAME_TAKEN',
  'NOT_FOUND', // params.what
  'NOT_MENDABLE', // params.code: only people can settle it with the central service
  'NOT_ON_STAGE', // the desk has moved on; nothing was done
  'ALREADY_RESULTED',
  'ALREADY_VOID',
  'OTHER_STATION', // params.station: bound there, and only read here
  'TOO_EARLY', // params.opensAtMs
  'TOO_LATE', // params.closedAtMs
  'CLOCK_BEHIND', // params.highWaterMs
  'CLOCK_WRONG', // behind itself, or far from the central service's
  'REASON_NEEDED',
  'REASON_PERSONAL', // the words of a reason hold the number of a document or a phone
  'FILE_NOT_WRITTEN', // params.problem: why an export did not come about
  'EXPORT_CANCELLED',
  'NOTHING_TO_UNDO',
  'UNDO_TOO_LATE',
  'FILE_NOT_CHOSEN', // a path that no dialog of ours gave out
  'FILE_UNREADABLE', // params.problem
  'FILE_TOO_LARGE', // params.limitBytes
  'COLUMNS_MISSING', // params.missing
  'REPAIR_CHANGED', // params.tests: so many can no longer be repaired (or undone) as was shown
  'REPAIR_UNDONE', // it was taken back already
  'KIT_TAKEN', // params.tests: so many of the former codes have been bound meanwhile
  'PERSON_SAME_DOCUMENT', // somebody of another name is known by this document; the call may say that they are two
  'PERSON_ALIKE', // somebody of this name and birth date is known; likewise
  'PERSON_MERGED', // they are part of another person already
  'MERGE_UNDONE', // it was taken back already
  'MERGE_LATER', // a later merge of the same person is taken back first
  'SLIP_NONE', // params.status: pending or undone, so there is nothing to tell
  'CARDS_NONE', // nobody to print a card for
  'CARDS_TOO_MANY', // params.most
  'IMPORT_GONE',
  'IMPORT_CANCELLED',
  'KITS_IN_USE', // a list of kits is not undone where one of them was used, spoiled or moved
  'IMPORT_NOT_NEWEST', // a later import stands on it and is undone first
  'LOT_EXPIRED', // params.expiresOn
  'LOT_RECALLED', // params.lot
  'STICKER_UNKNOWN', // params.code
  'STICKER_USED', // params.code
  'BOX_RECEIVED', // params.receivedAtMs, params.name
  'EXPIRY_DIFFERS', // params.known, params.lot: the same lot has another expiry date
  'RANGE_WRONG', // params.problem, params.at: the tail of the kit at fault, or how many it would be
  'KIT_UNFIT', // params.problem: notAKit, used, spoiled, away, productUnknown, otherProduct, otherLot; params.at
  'STOCK_SHORT', // params.left, params.lot, params.wanted
  'COUNT_INCOMPLETE', // params.lots
  'COUNT_CHANGED', // it was confirmed, or somebody has counted again
  'STICKERS_ALL_GONE', // nothing unused to print
  'WINDOW_UNSOUND', // a reading window that closes before it opens
  'CENTRAL_URL_UNSAFE', // plain HTTP beyond loopback
  'CENTRAL_UNREACHED', // nobody answered there as the central service does
  'ENROLMENT_REFUSED', // a code that is not known there, was used, or is over its time
  'SETTING_OF_CENTRAL', // a rule that the central service has set
  'HANDOVER_NO_KEY', // the service's key has not come yet, or it takes no files
  'HANDOVER_NOTHING',
  'HANDOVER_BUSY', // retryable: a file is being written, or a receipt read
  'HANDOVER_NOT_RECEIPT',
  'HANDOVER_IS_FILE', // the hand-over file itself in the place of its receipt
  'HANDOVER_RECEIPT_BAD', // damaged, cut off, changed, or not by the service
  'HANDOVER_RECEIPT_NEWER', // of a newer program
  'HANDOVER_RECEIPT_OTHER', // of another station's file, or of this one before it was restored
  'HANDOVER_RECEIPT_PAST', // the service was restored since it was made
  'PURGE_CHANGED', // params.tests, params.people, params.entries: what would be destroyed is not what was shown
  'PURGE_NOTHING',
  'KEPT_SHORTER_THAN_RESENT', // params.days: for so long what was sent must stay, to be sent again
  'RESENT_LONGER_THAN_KEPT', // params.days: tests are destroyed after so many
  'REGISTER_BUSY', // retryable: it is being re-keyed or replaced by a backup
  'BACKUP_MISSING',
  'BACKUP_DAMAGED', // it does not read whole, or is not what its manifest says
  'BACKUP_NEWER', // params.file, params.program: schema versions
  'BACKUP_FOLDER_GONE', // the stick was pulled, the folder removed
  'BACKUP_FOLDER_READ_ONLY',
  'BACKUP_UNDER_WAY',
  'RESTORE_CHANGED', // params.lost: what would be lost is not what was confirmed
  'RECALL_LIFTED',
  'ROUND_DAYS', // its last day is before its first
  'ROUND_EMPTY', // nobody is in its target
  'ROUND_TOO_MANY', // a search that finds more than a list may hold
  'ROUND_ENDED',
  'LAST_ROUND', // without it nobody could be tested
  'FOLLOW_UP_STEP', // params.problem: done, notDone, needs (params.steps), left
  'FOLLOW_UP_CLOSED',
  'FOLLOW_UP_OPEN',
  'ORGANISATION_EXISTS', // params.what: name, creditCode
  'ORGANISATION_IN_USE',
  'SEARCH_TOO_WIDE', // params.most
  'SEARCH_EMPTY',
  'PRINT_FAILED', // params.problem
  'CANCELLED', // the person closed the dialog
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export type FailureParams = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export type Failure = {
  readonly code: ErrorCode;
  readonly params: FailureParams;
  /** Dotted path of the input field at fault, where there is one. */
  readonly field?: string;
  /** Whether sending the very same call again can succeed. */
  readonly retryable: boolean;
};

/** The answer to every call: a value or a failure, never an exception. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

export function ok<T>(value: T): Reply<T> {
  return { ok: true, value };
}

export function fail(
  code: ErrorCode,
  params: FailureParams = {},
  more: { readonly field?: string; readonly retryable?: boolean } = {},
): { readonly ok: false; readonly error: Failure } {
  const field = more.field === undefined ? {} : { field: more.field };
  return { ok: false, error: { code, params, ...field, retryable: more.retryable ?? false } };
}

/**
 * An expected failure on its way out of a transaction: thrown so that SQLite rolls back, caught once in dispatch and
 * turned into a Reply there. It never crosses a process boundary.
 */
export class StationError extends Error {
  readonly failure: Failure;

  constructor(code: ErrorCode, params: FailureParams = {}, field?: string) {
    super(code);
    this.name = 'StationError';
    this.failure = fail(code, params, field === undefined ? {} : { field }).error;
  }
}
