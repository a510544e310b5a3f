import { describe, expect, it } from 'vitest';
import { completeLock, systemOf } from '../../../scripts/completeLock.mjs';

describe('systemOf', () => {
  it.each([
    ['@biomejs/cli-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
    ['@swc/core-win32-x64-msvc', { os: ['win32'], cpu: ['x64'] }],
    ['@swc/core-linux-x64-gnu', { os: ['linux'], cpu: ['x64'], libc: ['glibc'] }],
    ['@oxc-parser/binding-linux-arm-musleabihf', { os: ['linux'], cpu: ['arm'], libc: ['musl'] }],
    ['@oxc-parser/binding-android-arm-eabi', { os: ['android'], cpu: ['arm'] }],
  ])('%s', (name, system) => {
    expect(systemOf(name)).toEqual(system);
  });

  it('does not guess', () => {
    expect(systemOf('fsevents')).toBeUndefined();
    expect(systemOf('@rolldown/binding-wasm32-wasi')).toBeUndefined();
  });
});

describe('completeLock', () => {
  const lock = () => ({
    packages: {
      'node_modules/tool': {
        version: '2.0.0',
        dev: true,
        optionalDependencies: { 'tool-linux-x64': '2.0.0', 'tool-win32-x64': '2.0.0', 'tool-darwin-x64': '^2.0.0' },
      },
      'node_modules/tool-linux-x64': { version: '2.0.0', integrity: 'sha512-x' },
    } as Record<string, { version: string; dev?: boolean; optionalDependencies?: Record<string, string> }>,
  });

  it('enters what is missing, and only exact versions', () => {
    const changed = lock();
    expect(completeLock(changed)).toEqual(['tool-win32-x64']);
    expect(changed.packages['node_modules/tool-win32-x64']).toEqual({
      version: '2.0.0',
      dev: true,
      optional: true,
      os: ['win32'],
      cpu: ['x64'],
    });
    expect(changed.packages['node_modules/tool-linux-x64']).toEqual({ version: '2.0.0', integrity: 'sha512-x' });
  });

  it('has nothing to do a second time', () => {
    const changed = lock();
    completeLock(changed);
    expect(completeLock(changed)).toEqual([]);
  });

  it('puts another version beside its parent', () => {
    const changed = lock();
    changed.packages['node_modules/tool-win32-x64'] = { version: '1.0.0' };
    completeLock(changed);
    expect(changed.packages['node_modules/tool-win32-x64']?.version).toBe('1.0.0');
    expect(changed.packages['node_modules/tool/node_modules/tool-win32-x64']?.version).toBe('2.0.0');
  });
});
