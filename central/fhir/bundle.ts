import type {
  Bundle,
  BundleEntry,
  CodeableConcept,
  DiagnosticReport,
  Observation,
  Organization,
  Practitioner,
  Provenance,
  ProvenanceAgent,
  Reference,
  Resource,
  Specimen,
} from '@medplum/fhirtypes';
import { kitDeviceOf, stationDeviceOf } from './device.ts';
import { type Life, lifeOf, type Moment, type Place, type Reading, type Step, type TestChain } from './life.ts';
import { patientOf } from './patient.ts';
import {
  antigenTest,
  invalidConcept,
  laboratoryCategory,
  laboratorySection,
  type Operation,
  operationConcept,
  outcomeConcepts,
  participantConcept,
  respiratorySpecimen,
  systems,
} from './systems.ts';
import { idOf, instantOf, lean, referTo, textOf, urlOf } from './values.ts';

type Named<R extends Resource> = R & { readonly id: string };
type Operator = { readonly id: string; readonly name: string };
type Refer = { readonly reference: string };

/** What every resource of a test points to. */
type Places = {
  readonly patient: Refer;
  readonly specimen: Refer;
  readonly kit: Refer;
  readonly organization: Refer;
  readonly observation: Refer;
  readonly report: Refer;
  /** Whoever worked at the station of a step. */
  readonly operator: (step: Step, operator?: Operator) => Refer;
};

type Status = 'registered' | 'preliminary' | 'final' | 'corrected' | 'entered-in-error';

/** The status of a result and of its report (R4, value sets observation-status and diagnostic-report-status). */
function statusOf({ voided, reading, isCorrected }: Moment, isContested: boolean): Status {
  if (voided !== null) return 'entered-in-error';
  if (reading === null) return 'registered';
  if (isContested) return 'preliminary';
  return isCorrected ? 'corrected' : 'final';
}

/**
 * One test as a Bundle of FHIR R4: all that the service holds of it, nothing of another test. The same records give the
 * same resources with the same ids, so whoever reads a test again replaces what they had. Throws where the binding is
 * missing.
 */
export function bundleOf(chain: TestChain): Bundle {
  const life = lifeOf(chain);
  const { binding, now } = life;
  const practitioners = practitionersOf(life);
  const organization = organizationOf(chain);
  const stations = new Map(
    [{ station: chain.station }, ...life.steps.map(({ step }) => step)].map((each) => [each.station.id, each.station]),
  );
  const patient = patientOf(chain, binding);
  const kit = kitDeviceOf(chain, binding, now.kit, chain.known, referTo(organization), 'active');
  const places: Places = {
    patient: referTo(patient),
    specimen: { reference: urlOf(idOf('specimen', chain.testId)) },
    kit: referTo(kit),
    organization: referTo(organization),
    observation: { reference: urlOf(idOf('observation', chain.testId)) },
    report: { reference: urlOf(idOf('report', chain.testId)) },
    operator: (step, { id } = step.record.payload.operator) => ({
      reference: urlOf(idOf('operator', step.station.id, id)),
    }),
  };
  const stamp = stampOf(chain);
  const resources: readonly Named<Resource>[] = [
    patient,
    specimenOf(chain, life, places),
    kit,
    observationOf(chain, life, places),
    reportOf(chain, life, places),
    ...life.steps.map((each) => provenanceOf(chain, life, each, places)),
    organization,
    ...[...stations.values()].map((station) => stationDeviceOf(station, referTo(organization))),
    ...practitioners,
  ];
  return lean<Bundle>({
    resourceType: 'Bundle',
    id: idOf('bundle', chain.testId),
    meta: stamp,
    identifier: { system: systems.test, value: textOf(chain.testId) },
    type: 'collection',
    timestamp: stamp.lastUpdated,
    entry: resources.map((resource): BundleEntry => ({ fullUrl: urlOf(resource.id), resource })),
  });
}

/** The version of a test's resources: its last record, and whether it was contested when asked. */
function stampOf({ records, isContested }: TestChain): { readonly versionId: string; readonly lastUpdated: string } {
  const last = records.at(-1);
  const lastUpdated = instantOf(Math.max(...records.map(({ receivedAtMs }) => receivedAtMs)));
  if (last === undefined || lastUpdated === undefined) throw new Error('a test without a time');
  return { versionId: `${last.record.seq}${isContested ? '.contested' : ''}`, lastUpdated };
}

