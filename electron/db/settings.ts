import type { Register } from './open.ts';

/** Named values of this register, each a text. */
export function settingsTable(db: Register) {
  const get = db.prepare('SELECT value FROM settings WHERE key = ?').pluck();
  const set = db.prepare(
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const forget = db.prepare('DELETE FROM settings WHERE key = ?');
  return {
    forget: (key: string): void => {
      forget.run(key);
    },
    get: (key: string): string | null => (get.get(key) as string | undefined) ?? null,
    set: (key: string, value: string): void => {
      set.run(key, value);
    },
  };
}
