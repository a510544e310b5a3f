import { describe, expect, it } from 'vitest';
import { daySheet } from '../../../electron/app/sheets/daySheet.ts';
import { escapeHtml, linesNeeded, widthBound } from '../../../electron/app/sheets/html.ts';
import { type Piece, paginate, type TablePiece } from '../../../electron/app/sheets/pages.ts';
import { recoverySheet } from '../../../electron/app/sheets/recoverySheet.ts';
import { languages } from '../../../shared/language.ts';
import { emptyDay, largeDay, usualDay } from './sheetSamples.ts';

const zone = 'Asia/Shanghai';
const auditHead = { seq: 1234, fingerprint: '4f2a 9c1b 77d0 e3a5' };
const pagesOf = (html: string) => html.match(/<section class="page">[\s\S]*?<\/footer><\/section>/g) ?? [];

describe('the day sheet', () => {
  it.each(languages)('says every figure, the copy, the digest and page x of y (%s)', (language) => {
    const html = daySheet({ summary: usualDay, copy: 3, language, zone, auditHead });
    const pages = pagesOf(html);
    expect(pages.length).toBe(2);
    for (const [index, page] of pages.entries()) {
      expect(page).toContain(language === 'en' ? `Page ${index + 1} of 2` : `第 ${index + 1} 页 共 2 页`);
      expect(page).toContain(language === 'en' ? 'Copy 3' : '第 3 份');
      expect(page).toContain('9f2c 41d0 7b6e 835a');
    }
    expect(html).toContain('9f2c41d0 7b6e835a '.repeat(4).trim());
    // 10:42 UTC at the site.
    expect(html).toContain('2022-04-10 18:42');
    for (const group of [...usualDay.figures.byOperator, ...usualDay.figures.byProductLot])
      expect(html).toContain(escapeHtml(group.label));
    expect(html).toContain('5 (3.4%)');
    expect(html).toContain(language === 'en' ? '(not given)' : '（未填）');
  });

  it.each(languages)('has the same figures in both languages and words of one only (%s)', (language) => {
    const html = daySheet({ summary: emptyDay, copy: 1, language, zone, auditHead });
    expect(pagesOf(html).length).toBe(1);
    expect(html).toContain(language === 'en' ? 'No test was registered' : '本日没有登记任何检测');
    expect(html).not.toContain('undefined');
    expect(html).not.toContain('NaN');
    expect(html).not.toContain('Infinity');
    expect(html).not.toContain('<svg');
    // The signatures stand on it all the same.
    expect(html).toContain(language === 'en' ? 'Supervisor' : '负责人');
  });

  it('loads nothing, runs nothing and takes its style by the nonce only', () => {
    for (const summary of [emptyDay, usualDay, largeDay]) {
      const html = daySheet({ summary, copy: 1, language: 'zh-CN', zone, auditHead });
      expect(html).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|\sstyle=|url\(|@import|https?:/i);
      expect(html.match(/<style/g)).toHaveLength(1);
      expect(html).toContain('<style nonce="__CSP_NONCE__">');
    }
  });

  it('escapes what people and files have named', () => {
    const html = daySheet({ summary: largeDay, copy: 1, language: 'en', zone, auditHead });
    expect(html).not.toContain('<b>North');
    expect(html).toContain('&#60;b&#62;North Wing&#60;/b&#62;');
    expect(escapeHtml('a\u0000b\u202Ec\u200b<&>"\'\n')).toBe('abc&#60;&#38;&#62;&#34;&#39;');
  });

  it('signs on the page that holds the equation, and says plainly when the day does not balance', () => {
    const [first] = pagesOf(daySheet({ summary: largeDay, copy: 1, language: 'zh-CN', zone, auditHead }));
    expect(first).toContain('签字');
    expect(first).toContain('账目不符');
    expect(first).toContain('<b>2782</b>');
  });

  it('repeats heading and head on each page of a long table, and loses no row', () => {
    const html = daySheet({ summary: largeDay, copy: 1, language: 'zh-CN', zone, auditHead });
    const pages = pagesOf(html);
    expect(pages.length).toBeGreaterThan(4);
    for (const page of pages) {
      const tables = page.match(/<table>/g)?.length ?? 0;
      expect(page.match(/<thead>/g)?.length ?? 0).toBe(tables);
      expect(page.match(/<h2>/g)?.length ?? 0).toBeGreaterThanOrEqual(tables);
    }
    expect(html.match(/按楼栋<\/h2>/g)).toHaveLength(1);
    expect(html.match(/按楼栋（续）<\/h2>/g)?.length).toBeGreaterThan(0);
    const figures = largeDay.figures;
    const groups =
      figures.byHour.length + figures.byOperator.length + figures.byProductLot.length + figures.byBuilding.length;
    // Each of the four tables has its total.
    expect(html.match(/<th scope="row">/g)).toHaveLength(groups + 4);
    expect(html.match(/class="l1 total"/g)).toHaveLength(4);
  });
});

