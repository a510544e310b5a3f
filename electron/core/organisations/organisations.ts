import { readCreditCode } from '../../../shared/codes/creditCode.ts';
import { maskName, maskPhone } from '../../../shared/codes/mask.ts';
import type { ParsedInput } from '../../../shared/contract.ts';
import { StationError } from '../../../shared/errors.ts';
import { enlistedMost, type Organisation, type OrganisationFigures } from '../../../shared/model/organisation.ts';
import { countsFrom } from '../../../shared/model/round.ts';
import type { ContactRow, Counted, OrganisationRow } from '../../db/organisations.ts';
import type { RoundRow } from '../../db/rounds.ts';
import { maskedPerson } from '../desk/cards.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { looked, sameLook, sameLookMs } from '../people/page.ts';
import { storedPhone } from '../people/people.ts';
import { refusePersonal } from '../people/reasons.ts';
import { currentRound } from '../rounds/rounds.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, today } from '../station.ts';
import type { Figures } from './figures.ts';
import { writeFigures } from './figuresFile.ts';

/** Communities and enterprises with their own rosters. A person may belong to several; their tests count in each. */

function mustFind(station: Station, organisationId: string): OrganisationRow {
  const found = station.tables.organisations.find(organisationId);
  if (found === null) throw new StationError('NOT_FOUND', { what: 'organisation' });
  return found;
}

function viewOf(station: Station, row: OrganisationRow, people: number): Organisation {
  const { id: organisationId, ...rest } = row;
  return {
    organisationId,
    ...rest,
    contacts: station.tables.organisations.listContacts(organisationId).map(({ id, name, phone }) => ({
      contactId: id,
      nameMasked: maskName(name),
      phoneMasked: phone === null ? null : maskPhone(phone),
    })),
    people,
  };
}

function listAll(station: Station): Organisation[] {
  const { organisations } = station.tables;
  const counts = organisations.countPeople();
  return organisations.list().map((row) => viewOf(station, row, counts.get(row.id) ?? 0));
}

/** GB 32100 with its check character, upper-case; throws INVALID_INPUT. */
function storedCreditCode(text: string | null): string | null {
  if (text === null || text === '') return null;
  const code = readCreditCode(text.normalize('NFKC').toUpperCase());
  if (!code.ok) throw new StationError('INVALID_INPUT', { path: 'creditCode', problem: code.error.code }, 'creditCode');
  return code.fields['number'] ?? null;
}

type Saved = ParsedInput<'organisations.save'>;

/** The contacts as they are to stand: those named by id as they were, the others new. */
function contactsOf(station: Station, organisationId: string, contacts: Saved['contacts']): ContactRow[] {
  const known = new Map(station.tables.organisations.listContacts(organisationId).map((row) => [row.id, row]));
  return contacts.map((contact, at) => {
    if ('contactId' in contact) {
      const row = known.get(contact.contactId);
      if (row === undefined || !known.delete(contact.contactId))
        throw new StationError('NOT_FOUND', { what: 'contact' });
      return row;
    }
    refusePersonal(contact.name, `contacts.${at}.name`);
    return { id: station.newId(), name: contact.name, phone: storedPhone(contact.phone, today(station)) };
  });
}

/** Whether its people or what it is called can be another's already. Throws ORGANISATION_EXISTS. */
function refuseDouble(station: Station, { id, name, creditCode }: OrganisationRow): void {
  const { organisations } = station.tables;
  const named = organisations.findByName(name);
  if (named !== null && named !== id) throw new StationError('ORGANISATION_EXISTS', { what: 'name' }, 'name');
  const coded = creditCode === null ? null : organisations.findByCreditCode(creditCode);
  if (coded !== null && coded !== id)
    throw new StationError('ORGANISATION_EXISTS', { what: 'creditCode' }, 'creditCode');
}

