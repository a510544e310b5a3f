import { expect, type Page, test } from 'playwright/test';
import { goToScreen, kit, type OpenDesk, openDesk, person, screenNames } from './deskStation.ts';

/** Chinese and other wide characters. */
const wide = /[\u2E80-\u9FFF\uF900-\uFAFF\uFF00-\uFFEF]/;

/** Until the screen has had the answers it asked for and has painted them: calls are answered in their order. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      await window.station.call('desk.get', {});
    }
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

type Words = { readonly where: string; readonly text: string };

/** Every text that a person sees or hears on the page: text nodes, names, titles, placeholders, values of choices. */
async function allWords(page: Page): Promise<Words[]> {
  return page.evaluate(() => {
    const found: { where: string; text: string }[] = [];
    const nameOf = (element: Element | null) =>
      element === null ? '' : `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (element === null || element.closest('script, style, [aria-hidden="true"]') !== null) continue;
      found.push({ where: nameOf(element), text: node.textContent ?? '' });
    }
    for (const element of document.body.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
        const text = element.getAttribute(name);
        if (text !== null) found.push({ where: `${nameOf(element)} ${name}`, text });
      }
    }
    return found;
  });
}

/** Buttons without a name: what a screen reader would call "button". */
async function namelessButtons(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, [role="button"], a[href], input:not([type="hidden"]), select, textarea')]
      .filter((element) => {
        if (element.closest('[aria-hidden="true"]') !== null || !element.checkVisibility()) return false;
        const labelled = (element.getAttribute('aria-labelledby') ?? '')
          .split(' ')
          .map((id) => document.getElementById(id)?.textContent ?? '')
          .join('');
        const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
        const name = [
          element.getAttribute('aria-label') ?? '',
          labelled,
          element.textContent ?? '',
          ...labels.map((label) => label.textContent ?? ''),
          ...(element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement
            ? [...element.labels].map((label) => label.textContent ?? '')
            : []),
        ].join('');
        return name.trim() === '';
      })
      .map((element) => element.outerHTML.slice(0, 160)),
  );
}

test.describe('for everybody', () => {
  let station: OpenDesk;
  test.beforeAll(async () => {
    station = await openDesk({ language: 'en', data: 'empty' });
  });
  test.afterAll(async () => {
    await station.close();
  });

  for (const name of screenNames.en) {
    test(`${name}: everything to press has a name, all of it is English`, async () => {
      const { page } = station;
      await goToScreen(page, name);
      await expect(page.getByRole('navigation').getByRole('button', { name, exact: true })).toHaveAttribute(
        'aria-current',
        'page',
      );
      await settled(page);
      const tabs = page.getByRole('main').getByRole('tab');
      const count = await tabs.count();
      for (let tab = 0; tab < Math.max(1, count); tab++) {
        if (count > 0) await tabs.nth(tab).click();
        await settled(page);
        expect(await namelessButtons(page)).toEqual([]);
        // The names of makers and products, of the first round and of the other language are data.
        const data = await page.evaluate(async () => {
          const products = await window.station.call('products.list', {});
          const view = await window.station.call('desk.get', {});
          return [
            '中文',
            ...(view.ok ? [view.value.round.name] : []),
            ...(products.ok
              ? products.value.products.flatMap((one) => [one.registrant, one.shortName, one.method])
              : []),
          ].filter((text): text is string => text !== null && text !== '');
        });
        const words = await allWords(page);
        expect(words.length).toBeGreaterThan(10);
        const left = words.filter(({ text }) =>
          wide.test(data.reduce((rest, each) => rest.replaceAll(each, ''), text)),
        );
        expect(left).toEqual([]);
        // No key of a sentence shows through either.
        expect(words.filter(({ text }) => /\{\{|\}\}|^[a-z]+(\.[a-zA-Z]+){1,3}$/.test(text.trim()))).toEqual([]);
      }
    });
  }

  test('the desk says each outcome politely, and shows where the focus is', async () => {
    const { page } = station;
    await goToScreen(page, 'Desk');
    const live = page.locator('main [aria-live="polite"]');
    await expect(live).toHaveCount(1);
    await expect(live).not.toBeEmpty();
    for (let step = 0; step < 6; step++) {
      await page.keyboard.press('Tab');
      const outline = await page.evaluate(() => {
        const focused = document.activeElement;
        if (focused === null || focused === document.body) return null;
        const style = getComputedStyle(focused);
        return { width: Number.parseFloat(style.outlineWidth), style: style.outlineStyle, shadow: style.boxShadow };
      });
      if (outline === null) continue;
      expect((outline.style !== 'none' && outline.width >= 2) || outline.shadow !== 'none').toBe(true);
    }
    await page.keyboard.press('Escape');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });
});

test('text holds its contrast on every screen, light and dark', async () => {
  const station = await openDesk({ language: 'en' });
  const { page, desk } = station;
  try {
    await desk.scan(person(1).document, 'person');
    await desk.scan(kit(1), 'bound');
    const preferences = await page.evaluate(() => window.station.call('preferences.get', {}));
    if (!preferences.ok) throw new Error('no preferences');
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate((value) => window.station.call('preferences.set', value), { ...preferences.value, theme });
      await page.reload();
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
      for (const name of screenNames.en) {
        await goToScreen(page, name);
        await settled(page);
        await page.waitForFunction(() => document.getAnimations().length === 0);
        expect({ theme, name, low: await lowContrast(page) }).toEqual({ theme, name, low: [] });
      }
    }
  } finally {
    await station.close();
  }
});

/** Texts under 4.5:1 (3:1 from 24 px, or 18.66 px bold) on the ground that is painted beneath them (WCAG 2.2, 1.4.3). */
async function lowContrast(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = [number, number, number, number];
    const canvas = document.createElement('canvas');
    canvas.width = 1;
    canvas.height = 1;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const parse = (text: string): Colour => {
      if (context === null) throw new Error('no canvas');
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = text;
      context.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0, a = 0] = context.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = (top: Colour, below: Colour): Colour => {
      const mix = (index: 0 | 1 | 2) => top[index] * top[3] + below[index] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const groundOf = (element: Element | null): Colour => {
      if (element === null) return parse(getComputedStyle(document.body).backgroundColor);
      const own = parse(getComputedStyle(element).backgroundColor);
      return own[3] >= 1 ? own : over(own, groundOf(element.parentElement));
    };
    const light = ([r, g, b]: Colour): number => {
      const part = (value: number) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      };
      return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const low: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = (node.textContent ?? '').trim();
      if (element === null || text === '' || !element.checkVisibility({ opacityProperty: true })) continue;
      if (element.closest('script, style, .unseen, [aria-hidden="true"], :disabled, [data-disabled="true"]')) continue;
      const style = getComputedStyle(element);
      const size = Number.parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const ground = groundOf(element);
      const ink = over(parse(element instanceof SVGElement ? style.fill : style.color), ground);
      const [brighter, darker] = [light(ink), light(ground)].sort((a, b) => b - a) as [number, number];
      const ratio = (brighter + 0.05) / (darker + 0.05);
      if (ratio < (isLarge ? 3 : 4.5))
        low.push(
          `${ratio.toFixed(2)} ${text.slice(0, 30)} <${element.tagName} ${element.getAttribute('class') ?? ''}>`,
        );
    }
    return low;
  });
}
