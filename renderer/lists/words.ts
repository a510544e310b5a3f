import type { Address, MaskedPerson } from '../../shared/model/person.ts';
import type { Text } from '../text/index.ts';
import { ago, lasting } from './formats.ts';

/** A birth date of which only the year is shown: 1966 年. */
export function birthWords(t: Text, birthMasked: string | null): string {
  return birthMasked === null ? t('lists.unknown') : t('people.birthYear', { year: birthMasked.slice(0, 4) });
}

/** A length of time in words: 12 秒, 1 小时 5 分. */
export function lastingWords(t: Text, ms: number): string {
  const { unit, ...parts } = lasting(ms);
  return t(`lists.lasting.${unit}`, parts);
}

export function agoWords(t: Text, ms: number): string {
  const { unit, ...parts } = ago(ms);
  return t(`lists.ago.${unit}`, parts);
}

/** Building, unit and room as people write them on one line; empty when nothing is known. */
export function addressWords(t: Text, address: Address): string {
  const building = /^\d+$/.test(address.building)
    ? t('lists.building', { building: address.building })
    : address.building;
  const unit = /^\d+$/.test(address.unit) ? t('people.unit', { unit: address.unit }) : address.unit;
  return [building, unit, address.room].filter((part) => part !== '').join(t('lists.addressBetween'));
}

export function sexAgeWords(t: Text, person: Pick<MaskedPerson, 'sex' | 'age'>): string {
  const sex = person.sex === null ? '' : t(`lists.sex.${person.sex}`);
  const age = person.age === null ? '' : t('lists.age', { age: person.age });
  return [sex, age].filter((part) => part !== '').join(' · ');
}

export function documentWords(t: Text, person: Pick<MaskedPerson, 'documentKind' | 'documentMasked'>): string {
  if (person.documentMasked === null) return '';
  const kind = person.documentKind === null ? '' : t(`lists.documentKind.${person.documentKind}`);
  return kind === '' ? person.documentMasked : `${kind} ${person.documentMasked}`;
}
