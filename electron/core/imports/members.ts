import { maskName } from '../../../shared/codes/mask.ts';
import { holdsPersonalNumber, maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import type { ImportPreview } from '../../../shared/contract/imports.ts';
import { StationError } from '../../../shared/errors.ts';
import type { OrganisationKind } from '../../../shared/model/organisation.ts';
import type { Station } from '../station.ts';
import { RowFault, type Sheet } from './plan.ts';

/** Organisations that a list may make; a column with more of them holds something else. */
const newAtMost = 100;
const shownAtMost = 50;
/** Characters of an organisation's name, as where it is entered by hand. */
const nameLength = 60;

/** As chosen in the preview: one organisation for everybody, or as the column says; and whether new names are made. */
export type OrganisationWish = { readonly chosenId: string | null; readonly createUnknown: boolean };
export const usualWish: OrganisationWish = { chosenId: null, createUnknown: true };

/** Whom the file puts where. `target` is a place in `targets`. */
export type Joining = {
  /** An id for one that is there, else what it will be called. */
  readonly targets: readonly { readonly id: string | null; readonly name: string }[];
  readonly members: readonly { readonly personId: string; readonly target: number }[];
  readonly shown: NonNullable<ImportPreview['organisations']>;
  readonly counts: { readonly joining: number; readonly organisations: number };
};

/** Reads the organisations of a roster's rows, each row once. */
export function createMembers(station: Station, { fields }: Sheet, wish: OrganisationWish) {
  const { organisations } = station.tables;
  const place = fields.indexOf('organisation');
  const chosen = wish.chosenId === null ? null : organisations.find(wish.chosenId);
  if (wish.chosenId !== null && chosen === null) throw new StationError('NOT_FOUND', { what: 'organisation' });
  const isOfUse = chosen !== null || place >= 0;
  type Target = { readonly id: string | null; readonly name: string; people: number; joining: number };
  const targets: Target[] = [];
  const places = new Map<string, number>();
  const members: { readonly personId: string; readonly target: number }[] = [];
  const met = new Set<string>();
  const known = new Map(isOfUse ? organisations.list().map((row) => [plainName(row.name), row]) : []);

  const targetOf = (name: string, key: string, id: string | null): number => {
    const former = places.get(key);
    if (former !== undefined) return former;
    targets.push({ id, name, people: 0, joining: 0 });
    places.set(key, targets.length - 1);
    return targets.length - 1;
  };

  return {
    /** Where a row's person belongs to, or null. Throws RowFault for what cannot be an organisation's name. */
    read: (cells: readonly string[]): number | null => {
      if (chosen !== null) return targetOf(chosen.name, plainName(chosen.name), chosen.id);
      const name = (cells[place] ?? '').replaceAll(/\s+/g, ' ').trim();
      if (name === '') return null;
      const key = plainName(name);
      const there = known.get(key);
      if (there === undefined && (key === '' || holdsPersonalNumber(name)))
        throw new RowFault('organisationWrong', 'organisation');
      if ([...name].length > nameLength) throw new RowFault('textTooLong', 'organisation', { column: 'organisation' });
      return targetOf(there?.name ?? name, key, there?.id ?? null);
    },
    /** Notes that somebody belongs there; whoever is new in the register is in no organisation yet. */
    note: (target: number | null, personId: string, isNew: boolean): void => {
      const found = target === null ? undefined : targets[target];
      if (target === null || found === undefined) return;
      const both = `${target} ${personId}`;
      if (met.has(both)) return;
      met.add(both);
      found.people += 1;
      if (!isNew && found.id !== null && organisations.isMember(found.id, personId)) return;
      found.joining += 1;
      members.push({ personId, target });
    },
    end: (): Joining | null => {
      if (!isOfUse) return null;
      const unknown = targets.filter(({ id }) => id === null).length;
      const canCreate = unknown <= newAtMost;
      const creates = canCreate && wish.createUnknown;
      const isMade = (target: number): boolean => creates || (targets[target]?.id ?? null) !== null;
      const rows = targets
        .filter(({ people }) => people > 0)
        .sort((a, b) => b.people - a.people)
        .map(({ id, name, people, joining }) => ({
          organisationId: id,
          name: id === null ? shownOrganisation(name) : name,
          people,
          joining: creates || id !== null ? joining : 0,
        }));
      const joined = members.filter(({ target }) => isMade(target));
      return {
        targets,
        members: joined,
        shown: {
          chosenId: wish.chosenId,
          createsUnknown: canCreate ? wish.createUnknown : null,
          rows: rows.slice(0, shownAtMost),
          more: Math.max(0, rows.length - shownAtMost),
          unknown,
        },
        counts: {
          joining: joined.length,
          organisations: new Set(joined.flatMap(({ target }) => (targets[target]?.id === null ? [target] : []))).size,
        },
      };
    },
  };
}

/** Two spellings of one name: width, case and blanks say nothing. */
function plainName(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, '');
}

/** A name as the preview may show it: where a column was matched wrongly, people's names stand in it. */
export function shownOrganisation(text: string): string {
  const masked = maskPersonalNumbers(text);
  return /^\p{Script=Han}{2,3}$/u.test(masked) ? maskName(masked) : masked;
}

/** What a new one is: its name says so, or it is somewhere people work or learn. */
export function kindOfNew(name: string): OrganisationKind {
  return /社区|居委|居民委员会|村委|村民委员会|小区|街道|新村$|community|neighbou?rhood/i.test(name)
    ? 'community'
    : 'enterprise';
}
