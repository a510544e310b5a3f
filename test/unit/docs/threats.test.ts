import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const text = readFileSync(path.join(root, 'docs', 'threats.md'), 'utf8');

/** `file › title` in the page's tables. */
const pointers = [...text.matchAll(/`(test\/[\w./]+\.test\.ts) › ([^`]+)`/g)].map((match) => ({
  file: match[1] ?? '',
  title: match[2] ?? '',
}));
/** The rows of the tables, without headings and rules. */
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\| (way|-+) /.test(line))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('the page of threats', () => {
  it('tells of everybody who could want something', () => {
    const told = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    expect(told).toEqual([
      'A thief of the PC',
      'A curious operator',
      'A neighbour at the desk',
      'A malicious code, label, gun or file',
      'An attacker on the network',
      'A central service or proxy that went wrong',
      'Somebody with a stolen badge',
      'A supervisor from inside',
      'Whoever supplies what it is made of',
    ]);
  });

  it('has a test for each claim, and says for each what is left', () => {
    expect(rows.length).toBeGreaterThan(30);
    for (const [way, stops, tests, left] of rows) {
      expect(stops, way).not.toBe('');
      expect(tests, way).toMatch(/^`test\//);
      expect(left, way).not.toBe('');
    }
    // Each pointer is one that the next test looks at.
    expect(text.match(/`test\//g)).toHaveLength(pointers.length);
  });

  it.each(pointers)('$file has the test “$title”', ({ file, title }) => {
    const place = path.join(root, file);
    expect(existsSync(place)).toBe(true);
    const source = readFileSync(place, 'utf8');
    // As the first word of a test or of a group of tests, whatever quotes it stands in.
    const isThere = ["'", '"', '`'].some((quote) => {
      const words = `${quote}${title}${quote}`;
      return source.split(words).some((before, index, parts) => index < parts.length - 1 && /\(\s*$/.test(before));
    });
    expect(isThere).toBe(true);
  });
});
