import type { Bundle, Observation, Patient, Provenance, Resource } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleOf } from '../../central/fhir/bundle.ts';
import type { TestChain } from '../../central/fhir/life.ts';
import type { CentralRecord } from '../../shared/central.ts';
import { chains } from './fhirChains.ts';
import { type Gate, openGate } from './fhirGate.ts';
import { bound, hashed, kitCorrected, resulted, voided } from './records.ts';

let gate: Gate = () => ['the gate is not open'];
beforeAll(() => {
  gate = openGate();
});

const chainOf = (records: readonly CentralRecord[], more: Partial<TestChain> = {}): TestChain => ({
  testId: records[0]?.testId ?? '',
  site: { id: 'site-1', name: '朝阳一站' },
  station: { id: 'station-1', name: '一号台' },
  records: records.map((record, n) => ({
    record,
    receivedAtMs: 1_649_558_530_000 + n * 1000,
    station: { id: 'station-1', name: '一号台' },
  })),
  isContested: false,
  known: null,
  ...more,
});
const all = <T extends Resource['resourceType']>(bundle: Bundle, type: T) =>
  (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === type ? [resource as Extract<Resource, { resourceType: T }>] : [],
  );
const one = <T extends Resource['resourceType']>(bundle: Bundle, type: T) => {
  const [first, ...others] = all(bundle, type);
  if (first === undefined || others.length > 0) throw new Error(`not one ${type}`);
  return first;
};
const codesOf = (concept: { coding?: { code?: string }[] } | undefined) => concept?.coding?.map(({ code }) => code);
const formerOf = ({ contained, entity }: Provenance) => {
  if (entity === undefined) return null;
  expect(entity).toEqual([{ role: 'revision', what: { reference: '#former' } }]);
  return contained?.[0] as Observation & { deviceName?: unknown };
};

