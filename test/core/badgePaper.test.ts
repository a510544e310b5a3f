import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CodeSheetParts, printBadges } from '../../electron/app/printCodes.ts';
import { openDesk, pin, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
let folder: string;
let operatorId: string;
let lost: string;
beforeEach(async () => {
  desk = await openDesk();
  folder = mkdtempSync(join(tmpdir(), 'yiceda-badges-'));
  const enrolled = await desk.call('staff.enrol', { name: '王强', role: 'operator', pin } as never);
  operatorId = enrolled.operator.id;
  lost = enrolled.badge;
});
afterEach(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The real register; paper that is the document's own bytes and is spoiled at the n-th sheet made, from 1. */
function press(more: { readonly spoiledAt?: number; readonly problem?: string; readonly choose?: string | null } = {}) {
  let made = 0;
  const onPrinter: string[] = [];
  const parts: CodeSheetParts = {
    paper: {
      pdf: async (html) => {
        made += 1;
        if (made === more.spoiledAt) throw new Error('no sheet');
        return new TextEncoder().encode(html);
      },
      print: async (html) => {
        if (more.problem === undefined) onPrinter.push(html);
        return more.problem ?? null;
      },
      printers: async () => [],
    },
    core: {
      station: () => desk.reply('station.get', {} as never),
      personCards: (input) => desk.reply('people.cards', input as never),
      slip: (input) => desk.reply('slips.make', input as never),
      test: (testId) => desk.reply('tests.get', { testId } as never),
      badges: (input) => desk.reply('staff.badges', input),
      stickers: (batchId) => desk.reply('stickers.get', { batchId } as never),
    },
    chooseFile: async () => (more.choose === undefined ? join(folder, 'badges.pdf') : more.choose),
    log: () => undefined,
  };
  return { parts, onPrinter };
}

const ask = (to: 'file' | 'printer') => ({
  requestId: randomUUID() as string,
  operatorIds: [operatorId],
  renew: true,
  language: 'zh-CN' as const,
  to,
});

/** The badge as the register holds it now. */
async function current(): Promise<string> {
  const { badges } = await desk.call('staff.badges', { operatorIds: [operatorId], renew: false } as never);
  return badges[0]?.badge ?? '';
}

/** Sheets for the same people are alike if and only if the badges drawn on them are. */
const sheetOf = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('renewing badges onto paper', () => {
  it.each([
    ['no sheet can be made at all', { spoiledAt: 1 }, 'PRINT_FAILED'],
    ['the file dialog is closed', { choose: null }, 'CANCELLED'],
    ['the place cannot be written', { choose: '/nowhere/badges.pdf' }, 'PRINT_FAILED'],
  ])('renews nothing and leaves no file when %s', async (_what, how, code) => {
    const { parts } = press(how);
    expect(await printBadges(parts, ask('file'))).toMatchObject({ ok: false, error: { code } });
    expect(readdirSync(folder)).toEqual([]);
    expect(await current()).toBe(lost);
    expect((await desk.scan(lost)).operator?.id).toBe(operatorId);
  });

  it('a sheet that fails after the renewal leaves no file, and the same request prints that very badge', async () => {
    const input = ask('file');
    expect(await printBadges(press({ spoiledAt: 2 }).parts, input)).toMatchObject({
      ok: false,
      error: { code: 'PRINT_FAILED', retryable: true },
    });
    expect(readdirSync(folder)).toEqual([]);
    const renewed = await current();
    expect(renewed).not.toBe(lost);

    expect(await printBadges(press().parts, input)).toMatchObject({ ok: true });
    expect(await current()).toBe(renewed);
    expect(readdirSync(folder)).toEqual(['badges.pdf']);
    const printed = sheetOf('badges.pdf');
    await printBadges(press().parts, { ...ask('file'), renew: false });
    expect(sheetOf('badges.pdf')).toBe(printed);
    // Another request is another renewal.
    await printBadges(press().parts, ask('file'));
    expect(await current()).not.toBe(renewed);
    expect(sheetOf('badges.pdf')).not.toBe(printed);
  });

  it('a printer that fails is tried again with the same badge, or the badge is saved instead', async () => {
    const input = ask('printer');
    expect(await printBadges(press({ problem: 'offline' }).parts, input)).toMatchObject({
      ok: false,
      error: { code: 'PRINT_FAILED', params: { problem: 'offline' } },
    });
    const renewed = await current();
    expect(renewed).not.toBe(lost);
    const again = press();
    expect(await printBadges(again.parts, input)).toEqual({ ok: true, value: { path: null } });
    expect(await printBadges(again.parts, { ...input, to: 'file' })).toMatchObject({ ok: true });
    expect(again.onPrinter).toEqual([sheetOf('badges.pdf')]);
    expect(await current()).toBe(renewed);
    expect((await desk.scan(renewed)).operator?.id).toBe(operatorId);
  });
});
