import { describe, expect, it } from 'vitest';
import { closingLine, countDay, countPlaywright, countVitest, total } from '../../../scripts/tests/counts.mjs';

const file = (status: string, tests: readonly string[], name = 'a.test.ts') => ({
  name,
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe('countVitest', () => {
  it('counts what passed', () => {
    expect(countVitest({ testResults: [file('passed', ['passed', 'passed'])] }, 0)).toEqual({
      passed: 2,
      failed: 0,
      remarks: [],
    });
  });

  it('counts skipped and todo tests as failures, and names the file', () => {
    const counts = countVitest({ testResults: [file('passed', ['passed', 'skipped', 'todo', 'pending'])] }, 0);
    expect(counts).toMatchObject({ passed: 1, failed: 3 });
    expect(counts.remarks.join()).toContain('3 skipped in a.test.ts');
  });

  it('counts a file that could not be loaded', () => {
    const counts = countVitest({ testResults: [file('passed', ['passed']), file('failed', [], 'b.test.ts')] }, 1);
    expect(counts).toMatchObject({ passed: 1, failed: 1 });
    expect(counts.remarks.join()).toContain('b.test.ts');
  });

  it('does not count a file a second time when its tests failed', () => {
    expect(countVitest({ testResults: [file('failed', ['failed', 'passed'])] }, 1)).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  it('says at the end which tests failed, and the first lines of why', () => {
    const failed = {
      status: 'failed',
      fullName: 'a rule that holds',
      failureMessages: [`\u001b[31mexpected 1 to be 2\u001b[39m\n\n${'    at somewhere\n'.repeat(40)}`],
    };
    const { remarks } = countVitest({ testResults: [{ ...file('failed', []), assertionResults: [failed] }] }, 1);
    expect(remarks).toHaveLength(1);
    expect(remarks[0]).toContain('a.test.ts › a rule that holds\n      expected 1 to be 2\n');
    expect(remarks[0]?.split('\n').length).toBeLessThan(10);
  });

  it('counts a runner that ended badly although every test passed', () => {
    expect(countVitest({ testResults: [file('passed', ['passed'])] }, 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  it.each([
    ['no test', { testResults: [] }, 0],
    ['no test and a bad end', { testResults: [] }, 1],
    ['no report', undefined, 0],
    ['a report of another shape', { numPassedTests: 5 }, 0],
    ['null', null, 0],
  ])('counts %s as one failure', (_what, report, code) => {
    expect(countVitest(report, code)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('countPlaywright', () => {
  it('counts skipped and flaky tests and errors outside of tests as failures', () => {
    const report = { stats: { expected: 5, skipped: 1, unexpected: 2, flaky: 1 }, errors: [{ message: 'x' }] };
    expect(countPlaywright(report, 1)).toMatchObject({ passed: 5, failed: 5 });
  });

  it('says at the end which tests failed, at whatever depth they stand', () => {
    const spec = (title: string, ok: boolean) => ({
      title,
      ok,
      file: 'b.test.ts',
      tests: [{ results: [ok ? {} : { error: { message: 'it never came' } }] }],
    });
    const report = {
      stats: { expected: 1, unexpected: 2 },
      errors: [],
      suites: [{ specs: [spec('first', false)], suites: [{ specs: [spec('second', true), spec('third', false)] }] }],
    };
    const { remarks } = countPlaywright(report, 1);
    expect(remarks.map((remark) => remark.split('\n').map((line) => line.trim()))).toEqual([
      ['test/e2e/b.test.ts › first', 'it never came'],
      ['test/e2e/b.test.ts › third', 'it never came'],
    ]);
  });

  it('is green only when everything passed', () => {
    const report = { stats: { expected: 3, skipped: 0, unexpected: 0, flaky: 0 }, errors: [] };
    expect(countPlaywright(report, 0)).toEqual({ passed: 3, failed: 0, remarks: [] });
    expect(countPlaywright(report, 1)).toMatchObject({ passed: 3, failed: 1 });
  });

  it('counts no test and no report as one failure', () => {
    expect(countPlaywright({ stats: { expected: 0, skipped: 0 }, errors: [] }, 0)).toMatchObject({ failed: 1 });
    expect(countPlaywright(undefined, 0)).toMatchObject({ failed: 1 });
  });
});

describe('countDay', () => {
  it('passes on a last line whose figures balance', () => {
    expect(countDay('working\n{"bound":200,"balanced":true}\n', 0)).toMatchObject({ passed: 1, failed: 0 });
  });

  it.each([
    ['a bad end', '{"balanced":true}\n', 1],
    ['no output', '', 0],
    ['figures that do not balance', '{"balanced":false}\n', 0],
    ['a balance that is only said to be true', '{"balanced":"true"}\n', 0],
    ['figures that are not the last line', '{"balanced":true}\nbye\n', 0],
    ['null', 'null\n', 0],
  ])('fails on %s', (_what, output, code) => {
    expect(countDay(output, code)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('the closing line', () => {
  it('sums all suites', () => {
    const all = total([
      { passed: 4, failed: 0, remarks: [] },
      { passed: 10, failed: 2, remarks: ['2 skipped'] },
    ]);
    expect(closingLine(all)).toBe('14 passed, 2 failed');
    expect(all.remarks).toEqual(['2 skipped']);
    expect(closingLine(total([]))).toBe('0 passed, 0 failed');
  });
});