/** Everybody who did something to the test; a number of a station's own list is somebody else at another station. */
function practitionersOf({ steps }: Life): readonly Named<Practitioner>[] {
  const found = new Map<string, Named<Practitioner>>();
  for (const { step } of steps) {
    const { payload } = step.record;
    const confirmedBy = 'confirmedBy' in payload ? payload.confirmedBy : null;
    for (const operator of [payload.operator, ...(confirmedBy === null ? [] : [confirmedBy])]) {
      const practitioner = practitionerOf(step.station, operator);
      found.set(practitioner.id, practitioner);
    }
  }
  return [...found.values()];
}

function organizationOf({ site }: TestChain): Named<Organization> {
  return lean<Named<Organization>>({
    resourceType: 'Organization',
    id: idOf('site', site.id),
    identifier: [{ system: systems.site, value: site.id }],
    name: textOf(site.name) ?? site.id,
  });
}

function practitionerOf(station: Place, { id, name }: Operator): Named<Practitioner> {
  return lean<Named<Practitioner>>({
    resourceType: 'Practitioner',
    id: idOf('operator', station.id, id),
    identifier: [{ system: `${systems.operator}:${station.id}`, value: textOf(id) }],
    name: [{ text: textOf(name) }],
  });
}

function specimenOf(chain: TestChain, { binding, now }: Life, places: Places): Named<Specimen> {
  return lean<Named<Specimen>>({
    resourceType: 'Specimen',
    id: idOf('specimen', chain.testId),
    meta: stampOf(chain),
    identifier: [{ system: systems.test, value: textOf(chain.testId) }],
    status: now.voided === null ? 'available' : 'entered-in-error',
    type: respiratorySpecimen,
    subject: places.patient,
    // The kit is bound while the person stands at the desk: no other time of the swab is known.
    collection: {
      collector: places.operator(binding),
      collectedDateTime: instantOf(binding.record.payload.boundAtMs),
    },
  });
}

/** What a reading says: a value, or why there is none. */
function saysOf(reading: Reading | null): {
  readonly valueCodeableConcept?: CodeableConcept;
  readonly dataAbsentReason?: CodeableConcept;
} {
  if (reading === null) return {};
  const { outcome } = reading.record.payload;
  return outcome === 'invalid'
    ? { dataAbsentReason: invalidConcept }
    : { valueCodeableConcept: outcomeConcepts[outcome] };
}

/** What an observation of this test says at any time of its life. */
function observedAt(life: Life, { reading }: Moment, places: Places) {
  return {
    category: [laboratoryCategory],
    code: antigenTest,
    subject: places.patient,
    effectiveDateTime: instantOf(life.binding.record.payload.boundAtMs),
    issued: reading === null ? undefined : instantOf(reading.record.payload.readAtMs),
    performer: [reading === null ? undefined : places.operator(reading), places.organization],
    specimen: places.specimen,
  };
}

/** The result. A voided one has no value any more: what it said is with the Provenance of the void. */
function observationOf(chain: TestChain, life: Life, places: Places): Named<Observation> {
  const { now, binding } = life;
  const { retestOf } = binding.record.payload;
  return lean<Named<Observation>>({
    resourceType: 'Observation',
    id: idOf('observation', chain.testId),
    meta: stampOf(chain),
    extension: [
      retestOf === null
        ? undefined
        : {
            url: 'http://hl7.org/fhir/StructureDefinition/observation-sequelTo',
            valueReference: { type: 'Observation', identifier: { system: systems.test, value: textOf(retestOf) } },
          },
    ],
    identifier: [{ system: systems.test, value: textOf(chain.testId) }],
    status: statusOf(now, chain.isContested),
    ...observedAt(life, now, places),
    ...(now.voided === null ? saysOf(now.reading) : {}),
    device: places.kit,
  });
}

function reportOf(chain: TestChain, life: Life, places: Places): Named<DiagnosticReport> {
  const { now, binding } = life;
  return lean<Named<DiagnosticReport>>({
    resourceType: 'DiagnosticReport',
    id: idOf('report', chain.testId),
    meta: stampOf(chain),
    identifier: [{ system: systems.test, value: textOf(chain.testId) }],
    status: statusOf(now, chain.isContested),
    category: [laboratorySection],
    code: antigenTest,
    subject: places.patient,
    effectiveDateTime: instantOf(binding.record.payload.boundAtMs),
    issued: now.reading === null ? undefined : instantOf(now.reading.record.payload.readAtMs),
    performer: [places.organization],
    resultsInterpreter: [now.reading === null ? undefined : places.operator(now.reading)],
    specimen: [places.specimen],
    result: [places.observation],
  });
}