/** The people whom a call names. A search that finds too many, or nobody, enters nobody. */
function wanted(station: Station, who: ParsedInput<'organisations.enlist'>['who']): readonly string[] {
  const { organisations, people } = station.tables;
  if (who.kind === 'people') {
    for (const id of who.personIds)
      if (people.find(id) === null) throw new StationError('NOT_FOUND', { what: 'person' });
    return who.personIds;
  }
  const numbers = people.listMatching(who.query.normalize('NFKC').trim(), -1, enlistedMost + 1);
  if (numbers.length > enlistedMost) throw new StationError('SEARCH_TOO_WIDE', { most: enlistedMost }, 'who.query');
  if (numbers.length === 0) throw new StationError('SEARCH_EMPTY', {}, 'who.query');
  return numbers.flatMap((n) => organisations.findByNumber(n) ?? []);
}

/** The round that was asked for, else the current one, and what of it counts. */
function countedIn(
  station: Station,
  { roundId, day }: { readonly roundId?: string | undefined; readonly day?: string | undefined },
): { readonly round: RoundRow; readonly of: Counted } {
  const round = roundId === undefined ? currentRound(station) : station.tables.rounds.find(roundId);
  if (round === null) throw new StationError('NOT_FOUND', { what: 'round' });
  // A day of its own is asked for as it was, whatever the rule.
  const since = day === undefined ? countsFrom(round.everyDays, today(station)) : null;
  return { round, of: { roundId: round.id, targetKind: round.targetKind, day: day ?? null, since } };
}

const noFigures = (organisationId: string): OrganisationFigures => ({
  organisationId,
  target: 0,
  tested: 0,
  positive: 0,
  notTested: 0,
});

type Method =
  | 'organisations.list'
  | 'organisations.save'
  | 'organisations.remove'
  | 'organisations.contact'
  | 'organisations.people'
  | 'organisations.enlist'
  | 'organisations.release'
  | 'organisations.figures'
  | 'exports.organisations';

