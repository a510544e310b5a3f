import type { Migration } from './migration.ts';

/**
 * Communities and enterprises, whom to ask there, and who belongs to them. All of it moves; who moved it stands in the
 * audit log. Whoever is destroyed leaves no membership.
 */
export const organisations0175: Migration = {
  version: 175,
  name: 'organisations',
  sql: `
CREATE TABLE organisations (
  id            TEXT PRIMARY KEY,
  kind          TEXT NOT NULL CHECK (kind IN ('community', 'enterprise')),
  name          TEXT NOT NULL UNIQUE CHECK (name <> ''),
  credit_code   TEXT UNIQUE CHECK (length(credit_code) = 18),
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE organisation_contacts (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  n               INTEGER NOT NULL,
  name            TEXT NOT NULL CHECK (name <> ''),
  phone           TEXT CHECK (phone <> '')
) STRICT, WITHOUT ROWID;
CREATE INDEX organisation_contacts_by_organisation ON organisation_contacts (organisation_id, n);

CREATE TABLE organisation_people (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  person_id       TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  at_ms           INTEGER NOT NULL,
  operator_id     TEXT REFERENCES operators (id),
  PRIMARY KEY (organisation_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX organisation_people_by_person ON organisation_people (person_id);
`,
};
