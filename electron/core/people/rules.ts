import { readResidentId } from '../../../shared/codes/residentId.ts';
import { StationError } from '../../../shared/errors.ts';
import { guardianBelow, type Person } from '../../../shared/model/person.ts';
import { ageOn } from '../../../shared/time.ts';

/** Below 14 years on this day; nobody is a child by guess where the birth date is not known. */
export function isChild({ birthDate }: Pick<Person, 'birthDate'>, day: string): boolean {
  return birthDate !== null && ageOn(birthDate, day) < guardianBelow;
}

/** Throws INVALID_INPUT where the parts of a person cannot be right together (rule 12 of the desk among it). */
export function checkPerson(person: Person, day: string, root: string): void {
  const refuse = (field: string, problem: string) => {
    throw new StationError('INVALID_INPUT', { path: `${root}.${field}`, problem }, `${root}.${field}`);
  };
  if (person.birthDate !== null && person.birthDate > day) refuse('birthDate', 'future');
  if (person.documentNumber === null && person.birthDate === null) refuse('birthDate', 'neededWithoutDocument');
  if (person.documentKind === 'residentId' && person.documentNumber !== null && person.birthDate !== null) {
    const card = readResidentId(person.documentNumber, day);
    const own = card.ok ? card.fields['birthDate'] : undefined;
    if (own !== undefined && own !== person.birthDate) refuse('birthDate', 'otherThanDocument');
  }
  if (isChild(person, day) && person.guardianName === null) refuse('guardianName', 'neededForChild');
}
