import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { claim } from '../../../scripts/services/claim.mjs';
import { root } from '../../../scripts/setup/places.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-claim-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('claim', () => {
  it('has one holder at a time', async () => {
    const first = await claim(folder);
    expect(first).toBeDefined();
    expect(await claim(folder)).toBeUndefined();
    const other = await claim(path.join(folder, 'another'));
    expect(other).toBeDefined();
    await other?.release();
    await first?.release();
    const again = await claim(folder);
    expect(again).toBeDefined();
    await again?.release();
  });

  it('is free again after its holder was killed', async () => {
    const module = JSON.stringify(path.join(root, 'scripts', 'services', 'claim.mjs'));
    const script = `import(${module}).then(async ({ claim }) => {
      const held = await claim(${JSON.stringify(folder)});
      process.stdout.write(held ? 'held' : 'refused');
      setInterval(() => {}, 1000);
    });`;
    const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(holder.stdout, 'data');
    expect(String(said)).toBe('held');
    expect(await claim(folder)).toBeUndefined();
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const held = await claim(folder);
    expect(held).toBeDefined();
    await held?.release();
  });
});
