import { classify } from '../../../shared/codes/classify.ts';
import type { CodeKind, CodeReading, ParsedCode } from '../../../shared/codes/codeKinds.ts';
import { readKitCode } from '../../../shared/codes/kitCode.ts';
import { coversSerial, kitKey } from '../../../shared/codes/kitKey.ts';
import { lostSeparator } from '../../../shared/codes/lostSeparator.ts';
import { type Command, commandOf } from '../../../shared/codes/ownCodes.ts';
import type { ScanGun } from '../../../shared/model/gun.ts';
import type { Person, PersonDraft, Sex } from '../../../shared/model/person.ts';
import type { ScanSource } from '../../../shared/model/test.ts';
import { checkKit, noSerial, patternDoubt } from '../kits/check.ts';
import { learnedPatterns } from '../kits/patterns.ts';
import { documentKindOf, readPersonCode } from '../people/documents.ts';
import { findTestByKit } from '../siblings/siblings.ts';
import { changeOperator, lockDesk } from '../staff/session.ts';
import { type Station, today } from '../station.ts';
import { heldKitCard, maskedPerson, personCard } from './cards.ts';
import { type Gesture, nothingDone, type Refusal, refusal } from './deskState.ts';
import {
  askVoidReason,
  chooseResult,
  clear,
  confirmPositive,
  mustFind,
  offerKit,
  openPerson,
  refuse,
  scanBoundKit,
  showSlip,
  undo,
} from './gestures.ts';
import { currentDesk, doubleReadMs, halfOpenMs, setDesk } from './state.ts';

/** A scan before anyone knows what it means. `repeated` is the second entry of a typed code. */
export type Scan = {
  readonly text: string;
  readonly source: 'gun' | 'camera' | 'typed';
  /** The gun, where the system can tell one from another. */
  readonly gun?: ScanGun | undefined;
  readonly repeated?: string | undefined;
};

const kitKinds: ReadonlySet<CodeKind> = new Set([
  'gs1',
  'gs1DigitalLink',
  'ma',
  'drugTrace',
  'industrialId',
  'kitSticker',
  'url',
  'serial',
]);

/** One scan, whatever it is: classified, acted on, put on the stage. Main path, step 1. */
export function scan(station: Station, input: Scan): Gesture {
  const nowMs = station.clock.now();
  const last = station.desk.get().lastScan;
  // The second entry of a typed code is asked for; it is never a double read.
  const isSameScan =
    input.repeated === undefined && last !== null && last.text === input.text && nowMs - last.atMs < doubleReadMs;
  station.desk.set({ ...station.desk.get(), lastScan: { text: input.text, atMs: nowMs } });
  if (isSameScan) return nothingDone;

  const code = readByRole(station, input);
  if (!code.ok) {
    const lost = lostByPattern(station, input.text, code);
    if (lost !== null) return refuse(station, lost);
    if (hasLostSeparator(station, input)) return refuse(station, refusal('separatorLost'));
    if (code.error.code === 'ambiguous')
      return refuse(station, refusal('codeAmbiguous', { kinds: (code.candidates ?? []).join(',') }));
    return refuse(
      station,
      refusal('codeUnreadable', {
        error: code.error.code,
        message: code.error.message,
        at: code.error.at,
        kind: code.kind ?? '',
      }),
    );
  }
  if (station.operator.get() === null && code.kind !== 'staffBadge') return refuse(station, refusal('signInFirst'));
  if (input.source === 'typed' && !coversSerial(code)) {
    if (input.repeated === undefined) return refuse(station, refusal('typedOnce'));
    if (input.repeated !== input.text) return refuse(station, refusal('typedDiffers'));
  }

  if (code.kind === 'staffBadge') return scanBadge(station, code);
  if (code.kind === 'command') return obey(station, code);
  // On whichever gun: whoever brings the paper stands at the desk.
  if (code.kind === 'resultSlip') return showSlip(station, code.fields['code'] ?? code.raw);
  const isOfKit = kitKinds.has(code.kind) || code.kind === 'gtin';
  const gun = input.gun ?? null;
  if (gun?.role === 'people' && isOfKit) return refuse(station, refusal('gunForPeople', { gun: gun.name }));
  if (gun?.role === 'kits' && !isOfKit) return refuse(station, refusal('gunForKits', { gun: gun.name }));
  if (code.kind === 'gtin') return refuse(station, noSerial(station));
  if (kitKinds.has(code.kind)) return scanKit(station, code, input);
  return scanPerson(station, code, input.source);
}

