import type { Patient } from '@medplum/fhirtypes';
import type { Binding, TestChain } from './life.ts';
import { documentSystems, guardianRole, systems } from './systems.ts';
import { dayOf, idOf, lean, textOf } from './values.ts';

/**
 * The person as they were when tested. One resource a test, not one a person: what the roster learns later never reaches
 * a test, and two tests that know a person differently must not write over each other. Who is one person is told by the
 * identifiers.
 */
export function patientOf(chain: TestChain, binding: Binding): Patient & { readonly id: string } {
  const { person } = binding.record.payload;
  const id = idOf('patient', chain.testId);
  const number = textOf(person.documentNumber);
  const document = documentSystems[person.documentKind ?? 'other'];
  const lines = [person.address.building, person.address.unit, person.address.room].map(textOf);
  const guardian = textOf(person.guardianName);
  const personId = textOf(person.personId);
  return lean<Patient & { readonly id: string }>({
    resourceType: 'Patient',
    id,
    identifier: [
      number === undefined
        ? undefined
        : {
            use: 'official',
            type: { coding: [document.type], text: document.text },
            system: document.system,
            value: number,
          },
      // A number of this station's register: another station's 17 is somebody else.
      personId === undefined
        ? undefined
        : { use: 'secondary', system: `${systems.person}:${chain.station.id}`, value: personId },
    ],
    name: [{ use: 'official', text: textOf(person.name) }],
    telecom: [textOf(person.phone) === undefined ? undefined : { system: 'phone', value: textOf(person.phone) }],
    gender: person.sex ?? 'unknown',
    birthDate: dayOf(person.birthDate),
    address: [{ line: lines, text: lines.filter((line) => line !== undefined).join(' ') }],
    contact: [guardian === undefined ? undefined : { relationship: [guardianRole], name: { text: guardian } }],
  });
}
