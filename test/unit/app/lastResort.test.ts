import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const name = '欧阳娜娜';
const document = '319900196602010017';
const source = path.resolve(import.meta.dirname, '../../../electron/app/lastResort.ts');

/** A process that breaks in this way, with or without the last resort. */
function broken(how: string, isGuarded: boolean) {
  const guard = `import { tellOnlyWhere } from ${JSON.stringify(source)};
    tellOnlyWhere(process, (fields) => process.stdout.write(JSON.stringify(fields)));`;
  const script = `${isGuarded ? guard : ''}
    const error = Object.assign(new TypeError('${name} ${document}'), { person: '${name}' });
    ${how}
    setTimeout(() => process.exit(0), 5_000);`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

describe('what a process says when something breaks that nobody caught', () => {
  it.each([
    ['an exception in a timer', 'setTimeout(() => { throw error; }, 1);'],
    ['a promise', 'void Promise.reject(error);'],
    ['a value that is no error', `setTimeout(() => { throw '${name} ${document}'; }, 1);`],
  ])('%s: where it was, never what it was about', (_name, how) => {
    const bare = broken(how, false);
    // Node's own words do quote it: that is what this is for.
    expect(bare.stderr).toContain(document);
    const told = broken(how, true);
    expect(told.status).toBe(70);
    expect(told.stderr).toBe('');
    expect(JSON.parse(told.stdout)).toMatchObject({ kind: expect.stringMatching(/^(TypeError|string)$/) });
    expect(told.stdout).not.toMatch(new RegExp(`${name}|${document}`));
  });
});
