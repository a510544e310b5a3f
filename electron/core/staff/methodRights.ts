import type { CoreMethod } from '../../../shared/contract.ts';
import type { Capability } from '../../../shared/model/rights.ts';

/** Calls that are answered before there is an open register, or about it. */
export type RegisterMethod =
  | 'station.get'
  | 'register.prepareKey'
  | 'register.create'
  | 'register.unlock'
  | 'register.rekey'
  | 'register.cancelRekey'
  | 'backups.preview'
  | 'backups.restore'
  | 'register.tryAgain'
  | 'register.openWithoutTail'
  | 'clock.advance';

/**
 * What each call needs, looked at before its handler runs: a call that is not in here does not compile. What depends on
 * the call's own facts (whose badge, which file, inside or outside the window) its handler asks for besides.
 */
export const methodRights: { readonly [M in Exclude<CoreMethod, RegisterMethod>]: Capability | 'anyone' } = {
  // Before somebody is signed in: who could be, what the desk looks like, and the badge that signs them in.
  'staff.list': 'anyone',
  'staff.signIn': 'anyone',
  'staff.lock': 'anyone',
  'desk.get': 'anyone',
  'desk.touch': 'anyone',
  'desk.scan': 'anyone',
  'desk.clear': 'anyone',
  'settings.get': 'anyone',

  'desk.choosePerson': 'desk.work',
  'desk.registerPerson': 'desk.work',
  'desk.findAlike': 'desk.work',
  'desk.giveReason': 'desk.work',
  'desk.retest': 'desk.work',
  'desk.showTest': 'desk.work',
  'desk.undo': 'desk.work',
  'results.record': 'desk.work',
  'results.revise': 'results.revise',
  'tests.void': 'desk.work',
  'tests.get': 'desk.work',
  'tests.list': 'desk.work',
  // Masked everybody may; in full: by what is asked.
  'slips.make': 'desk.work',
  'people.list': 'desk.work',
  'people.get': 'desk.work',
  'people.trace': 'desk.work',
  'people.reveal': 'people.reveal',
  'people.change': 'people.change',
  'people.listDoubles': 'people.merge',
  'people.compare': 'people.merge',
  'people.merge': 'people.merge',
  'people.undoMerge': 'people.merge',
  'people.setDistinct': 'people.merge',
  'people.noteConsent': 'desk.work',
  // Masked names everybody may; in full: by what is asked.
  'people.cards': 'desk.work',
  // Masked everybody may; in full: by what is asked.
  'exports.people': 'desk.work',
  'exports.tests': 'desk.work',
  'exports.notTested': 'desk.work',
  'exports.cancel': 'desk.work',
  'products.list': 'desk.work',
  'products.save': 'products.edit',
  'kits.list': 'desk.work',
  'kits.trace': 'desk.work',
  'lots.list': 'desk.work',
  'lots.save': 'products.edit',
  'lots.get': 'desk.work',
  'exports.products': 'desk.work',
  'stock.list': 'desk.work',
  'stock.low': 'desk.work',
  'boxes.read': 'kits.receive',
  'boxes.receive': 'kits.receive',
  'boxes.list': 'desk.work',
  'kits.spoil': 'kits.spoil',
  'recalls.list': 'desk.work',
  'recalls.make': 'kits.recall',
  'recalls.lift': 'kits.recall',
  'recalls.get': 'desk.work',
  'transfers.make': 'kits.transfer',
  'transfers.list': 'desk.work',
  'counts.get': 'kits.count',
  'counts.take': 'kits.count',
  'counts.confirm': 'kits.confirmCount',
  'patterns.list': 'desk.work',
  'patterns.set': 'patterns.edit',
  'patterns.teach': 'patterns.edit',
  'repairs.preview': 'kits.repair',
  'repairs.commit': 'kits.repair',
  'repairs.undo': 'kits.repair',
  'repairs.list': 'kits.repair',
  'stickers.issue': 'stickers.issue',
  'stickers.list': 'desk.work',
  'stickers.get': 'desk.work',
  'stickers.spoil': 'desk.work',
  // People or kits: by what is imported.
  'imports.preview': 'desk.work',
  'imports.map': 'desk.work',
  'imports.commit': 'desk.work',
  'imports.cancel': 'desk.work',
  'imports.saveFaults': 'desk.work',
  'imports.list': 'desk.work',
  'imports.undo': 'desk.work',
  'rounds.list': 'desk.work',
  'rounds.open': 'rounds.open',
  'rounds.change': 'rounds.open',
  'rounds.choose': 'rounds.open',
  'rounds.end': 'rounds.open',
  'rounds.buildings': 'desk.work',
  'rounds.coverage': 'desk.work',
  'rounds.notTested': 'desk.work',
  'rounds.noteAbsence': 'rounds.noteAbsence',
  'followUps.list': 'followUps.work',
  'followUps.count': 'followUps.work',
  'followUps.get': 'followUps.work',
  'followUps.note': 'followUps.work',
  'followUps.withdraw': 'followUps.work',
  'followUps.close': 'followUps.work',
  'followUps.reopen': 'followUps.work',
  'organisations.list': 'desk.work',
  'organisations.save': 'organisations.edit',
  'organisations.remove': 'organisations.edit',
  'organisations.contact': 'people.reveal',
  'organisations.people': 'desk.work',
  'organisations.enlist': 'organisations.edit',
  'organisations.release': 'organisations.edit',
  'organisations.figures': 'desk.work',
  // Figures only: nobody is in the file.
  'exports.organisations': 'desk.work',
  'register.keys': 'register.keys',
  // Nobody is signed in yet where the register was just opened by a key that is the right.
  'register.protect': 'anyone',
  'register.renewRecovery': 'register.keys',
  // Nothing but how old the newest is.
  'backups.state': 'anyone',
  'backups.get': 'backups.make',
  'backups.setPlan': 'backups.plan',
  'backups.make': 'backups.make',
  'retention.get': 'retention.edit',
  'retention.set': 'retention.edit',
  'retention.purge': 'retention.purge',
  'retention.find': 'retention.edit',
  'summary.get': 'desk.work',
  'summary.countCopy': 'desk.work',
  'sync.get': 'desk.work',
  'sync.sendNow': 'desk.work',
  'sync.connect': 'sync.connect',
  'sync.test': 'desk.work',
  'sync.mend': 'sync.connect',
  'sync.setResendDays': 'sync.connect',
  'support.facts': 'desk.work',
  'settings.set': 'settings.edit',
  // Operators, or others: by whose it is.
  'staff.enrol': 'staff.keepOperators',
  'staff.badges': 'staff.keepOperators',
  'staff.listAll': 'staff.keepOperators',
  'staff.resetPin': 'staff.keepOperators',
  'staff.letGo': 'staff.keepOperators',
  'staff.takeBack': 'staff.keepOperators',
  'staff.changePin': 'desk.work',
  'practice.codes': 'desk.work',
  'audit.open': 'audit.read',
  'audit.list': 'audit.read',
  'audit.verify': 'audit.read',
  'audit.export': 'audit.read',
  // Whoever prints the day signs the log with it.
  'audit.sign': 'desk.work',
  'audit.note': 'desk.work',
};