/** What a code is on this gun: its role settles what the shape leaves open. */
function readByRole(station: Station, { text, gun }: Scan): CodeReading {
  const code = readCode(station, text);
  const role = gun?.role ?? 'any';
  if (role === 'people') return readOnPeopleGun(station, text, code);
  return role === 'kits' && !code.ok && code.error.code === 'ambiguous' ? readKitCode(text, today(station)) : code;
}

/** Only what is surely a kit is one here: eight digits are a permit, even where the kits in stock have eight digits too. */
function readOnPeopleGun(station: Station, text: string, code: CodeReading): CodeReading {
  const day = today(station);
  if (!code.ok && code.error.code === 'ambiguous') return readPersonCode(text, day, code.candidates ?? []);
  if (!code.ok || code.kind !== 'serial') return code;
  const key = kitKey(code);
  const isOurs = key !== null && isKnownKit(station, key);
  const shape = classify(text, { today: day });
  if (isOurs || shape.ok || shape.error.code !== 'ambiguous') return code;
  return readPersonCode(text, day, shape.candidates ?? []);
}

/**
 * What a code is. Where its shape fits several kinds (eight digits may be a permit or a serial), a kit that the manifest
 * lists under exactly this text settles it.
 */
function readCode(station: Station, text: string): CodeReading {
  const day = today(station);
  const code = classify(text, { today: day, patterns: learnedPatterns(station) });
  if (code.ok || (code.error.code !== 'ambiguous' && !isOffPattern(code))) return code;
  const known = readKitCode(text, day);
  const key = known.ok ? kitKey(known) : null;
  if (!known.ok || key === null) return code;
  // The classifier knows one beginning a pattern; the site's own rule, which refuses less, has the last word.
  if (isOffPattern(code) && patternDoubt(station, known, key) === null) return known;
  return (isOffPattern(code) ? isKnownKit(station, key) : station.tables.kits.find(key) !== null) ? known : code;
}

/** Listed, bound to somebody, or used by a test that was destroyed since. */
function isKnownKit({ tables }: Station, key: string): boolean {
  return (
    tables.kits.find(key) !== null ||
    tables.tests.findLiveByKit(key) !== null ||
    tables.siblings.findByKit(key) !== null ||
    tables.retention.findSpentDay(key) !== null
  );
}

/** A plain serial is refused for its length only where the site has learned another. */
function isOffPattern(code: CodeReading): boolean {
  return !code.ok && code.kind === 'serial' && code.error.code === 'length';
}

function lostByPattern(station: Station, text: string, code: CodeReading): Refusal | null {
  if (!isOffPattern(code)) return null;
  const read = readKitCode(text, today(station));
  const key = read.ok ? kitKey(read) : null;
  return read.ok && key !== null ? patternDoubt(station, read, key) : null;
}

/** A gun that is set not to send GS makes another kit of each code; a camera has its separators from the symbol. */
function hasLostSeparator(station: Station, { text, source }: Scan): boolean {
  return source !== 'camera' && lostSeparator(text, today(station));
}

function scanBadge(station: Station, code: ParsedCode): Gesture {
  const operator = station.tables.operators.findByBadge(code.fields['code'] ?? code.raw);
  if (operator === null) return refuse(station, refusal('badgeUnknown'));
  const state = currentDesk(station);
  if (state.chosen !== null && station.operator.get() !== null && operator.id !== station.operator.get()?.id) {
    return confirmPositive(station, operator);
  }
  return changeOperator(station, operator, 'badge');
}

function obey(station: Station, code: ParsedCode): Gesture {
  const command = commandOf(code.fields['code'] ?? '');
  if (command === null) return refuse(station, refusal('codeNotForDesk', { kind: code.kind }));
  return run(station, command);
}

