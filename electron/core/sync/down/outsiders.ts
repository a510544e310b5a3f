import { randomBytes } from 'node:crypto';
import type { Station } from '../../station.ts';

/**
 * Somebody who acted elsewhere, as an entry among our own staff: facts name who did them. They have left from the
 * beginning: nobody can sign in as them, no list of staff shows them, and their badge is none that a gun could read.
 */
export function outsider(station: Station, id: string, name: string, where: string): string {
  const { operators } = station.tables;
  const key = `outside:${where}:${id}`;
  if (operators.find(key) !== null) return key;
  const wanted = `${name}（${where}）`;
  operators.insert({
    id: key,
    name: operators.isNameTaken(wanted) ? `${wanted} ${id.slice(-6)}` : wanted,
    role: 'operator',
    badge: key,
    pinSalt: randomBytes(16),
    pinHash: randomBytes(32),
    pinCost: 1,
    enrolledAtMs: station.clock.now(),
  });
  operators.setEnd(key, station.clock.now());
  return key;
}

/** The service itself: recalls are its. */
export function theService(station: Station): string {
  return outsider(station, 'service', '中心服务', 'central');
}
