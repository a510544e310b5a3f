import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { safeFileName } from '../../../electron/app/fileName.ts';
import { type PrintParts, printDaySummary, printRecoverySheet } from '../../../electron/app/print.ts';
import { fail, ok } from '../../../shared/errors.ts';
import { usualDay } from './sheetSamples.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-print-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const input = {
  requestId: '0190b8a0-0000-7000-8000-000000000001',
  day: '2022-04-10',
  language: 'zh-CN',
  to: 'file',
} as const;

/** Paper that is the document's own bytes, and a core that counts copies a request. */
function press(
  more: { readonly choose?: string | null; readonly printer?: string | null; readonly broken?: boolean } = {},
) {
  const counted: string[] = [];
  const suggested: string[] = [];
  const printed: string[] = [];
  const parts: PrintParts = {
    paper: {
      pdf: async (html) => {
        if (more.broken === true) throw new Error('no');
        return new TextEncoder().encode(html);
      },
      print: async (html) => {
        printed.push(html);
        return more.printer ?? null;
      },
      printers: async () => [],
    },
    core: {
      station: async () => fail('REGISTER_LOCKED'),
      destruction: async () => fail('REGISTER_LOCKED'),
      rounds: async () => fail('REGISTER_LOCKED'),
      notTested: async () => fail('REGISTER_LOCKED'),
      recall: async () => fail('REGISTER_LOCKED'),
      trace: async () => fail('REGISTER_LOCKED'),
      tests: async () => fail('REGISTER_LOCKED'),
      organisations: async () => fail('REGISTER_LOCKED'),
      figures: async () => fail('REGISTER_LOCKED'),
      summary: async () => ok(usualDay),
      signAudit: async () => ok({ head: { seq: 1234, day: '2022-04-10', fingerprint: '4f2a 9c1b 77d0 e3a5' } }),
      countCopy: async ({ requestId }) => {
        if (!counted.includes(requestId)) counted.push(requestId);
        return ok({ copy: usualDay.copiesPrinted + 1 + counted.indexOf(requestId) });
      },
    },
    chooseFile: async (name) => {
      suggested.push(name);
      return more.choose === undefined ? path.join(folder, 'day.pdf') : more.choose;
    },
    nowAtMs: () => 0,
    log: () => undefined,
  };
  const open: PrintParts = {
    ...parts,
    core: {
      ...parts.core,
      station: async () =>
        ok({
          phase: 'ready',
          refusal: null,
          registerFile: '',
          keychainAvailable: false,
          unlockBy: [],
          keychainLost: false,
          work: null,
          site: { siteName: 'x', stationName: 'y', zone: 'Asia/Shanghai' },
          operator: null,
          testClock: false,
          nowAtMs: 0,
        }),
    },
  };
  return { parts: open, locked: parts, counted, suggested, printed };
}

describe('printing the day', () => {
  it('saves the paper with the number that core gave', async () => {
    const { parts, suggested } = press();
    expect(await printDaySummary(parts, input)).toEqual(
      ok({ path: path.join(folder, 'day.pdf'), copy: 2, sha256: usualDay.sha256 }),
    );
    expect(suggested).toEqual(['疫测达日报-2022-04-10-2.pdf']);
    expect(readFileSync(path.join(folder, 'day.pdf'), 'utf8')).toContain('第 2 份');
    expect(readFileSync(path.join(folder, 'day.pdf'), 'utf8')).toMatch(/第 1234 条.*4f2a 9c1b 77d0 e3a5/);
    expect(readdirSync(folder)).toEqual(['day.pdf']);
  });

  it('prints the right number when another copy came between, and the same one for the same request', async () => {
    const { parts } = press();
    const other = { ...input, requestId: '0190b8a0-0000-7000-8000-000000000002' };
    await printDaySummary(parts, input);
    const first = createHash('sha256')
      .update(readFileSync(path.join(folder, 'day.pdf')))
      .digest('hex');
    expect(await printDaySummary(parts, other)).toMatchObject({ ok: true, value: { copy: 3 } });
    expect(readFileSync(path.join(folder, 'day.pdf'), 'utf8')).toContain('第 3 份');
    expect(readFileSync(path.join(folder, 'day.pdf'), 'utf8')).not.toContain('第 2 份');
    expect(await printDaySummary(parts, input)).toMatchObject({ ok: true, value: { copy: 2 } });
    expect(
      createHash('sha256')
        .update(readFileSync(path.join(folder, 'day.pdf')))
        .digest('hex'),
    ).toBe(first);
  });

  it.each([
    ['the dialog is closed', { choose: null }, 'CANCELLED'],
    ['the place cannot be written', { choose: '/nowhere/day.pdf' }, 'PRINT_FAILED'],
    ['the paper cannot be made', { broken: true }, 'PRINT_FAILED'],
  ])('takes no number when %s', async (_what, how, code) => {
    const { parts, counted } = press(how);
    expect(await printDaySummary(parts, input)).toMatchObject({ ok: false, error: { code } });
    expect(counted).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves no half file when core refuses the number', async () => {
    const { parts } = press();
    const refusing = {
      ...parts,
      core: { ...parts.core, countCopy: async () => fail('CORE_RESTARTING', {}, { retryable: true }) },
    };
    expect(await printDaySummary(refusing, input)).toMatchObject({
      ok: false,
      error: { code: 'CORE_RESTARTING', retryable: true },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says what the printer said', async () => {
    const good = press();
    expect(await printDaySummary(good.parts, { ...input, to: 'printer' })).toEqual(
      ok({ path: null, copy: 2, sha256: usualDay.sha256 }),
    );
    expect(good.printed[0]).toContain('第 2 份');
    expect(good.suggested).toEqual([]);
    const bad = press({ printer: 'Invalid deviceName provided' });
    expect(await printDaySummary(bad.parts, { ...input, to: 'printer' })).toMatchObject({
      ok: false,
      error: { code: 'PRINT_FAILED', params: { problem: 'Invalid deviceName provided' } },
    });
  });

  it('prints nothing of a locked register, but the recovery sheet of one that is being set up', async () => {
    const { locked } = press();
    expect(await printDaySummary(locked, input)).toMatchObject({ ok: false, error: { code: 'REGISTER_LOCKED' } });
    expect(existsSync(path.join(folder, 'day.pdf'))).toBe(false);
    const recovery = { recoveryKey: 'YR7K-2M9Q', siteName: 'x', language: 'en', to: 'file' } as const;
    expect(await printRecoverySheet(locked, recovery)).toEqual(ok({ path: path.join(folder, 'day.pdf') }));
    expect(readFileSync(path.join(folder, 'day.pdf'), 'utf8')).toContain('2M9Q');
  });
});

describe('safeFileName', () => {
  it.each([
    ['../../etc/passwd', '-..-etc-passwd'],
    ['a:b*c?.csv', 'a-b-c-.csv'],
    ['', '-'],
    ['...', '-'],
    ['名册 错误.csv', '名册 错误.csv'],
    ['a\u0000b\n', 'a-b-'],
    ['a\u202Efdp.exe', 'afdp.exe'],
    ['a\u0085b\u200Bc', 'a-bc'],
    ['x\uD800', 'x-'],
    ['CON', '-CON'],
    ['nul.csv', '-nul.csv'],
    [`${'a'.repeat(59)} .csv`, 'a'.repeat(59)],
  ])('makes %j %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });
});
