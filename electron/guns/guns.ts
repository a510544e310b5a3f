import type { Gun, GunDamage, GunScan, GunState } from '../../shared/model/gun.ts';
import { type Line, type LineEvents, LineFault } from './line.ts';

export type GunsParts = {
  /** Opens a gun's device; `taken` are the paths of the other guns. Throws LineFault. */
  readonly open: (line: Gun['line'], events: LineEvents, taken: ReadonlySet<string>) => Promise<Line>;
  readonly nowAtMs: () => number;
  readonly onScan: (scan: GunScan) => void;
  readonly onDamaged: (damage: GunDamage) => void;
  readonly onState: (gunId: string, state: GunState) => void;
  readonly log: (event: string, fields: Readonly<Record<string, string | number | boolean>>) => void;
  /** Pause before a device that is not there is looked for again, in ms. */
  readonly retryMs: number;
};

export type Guns = {
  /** From now on these guns, and no others. A gun whose line did not change stays open. */
  readonly set: (guns: readonly Gun[]) => void;
  readonly close: () => Promise<void>;
};

type Held = {
  gun: Gun;
  readonly lineKey: string;
  line: Line | null;
  state: GunState;
  timer: NodeJS.Timeout | undefined;
  isOver: boolean;
  readonly mayScan: (atMs: number) => 'yes' | 'no' | 'nowNoMore';
};

/** The longest content of a scan that is handed on, in UTF-16 units. */
const longestText = 8_192;
/** Scans that may come in one go, and how many a second may follow for long: no queue of people is as fast. */
const mostInARow = 1_000;
const lastingPerMs = 50 / 1_000;
const quietMs = 1_000;

/** Keeps a flood off the desk: when too many scans have come, none passes until it has been quiet for a second. */
function createValve(): Held['mayScan'] {
  let level = 0;
  let lastMs = 0;
  let isShut = false;
  return (atMs) => {
    // The computer's clock may be set back.
    const sinceMs = Math.max(0, atMs - lastMs);
    lastMs = atMs;
    level = Math.max(0, level - sinceMs * lastingPerMs);
    if (isShut && sinceMs < quietMs) return 'no';
    isShut = false;
    level += 1;
    if (level <= mostInARow) return 'yes';
    isShut = true;
    return 'nowNoMore';
  };
}

/**
 * Keeps the configured guns open, several at once. One that is unplugged is looked for until it is there again, on
 * whatever port; one that cannot be opened is tried again.
 */
export function createGuns(parts: GunsParts): Guns {
  const held = new Map<string, Held>();
  /**
   * A gun's port is closed before it is opened again. Each gun has a line of its own: a driver that takes half a minute
   * to say no (Bluetooth does) holds up no other gun.
   */
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = (gunId: string, work: () => Promise<void>): void => {
    turns.set(gunId, (turns.get(gunId) ?? Promise.resolve()).then(work, work));
  };
  const takenBesides = (gunId: string): ReadonlySet<string> =>
    new Set(
      [...held.values()]
        .filter(({ gun }) => gun.id !== gunId)
        .flatMap(({ gun, line }) => [gun.line.path, ...(line === null ? [] : [line.path])]),
    );

  const say = (one: Held, state: GunState): void => {
    if (one.state === state) return;
    one.state = state;
    parts.onState(one.gun.id, state);
  };

  const eventsOf = (one: Held, gone: () => void): LineEvents => ({
    onScan: ({ text, bytes }) => {
      const { id: gunId, name, role } = one.gun;
      if (text === '' || text.length > longestText) return;
      const atMs = parts.nowAtMs();
      const may = one.mayScan(atMs);
      if (may === 'nowNoMore') parts.onDamaged({ gunId, name, by: 'tooMany' });
      if (may === 'yes') parts.onScan({ gunId, name, role, text, bytes: Buffer.from(bytes).toString('hex'), atMs });
    },
    onDamaged: (by) => parts.onDamaged({ gunId: one.gun.id, name: one.gun.name, by }),
    onGone: gone,
  });

  const again = (one: Held): void => {
    clearTimeout(one.timer);
    one.timer = setTimeout(() => inTurn(one.gun.id, () => open(one)), parts.retryMs);
  };

  const open = async (one: Held): Promise<void> => {
    if (one.isOver || one.line !== null) return;
    let isGone = false;
    const gone = (): void => {
      isGone = true;
      one.line = null;
      if (one.isOver) return;
      say(one, 'waiting');
      again(one);
    };
    try {
      const line = await parts.open(one.gun.line, eventsOf(one, gone), takenBesides(one.gun.id));
      // It may have been pulled while it was being opened.
      if (isGone) return;
      one.line = line;
      say(one, 'open');
    } catch (error) {
      const state = error instanceof LineFault ? error.state : 'failed';
      if (one.state !== state) {
        parts.log('gun.notOpened', {
          kind: one.gun.line.kind,
          state,
          problem: error instanceof Error ? error.name : '',
        });
      }
      say(one, state);
      again(one);
    }
  };

  const end = (one: Held): void => {
    one.isOver = true;
    clearTimeout(one.timer);
    inTurn(one.gun.id, async () => {
      await one.line?.close().catch(() => undefined);
      one.line = null;
    });
  };

  return {
    set: (guns) => {
      const wanted = new Map(guns.filter((gun) => gun.enabled).map((gun) => [gun.id, gun]));
      for (const [id, one] of held) {
        const gun = wanted.get(id);
        if (gun !== undefined && JSON.stringify(gun.line) === one.lineKey) {
          one.gun = gun;
          continue;
        }
        held.delete(id);
        end(one);
        if (gun === undefined) parts.onState(id, 'off');
      }
      for (const [id, gun] of wanted) {
        if (held.has(id)) continue;
        const one: Held = {
          gun,
          lineKey: JSON.stringify(gun.line),
          line: null,
          state: 'opening',
          timer: undefined,
          isOver: false,
          mayScan: createValve(),
        };
        held.set(id, one);
        parts.onState(id, 'opening');
        inTurn(id, () => open(one));
      }
    },
    close: async () => {
      for (const one of held.values()) end(one);
      held.clear();
      await Promise.all(turns.values());
    },
  };
}
