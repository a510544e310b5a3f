import { z } from 'zod';

/** Communities look after people where they live, enterprises where they work. */
export const organisationKinds = ['community', 'enterprise'] as const;
export const organisationKindSchema = z.enum(organisationKinds);
export type OrganisationKind = z.infer<typeof organisationKindSchema>;

/** People to ask at an organisation, at most. */
export const contactsMost = 5;
/** People who are entered by one search, at most: more is a file's work. */
export const enlistedMost = 5_000;

export const organisationSchema = z.object({
  organisationId: z.string(),
  kind: organisationKindSchema,
  name: z.string(),
  /** Unified social credit code (GB 32100), 18 characters; a public number. */
  creditCode: z.string().nullable(),
  contacts: z.array(z.object({ contactId: z.string(), nameMasked: z.string(), phoneMasked: z.string().nullable() })),
  /** People of its roster who can be seen at this moment. */
  people: z.int(),
});
export type Organisation = z.infer<typeof organisationSchema>;

/** Where somebody stands in a round: `outside` of those for whom it is. */
export const roundStandings = ['tested', 'notTested', 'outside'] as const;
export type RoundStanding = (typeof roundStandings)[number];

/**
 * One organisation in one round, or on one day of it: those of its people for whom the round is, each once. `tested` has
 * a test that counts by the round's rule (neither undone nor void), `positive` is among them by the newest revision,
 * `target` = tested + notTested.
 */
export const organisationFiguresSchema = z.object({
  organisationId: z.string(),
  target: z.int(),
  tested: z.int(),
  positive: z.int(),
  notTested: z.int(),
});
export type OrganisationFigures = z.infer<typeof organisationFiguresSchema>;
