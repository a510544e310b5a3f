import type { CodeableConcept, Coding } from '@medplum/fhirtypes';
import type { DocumentKind } from '../../shared/model/person.ts';
import type { ResultOutcome } from '../../shared/model/test.ts';

/**
 * Code systems and names of identifiers, as docs/fhir.md lists them with their sources. Names that begin with
 * `urn:yiceda:` are this product's own: no authority has given these numbers a system that we could verify.
 */
export const systems = {
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  absent: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  reportSection: 'http://terminology.hl7.org/CodeSystem/v2-0074',
  identifierType: 'http://terminology.hl7.org/CodeSystem/v2-0203',
  role: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode',
  participant: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
  operation: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation',
  gs1: 'http://hl7.org/fhir/NamingSystem/gs1-di',
  test: 'urn:yiceda:test',
  site: 'urn:yiceda:site',
  station: 'urn:yiceda:station',
  operator: 'urn:yiceda:operator',
  person: 'urn:yiceda:person',
  reason: 'urn:yiceda:reason',
  kit: 'urn:yiceda:kit',
  registration: 'urn:yiceda:nmpa-registration',
} as const;

/** The edition that code 455371000124106 is in: SNOMED CT's United States edition, not the international one. */
const unitedStatesEdition = 'http://snomed.info/sct/731000124108';

export const antigenTest: CodeableConcept = {
  coding: [
    {
      system: systems.loinc,
      code: '94558-4',
      display: 'SARS-CoV-2 (COVID-19) Ag [Presence] in Respiratory system specimen by Rapid immunoassay',
    },
  ],
  text: '新型冠状病毒抗原检测',
};

/** The kit's own words come first; readers who know only "detected" have that beside it. */
export const outcomeConcepts: Readonly<Record<Exclude<ResultOutcome, 'invalid'>, CodeableConcept>> = {
  positive: {
    coding: [
      { system: systems.snomed, code: '10828004', display: 'Positive' },
      { system: systems.snomed, code: '260373001', display: 'Detected' },
    ],
    text: '阳性',
  },
  negative: {
    coding: [
      { system: systems.snomed, code: '260385009', display: 'Negative' },
      { system: systems.snomed, code: '260415000', display: 'Not detected' },
    ],
    text: '阴性',
  },
};

/** An invalid test found nothing out: it has no value, and this is why. */
export const invalidConcept: CodeableConcept = {
  coding: [
    { system: systems.absent, code: 'error', display: 'Error' },
    {
      system: systems.snomed,
      version: unitedStatesEdition,
      code: '455371000124106',
      display: 'Invalid result',
    },
  ],
  text: '无效',
};

/** As wide as the LOINC code's own system: which swab was taken is not recorded. */
export const respiratorySpecimen: CodeableConcept = {
  coding: [{ system: systems.snomed, code: '258603007', display: 'Respiratory specimen' }],
};

export const laboratoryCategory: CodeableConcept = {
  coding: [{ system: systems.observationCategory, code: 'laboratory', display: 'Laboratory' }],
};
export const laboratorySection: CodeableConcept = {
  coding: [{ system: systems.reportSection, code: 'LAB', display: 'Laboratory' }],
};
export const guardianRole: CodeableConcept = {
  coding: [{ system: systems.role, code: 'GUARD', display: 'guardian' }],
  text: '监护人',
};

const operations = { CREATE: 'create', UPDATE: 'revise', NULLIFY: 'nullify' } as const;
export type Operation = keyof typeof operations;
export const operationConcept = (code: Operation): CodeableConcept => ({
  coding: [{ system: systems.operation, code, display: operations[code] }],
});

const participants = { performer: 'Performer', verifier: 'Verifier', assembler: 'Assembler' } as const;
export const participantConcept = (code: keyof typeof participants): CodeableConcept => ({
  coding: [{ system: systems.participant, code, display: participants[code] }],
});

/** A document's system and what sort of number it is (HL7 table 0203 where it has one). */
export const documentSystems: Readonly<
  Record<DocumentKind, { readonly system: string; readonly type?: Coding; readonly text: string }>
> = {
  residentId: {
    // As the health ministry's shared documents (WS/T 500) name the resident identity number.
    system: 'urn:oid:2.16.156.10011.1.3',
    type: { system: systems.identifierType, code: 'NI', display: 'National unique individual identifier' },
    text: '居民身份证',
  },
  residencePermit: { system: 'urn:yiceda:document:residence-permit', text: '港澳台居民居住证' },
  permanentResident: {
    system: 'urn:yiceda:document:permanent-resident',
    type: { system: systems.identifierType, code: 'PRC', display: 'Permanent Resident Card Number' },
    text: '外国人永久居留身份证',
  },
  travelPermit: { system: 'urn:yiceda:document:travel-permit', text: '来往大陆（内地）通行证' },
  passport: {
    system: 'urn:yiceda:document:passport',
    type: { system: systems.identifierType, code: 'PPN', display: 'Passport number' },
    text: '护照',
  },
  other: { system: 'urn:yiceda:document:other', text: '其他证件' },
};
