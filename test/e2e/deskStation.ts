import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { Page } from 'playwright/test';
import { sampleExpiry, sampleKitCode, samplePerson } from '../../electron/core/practice/sample.ts';
import type { Language } from '../../shared/language.ts';
import type { Tone } from '../../shared/model/desk.ts';
import { localDay } from '../../shared/time.ts';
import { deskOf } from '../../tools/day/desk.ts';
import { focusWindowOf, shoot } from '../../tools/hosts/gun.ts';
import { windowTitle } from '../../tools/hosts/window.ts';
import { type LaunchedStation, type LaunchOptions, launchStation } from './launch.ts';

const run = promisify(execFile);
const zone = 'Asia/Shanghai';

/** The supervisor whom `openDesk` enrols. */
export const operatorOfTests = { name: 'Zhao Min', pin: '4711' } as const;

export type OpenDesk = LaunchedStation & { readonly desk: ReturnType<typeof deskOf> };

export const passphraseOfTests = 'only for this one test';

/** A register made by calls, the desk shown, the keyboard on its window. */
export async function openDesk(
  options: LaunchOptions & { readonly data?: 'sample' | 'empty' } = {},
): Promise<OpenDesk> {
  const station = await launchStation({ language: 'zh-CN', ...options });
  const { page } = station;
  const desk = deskOf(page);
  try {
    const { recoveryKey } = await desk.call('register.prepareKey', {});
    await desk.call('register.create', {
      requestId: randomUUID(),
      siteName: 'Xinjing 3',
      stationName: '1',
      zone,
      protection: 'passphrase',
      passphrase: passphraseOfTests,
      recoveryKeyRepeated: recoveryKey,
      operatorName: operatorOfTests.name,
      pin: operatorOfTests.pin,
      data: options.data ?? 'sample',
    });
    await page.reload();
    await page.locator('[data-stage="idle"]').waitFor();
    await focusWindowOf(windowTitle);
    return { ...station, desk };
  } catch (error) {
    await station.close();
    throw error;
  }
}

/** The n-th sample person, from 0: name and document number. */
export function person(n: number): { readonly name: string; readonly document: string } {
  const { name, documentNumber } = samplePerson(n);
  return { name, document: documentNumber ?? '' };
}

/** What the n-th sample kit's code reads, from 1. */
export function kit(n: number): string {
  return sampleKitCode(n, sampleExpiry(localDay(Date.now(), zone)));
}

type Gun = {
  /** Milliseconds a key. */
  readonly paceMs: number;
  readonly suffix: 'Return' | 'Tab';
};

/** The keys of several scans, one right after the other, of a gun that writes GS as Ctrl+]. */
export async function gun(codes: readonly string[], { paceMs, suffix }: Gun): Promise<void> {
  await shoot(codes, { paceMs, suffix: suffix === 'Tab' ? 'tab' : 'enter', gs: 'control' });
}

/** Types as a person does: with pauses that no gun makes. */
export async function typeByHand(text: string): Promise<void> {
  await run('xdotool', ['type', '--delay', '190', '--args', '1', text]);
}

/** Answers the next save dialogs as a person would, with this path. */
export async function answerDialogs(app: LaunchedStation['app'], filePath: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath: chosen })) as typeof dialog.showSaveDialog;
    dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [chosen] })) as typeof dialog.showOpenDialog;
  }, filePath);
}

type StageLook = { readonly tone: Tone; readonly background: string; readonly verdict: string };

/** What can be seen of the stage from across the room: its tone, its ground, the colour of its word. */
export async function lookOfStage(page: Page): Promise<StageLook> {
  return page.locator('[data-stage]').evaluate((stage) => ({
    tone: (stage.getAttribute('data-tone') ?? '') as Tone,
    background: getComputedStyle(stage).backgroundColor,
    verdict: getComputedStyle(stage.querySelector('h1') ?? stage).color,
  }));
}

type TallyTerm = 'negative' | 'positive' | 'invalid' | 'pending' | 'void' | 'registered';

/** The day's figures as they are painted. */
export async function paintedTally(page: Page): Promise<Record<TallyTerm, number>> {
  const terms = await page
    .locator('[data-term]')
    .evaluateAll((elements) =>
      elements.map((element) => [
        element.getAttribute('data-term') ?? '',
        Number(element.querySelector('dd')?.textContent ?? Number.NaN),
      ]),
    );
  return Object.fromEntries(terms) as Record<TallyTerm, number>;
}

/** The words of the stage, without needless blanks. */
export async function wordsOfStage(page: Page): Promise<string> {
  return ((await page.locator('[data-stage]').textContent()) ?? '').replaceAll(/\s+/g, ' ');
}

/** The screens of the rail by their names in each language, in the order in which they stand. */
export const screenNames: Readonly<Record<Language, readonly string[]>> = {
  'zh-CN': ['工作台', '人员', '轮次', '试剂', '结果', '随访', '今日', '同步', '扫码枪', '设置'],
  en: ['Desk', 'People', 'Rounds', 'Kits', 'Results', 'Follow-ups', 'Today', 'Sync', 'Scanners', 'Settings'],
};

export async function goToScreen(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name, exact: true }).click();
}
