import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AppHandlers, answerCall, type CallParts } from '../../../electron/app/calls.ts';
import { createChosenPaths } from '../../../electron/app/chosenPaths.ts';
import { type CoreMethod, contract, coreContract, type Method } from '../../../shared/contract.ts';
import { ok } from '../../../shared/errors.ts';
import { hostileInputs } from './hostileInputs.ts';
import { nowhere, sampleInputs } from './sampleInputs.ts';

const methods = Object.keys(contract) as Method[];

/** Records what got through; handlers answer what they were given. */
function recorder() {
  const reached: { method: string; input: unknown }[] = [];
  const logged: { event: string; fields: unknown }[] = [];
  const appHandlers = new Proxy({} as AppHandlers, {
    get: (_target, method) => async (input: unknown) => {
      reached.push({ method: String(method), input });
      return ok(input);
    },
  });
  const paths = createChosenPaths();
  const parts: CallParts = {
    appHandlers,
    core: async (method, input) => {
      reached.push({ method, input });
      return ok(input);
    },
    paths,
    log: (event, fields) => logged.push({ event, fields }),
    newId: () => 'id-1',
  };
  return { parts, reached, logged, paths };
}

describe('answerCall', () => {
  it('the samples name no place that there is: tests give them to core, which writes where it is told', () => {
    expect(existsSync(path.dirname(nowhere))).toBe(false);
    for (const [method, input] of Object.entries(sampleInputs)) {
      const places = Object.entries(input).filter(([, value]) => typeof value === 'string' && path.isAbsolute(value));
      for (const [key, value] of places) expect(value, `${method}.${key}`).toMatch(/^\/no-such-folder/);
    }
  });

  it.each(methods)('%s takes its sample, with defaults filled in', async (method) => {
    const { parts, reached, paths } = recorder();
    paths.chosenToRead(nowhere);
    paths.chosenToWrite(nowhere);
    const reply = await answerCall(parts, method, sampleInputs[method]);
    expect(reply.ok).toBe(true);
    expect(reached).toEqual([{ method, input: contract[method].input.parse(sampleInputs[method]) }]);
  });

  it.each(methods)('%s refuses every hostile input before any handler', async (method) => {
    for (const { what, input, problem } of hostileInputs(method)) {
      const { parts, reached } = recorder();
      const reply = await answerCall(parts, method, input);
      expect(reply, `${method} with ${what}`).toMatchObject({
        ok: false,
        error: { code: 'INVALID_INPUT', retryable: false },
      });
      if (problem !== undefined && !reply.ok)
        expect(reply.error.params['problem'], `${method} with ${what}`).toBe(problem);
      expect(reached, `${method} with ${what}`).toEqual([]);
    }
    expect(({} as Record<string, unknown>)['owned']).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    1,
    {},
    [],
    '',
    'desk',
    'desk.nothing',
    'toString',
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'DESK.GET',
    'desk.get ',
    ['desk.get'],
  ])('knows no method %j', async (method) => {
    const { parts, reached } = recorder();
    expect(await answerCall(parts, method, {})).toEqual({
      ok: false,
      error: { code: 'UNKNOWN_METHOD', params: {}, retryable: false },
    });
    expect(reached).toEqual([]);
  });

  it('never repeats a value in what it says was wrong', async () => {
    const { parts } = recorder();
    const reply = await answerCall(parts, 'tests.get', { testId: 'x', '张三 310104198002291236': 1 });
    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'INVALID_INPUT', params: { path: '?', problem: 'unknown key' } },
    });
  });

  it('lets no call of core through with a path that no dialog gave out', async () => {
    const { parts, reached } = recorder();
    const withPath = (Object.keys(coreContract) as CoreMethod[]).filter((method) => 'path' in sampleInputs[method]);
    expect(withPath).toEqual(
      expect.arrayContaining(['imports.preview', 'exports.people', 'exports.tests', 'exports.notTested']),
    );
    for (const method of withPath)
      expect(await answerCall(parts, method, sampleInputs[method]), method).toMatchObject({
        error: { code: 'FILE_NOT_CHOSEN' },
      });
    expect(reached).toEqual([]);
  });

  it('reads and writes only files that a dialog gave out, each for its own purpose', async () => {
    const { parts, paths, reached } = recorder();
    const preview = { importId: 'one', kind: 'roster', path: '/home/a/roster.csv' };
    const faults = { importId: 'one', path: '/home/a/faults.csv', language: 'zh-CN' };
    const refused = { ok: false, error: { code: 'FILE_NOT_CHOSEN', params: {}, field: 'path', retryable: false } };
    expect(await answerCall(parts, 'imports.preview', preview)).toEqual(refused);
    expect(await answerCall(parts, 'imports.saveFaults', faults)).toEqual(refused);
    paths.chosenToRead('/home/a/faults.csv');
    paths.chosenToWrite('/home/a/roster.csv');
    expect(await answerCall(parts, 'imports.preview', preview)).toEqual(refused);
    expect(await answerCall(parts, 'imports.saveFaults', faults)).toEqual(refused);
    paths.chosenToRead('/home/a/roster.csv');
    paths.chosenToWrite('/home/a/faults.csv');
    expect((await answerCall(parts, 'imports.preview', preview)).ok).toBe(true);
    expect((await answerCall(parts, 'imports.saveFaults', faults)).ok).toBe(true);
    expect(await answerCall(parts, 'imports.preview', { ...preview, path: '/home/a/../a/roster.csv' })).toEqual(
      refused,
    );
    expect(reached).toHaveLength(2);
  });

  it('turns a bug into INTERNAL, with an id that finds it, and without the message', async () => {
    const { parts, logged } = recorder();
    const broken: CallParts = {
      ...parts,
      core: async () => {
        throw new TypeError('cannot read 张三 of undefined');
      },
    };
    expect(await answerCall(broken, 'desk.get', {})).toEqual({
      ok: false,
      error: { code: 'INTERNAL', params: { id: 'id-1' }, retryable: false },
    });
    expect(logged).toHaveLength(1);
    expect(JSON.stringify(logged)).toContain('TypeError');
    expect(JSON.stringify(logged)).toContain('id-1');
    expect(JSON.stringify(logged)).not.toContain('张三');
  });
});
