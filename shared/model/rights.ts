import type { Role } from './staff.ts';

/**
 * Who may do what, as one table: core enforces it, the screens hide by it, and a test stands behind each cell.
 * - `may`: without asking.
 * - `approved`: when somebody who may approves this one act on the spot, by badge and PIN and with a reason.
 * - `never`: not at all; the screen does not show it.
 */
export type Standing = 'may' | 'approved' | 'never';

const everybody = { operator: 'may', supervisor: 'may', administrator: 'may' } as const;
const withApproval = { operator: 'approved', supervisor: 'may', administrator: 'may' } as const;
const supervisors = { operator: 'never', supervisor: 'may', administrator: 'may' } as const;
const administrators = { operator: 'never', supervisor: 'never', administrator: 'may' } as const;

export const rights = {
  /** Scan, bind, read results, undo, void, look at lists: the work of the desk. */
  'desk.work': everybody,
  /** A result outside its reading window, or while the clock is behind. */
  'results.override': withApproval,
  /** A newer revision of a result that stands. */
  'results.revise': withApproval,
  /** One person's document, phone and birth date unmasked. */
  'people.reveal': withApproval,
  /** Lists, exports and prints with more than the masked forms. */
  'people.exportInClear': supervisors,
  /** Correct what is known of a person. */
  'people.change': supervisors,
  /** Say that two people are one, or that they are two. */
  'people.merge': supervisors,
  'people.import': supervisors,
  'kits.import': supervisors,
  'kits.repair': supervisors,
  /** Boxes into stock. */
  'kits.receive': supervisors,
  /** Kits to and from other sites. */
  'kits.transfer': supervisors,
  /** Recall a lot or kits, and lift it. */
  'kits.recall': supervisors,
  'kits.spoil': everybody,
  /** The blind count at closing. */
  'kits.count': everybody,
  'kits.confirmCount': withApproval,
  'products.edit': supervisors,
  'patterns.edit': supervisors,
  'stickers.issue': supervisors,
  /** Open, change, choose and end rounds. */
  'rounds.open': supervisors,
  /** Why somebody was not there, as told at the door. */
  'rounds.noteAbsence': everybody,
  /** The follow-ups of positives: look, note what was done, close. */
  'followUps.work': supervisors,
  /** Communities and enterprises, and who belongs to them. */
  'organisations.edit': supervisors,
  'settings.edit': supervisors,
  'guns.edit': supervisors,
  'sync.connect': supervisors,
  /** Write a file that carries records by hand, and read its receipt. */
  'sync.handOver': supervisors,
  /** Enrol operators, print their badges, give them a new PIN, let them go. */
  'staff.keepOperators': supervisors,
  /** The same for supervisors and administrators. */
  'staff.keepOthers': administrators,
  'audit.read': supervisors,
  'backups.make': supervisors,
  /** Where backups go, how often, how many are kept. */
  'backups.plan': administrators,
  'backups.restore': administrators,
  /** Passphrase, recovery key, keychain, another data key. */
  'register.keys': administrators,
  /** How long what is kept. */
  'retention.edit': administrators,
  'retention.purge': administrators,
} as const satisfies Readonly<Record<string, Readonly<Record<Role, Standing>>>>;

export type Capability = keyof typeof rights;

export function standingOf(role: Role, capability: Capability): Standing {
  return rights[capability][role];
}

/** The lowest role that may do it without asking. */
export function leastRole(capability: Capability): Role {
  if (standingOf('operator', capability) === 'may') return 'operator';
  return standingOf('supervisor', capability) === 'may' ? 'supervisor' : 'administrator';
}