describe('a test as a Bundle of FHIR R4', () => {
  it('passes the gate whatever a station could send', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        const bundle = bundleOf(chain);
        expect(gate(bundle)).toEqual([]);
        expect(JSON.stringify(bundleOf(structuredClone(chain)))).toBe(JSON.stringify(bundle));
      }),
      { numRuns: 250, seed: 94_558 },
    );
  });

  it('says what the records say: status, value, kit, one Provenance a step that counts', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        const bundle = bundleOf(chain);
        const records = chain.records.map(({ record }) => record);
        const voidAt = records.findIndex(({ kind }) => kind === 'test.voided');
        const counting = voidAt === -1 ? records : records.slice(0, voidAt);
        const readings = counting.flatMap((record) => (record.kind === 'test.resulted' ? [record] : []));
        const newest = readings.reduce<(typeof readings)[number] | null>(
          (best, each) => (best === null || each.payload.revision >= best.payload.revision ? each : best),
          null,
        );
        const observation = one(bundle, 'Observation');
        const isPending = newest === null;
        if (voidAt !== -1) expect(observation.status).toBe('entered-in-error');
        else if (isPending) expect(observation.status).toBe('registered');
        else if (chain.isContested) expect(observation.status).toBe('preliminary');
        else expect(['final', 'corrected']).toContain(observation.status);
        const codes = { positive: '10828004', negative: '260385009', invalid: undefined };
        const value = codesOf(observation.valueCodeableConcept)?.[0];
        expect(value).toBe(voidAt !== -1 || newest === null ? undefined : codes[newest.payload.outcome]);
        const kits = records.flatMap((record) =>
          record.kind === 'test.bound' || record.kind === 'test.kitCorrected' ? [record.payload.kit] : [],
        );
        const kit = all(bundle, 'Device').find(({ id }) => observation.device?.reference === `urn:uuid:${id}`);
        expect(kit?.identifier?.[0]?.value).toBe(
          kits
            .at(-1)
            ?.key.replace(/[\p{Cc}\p{Surrogate}\s]+/gu, ' ')
            .trim(),
        );
        const superseded = readings.filter((each, n) =>
          readings.slice(0, n).some(({ payload }) => payload.revision > each.payload.revision),
        );
        const afterVoid =
          voidAt === -1 ? [] : records.slice(voidAt + 1).filter(({ kind }) => kind !== 'test.kitCorrected');
        expect(all(bundle, 'Provenance')).toHaveLength(records.length - superseded.length - afterVoid.length);
      }),
      { numRuns: 300, seed: 4_558 },
    );
  });

  it('keeps what a correction replaced inside its Provenance, correction by correction', () => {
    const first = bound();
    const records = [
      first,
      resulted(first.testId, 2, 1, 'negative'),
      resulted(first.testId, 3, 2, 'invalid'),
      resulted(first.testId, 4, 3, 'positive'),
    ];
    const bundle = bundleOf(chainOf(records));
    expect(gate(bundle)).toEqual([]);
    const observation = one(bundle, 'Observation');
    expect(observation.status).toBe('corrected');
    expect(observation.meta?.versionId).toBe('4');
    expect(codesOf(observation.valueCodeableConcept)).toEqual(['10828004', '260373001']);
    expect(one(bundle, 'DiagnosticReport').status).toBe('corrected');
    const formers = all(bundle, 'Provenance').map(formerOf);
    expect(
      formers.map(
        (former) => former && [former.status, codesOf(former.valueCodeableConcept ?? former.dataAbsentReason)],
      ),
    ).toEqual([null, null, ['final', ['260385009', '260415000']], ['corrected', ['error', '455371000124106']]]);
    expect(all(bundle, 'Provenance').map(({ activity }) => codesOf(activity)?.[0])).toEqual([
      'CREATE',
      'UPDATE',
      'UPDATE',
      'UPDATE',
    ]);
  });

  it('withdraws a void everywhere and keeps its former value with it alone', () => {
    const first = bound();
    const bundle = bundleOf(
      chainOf([
        first,
        resulted(first.testId, 2, 1, 'positive'),
        voided(first.testId, 3),
        resulted(first.testId, 4, 2, 'negative'),
      ]),
    );
    expect(gate(bundle)).toEqual([]);
    for (const type of ['Observation', 'DiagnosticReport', 'Specimen'] as const)
      expect(one(bundle, type).status).toBe('entered-in-error');
    const [, , nullified, ...more] = all(bundle, 'Provenance');
    expect(more).toEqual([]);
    expect(codesOf(nullified?.activity)).toEqual(['NULLIFY']);
    expect(nullified && codesOf(formerOf(nullified)?.valueCodeableConcept)).toEqual(['10828004', '260373001']);
    expect(codesOf(nullified?.reason?.[0])).toEqual(['kitDamaged']);
  });

  it('gives a GS1 kit its UDI, another code its own system, and what the registry knows', () => {
    const first = bound();
    const { kit } = first.payload;
    const gs1 = hashed({
      ...first,
      payload: {
        ...first.payload,
        kit: { ...kit, gtin: '06901234567892', serial: 'A1', lot: 'L9', key: 'gs1:06901234567892:A1' },
      },
    });
    const known = {
      productId: 'p',
      productName: '名',
      registrationNumber: '国械注准20223400001',
      registrant: '某生物',
      lot: 'L9',
      expiresOn: '2024-01-31',
      recalled: null,
    };
    const bundle = bundleOf(chainOf([gs1], { known }));
    expect(gate(bundle)).toEqual([]);
    const device = all(bundle, 'Device').find(({ udiCarrier }) => udiCarrier !== undefined);
    expect(device).toMatchObject({
      udiCarrier: [
        {
          deviceIdentifier: '06901234567892',
          entryType: 'barcode',
          carrierHRF: '(01)06901234567892(17)230228(10)L9(21)A1',
        },
      ],
      lotNumber: 'L9',
      expirationDate: '2023-02-28',
      serialNumber: 'A1',
      manufacturer: '某生物',
    });
    const ma = bundleOf(
      chainOf([
        hashed({
          ...first,
          payload: { ...first.payload, kit: { ...kit, codeKind: 'ma', gtin: null, lot: null, key: 'ma:MA.156.1:S7' } },
        }),
      ]),
    );
    const other = all(ma, 'Device').find(({ serialNumber }) => serialNumber !== undefined);
    expect(other?.udiCarrier).toBeUndefined();
    expect(other?.identifier).toContainEqual({ system: 'urn:yiceda:kit:ma', value: 'MA.156.1:S7' });
  });

  it('keeps a kit that was not the test’s as the error it was, and says so of a result that was out', () => {
    const first = bound();
    const { key } = first.payload.kit;
    const early = bundleOf(
      chainOf([first, kitCorrected(first, 2, key, 'gs1:1:2'), resulted(first.testId, 3, 1, 'negative')]),
    );
    expect(gate(early)).toEqual([]);
    expect(one(early, 'Observation').status).toBe('final');
    const late = bundleOf(
      chainOf([first, resulted(first.testId, 2, 1, 'negative'), kitCorrected(first, 3, key, 'gs1:1:2')]),
    );
    expect(gate(late)).toEqual([]);
    expect(one(late, 'Observation').status).toBe('corrected');
    const former = all(late, 'Provenance').at(-1)?.contained?.[0];
    expect(former).toMatchObject({ resourceType: 'Device', status: 'entered-in-error', identifier: [{ value: key }] });
  });

  it('names a person by what is known of them: documents by kind, a guardian as contact, nothing where nothing is known', () => {
    const first = bound({ name: '王\u3000小\u0007明' });
    const { person } = first.payload;
    const patientWith = (change: Partial<typeof person>): Patient => {
      const bundle = bundleOf(
        chainOf([hashed({ ...first, payload: { ...first.payload, person: { ...person, ...change } } })]),
      );
      expect(gate(bundle)).toEqual([]);
      return one(bundle, 'Patient');
    };
    const child = patientWith({
      documentKind: 'residentId',
      documentNumber: '99010120150101001X',
      guardianName: '王五',
      phone: '13800000000',
      birthDate: '2015-01-01',
    });
    expect(child).toMatchObject({
      name: [{ text: '王 小 明' }],
      identifier: [
        { system: 'urn:oid:2.16.156.10011.1.3', value: '99010120150101001X' },
        { system: 'urn:yiceda:person:station-1', value: 'p-1' },
      ],
      contact: [{ relationship: [{ coding: [{ code: 'GUARD' }] }], name: { text: '王五' } }],
      telecom: [{ system: 'phone', value: '13800000000' }],
      birthDate: '2015-01-01',
      gender: 'female',
    });
    const stranger = patientWith({
      documentKind: null,
      documentNumber: null,
      sex: null,
      birthDate: null,
      address: { building: '', unit: '', room: '' },
    });
    expect(stranger.identifier).toHaveLength(1);
    expect(stranger.gender).toBe('unknown');
    expect(Object.keys(stranger)).not.toContain('address');
    expect(patientWith({ documentKind: 'passport', documentNumber: 'E1' }).identifier?.[0]?.system).toBe(
      'urn:yiceda:document:passport',
    );
  });
});

