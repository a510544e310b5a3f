import type { DiskStep } from './trace.ts';

/** The unit that a disk writes whole or not at all, in bytes. */
const sector = 512;

type Unsynced = Extract<DiskStep, { kind: 'write' | 'truncate' }>;
type DiskFile = { durable: Buffer; unsynced: Unsynced[] };

/** How a power cut treats what was written and not yet flushed. */
export type Cut = 'lost' | 'kept' | 'firstPart' | 'anySectors';
export const cuts: readonly Cut[] = ['lost', 'kept', 'firstPart', 'anySectors'];

/**
 * A disk that holds back what was not flushed, as a real one may: what was flushed is there after a power cut; of the rest
 * nothing, all, the first part, or any sectors in any order.
 */
export function simulatedDisk(start: ReadonlyMap<string, Buffer>) {
  const files = new Map<string, DiskFile>();
  for (const [name, bytes] of start) files.set(name, { durable: Buffer.from(bytes), unsynced: [] });

  const fileOf = (name: string): DiskFile => {
    const found = files.get(name);
    if (found !== undefined) return found;
    const fresh = { durable: Buffer.alloc(0), unsynced: [] };
    files.set(name, fresh);
    return fresh;
  };

  return {
    take: (step: DiskStep): void => {
      if (step.kind === 'remove') {
        files.delete(step.file);
        return;
      }
      const file = fileOf(step.file);
      if (step.kind !== 'sync') {
        file.unsynced.push(step);
        return;
      }
      for (const each of file.unsynced.splice(0)) file.durable = applied(file.durable, each);
    },
    /** What a new start would find after the power went at this moment. */
    afterCut: (cut: Cut, random: () => number): ReadonlyMap<string, Buffer> => {
      const found = new Map<string, Buffer>();
      for (const [name, { durable, unsynced }] of files) {
        let image: Buffer = Buffer.from(durable);
        const kept = cut === 'firstPart' ? Math.floor(random() * (unsynced.length + 1)) : unsynced.length;
        for (const [at, step] of unsynced.entries()) {
          if (cut === 'lost' || at > kept) break;
          if (step.kind === 'truncate') {
            if (cut === 'kept' || random() < 0.5) image = applied(image, step);
            continue;
          }
          if (cut === 'kept' || at < kept) {
            if (cut !== 'anySectors') image = applied(image, step);
            else image = inSectors(image, step, random);
          } else image = inSectors(image, step, random);
        }
        found.set(name, image);
      }
      return found;
    },
  };
}

function applied(image: Buffer, step: Unsynced): Buffer {
  if (step.kind === 'truncate') {
    if (step.length <= image.length) return Buffer.from(image.subarray(0, step.length));
    return Buffer.concat([image, Buffer.alloc(step.length - image.length)]);
  }
  const at = step.at < 0 ? image.length : step.at;
  const end = at + step.bytes.length;
  const next = end > image.length ? Buffer.concat([image, Buffer.alloc(end - image.length)]) : image;
  step.bytes.copy(next, at);
  return next;
}

/** Of one write, sector by sector, what chance left. */
function inSectors(image: Buffer, step: Extract<Unsynced, { kind: 'write' }>, random: () => number): Buffer {
  const at = step.at < 0 ? image.length : step.at;
  let next = image;
  for (let from = at; from < at + step.bytes.length; ) {
    const to = Math.min(at + step.bytes.length, (Math.floor(from / sector) + 1) * sector);
    if (random() < 0.5)
      next = applied(next, { kind: 'write', file: '', at: from, bytes: step.bytes.subarray(from - at, to - at) });
    from = to;
  }
  return next;
}
