import type { Operator, Role } from '../../shared/model/staff.ts';
import type { Register } from './open.ts';

export type OperatorSecret = Operator & {
  readonly pinSalt: Uint8Array;
  readonly pinHash: Uint8Array;
  readonly pinCost: number;
  readonly failedPins: number;
  readonly lastFailedMs: number | null;
};

type StaffRow = Operator & {
  readonly enrolledAtMs: number;
  readonly endedAtMs: number | null;
  readonly failedPins: number;
  readonly lastFailedMs: number | null;
};

type Row = {
  id: string;
  name: string;
  role: Role;
  pin_salt: Uint8Array;
  pin_hash: Uint8Array;
  pin_cost: number;
  failed_pins: number;
  last_failed_ms: number | null;
};

export function operatorsTable(db: Register) {
  const list = db.prepare(
    'SELECT id, name, role FROM operators WHERE ended_at_ms IS NULL ORDER BY enrolled_at_ms, name',
  );
  const listAll = db.prepare(
    `SELECT id, name, role, enrolled_at_ms AS enrolledAtMs, ended_at_ms AS endedAtMs, failed_pins AS failedPins, last_failed_ms AS lastFailedMs
     FROM operators WHERE id NOT LIKE 'outside:%' ORDER BY ended_at_ms IS NOT NULL, enrolled_at_ms, name`,
  );
  const byId = db.prepare('SELECT * FROM operators WHERE id = ?');
  const active = db.prepare('SELECT * FROM operators WHERE id = ? AND ended_at_ms IS NULL');
  const setPin = db.prepare(
    'UPDATE operators SET pin_salt = @pinSalt, pin_hash = @pinHash, pin_cost = @pinCost, failed_pins = 0, last_failed_ms = NULL WHERE id = @id',
  );
  const setEnd = db.prepare('UPDATE operators SET ended_at_ms = ? WHERE id = ?');
  const byName = db.prepare('SELECT id FROM operators WHERE name = ?').pluck();
  const byBadge = db.prepare('SELECT id, name, role FROM operators WHERE badge = ? AND ended_at_ms IS NULL');
  const insert = db.prepare(
    `INSERT INTO operators (id, name, role, badge, pin_salt, pin_hash, pin_cost, enrolled_at_ms)
     VALUES (@id, @name, @role, @badge, @pinSalt, @pinHash, @pinCost, @enrolledAtMs)`,
  );
  const badgeOf = db.prepare('SELECT badge FROM operators WHERE id = ?').pluck();
  const setBadge = db.prepare('UPDATE operators SET badge = ? WHERE id = ?');
  const noteFailure = db.prepare('UPDATE operators SET failed_pins = failed_pins + 1, last_failed_ms = ? WHERE id = ?');
  const clearFailures = db.prepare(
    'UPDATE operators SET failed_pins = 0, last_failed_ms = NULL WHERE id = ? AND failed_pins > 0',
  );
  return {
    /** Those who work here now. */
    list: () => list.all() as Operator[],
    /** Also those who have left, who come last. */
    listAll: () => listAll.all() as StaffRow[],
    /** Anybody who ever worked here. */
    find: (id: string): Operator | null => {
      const row = byId.get(id) as Row | undefined;
      return row === undefined ? null : { id: row.id, name: row.name, role: row.role };
    },
    /** Null for whoever has left. */
    findSecret: (id: string): OperatorSecret | null => {
      const row = active.get(id) as Row | undefined;
      return row === undefined ? null : toSecret(row);
    },
    isNameTaken: (name: string): boolean => byName.get(name) !== undefined,
    findByBadge: (badge: string): Operator | null => (byBadge.get(badge) as Operator | undefined) ?? null,
    insert: (operator: {
      readonly id: string;
      readonly name: string;
      readonly role: Role;
      readonly badge: string;
      readonly pinSalt: Uint8Array;
      readonly pinHash: Uint8Array;
      readonly pinCost: number;
      readonly enrolledAtMs: number;
    }): void => {
      insert.run(operator);
    },
    badgeOf: (id: string): string | null => (badgeOf.get(id) as string | undefined) ?? null,
    setBadge: (id: string, badge: string): void => {
      setBadge.run(badge, id);
    },
    setPin: (id: string, secret: Pick<OperatorSecret, 'pinSalt' | 'pinHash' | 'pinCost'>): void => {
      setPin.run({ id, ...secret });
    },
    /** When they left; null takes them back. */
    setEnd: (id: string, atMs: number | null): void => {
      setEnd.run(atMs, id);
    },
    notePinFailure: (id: string, atMs: number): void => {
      noteFailure.run(atMs, id);
    },
    clearPinFailures: (id: string): void => {
      clearFailures.run(id);
    },
  };
}

function toSecret(row: Row): OperatorSecret {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    pinSalt: row.pin_salt,
    pinHash: row.pin_hash,
    pinCost: row.pin_cost,
    failedPins: row.failed_pins,
    lastFailedMs: row.last_failed_ms,
  };
}