function run(station: Station, command: Command): Gesture {
  const { stage, chosen } = currentDesk(station);
  switch (command) {
    case 'negative':
    case 'positive':
    case 'invalid':
      if (stage.kind !== 'test') return refuse(station, refusal('noResultPending'));
      return chooseResult(station, stage.test.testId, command, null);
    case 'confirm':
      return refuse(station, refusal(chosen === null ? 'noResultPending' : 'confirmNeedsKit'));
    case 'undo':
      return undo(station);
    case 'void':
      if (!('test' in stage) || stage.test.status === 'undone') return refuse(station, refusal('noResultPending'));
      return askVoidReason(station, mustFind(station, stage.test.testId));
    case 'next':
      return clear(station);
    case 'lock':
      return lockDesk(station);
    default:
      return refuse(station, refusal('codeNotForDesk', { kind: 'command' }));
  }
}

function scanKit(station: Station, code: ParsedCode, input: Scan): Gesture {
  const key = kitKey(code);
  const testId = key === null ? null : findTestByKit(station, key);
  if (testId !== null) return scanBoundKit(station, testId);
  const isListed = key !== null && station.tables.kits.find(key) !== null;
  if (!isListed && hasLostSeparator(station, input)) return refuse(station, refusal('separatorLost'));
  if (currentDesk(station).chosen !== null) return refuse(station, refusal('confirmOtherKit', { tail: '' }));
  const check = checkKit(station, code, input.source);
  return check.ok ? offerKit(station, check.kit) : refuse(station, check.refusal);
}

function scanPerson(station: Station, code: ParsedCode, source: ScanSource): Gesture {
  const { people } = station.tables;
  const number = code.fields['number'];
  if (code.kind === 'personQr') {
    const person = people.findByCode(code.fields['code'] ?? code.raw);
    return person === null
      ? refuse(station, refusal('personUnknown', { kind: code.kind }))
      : openPerson(station, person, source);
  }
  if (number === undefined || (code.kind !== 'mobile' && documentKindOf(code.kind) === null)) {
    return refuse(station, refusal('codeNotForDesk', { kind: code.kind }));
  }
  const found = code.kind === 'mobile' ? people.findByPhone(number) : people.findByDocument(number);
  const [only] = found;
  if (only === undefined) return askNewPerson(station, code, source);
  return found.length === 1 ? openPerson(station, only, source) : askWhich(station, found, source);
}

function askWhich(station: Station, people: readonly Person[], source: ScanSource): Gesture {
  const state = currentDesk(station);
  const expiresAtMs = station.clock.now() + halfOpenMs;
  setDesk(station, {
    chosen: null,
    scanned: null,
    heldPerson: null,
    heldKit: state.heldKit,
    heldUntilMs: expiresAtMs,
    askedBy: source,
    stage: {
      kind: 'choose',
      people: people.map((person) => personCard(person, today(station))),
      kit: state.heldKit === null ? null : heldKitCard(station, state.heldKit),
      expiresAtMs,
    },
  });
  return { heard: 'attention' };
}

/** Nobody on the roster: the short form, filled from what the code says. */
function askNewPerson(station: Station, code: ParsedCode, source: ScanSource): Gesture {
  const state = currentDesk(station);
  const number = code.fields['number'] ?? null;
  const kind = documentKindOf(code.kind);
  const draft: PersonDraft = {
    name: code.fields['name'] ?? '',
    sex: (code.fields['sex'] as Sex | undefined) ?? null,
    birthDate: code.fields['birthDate'] ?? null,
    documentKind: kind,
    documentNumber: kind === null ? null : number,
    phone: code.kind === 'mobile' ? number : null,
    address: { building: '', unit: '', room: '' },
    guardianName: null,
  };
  const former = state.scanned;
  const isSame =
    former !== null &&
    former.draft.documentNumber === draft.documentNumber &&
    former.draft.phone === draft.phone &&
    state.stage.kind === 'newPerson';
  // The same code once more keeps the form with what was typed into it.
  const formId = isSame ? former.formId : station.newId();
  const {
    nameMasked: _name,
    address: _address,
    personId: _id,
    guardianMasked: _guardian,
    ...masked
  } = maskedPerson({ ...draft, id: '' }, today(station));
  setDesk(station, {
    chosen: null,
    scanned: { formId, draft },
    heldPerson: null,
    heldKit: state.heldKit,
    // Filling in the form takes its time; a waiting kit waits with it.
    heldUntilMs: null,
    askedBy: source,
    stage: {
      kind: 'newPerson',
      draft: { ...masked, formId, name: draft.name },
      kit: state.heldKit === null ? null : heldKitCard(station, state.heldKit),
      refused: null,
    },
  });
  return { heard: 'attention' };
}
