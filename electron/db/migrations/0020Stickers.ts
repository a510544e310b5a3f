import type { Migration } from './migration.ts';
import { writtenOnce } from './writtenOnce.ts';

/**
 * Stickers with codes of this station's own for kits that carry none. What was issued and what was spoiled are facts,
 * written once; whether one is used is read off the tests. The two triggers keep one from being both: otherwise issued =
 * used + spoiled + unused would not hold.
 */
export const stickers0020: Migration = {
  version: 20,
  name: 'stickers',
  sql: `
CREATE TABLE sticker_batches (
  seq          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  product_id   TEXT NOT NULL REFERENCES products (id),
  lot          TEXT NOT NULL CHECK (lot <> ''),
  expires_on   TEXT CHECK (expires_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  count        INTEGER NOT NULL CHECK (count BETWEEN 1 AND 1000),
  issued_at_ms INTEGER NOT NULL,
  operator_id  TEXT NOT NULL REFERENCES operators (id)
) STRICT;

CREATE TABLE stickers (
  code     TEXT PRIMARY KEY CHECK (code GLOB 'YK*'),
  batch_id TEXT NOT NULL REFERENCES sticker_batches (id),
  number   INTEGER NOT NULL CHECK (number >= 1),
  UNIQUE (batch_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE sticker_spoils (
  code        TEXT PRIMARY KEY REFERENCES stickers (code),
  reason_code TEXT NOT NULL CHECK (reason_code IN ('damaged', 'printedBadly', 'lost', 'other')),
  reason_text TEXT NOT NULL CHECK (reason_code <> 'other' OR reason_text <> ''),
  at_ms       INTEGER NOT NULL,
  operator_id TEXT NOT NULL REFERENCES operators (id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER sticker_spoils_unused_only BEFORE INSERT ON sticker_spoils
WHEN EXISTS (SELECT 1 FROM test_states WHERE kit_key = 'sticker:' || NEW.code AND status <> 'undone')
BEGIN SELECT RAISE(ABORT, 'a used sticker cannot be spoiled'); END;
CREATE TRIGGER test_states_no_spoiled_sticker BEFORE INSERT ON test_states
WHEN NEW.status <> 'undone' AND NEW.kit_key GLOB 'sticker:*'
  AND EXISTS (SELECT 1 FROM sticker_spoils WHERE code = substr(NEW.kit_key, 9))
BEGIN SELECT RAISE(ABORT, 'a spoiled sticker cannot be bound'); END;

${['sticker_batches', 'stickers', 'sticker_spoils'].map(writtenOnce).join('\n')}
`,
};
