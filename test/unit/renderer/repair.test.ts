import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markDifference, repairable, stillChosen } from '../../../renderer/kits/repair.ts';
import type { RepairRow } from '../../../shared/model/pattern.ts';

const row = (testId: string, problem: RepairRow['problem'] = null) => ({ testId, problem }) as RepairRow;

describe('the marked difference of two codes', () => {
  it('is the lost character in the longer one and its place in the shorter', () => {
    expect(markDifference('12300041', '012300041')).toEqual({
      read: { before: '', mark: '', after: '12300041' },
      proposed: { before: '', mark: '0', after: '12300041' },
    });
    expect(markDifference('SN000129', 'SN00129').read).toEqual({ before: 'SN', mark: '0', after: '00129' });
  });

  it('in a run of equal characters is the first of them', () => {
    expect(markDifference('SN0041', 'SN00041').proposed).toEqual({ before: 'SN', mark: '0', after: '0041' });
    expect(markDifference('AB1', 'AB11').proposed).toEqual({ before: 'AB', mark: '1', after: '1' });
  });

  it('joined again is the codes, whatever is lost or added where', () => {
    const code = fc.string({ unit: fc.constantFrom(...'01AB-'), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(code, fc.nat(), fc.boolean(), (long, place, isExtra) => {
        const at = place % long.length;
        const short = long.slice(0, at) + long.slice(at + 1);
        const [read, proposed] = isExtra ? [long, short] : [short, long];
        const marked = markDifference(read, proposed);
        const join = ({ before, mark, after }: { before: string; mark: string; after: string }) =>
          before + mark + after;
        expect([join(marked.read), join(marked.proposed)]).toEqual([read, proposed]);
        expect((isExtra ? marked.read : marked.proposed).mark).toHaveLength(1);
      }),
    );
  });
});

describe('what is chosen', () => {
  const rows = [row('a'), row('b', 'severalWays'), row('c')];
  it('is only what can be repaired, also after the list was asked for again', () => {
    expect(repairable(rows)).toEqual(['a', 'c']);
    expect(stillChosen(new Set(['a', 'b', 'gone']), rows)).toEqual(['a']);
  });
});