function occurredAt({ record }: Step): number {
  switch (record.kind) {
    case 'test.bound':
      return record.payload.boundAtMs;
    case 'test.resulted':
      return record.payload.readAtMs;
    case 'test.voided':
      return record.payload.voidedAtMs;
    case 'test.kitCorrected':
      return record.payload.correctedAtMs;
  }
}

const operationsOf: Readonly<Record<Step['record']['kind'], Operation>> = {
  'test.bound': 'CREATE',
  'test.resulted': 'UPDATE',
  'test.voided': 'NULLIFY',
  'test.kitCorrected': 'UPDATE',
};

type Reason = { readonly code: string; readonly text: string } | null;

function reasonsOf({ record }: Step): readonly CodeableConcept[] {
  const reasons: Reason[] = [];
  if (record.kind === 'test.bound') reasons.push(record.payload.secondTestReason);
  else {
    reasons.push(record.payload.reason);
    if (record.kind === 'test.resulted') reasons.push(record.payload.overrideReason);
  }
  return reasons
    .filter((reason) => reason !== null)
    .map(({ code, text }) =>
      lean<CodeableConcept>({
        coding: [textOf(code) === undefined ? undefined : { system: systems.reason, code: textOf(code) }],
        text: textOf(text) ?? textOf(code),
      }),
    );
}

/**
 * Who did what to a test, and when. What a step replaced stands inside it as a contained resource that the entity with
 * the role `revision` points to: nobody who counts the Bundle's Observations counts a former one.
 */
function provenanceOf(
  chain: TestChain,
  life: Life,
  { step, before }: Life['steps'][number],
  places: Places,
): Named<Provenance> {
  const { record, receivedAtMs } = step;
  const { payload } = record;
  const confirmedBy = 'confirmedBy' in payload ? payload.confirmedBy : null;
  const replaced = replacedBy(chain, life, step, before, places);
  const results = [places.observation, places.report];
  const agents: readonly ProvenanceAgent[] = [
    {
      type: participantConcept('performer'),
      who: places.operator(step),
      onBehalfOf: places.organization,
    },
    ...(confirmedBy === null
      ? []
      : [
          {
            type: participantConcept('verifier'),
            who: places.operator(step, confirmedBy),
            onBehalfOf: places.organization,
          },
        ]),
    {
      type: participantConcept('assembler'),
      who: { reference: urlOf(idOf('station', step.station.id)) },
      onBehalfOf: places.organization,
    },
  ];
  return lean<Named<Provenance>>({
    resourceType: 'Provenance',
    id: idOf('provenance', chain.testId, String(record.seq)),
    contained: replaced === null ? undefined : [replaced],
    target: targetsOf(step, places, results) as Reference[],
    occurredDateTime: instantOf(occurredAt(step)),
    recorded: instantOf(receivedAtMs),
    reason: reasonsOf(step) as CodeableConcept[],
    activity: operationConcept(operationsOf[record.kind]),
    agent: agents as ProvenanceAgent[],
    entity: replaced === null ? undefined : [{ role: 'revision', what: { reference: `#${replaced.id}` } }],
  });
}

function targetsOf({ record }: Step, places: Places, results: readonly Refer[]): readonly Refer[] {
  switch (record.kind) {
    case 'test.bound':
      return [places.patient, places.specimen, places.kit, ...results];
    case 'test.resulted':
      return results;
    case 'test.kitCorrected':
      return [places.kit, ...results];
    case 'test.voided':
      return [places.specimen, ...results];
  }
}

/** What was there before a step and is not any more; null where the step only added. */
function replacedBy(
  chain: TestChain,
  life: Life,
  { record }: Step,
  before: Moment | null,
  places: Places,
): (Observation | ReturnType<typeof kitDeviceOf>) | null {
  if (before === null || record.kind === 'test.bound') return null;
  if (record.kind === 'test.kitCorrected') {
    const former = kitDeviceOf(chain, life.binding, before.kit, null, places.organization, 'entered-in-error');
    return { ...former, id: 'former' };
  }
  if (before.reading === null) return null;
  return lean<Observation>({
    resourceType: 'Observation',
    id: 'former',
    status: statusOf(before, false),
    ...observedAt(life, before, places),
    ...saysOf(before.reading),
  });
}