export function organisationHandlers(figures: Figures): Handlers<Method> {
  /** Of each organisation, those without people too, in the order of the list. */
  async function figuresOf(station: Station, round: RoundRow, of: Counted): Promise<OrganisationFigures[]> {
    const found = await figures.look(station, round, of);
    return station.tables.organisations.list().map(({ id }) => found.get(id) ?? noFigures(id));
  }
  return {
    'organisations.list': look((station) => ({ organisations: listAll(station) })),
    'organisations.save': change({
      run: (station, { organisationId, kind, name, creditCode, contacts }) => {
        allow(station, 'organisations.edit');
        refusePersonal(name, 'name');
        const { organisations } = station.tables;
        const former = organisationId === null ? null : mustFind(station, organisationId);
        const row = { id: former?.id ?? station.newId(), kind, name, creditCode: storedCreditCode(creditCode) };
        refuseDouble(station, row);
        organisations.save(row, station.clock.now());
        organisations.setContacts(row.id, contactsOf(station, row.id, contacts));
        audit(station, former === null ? 'organisation.add' : 'organisation.change', `organisation:${row.id}`, {
          kind,
          contacts: contacts.length,
        });
        return row.id;
      },
      answer: (station, id) => {
        station.emit('desk.changed', { why: 'other' });
        const found = listAll(station).find(({ organisationId }) => organisationId === id);
        if (found === undefined) throw new StationError('NOT_FOUND', { what: 'organisation' });
        return { organisation: found };
      },
    }),
    'organisations.remove': change({
      run: (station, { organisationId }) => {
        allow(station, 'organisations.edit');
        const { id } = mustFind(station, organisationId);
        if (station.tables.organisations.hasPeople(id) || station.tables.rounds.isForOrganisation(id))
          throw new StationError('ORGANISATION_IN_USE');
        station.tables.organisations.remove(id);
        audit(station, 'organisation.remove', `organisation:${id}`);
        return null;
      },
      answer: (station) => {
        station.emit('desk.changed', { why: 'other' });
        return {};
      },
    }),
    'organisations.contact': change({
      run: (station, { organisationId, contactId, reason }) => {
        allow(station, 'people.reveal');
        refusePersonal(reason.text);
        contactFor(station, organisationId, contactId);
        audit(station, 'organisation.contact', `organisation:${organisationId}`, {
          contact: contactId,
          reason: reason.code,
          words: reason.text,
        });
        return looked(station);
      },
      // Read anew: nothing of it is kept among the remembered answers.
      answer: (station, stored, { organisationId, contactId }) => {
        sameLook(station, stored, sameLookMs);
        const { id, name, phone } = contactFor(station, organisationId, contactId);
        return { contactId: id, name, phone };
      },
    }),
    'organisations.people': look(async (station, { organisationId, roundId, day, standing, limit, offset }) => {
      mustFind(station, organisationId);
      const { round, of } = countedIn(station, { roundId, day });
      const found = (await figures.look(station, round, of)).get(organisationId) ?? noFigures(organisationId);
      const { total, rows } = station.tables.organisations.listPeople({
        ...of,
        organisationId,
        standing,
        limit,
        offset,
        figures: found,
      });
      return {
        total,
        rows: rows.flatMap(({ personId, standing: stands }) => {
          const person = station.tables.people.find(personId);
          return person === null ? [] : [{ ...maskedPerson(person, today(station)), standing: stands }];
        }),
      };
    }),
    'organisations.enlist': change({
      run: (station, { organisationId, who }) => {
        const operator = allow(station, 'organisations.edit');
        mustFind(station, organisationId);
        const personIds = wanted(station, who);
        const row = { organisationId, atMs: station.clock.now(), operatorId: operator.id };
        const entered = personIds.filter((personId) => station.tables.organisations.enlist({ ...row, personId }));
        const added = entered.length;
        // Whoever keeps a round's figures looks at them again.
        for (const personId of entered) station.tables.tests.touch(personId);
        // By reference, and without the words of a search: they may be somebody's name.
        audit(station, 'organisation.enlist', `organisation:${organisationId}`, {
          added,
          searched: who.kind === 'search',
          people: who.kind === 'people' ? [...who.personIds] : [],
        });
        return { added, there: personIds.length - added };
      },
      answer: (station, counts) => {
        station.emit('desk.changed', { why: 'other' });
        return counts;
      },
    }),
    'organisations.release': change({
      run: (station, { organisationId, personIds }) => {
        allow(station, 'organisations.edit');
        mustFind(station, organisationId);
        const removed = personIds.filter((personId) => station.tables.organisations.release(organisationId, personId));
        for (const personId of removed) station.tables.tests.touch(personId);
        audit(station, 'organisation.release', `organisation:${organisationId}`, { people: removed });
        return { removed: removed.length };
      },
      answer: (station, counts) => {
        station.emit('desk.changed', { why: 'other' });
        return counts;
      },
    }),
    'organisations.figures': look(async (station, input) => {
      const { round, of } = countedIn(station, input);
      return {
        roundId: round.id,
        roundName: round.name,
        day: of.day,
        rows: await figuresOf(station, round, of),
      };
    }),
    'exports.organisations': look(async (station, { exportId, path, language, roundId, day }) => {
      allow(station, 'desk.work');
      const { round, of } = countedIn(station, { roundId, day });
      const rows = (await figuresOf(station, round, of)).flatMap((row) => {
        const organisation = station.tables.organisations.find(row.organisationId);
        return organisation === null ? [] : [{ organisation, figures: row }];
      });
      return writeFigures(station, { exportId, path, language, of, rows });
    }),
  };
}

function contactFor(station: Station, organisationId: string, contactId: string): ContactRow {
  const found = station.tables.organisations.listContacts(organisationId).find(({ id }) => id === contactId);
  if (found === undefined) throw new StationError('NOT_FOUND', { what: 'contact' });
  return found;
}
