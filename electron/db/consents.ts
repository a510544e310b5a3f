import type { ConsentState, ConsentWay } from '../../shared/model/person.ts';
import type { Register } from './open.ts';

export type ConsentRow = {
  readonly state: ConsentState;
  readonly how: ConsentWay;
  readonly givenBy: 'self' | 'guardian';
  readonly guardianName: string | null;
  readonly atMs: number;
  readonly operatorName: string;
};

/** Who agreed to being tested and registered, when and how; the newest counts, and goes over with a merge. */
export function consentsTable(db: Register) {
  const newest = db.prepare(
    `WITH RECURSIVE parts (id) AS (SELECT @id UNION SELECT people.id FROM people JOIN parts ON merged_into = parts.id)
     SELECT state, how, given_by AS givenBy, guardian_name AS guardianName, at_ms AS atMs, operators.name AS operatorName
     FROM person_consents JOIN operators ON operators.id = operator_id
     WHERE person_id IN (SELECT id FROM parts)
     ORDER BY at_ms DESC, seq DESC LIMIT 1`,
  );
  const insert = db.prepare(
    `INSERT INTO person_consents (person_id, state, how, given_by, guardian_name, at_ms, operator_id)
     VALUES (@personId, @state, @how, @givenBy, @guardianName, @atMs, @operatorId)`,
  );
  return {
    findNewest: (personId: string): ConsentRow | null =>
      (newest.get({ id: personId }) as ConsentRow | undefined) ?? null,
    insert: (
      consent: Omit<ConsentRow, 'operatorName'> & { readonly personId: string; readonly operatorId: string },
    ): void => {
      insert.run(consent);
    },
  };
}
