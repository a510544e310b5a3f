import type { Command } from '../../../shared/codes/ownCodes.ts';
import type { OrganisationKind } from '../../../shared/model/organisation.ts';
import type { DocumentKind, Sex } from '../../../shared/model/person.ts';
import type { AbsenceReason } from '../../../shared/model/round.ts';
import type { SlipStatus } from '../../../shared/model/slip.ts';
import type { Role } from '../../../shared/model/staff.ts';
import type { DifferenceReason } from '../../../shared/model/stock.ts';
import type { ReasonCode, TestStatus, TestUpload } from '../../../shared/model/test.ts';
import type { KitTrace } from '../../../shared/model/trace.ts';

/** Everything that stands on paper, in one language. Numbers come in as text already grouped. */
export type SheetText = {
  readonly htmlLang: string;
  readonly day: {
    readonly title: string;
    readonly copy: (copy: number) => string;
    readonly page: (page: number, pages: number) => string;
    readonly date: (day: string) => string;
    readonly station: string;
    readonly takenAt: string;
    readonly terms: {
      readonly registered: string;
      readonly negative: string;
      readonly positive: string;
      readonly invalid: string;
      readonly pending: string;
      readonly void: string;
    };
    readonly balances: string;
    readonly doesNotBalance: string;
    readonly otherFigures: string;
    readonly readTodayOfEarlierDays: string;
    readonly readLaterOfToday: string;
    readonly undone: string;
    readonly revised: string;
    readonly secondTests: string;
    readonly unknownPeople: string;
    readonly typedCodes: string;
    readonly followUps: string;
    readonly unsent: string;
    readonly conflicts: string;
    readonly chart: string;
    readonly hourTick: (hour: number) => string;
    readonly hourSpan: (hour: number) => string;
    readonly byHour: string;
    readonly byOperator: string;
    readonly kits: string;
    /** Opening, received, moved, used, spoiled, counted, difference. */
    readonly kitColumns: readonly [string, string, string, string, string, string, string];
    readonly differenceReasons: Readonly<Record<DifferenceReason['code'], string>>;
    readonly counted: (who: string, by: string) => string;
    readonly byProductLot: string;
    readonly byBuilding: string;
    readonly continued: string;
    readonly hour: string;
    readonly operator: string;
    readonly productLot: string;
    readonly building: string;
    readonly total: string;
    readonly notGiven: string;
    readonly emptyDay: string;
    readonly signatures: string;
    readonly signOperator: string;
    readonly signSupervisor: string;
    readonly signName: string;
    readonly signAt: string;
    readonly digest: string;
    readonly digestNote: string;
    readonly auditHead: (seq: number) => string;
    readonly shortDigest: string;
    readonly fileName: (day: string, copy: number) => string;
  };
  readonly test: {
    readonly title: string;
    readonly how: readonly string[];
    /** What each code of the sheet tries, by its key. */
    readonly tries: Readonly<Record<string, string>>;
    readonly hintsTitle: string;
    readonly hints: readonly string[];
    readonly fileName: string;
  };
  readonly commands: {
    readonly title: string;
    readonly words: Readonly<Record<Command, string>>;
    readonly cut: string;
    readonly laminate: string;
    readonly fileName: string;
  };
  readonly personCards: {
    readonly title: string;
    /** On each card, beside the square. */
    readonly scan: string;
    readonly note: string;
    readonly fileName: string;
  };
  readonly slip: {
    readonly title: string;
    readonly contact: (contact: string) => string;
    readonly sexes: Readonly<Record<Sex, string>>;
    readonly age: (years: number) => string;
    readonly documents: Readonly<Record<DocumentKind, string>>;
    readonly results: Readonly<Record<SlipStatus, string>>;
    /** What it means, in one sentence; and what to do now. */
    readonly means: Readonly<Record<SlipStatus, string>>;
    readonly todo: Readonly<Record<SlipStatus, readonly string[]>>;
    readonly corrected: string;
    readonly replaces: (number: number, printedAt: string) => string;
    readonly product: string;
    readonly registration: string;
    readonly lot: string;
    readonly expires: string;
    readonly serial: string;
    readonly sampled: string;
    readonly read: string;
    readonly readBy: (name: string, confirmedBy: string | null) => string;
    readonly correctedAt: string;
    readonly voidedAt: string;
    readonly unknown: string;
    readonly printed: (number: number, at: string, by: string) => string;
    readonly check: string;
    readonly fileName: (kitTail: string) => string;
  };
  readonly badges: {
    readonly title: string;
    readonly role: Readonly<Record<Role, string>>;
    readonly note: string;
    readonly fileName: string;
  };
  readonly stickers: {
    readonly title: string;
    readonly lot: string;
    readonly expires: string;
    readonly fileName: (lot: string) => string;
  };
  readonly organisations: {
    readonly title: string;
    readonly how: string;
    readonly wholeRound: string;
    readonly kinds: Readonly<Record<OrganisationKind, string>>;
    /** Name, kind, on the roster, to test, tested, positive, not tested, share. */
    readonly columns: readonly [string, string, string, string, string, string, string, string];
    readonly asOf: (moment: string) => string;
    readonly fileName: (day: string) => string;
  };
  readonly notTested: {
    readonly title: string;
    readonly sums: (left: number, target: number) => string;
    readonly how: string;
    readonly building: (building: string) => string;
    readonly noBuilding: string;
    readonly people: (n: number) => string;
    /** Floor, room, name, age, phone, three boxes, why not. */
    readonly columns: readonly [string, string, string, string, string, string, string, string, string];
    readonly reasons: Readonly<Record<AbsenceReason, string>>;
    readonly asOf: (moment: string) => string;
    readonly fileName: (day: string) => string;
  };
  readonly recall: {
    readonly title: string;
    readonly what: string;
    readonly wholeLot: (lot: string) => string;
    readonly kits: (from: string, to: string, n: number) => string;
    readonly reason: string;
    readonly source: string;
    readonly recorded: string;
    readonly lifted: string;
    readonly total: (n: number) => string;
    readonly tests: (n: number) => string;
    readonly status: Readonly<Record<Exclude<TestStatus, 'undone'>, string>>;
    /** Bound, name, door, kit, read, by whom. */
    readonly columns: readonly [string, string, string, string, string, string];
    readonly asOf: (moment: string) => string;
    readonly fileName: (day: string) => string;
  };
  readonly trace: {
    readonly title: string;
    readonly masked: string;
    readonly serial: string;
    readonly maker: string;
    readonly product: string;
    readonly registration: string;
    readonly lot: string;
    readonly expires: (day: string) => string;
    readonly state: string;
    readonly unknown: string;
    readonly standing: Readonly<Record<Exclude<KitTrace['standing'], 'used'>, string>>;
    readonly status: Readonly<Record<TestStatus, string>>;
    readonly steps: string;
    /** When, what, in words, by whom. */
    readonly columns: readonly [string, string, string, string];
    readonly came: Readonly<Record<'box' | 'lot' | 'list' | 'sticker' | 'none', string>>;
    readonly box: (box: { readonly sender: string; readonly boxName: string | null; readonly count: number }) => string;
    readonly sticker: (number: number, count: number) => string;
    readonly expiryChanged: string;
    readonly moved: Readonly<Record<'in' | 'out', string>>;
    readonly recalled: string;
    readonly recallLifted: string;
    readonly spoiled: string;
    readonly spoilReasons: Readonly<Record<NonNullable<KitTrace['spoiled']>['reason'], string>>;
    readonly counted: string;
    readonly count: (counted: number, difference: number) => string;
    readonly bound: string;
    readonly wasBound: string;
    readonly dropped: string;
    readonly result: string;
    readonly revised: string;
    readonly confirmedBy: (name: string) => string;
    readonly approvedBy: (name: string) => string;
    readonly corrected: string;
    readonly undone: string;
    readonly conflict: string;
    readonly slip: string;
    readonly slipNumber: (n: number) => string;
    readonly upload: string;
    readonly records: Readonly<Record<TestUpload['kind'], string>>;
    readonly states: Readonly<Record<TestUpload['state'], string>>;
    readonly reasons: Readonly<Record<ReasonCode, string>>;
    readonly neverUsed: string;
    readonly destroyed: string;
    readonly spent: (day: string) => string;
    readonly sign: string;
    readonly asOf: (moment: string) => string;
    readonly fileName: (tail: string, day: string) => string;
  };
  readonly destruction: {
    readonly title: (number: number) => string;
    readonly site: string;
    readonly operator: string;
    readonly begun: string;
    readonly ended: string;
    readonly notEnded: string;
    readonly testsPeriod: string;
    readonly peoplePeriod: string;
    readonly auditPeriod: string;
    readonly testsBefore: string;
    readonly peopleBefore: string;
    readonly forEver: string;
    readonly days: (days: number) => string;
    readonly sums: (tests: number, days: number, people: number, entries: number) => string;
    readonly how: string;
    readonly signDoer: string;
    readonly signWitness: string;
    readonly digest: string;
    readonly digestNote: string;
    readonly pieces: string;
    /** Number, day, tests, results, records, people or entries, digest of the rows, digest of the records. */
    readonly columns: readonly string[];
    readonly kinds: Readonly<Record<'people' | 'audit', string>>;
    readonly fileName: (number: number) => string;
  };
  readonly recovery: {
    readonly title: string;
    readonly site: string;
    readonly printedOn: string;
    readonly keyLabel: string;
    readonly what: readonly string[];
    readonly keep: string;
    readonly keepers: string;
    readonly keeperName: string;
    readonly keeperPlace: string;
    readonly keeperSince: string;
    readonly scan: string;
    readonly fileName: string;
  };
};
