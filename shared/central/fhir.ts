/** What the service gives out in the shape of HL7 FHIR R4; docs/fhir.md says what stands where. */
import { z } from 'zod';

/** The most changes one page of the FHIR feed holds: a Bundle has some ten kilobytes. */
export const fhirLimit = 200;

/** The frame of a Bundle; its resources are the standard's (https://hl7.org/fhir/R4/). */
export const fhirBundleSchema = z.looseObject({
  resourceType: z.literal('Bundle'),
  id: z.string(),
  identifier: z.object({ system: z.string(), value: z.string() }),
  type: z.literal('collection'),
  timestamp: z.string(),
  /** In the feed only: `next` goes on after this line. */
  link: z.array(z.object({ relation: z.literal('next'), url: z.string() })).optional(),
  entry: z.array(z.looseObject({ fullUrl: z.string(), resource: z.looseObject({ resourceType: z.string() }) })),
});
