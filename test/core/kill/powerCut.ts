import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { anchoredSeq } from '../../../electron/db/marks.ts';
import { openRegister } from '../../../electron/db/open.ts';
import { openDesk } from '../openDesk.ts';
import { cuts, simulatedDisk } from './disk.ts';
import { restartingCore } from './restartingCore.ts';
import { seeded } from './seeded.ts';
import { readTrace, tracing } from './trace.ts';
import { checkRequests, checkSound, expectedOf, type Fact, heldIn, randomWork } from './work.ts';

/** What a run did, for the record. */
export type CutFigures = {
  readonly cuts: number;
  readonly acknowledged: number;
  /** How often the call under way at the cut had come through all the same. */
  readonly cameThrough: number;
};

/**
 * Opens what a power cut left and checks it: the register is sound, everything acknowledged before is in it, and the one
 * call that was under way is in it whole or not at all. Answers whether that call came through.
 */
function checkAfterCut(file: string, dataKeyHex: string, facts: readonly Fact[], acknowledged: number): boolean {
  const db = openRegister({ file, dataKeyHex });
  try {
    checkSound(db);
    expect(anchoredSeq(file)).toBeLessThanOrEqual(db.prepare('SELECT max(seq) FROM audit').pluck().get() as number);
    const kept = facts.slice(0, acknowledged);
    const next = facts[acknowledged];
    const cameThrough =
      next !== undefined && db.prepare('SELECT 1 FROM requests WHERE id = ?').get(next.requestId) !== undefined;
    checkRequests(db, kept, new Set(facts.map(({ requestId }) => requestId)));
    expect(heldIn(db)).toEqual(expectedOf(cameThrough ? facts.slice(0, acknowledged + 1) : kept));
    return cameThrough;
  } finally {
    db.close();
  }
}

/**
 * Power cuts as a disk may see them: random work is traced, every write and every flush of the register's files; then the
 * disk is built up to `count` random moments, with what was not flushed by then lost, kept, half kept or torn by sectors.
 */
export async function cutTraced(count: number, steps: number, seed: number): Promise<CutFigures> {
  const desk = await openDesk();
  await desk.core().close();
  try {
    const random = seeded(seed);
    const { registerFile, folder } = desk;
    const name = basename(registerFile);
    const start = new Map([[name, readFileSync(registerFile)]]);
    const acksFile = join(folder, 'acks');
    const trace = join(folder, 'trace');
    const followed = [registerFile, `${registerFile}-wal`, `${registerFile}.open`, acksFile];
    const core = restartingCore(
      { registerFile, dataKeyHex: desk.dataKeyHex(), central: null, acksFile },
      tracing(followed, trace),
    );
    await core.start();
    const work = randomWork({ call: core.call, advance: core.advance, random: seeded(seed + 1), folder });
    for (let n = 0; n < steps; n++) await work.step();
    await core.stop();
    expect(work.refusals.size).toBe(0);

    const disk = readTrace(trace);
    const moments = Array.from({ length: count }, () => Math.floor(random() * (disk.length + 1))).sort((a, b) => a - b);
    const simulated = simulatedDisk(start);
    const place = join(folder, 'cut');
    let acknowledged = 0;
    let done = 0;
    let cameThrough = 0;
    for (const moment of moments) {
      for (; done < moment; done++) {
        const step = disk[done];
        if (step === undefined) break;
        if (step.file === 'acks') acknowledged += step.kind === 'write' ? 1 : 0;
        else simulated.take(step);
      }
      const cut = cuts[Math.floor(random() * cuts.length)] ?? 'lost';
      rmSync(place, { recursive: true, force: true });
      mkdirSync(place);
      for (const [file, bytes] of simulated.afterCut(cut, random)) writeFileSync(join(place, file), bytes);
      try {
        if (checkAfterCut(join(place, name), desk.dataKeyHex(), work.facts, acknowledged)) cameThrough += 1;
      } catch (error) {
        throw new Error(`cut at step ${moment} of ${disk.length} (${cut}), ${acknowledged} acknowledged`, {
          cause: error,
        });
      }
    }
    // All of it was seen: each acknowledgement is in the trace.
    expect(readFileSync(acksFile, 'utf8').trim().split('\n')).toEqual(work.facts.map(({ requestId }) => requestId));
    return { cuts: count, acknowledged: work.facts.length, cameThrough };
  } finally {
    await desk.close();
  }
}