describe('paginate', () => {
  const block = (mm: number, html = 'b'): Piece => ({ kind: 'block', mm, html });
  const table = (rows: number, mm = 5): TablePiece => ({
    kind: 'table',
    heading: (continued) => (continued ? '[more]' : '[head]'),
    headingMm: 10,
    head: '',
    headMm: 5,
    rows: Array.from({ length: rows }, (_, index) => ({ html: `<r${index}>`, mm })),
    gapMm: 5,
  });

  it('gives one page for nothing, and a page of its own for what is higher than a page', () => {
    expect(paginate([], 100)).toEqual(['']);
    expect(paginate([block(150), block(10, 'c')], 100)).toEqual(['b', 'c']);
    expect(paginate([table(2, 300)], 100)).toHaveLength(2);
  });

  it('never leaves the last row alone, a heading without rows, or a broken low table', () => {
    for (let used = 0; used <= 100; used += 1) {
      for (let rows = 1; rows <= 60; rows += 1) {
        const pages = paginate([block(used), table(rows)], 100);
        const found = pages.join('').match(/<r\d+>/g) ?? [];
        expect(found).toEqual(Array.from({ length: rows }, (_, index) => `<r${index}>`));
        const perPage = pages
          .filter((page) => page.includes('<table>'))
          .map((page) => page.match(/<r\d+>/g)?.length ?? 0);
        expect(Math.min(...perPage), `${used} ${rows}`).toBeGreaterThanOrEqual(Math.min(rows, 2));
        for (const count of perPage) expect(20 + count * 5).toBeLessThanOrEqual(100);
        if (20 + rows * 5 <= 50) expect(perPage).toHaveLength(1);
      }
    }
  });
});

describe('planning lines', () => {
  it('counts at least one line, whole words, broken long ones, and no more than asked', () => {
    expect(linesNeeded('', 20, 6)).toBe(1);
    expect(linesNeeded('好'.repeat(19), 20, 6)).toBe(1);
    expect(linesNeeded('好'.repeat(20), 20, 6)).toBe(2);
    expect(linesNeeded('W'.repeat(300), 20, 6)).toBe(6);
    expect(linesNeeded('good '.repeat(5), 20, 6)).toBe(1);
    expect(widthBound('好')).toBe(1);
    expect(widthBound('𠮷')).toBe(1);
  });
});

describe('the recovery sheet', () => {
  const key = 'YR7K-2M9Q-T4XC-8W3V';
  it.each(languages)('shows the key in groups and as bars, on one page (%s)', (language) => {
    const html = recoverySheet({ recoveryKey: key, siteName: '长宁 <1>', day: '2022-04-10', language });
    expect(pagesOf(html)).toHaveLength(1);
    for (const group of key.split('-')) expect(html).toContain(`<span>${group}</span>`);
    // One subpath a bar: three for each character, start and check, four for the stop.
    expect(html.match(/M\d+ 0h\dv1/g)).toHaveLength((key.length + 2) * 3 + 4);
    expect(html).toContain('长宁 &#60;1&#62;');
    // The title becomes the file's own title: it must not carry the key.
    expect(/<title>(.*)<\/title>/.exec(html)?.[1]).not.toContain('YR7K');
  });
});
