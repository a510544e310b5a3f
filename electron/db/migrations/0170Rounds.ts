import type { Migration } from './migration.ts';

/** Rounds with days, a target and a rule; why people were absent, line by line. */
export const rounds0170: Migration = {
  version: 170,
  name: 'rounds',
  sql: `
ALTER TABLE rounds ADD COLUMN last_day TEXT CHECK (last_day >= day);
ALTER TABLE rounds ADD COLUMN every_days INTEGER CHECK (every_days >= 1);
ALTER TABLE rounds ADD COLUMN target_kind TEXT NOT NULL DEFAULT 'all' CHECK (target_kind IN ('all', 'buildings', 'list'));
ALTER TABLE rounds ADD COLUMN ended_at_ms INTEGER;

CREATE TABLE round_buildings (
  round_id TEXT NOT NULL REFERENCES rounds (id),
  building TEXT NOT NULL,
  PRIMARY KEY (round_id, building)
) STRICT, WITHOUT ROWID;

CREATE TABLE round_people (
  round_id  TEXT NOT NULL REFERENCES rounds (id),
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  PRIMARY KEY (round_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX round_people_by_person ON round_people (person_id);

CREATE TABLE absences (
  round_id    TEXT NOT NULL REFERENCES rounds (id),
  person_id   TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  n           INTEGER NOT NULL CHECK (n >= 1),
  -- Null takes back what was noted before.
  reason      TEXT CHECK (reason IN ('away', 'hospital', 'exempt', 'movedOut', 'refused', 'testedElsewhere', 'notReached', 'other')),
  note        TEXT NOT NULL,
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id),
  PRIMARY KEY (round_id, person_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX absences_by_person ON absences (person_id);
CREATE TRIGGER absences_no_update BEFORE UPDATE ON absences
BEGIN SELECT RAISE(ABORT, 'absences are written once'); END;
CREATE TRIGGER absences_no_delete BEFORE DELETE ON absences
WHEN EXISTS (SELECT 1 FROM people WHERE people.id = OLD.person_id)
BEGIN SELECT RAISE(ABORT, 'absences are written once'); END;
`,
};
