import type { Page } from 'playwright';
import type { CoreMethod, Input, Output } from '../../shared/contract.ts';
import type { StageKind } from '../../shared/model/desk.ts';
import { fromKeyboardToGun, pressKey, scanWithGun } from '../hosts/gun.ts';
import { callThrough } from '../hosts/setUp.ts';

/** A fast gun: milliseconds between two keys. */
const paceMs = 1;
const outcomeLimitMs = 20_000;

type Shown = { readonly stage: string; readonly version: number };

/** The desk in the real window, worked as an operator does: gun and keys, then a look at what is shown. */
export function deskOf(page: Page) {
  let rescans = 0;
  const shown = (): Promise<Shown> =>
    page.locator('[data-stage]').evaluate((element) => ({
      stage: element.getAttribute('data-stage') ?? '',
      version: Number(element.getAttribute('data-version')),
    }));

  /** Waits until a newer state than `before` is painted, which must be of one of these kinds. */
  const expectStage = async (before: number, kinds: readonly StageKind[], what: string): Promise<void> => {
    await page
      .waitForFunction(
        (version) => Number(document.querySelector('[data-stage]')?.getAttribute('data-version')) > version,
        before,
        { timeout: outcomeLimitMs, polling: 'raf' },
      )
      .catch(async (error: unknown) => {
        const notices = await page.getByRole('alert').allTextContents();
        throw new Error(`${what}: the desk stays as it was. Notices: ${notices.join(' / ') || 'none'}`, {
          cause: error,
        });
      });
    const { stage } = await shown();
    if (!kinds.includes(stage as StageKind)) {
      const text = await page.locator('[data-stage]').textContent();
      throw new Error(
        `${what}: the desk shows "${stage}", not ${kinds.join(' or ')}: ${(text ?? '').replaceAll(/\s+/g, ' ').slice(0, 200)}`,
      );
    }
  };

  const doAndSee = async (act: () => Promise<void>, kinds: readonly StageKind[], what: string): Promise<void> => {
    const { version } = await shown();
    await act();
    await expectStage(version, kinds, what);
  };

  /**
   * As `scan`, by somebody who scans again when the desk says that a scan did not come whole: on a machine that is busy
   * with other things the keys may come with a pause that no gun makes. How often that was is in `rescans`.
   */
  const scanAsTold = async (text: string, ...kinds: StageKind[]): Promise<void> => {
    const { version } = await shown();
    await scanWithGun(text, paceMs);
    const outcome = await page.waitForFunction(
      (before) => {
        if (Number(document.querySelector('[data-stage]')?.getAttribute('data-version')) > before) return 'heard';
        return document.querySelector('[data-damaged]') === null ? null : 'damaged';
      },
      version,
      { timeout: outcomeLimitMs, polling: 'raf' },
    );
    if ((await outcome.jsonValue()) === 'damaged') {
      rescans += 1;
      await fromKeyboardToGun();
      return doAndSee(() => scanWithGun(text, paceMs), kinds, 'after a scan that was told to be repeated');
    }
    await expectStage(version, kinds, 'after a scan');
  };

  return {
    shown,
    scanAsTold,
    /** How many scans were repeated because the desk asked for it. */
    rescans: () => rescans,
    scan: (text: string, ...kinds: StageKind[]) => doAndSee(() => scanWithGun(text, paceMs), kinds, 'after a scan'),
    /** A second read of the same code within the pause: the gun types it, the desk stays as it is. */
    scanAgain: (text: string) => scanWithGun(text, paceMs),
    press: (key: string, ...kinds: StageKind[]) => doAndSee(() => pressKey(key), kinds, `after ${key}`),
    /** A contract call through the window, for what no operator does by hand: the test clock, the figures. */
    call: async <M extends CoreMethod>(method: M, input: Input<M>): Promise<Output<M>> =>
      (await callThrough(page, method, input as object)) as Output<M>,
  };
}

export type DayDesk = ReturnType<typeof deskOf>;
