import type { ElectronApplication, Page } from 'playwright/test';
import type { WedgeProfile } from '../../shared/model/gun.ts';
import { focusWindowOf, type KeyGun, shoot, turnCapsLock } from '../../tools/hosts/gun.ts';
import { callThrough } from '../../tools/hosts/setUp.ts';
import { windowTitle } from '../../tools/hosts/window.ts';
import { goToScreen, type OpenDesk, openDesk, typeByHand } from '../e2e/deskStation.ts';
import { type InputMethod, startInputMethod } from '../e2e/inputMethod.ts';
import { type GunRow, shapes } from './gunMatrix.ts';

const limitMs = 10_000;
const [deskScreen, peopleScreen, resultsScreen, todayScreen] = ['Desk', 'People', 'Results', 'Today'];
const lettersBefore = 'ab 12';
const replacement = '{GS}';
const prefix = 'Q~';

const profile: WedgeProfile = {
  gs: 'replacement',
  replacement,
  prefix,
  suffix: 'none',
  paceMs: 12,
  learnedAtMs: 0,
};

/** Tries until `look` gives something; what it gave last belongs to the failure. */
async function until<T>(what: string, look: () => Promise<T>, isRight: (seen: T) => boolean): Promise<T> {
  const endMs = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen;
    if (Date.now() > endMs) throw new Error(`${what}: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** Writes down the text of every scan that reaches the main process, before anything is made of it. */
async function recordScans(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ ipcMain }) => {
    type Handler = (event: unknown, method: unknown, input: unknown) => unknown;
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })._invokeHandlers;
    const handler = handlers.get('station:call');
    if (handler === undefined) throw new Error('the channel of calls has no handler');
    const texts: string[] = [];
    (globalThis as unknown as { scannedTexts: string[] }).scannedTexts = texts;
    handlers.set('station:call', (event, method, input) => {
      if (method === 'desk.scan') texts.push((input as { text: string }).text);
      return handler(event, method, input);
    });
  });
}

export type MatrixDesk = {
  /** Shoots the row's code at the row's focus; throws what is not as it must be. Gives what came of it. */
  readonly play: (row: GunRow, n: number) => Promise<'scan' | 'damaged'>;
  /** Every text that has come through to the desk so far. */
  readonly texts: () => Promise<readonly string[]>;
  readonly station: OpenDesk;
  readonly close: () => Promise<void>;
};

/** The real window for rows of the matrix, with or without a Chinese input method that is really on. */
export async function openMatrixDesk(withInputMethod: boolean): Promise<MatrixDesk> {
  const inputMethod: InputMethod | null = withInputMethod ? await startInputMethod() : null;
  let station: OpenDesk;
  try {
    station = await openDesk({ language: 'en', env: inputMethod?.env ?? {} });
  } catch (error) {
    await inputMethod?.stop();
    throw error;
  }
  const { app, page } = station;
  const close = async (): Promise<void> => {
    await station.close();
    await inputMethod?.stop();
  };
  try {
    await recordScans(app);
    if (withInputMethod) await proveInputMethod(page);
  } catch (error) {
    await close();
    throw error;
  }

  let hasProfile = false;
  let isCapsLockOn = false;
  // The hand that has proved the input method was typing until now.
  let wasWithoutEnd = withInputMethod;
  let wasInText = withInputMethod;
  /** What came through until the row before. */
  let settled: readonly string[] = [];
  const texts = () => app.evaluate(() => [...(globalThis as unknown as { scannedTexts: string[] }).scannedTexts]);

  /** The page starts with the profile that it finds, so it is loaded anew. */
  async function setProfile(isOn: boolean): Promise<void> {
    if (isOn === hasProfile) return;
    hasProfile = isOn;
    const preferences = (await callThrough(page, 'preferences.get', {})) as object;
    await callThrough(page, 'preferences.set', { ...preferences, wedge: isOn ? profile : null });
    await page.reload();
    await page.locator('[data-stage]').waitFor();
    await focusWindowOf(windowTitle);
  }

  async function setCapsLock(isOn: boolean): Promise<void> {
    if (isOn === isCapsLockOn) return;
    isCapsLockOn = isOn;
    await turnCapsLock();
  }

  async function play(row: GunRow, n: number): Promise<'scan' | 'damaged'> {
    const text = shapes[row.shape](n);
    const isReplaced = row.gs === 'replacement';
    await setProfile(isReplaced);
    await clear(page);
    // After a scan without an end, a hand takes longer than this to pull the trigger again.
    if (wasWithoutEnd) await handsMoment(page);
    wasWithoutEnd = row.suffix === 'none';
    settled = await texts();
    await setFocus(page, row.focus);
    // An input method lets go of a field a moment after the field has lost the focus: on a busy machine after the first
    // keys of a scan that comes in the same instant, which no hand can do.
    if (row.inputMethod && wasInText && row.focus !== 'text') await handsMoment(page);
    wasInText = row.focus === 'text';
    await setCapsLock(row.capsLock);
    const gun: KeyGun = {
      paceMs: row.paceMs,
      suffix: row.suffix,
      gs: row.gs === 'replacement' ? { replacement } : row.gs,
      prefix: isReplaced ? prefix : '',
    };
    const scrolling = row.focus === 'list' ? scrollList(page) : null;
    await shoot([text], gun);
    await scrolling;

    const mayBeEaten = row.inputMethod && row.focus === 'text';
    const notice = page.locator('[data-damaged]');
    const seen = await until(
      'what came of the scan',
      async () => ({
        texts: (await texts()).slice(settled.length),
        damaged: await notice.evaluateAll((notices) => notices[0]?.getAttribute('data-damaged') ?? null),
      }),
      (now) => now.texts.length > 0 || now.damaged !== null,
    );
    if (seen.damaged !== null) {
      if (!mayBeEaten || seen.damaged !== 'inputMethod' || seen.texts.length > 0) {
        throw new Error(`refused as ${seen.damaged}, with ${JSON.stringify(seen.texts)} for ${JSON.stringify(text)}`);
      }
      // The hand's letters stay, none of the gun's are left.
      await until(
        'the field after a damaged scan',
        () => page.getByRole('searchbox').inputValue(),
        (value) => value === lettersBefore,
      );
      await page.getByRole('alert').getByRole('button').click();
      await notice.waitFor({ state: 'detached', timeout: limitMs });
      return 'damaged';
    }
    // The desk's answer comes after the call, and a second scan of the same keys would have come before the answer.
    // The desk came up with it, and no key has pressed what had the focus.
    await until(
      'the desk with the scan',
      () =>
        page.locator('[data-stage]').evaluateAll((stages) => stages.map((stage) => stage.getAttribute('data-stage'))),
      (stages) => stages.length === 1 && stages[0] !== 'idle',
    );
    const came = (await texts()).slice(settled.length);
    if (came.length !== 1 || came[0] !== text) {
      throw new Error(`came through: ${JSON.stringify(came)}; was shot: ${JSON.stringify(text)}`);
    }
    return 'scan';
  }

  return {
    play,
    texts,
    station,
    close: async () => {
      await setCapsLock(false);
      await close();
    },
  };
}

/** Scans that an input method may swallow whole in one run. */
const forgiven = 3;

/** Plays rows one after another, those with a profile last; a fault does not stop the others. */
export async function playAll(
  desk: MatrixDesk,
  rows: readonly GunRow[],
): Promise<{ readonly faults: readonly string[]; readonly scans: number; readonly damaged: number }> {
  const ordered = [...rows].sort((a, b) => Number(a.gs === 'replacement') - Number(b.gs === 'replacement'));
  const faults: string[] = [];
  const came: string[] = [];
  let again = 0;
  /**
   * What an input method does with the keys in a field hangs on how busy the machine is: where nothing at all came of a
   * scan there, it is pulled once more, a few times a run at most. Anything that came through is never forgiven.
   */
  const playRow = async (row: GunRow, n: number): Promise<'scan' | 'damaged'> => {
    const before = (await desk.texts()).length;
    try {
      return await desk.play(row, n);
    } catch (error) {
      const isEaten = row.inputMethod && row.focus === 'text' && (await desk.texts()).length === before;
      again += 1;
      if (!isEaten || again > forgiven) throw error;
      return desk.play(row, n);
    }
  };
  for (const [n, row] of ordered.entries()) {
    try {
      came.push(await playRow(row, n + 1));
    } catch (error) {
      faults.push(`${JSON.stringify(row)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const count = (what: string) => came.filter((each) => each === what).length;
  return { faults, scans: count('scan'), damaged: count('damaged') };
}

/** What a hand needs before it can pull the trigger again. */
function handsMoment(page: Page): Promise<void> {
  return page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
}

/** The desk with nothing on it, nothing open and nothing focused. */
async function clear(page: Page): Promise<void> {
  if ((await page.getByRole('dialog').count()) > 0) await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached', timeout: limitMs });
  await goToScreen(page, deskScreen);
  const stage = page.locator('[data-stage]');
  await stage.waitFor({ timeout: limitMs });
  if ((await stage.getAttribute('data-stage')) !== 'idle') await page.keyboard.press('Escape');
  await page.locator('[data-stage="idle"]').waitFor({ timeout: limitMs });
}

async function setFocus(page: Page, focus: GunRow['focus']): Promise<void> {
  switch (focus) {
    case 'nothing':
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      return;
    case 'button':
      await page.getByRole('navigation').getByRole('button', { name: todayScreen, exact: true }).focus();
      return;
    case 'text': {
      await goToScreen(page, peopleScreen);
      const field = page.getByRole('searchbox');
      await field.fill(lettersBefore);
      await field.focus();
      return;
    }
    case 'list':
      await goToScreen(page, peopleScreen);
      await page.getByRole('searchbox').fill('');
      await page.getByRole('grid').getByRole('row').nth(3).waitFor({ timeout: limitMs });
      await page.getByRole('grid').focus();
      return;
    case 'dialog':
      await goToScreen(page, peopleScreen);
      await page.getByRole('searchbox').fill('');
      await page.getByRole('grid').getByRole('row').nth(2).click();
      await page.getByRole('dialog').waitFor({ timeout: limitMs });
      return;
    case 'select':
      await goToScreen(page, resultsScreen);
      await page.getByRole('combobox').first().click();
      await page.getByRole('option').first().waitFor({ timeout: limitMs });
      return;
  }
}

/** The wheel turns while the gun shoots. */
async function scrollList(page: Page): Promise<void> {
  const box = await page.getByRole('grid').boundingBox();
  if (box === null) return;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let turn = 0; turn < 6; turn++) await page.mouse.wheel(0, 120);
}

/** Typing makes Chinese of `nihao`: without that a test of the input method would show nothing. */
async function proveInputMethod(page: Page): Promise<void> {
  await goToScreen(page, peopleScreen);
  const field = page.getByRole('searchbox');
  await field.focus();
  await until(
    'what the input method makes of nihao',
    async () => {
      await field.fill('');
      await typeByHand('nihao ');
      return field.inputValue();
    },
    (value) => value === '你好',
  );
  await field.fill('');
}
