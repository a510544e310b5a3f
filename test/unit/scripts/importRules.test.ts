import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../scripts/setup/places.mjs';

/** A small program that breaks the rules in known places; each line is `from -> to`, `type` marks a type-only import. */
const allowed = [
  'electron/main.ts -> electron/app/window.ts',
  'electron/app/coreProcess.ts -> electron/core/createCore.ts',
  'electron/core/createCore.ts -> electron/db/open.ts',
  'electron/core/createCore.ts -> shared/contract.ts',
  'electron/db/open.ts -> shared/contract.ts',
  'electron/db/open.ts -> node:fs',
  'electron/core/createCore.ts -> handover/hpke.ts',
  'central/main.ts -> handover/hpke.ts',
  'handover/hpke.ts -> shared/contract.ts',
  'handover/hpke.ts -> node:fs',
  'electron/preload.ts -> shared/contract.ts',
  'renderer/main.tsx -> shared/contract.ts',
  'central/main.ts -> shared/contract.ts',
  'tools/codes.ts -> electron/core/createCore.ts',
  'tools/codes.ts -> node:fs',
];
const forbidden = [
  'shared/contract.ts -> node:fs',
  'shared/contract.ts -> handover/hpke.ts',
  'handover/hpke.ts -> central/main.ts',
  'renderer/main.tsx -> handover/hpke.ts',
  'shared/contract.ts -> electron/core/types.ts type',
  'electron/db/open.ts -> electron/core/types.ts type',
  'electron/core/createCore.ts -> electron/app/log.ts',
  'electron/app/window.ts -> electron/core/types.ts type',
  'electron/app/window.ts -> electron/db/open.ts',
  'electron/app/coreProcess.ts -> electron/db/open.ts',
  'electron/preload.ts -> node:path',
  'electron/preload.ts -> electron/app/log.ts',
  'renderer/main.tsx -> node:fs',
  'renderer/main.tsx -> electron/core/types.ts type',
  'central/main.ts -> electron/core/types.ts',
  'central/main.ts -> renderer/App.tsx',
  'tools/codes.ts -> renderer/App.tsx',
  'tools/codes.ts -> electron/app/log.ts',
];
const circles = ['central/one.ts -> central/two.ts', 'central/two.ts -> central/one.ts type'];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

let base: string;
let violations: readonly Violation[];

function writeProgram(): void {
  const sources = new Map<string, string[]>();
  let count = 0;
  for (const line of [...allowed, ...forbidden, ...circles]) {
    const [from = '', , to = '', kind] = line.split(' ');
    const target = to.startsWith('node:') ? to : `./${path.posix.relative(path.posix.dirname(from), to)}`;
    count += 1;
    const what = kind === 'type' ? `import type { T as T${count} }` : `import { v as v${count} }`;
    const reexport = kind === 'type' ? `export type { T${count} };` : `export { v${count} };`;
    sources.set(from, [...(sources.get(from) ?? []), `${what} from '${target}'; ${reexport}`]);
    if (!to.startsWith('node:') && !sources.has(to)) sources.set(to, []);
  }
  for (const [name, lines] of sources) {
    const file = path.join(base, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${lines.join('\n')}\nexport type T = string;\nexport const v = 1;\n`);
  }
}

beforeAll(async () => {
  base = mkdtempSync(path.join(os.tmpdir(), 'yiceda-rules-'));
  for (const name of ['.dependency-cruiser.cjs', 'package.json']) cpSync(path.join(root, name), path.join(base, name));
  writeProgram();
  const cli = path.join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
  const output = await new Promise<string>((resolve) => {
    const args = [cli, '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
    const folders = ['shared', 'handover', 'electron', 'renderer', 'central', 'tools'];
    execFile(process.execPath, [...args, ...folders], { cwd: base, maxBuffer: 1 << 24 }, (_error, stdout) => {
      resolve(stdout);
    });
  });
  violations = (JSON.parse(output) as { summary: { violations: readonly Violation[] } }).summary.violations;
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

function broken(rule: string): string[] {
  return violations.filter((each) => each.rule.name === rule).map((each) => `${each.from} -> ${each.to}`);
}

const bare = (line: string) => line.replace(/ type$/, '').replace('node:', '');

describe('the import rules', () => {
  it('refuse exactly what the table does not allow, type-only imports included', () => {
    expect(broken('not-in-allowed').sort()).toEqual(forbidden.map(bare).sort());
  });

  it('refuse circles, also those closed by a type', () => {
    expect(broken('no-circles')).toContain('central/one.ts -> central/two.ts');
  });

  it('have nothing to say beside that', () => {
    const rules = new Set(violations.map((each) => each.rule.name));
    expect([...rules].sort()).toEqual(['no-circles', 'not-in-allowed']);
  });
});
