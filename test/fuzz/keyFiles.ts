import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { openNodeCore } from '../../tools/hosts/core.ts';
import { openDesk } from '../core/openDesk.ts';
import { type FuzzRun, inputLimitMs } from './measure.ts';
import { mutated } from './schemaInputs.ts';
import { treeOf } from './tree.ts';

/**
 * Key files that something happened to, beside a real register: what opens, opens by the right key; nothing else does,
 * nothing breaks, and the register's own bytes stay as they are. Answers how often each outcome came.
 */
export async function fuzzKeyFiles({ seed, runs }: FuzzRun): Promise<ReadonlyMap<string, number>> {
  const desk = await openDesk();
  await desk.core().close();
  const keyFile = `${desk.registerFile}.keys.json`;
  const right = readFileSync(keyFile, 'utf8');
  const hashOf = (): string => createHash('sha256').update(readFileSync(desk.registerFile)).digest('hex');
  const outcomes = new Map<string, number>();
  const good: fc.Arbitrary<unknown> = fc.constant(JSON.parse(right) as unknown);
  const base64 = fc.constantFrom('', 'AA==', 'A', '====', 'é', 'x'.repeat(70_000), Buffer.alloc(16).toString('base64'));
  const sealed = fc.record({ nonce: base64, box: base64 });
  const resealed = sealed.map((box) => {
    const file = JSON.parse(right) as { wraps: { recovery: { sealed: unknown } } };
    file.wraps.recovery.sealed = box;
    return file;
  });
  const contents = fc.oneof(
    { weight: 3, arbitrary: mutated(good).map(textOf) },
    { weight: 3, arbitrary: resealed.map(textOf) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.nat(), fc.nat({ max: 255 })).map(([at, byte]) => {
        const bytes = Buffer.from(right);
        bytes[at % bytes.length] = byte;
        return bytes.toString('latin1');
      }),
    },
    { weight: 1, arbitrary: fc.nat().map((at) => right.slice(0, at % right.length)) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', 'null', '[]', '{"version":1}', '['.repeat(100_000), ' '.repeat(1_000_000)),
    },
    { weight: 1, arbitrary: fc.constant(right) },
  );
  const before = treeOf(desk.folder).map((line) => line.split(' ')[0]);
  try {
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        writeFileSync(keyFile, content);
        const hash = hashOf();
        const startedMs = performance.now();
        const logged: string[] = [];
        const core = await openNodeCore({
          registerFile: desk.registerFile,
          log: (event, fields) => logged.push(JSON.stringify({ event, ...fields })),
        });
        const shown = await core.dispatch('station.get', {});
        if (!shown.ok) throw new Error(`station.get: ${JSON.stringify(shown.error)}`);
        const opened = await core.dispatch('register.unlock', { recoveryKey: desk.recoveryKey });
        await core.close();
        const outcome = opened.ok ? 'open' : opened.error.code;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        if (outcome === 'INTERNAL') throw new Error(`a bug: ${logged.join('\n')}`);
        if (!opened.ok && hashOf() !== hash) throw new Error(`${outcome}, and the register was written to`);
        if (performance.now() - startedMs > inputLimitMs) throw new Error('a key file without end');
      }),
      { seed, numRuns: runs },
    );
    const strays = treeOf(desk.folder)
      .map((line) => line.split(' ')[0] ?? '')
      .filter((name) => !before.includes(name) && !/^register\.db(-wal|-shm)?$/.test(name));
    if (strays.length > 0) throw new Error(`files beside the register: ${strays.join(', ')}`);
    if (!existsSync(desk.registerFile)) throw new Error('the register is gone');
    return outcomes;
  } finally {
    writeFileSync(keyFile, right);
    await desk.close();
  }
}

/** What is no JSON is written as it is shown. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return '{';
  }
}