describe('the gate', () => {
  const good = () => {
    const first = bound();
    return structuredClone(
      bundleOf(chainOf([first, resulted(first.testId, 2, 1, 'negative'), resulted(first.testId, 3, 2, 'positive')])),
    );
  };
  type Break = (bundle: Bundle) => void;
  const breaks: readonly (readonly [string, Break, RegExp])[] = [
    [
      'a code outside its set',
      (bundle) => {
        (one(bundle, 'Observation') as { status: string }).status = 'done';
      },
      /schema: Observation.status|results/,
    ],
    [
      'a needed part is missing',
      (bundle) => {
        delete (one(bundle, 'Observation') as Partial<Observation>).code;
      },
      /profile/,
    ],
    [
      'a reference to nowhere',
      (bundle) => {
        one(bundle, 'Observation').subject = { reference: 'urn:uuid:00000000-0000-5000-8000-000000000000' };
      },
      /references/,
    ],
    [
      'an empty list',
      (bundle) => {
        one(bundle, 'Patient').telecom = [];
      },
      /empty|profile/,
    ],
    [
      'an empty text',
      (bundle) => {
        one(bundle, 'Patient').birthDate = '';
      },
      /empty/,
    ],
    [
      'a time without its zone',
      (bundle) => {
        one(bundle, 'Observation').issued = '2022-04-10T10:00:00';
      },
      /times|schema/,
    ],
    [
      'a day that is none',
      (bundle) => {
        one(bundle, 'Patient').birthDate = '1981-02-29';
      },
      /times/,
    ],
    [
      'both a value and its absence',
      (bundle) => {
        one(bundle, 'Observation').dataAbsentReason = { text: 'x' };
      },
      /obs-6/,
    ],
    [
      'a code that its system does not have',
      (bundle) => {
        one(bundle, 'Observation').category = [
          {
            coding: [
              { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'lab', display: 'x' },
            ],
          },
        ];
      },
      /codes/,
    ],
    [
      'a narrative',
      (bundle) => {
        one(bundle, 'Patient').text = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' };
      },
      /narrative/,
    ],
    [
      'an id that is not its address',
      (bundle) => {
        one(bundle, 'Patient').id = 'x';
      },
      /ids/,
    ],
    [
      'a member that the standard does not know',
      (bundle) => {
        (one(bundle, 'Patient') as unknown as Record<string, unknown>)['nickname'] = 'x';
      },
      /profile|schema/,
    ],
    [
      'a former value that nothing points to',
      (bundle) => {
        delete all(bundle, 'Provenance').at(-1)?.entity;
      },
      /references|dom-3/,
    ],
  ];
  it('passes what is broken nowhere', () => expect(gate(good())).toEqual([]));
  it.each(breaks)('finds %s', (_name, harm, fault) => {
    const bundle = good();
    harm(bundle);
    expect(gate(bundle).join('\n')).toMatch(fault);
  });
});