/**
 * Power cuts without a tracer: core is frozen at random moments, its files are copied as they are, and copies are made in
 * which the `-wal` is cut or torn. Only bytes that nobody has acknowledged may be missing: those of the last transaction
 * when its call was not answered yet, and what stands after it.
 */
export async function cutFrozen(count: number, seed: number): Promise<CutFigures> {
  const desk = await openDesk();
  await desk.core().close();
  try {
    const random = seeded(seed);
    const { registerFile, folder } = desk;
    const core = restartingCore({ registerFile, dataKeyHex: desk.dataKeyHex(), central: null });
    await core.start();
    const work = randomWork({ call: core.call, advance: core.advance, random: seeded(seed + 1), folder });
    let isBusy = true;
    const busy = (async () => {
      while (isBusy) await work.step();
    })();
    const frozen: { readonly place: string; readonly acknowledged: number }[] = [];
    for (let n = 0; n < count; n++) {
      await new Promise((resolve) => setTimeout(resolve, random() * 40));
      process.kill(core.pid(), 'SIGSTOP');
      const place = join(folder, `frozen-${n}`);
      mkdirSync(place);
      // With the wal-index as it stood and without it.
      const beside = n % 2 === 0 ? ['', '-wal', '-shm', '.open', '.keys.json'] : ['', '-wal', '.open', '.keys.json'];
      for (const end of beside)
        if (existsSync(registerFile + end)) copyFileSync(registerFile + end, join(place, `register.db${end}`));
      frozen.push({ place, acknowledged: work.facts.length });
      process.kill(core.pid(), 'SIGCONT');
    }
    isBusy = false;
    await busy;
    await core.stop();

    let cameThrough = 0;
    for (const { place, acknowledged } of frozen) {
      const file = join(place, 'register.db');
      const torn = join(place, 'torn.db');
      const wal = `${file}-wal`;
      copyFileSync(file, torn);
      const bytes = existsSync(wal) ? readFileSync(wal) : Buffer.alloc(0);
      const came = checkAfterCut(file, desk.dataKeyHex(), work.facts, acknowledged);
      if (came) cameThrough += 1;
      writeFileSync(`${torn}-wal`, tornWal(bytes, came, random));
      checkAfterCut(torn, desk.dataKeyHex(), work.facts, acknowledged);
    }
    return { cuts: frozen.length * 2, acknowledged: work.facts.length, cameThrough };
  } finally {
    await desk.close();
  }
}

/** A `-wal` that lost bytes from its end, cut at any length or with garbage in its last sectors. */
function tornWal(bytes: Buffer, isLastUnanswered: boolean, random: () => number): Buffer {
  const ends = commitEnds(bytes);
  const safe = (isLastUnanswered ? ends.at(-2) : ends.at(-1)) ?? Math.min(32, bytes.length);
  const length = safe + Math.floor(random() * (bytes.length - safe + 1));
  if (random() < 0.5) return bytes.subarray(0, length);
  const torn = Buffer.from(bytes);
  for (let at = safe; at < torn.length; at++) {
    if (at % 512 === 0 && random() < 0.5) at += 511;
    else torn[at] = Math.floor(random() * 256);
  }
  return torn;
}

/** Where each transaction of the newest generation ends. https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
function commitEnds(wal: Buffer): readonly number[] {
  if (wal.length < 32) return [];
  const frame = 24 + wal.readUInt32BE(8);
  const salts = wal.subarray(16, 24);
  const ends: number[] = [];
  for (let at = 32; at + frame <= wal.length; at += frame) {
    if (!wal.subarray(at + 8, at + 16).equals(salts)) break;
    if (wal.readUInt32BE(at + 4) > 0) ends.push(at + frame);
  }
  return ends;
}
