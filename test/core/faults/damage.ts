import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openRegister } from '../../../electron/db/open.ts';
import { openNodeCore } from '../../../tools/hosts/core.ts';
import { seeded } from '../kill/seeded.ts';
import { checkSound, expectedOf, type Fact, heldIn, randomWork } from '../kill/work.ts';
import { kit, openDesk } from '../openDesk.ts';

/** What a run did, for the record: how each damaged copy ended. */
export type DamageFigures = {
  /** Refused when it was opened. */
  readonly atOpen: number;
  /** Found by the call that met the page, and nothing written after that. */
  readonly atACall: number;
  /** The newest part did not pass: said, and opened without it only when asked. */
  readonly tail: number;
  /** The damage was in bytes that hold nothing: everything is there. */
  readonly harmless: number;
};

/**
 * Bytes flipped, sectors blanked and ends cut off at random places of a register and of its `-wal`. However it ends, no
 * call answers with wrong facts and nothing is written into a register that is known to be damaged.
 */
export async function damageMany(count: number, seed: number): Promise<DamageFigures> {
  const desk = await openDesk();
  const random = seeded(seed);
  const figures = { atOpen: 0, atACall: 0, tail: 0, harmless: 0 };
  try {
    const work = randomWork({
      call: (method, input) => desk.core().dispatch(method, input),
      advance: async (ms) => desk.clock.pass(ms),
      random: seeded(seed + 1),
      folder: desk.folder,
    });
    for (let n = 0; n < 40; n++) await work.step();
    // Folded, so that most of it is in the register; then more, so that the newest part is in the -wal.
    const other = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    other.pragma('wal_checkpoint(TRUNCATE)');
    for (let n = 0; n < 12; n++) await work.step();
    const place = join(desk.folder, 'damaged');
    const ends = ['', '-wal', '.open', '.keys.json'];
    const whole = new Map(ends.map((end) => [end, readFileSync(desk.registerFile + end)]));
    other.close();
    for (let n = 0; n < count; n++) {
      rmSync(place, { recursive: true, force: true });
      mkdirSync(place);
      const file = join(place, 'register.db');
      for (const [end, bytes] of whole) writeFileSync(file + end, bytes);
      const target = random() < 0.6 ? file : `${file}-wal`;
      writeFileSync(target, damaged(readFileSync(target), random));
      const outcome = await outcomeOf(file, desk.dataKeyHex(), work.facts);
      figures[outcome] += 1;
    }
    return figures;
  } finally {
    await desk.close();
  }
}

function damaged(bytes: Buffer, random: () => number): Buffer {
  const next = Buffer.from(bytes);
  const at = Math.floor(random() * next.length);
  const dice = random();
  if (dice < 0.15) return next.subarray(0, at);
  if (dice < 0.4) next.fill(0, at - (at % 512), Math.min(next.length, at - (at % 512) + 512));
  else
    for (let n = 0; n < 8 && at + n < next.length; n++)
      next[at + n] = (next[at + n] ?? 0) ^ (1 + Math.floor(random() * 255));
  return next;
}

/** Core on a damaged copy: reads everything, then writes. */
async function outcomeOf(file: string, dataKeyHex: string, facts: readonly Fact[]): Promise<keyof DamageFigures> {
  const bytes = () =>
    ['', '-wal'].map((end) =>
      existsSync(file + end)
        ? createHash('sha256')
            .update(readFileSync(file + end))
            .digest('hex')
        : null,
    );
  const before = bytes();
  const start = () => openNodeCore({ registerFile: file, dataKeyHex, resumeSession: true });
  const core = await start();
  const call = async (method: string, input: object) => core.dispatch(method, input);
  const phase = async () =>
    ((await call('station.get', {})) as { value: { phase: string; refusal: { code: string } | null } }).value;
  try {
    const opened = await phase();
    if (opened.phase === 'refused') {
      // Opening begins with a write, which may be in the -wal by the time the page is met; the register is as it was.
      expect(bytes()[0]).toEqual(before[0]);
      if (opened.refusal?.code === 'REGISTER_DAMAGED') return 'atOpen';
      expect(bytes()).toEqual(before);
      expect(opened.refusal?.code).toBe('REGISTER_TAIL_LOST');
      // Somebody decides to go on with what is left: it is sound, and a beginning of what was.
      expect(await call('register.openWithoutTail', {})).toMatchObject({ ok: true });
      if ((await phase()).phase === 'refused') return 'tail';
      const db = openRegister({ file, dataKeyHex, readonly: true });
      checkSound(db);
      const kept = new Set(db.prepare('SELECT id FROM requests').pluck().all() as string[]);
      const lost = facts.findIndex(({ requestId }) => !kept.has(requestId));
      expect(heldIn(db)).toEqual(expectedOf(lost < 0 ? facts : facts.slice(0, lost)));
      db.close();
      return 'tail';
    }
    expect(opened.phase).toBe('ready');
    const reads: [string, object][] = [
      ['tests.list', { query: '', limit: 200 }],
      ['people.list', { query: '' }],
      ['summary.get', { day: '2022-04-10' }],
      ['kits.list', { query: '' }],
    ];
    for (const [method, input] of reads) {
      const reply = await call(method, input);
      if (!reply.ok) return await stopped(reply.error.code);
    }
    const written = await call('desk.scan', {
      requestId: crypto.randomUUID(),
      text: kit(900_000, { expiry: '491231' }),
      source: 'gun',
    });
    if (!written.ok) return await stopped(written.error.code);
    await core.close();
    // Nobody met a damaged page so far. If there is one, whoever reads all of it is told; if not, everything is there.
    const db = openRegister({ file, dataKeyHex, readonly: true });
    try {
      if (!readsWhole(() => db.pragma('integrity_check', { simple: true }) === 'ok')) return 'atACall';
      const { tests, people } = expectedOf(facts);
      expect(heldIn(db)).toEqual({ tests, people });
      checkSound(db);
      return 'harmless';
    } finally {
      db.close();
    }
  } finally {
    await core.close();
  }

  async function stopped(code: string): Promise<'atACall'> {
    expect(code).toBe('REGISTER_DAMAGED');
    const then = bytes();
    expect(await phase()).toMatchObject({ phase: 'refused', refusal: { code: 'REGISTER_DAMAGED' } });
    // Nothing is answered and nothing is written any more, now and after the next start.
    for (const method of ['desk.get', 'desk.clear']) {
      const reply = await call(method, method === 'desk.get' ? {} : { requestId: crypto.randomUUID() });
      expect(reply).toMatchObject({ ok: false, error: { code: 'REGISTER_DAMAGED' } });
    }
    await core.close();
    const again = await start();
    const view = (await again.dispatch('station.get', {})) as { value: { phase: string } };
    expect(view.value.phase).toBe('refused');
    await again.close();
    expect(bytes()).toEqual(then);
    return 'atACall';
  }
}

function readsWhole(read: () => boolean): boolean {
  try {
    return read();
  } catch {
    return false;
  }
}
