import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receivedOf } from '../../../renderer/scanners/ports/received.ts';
import { makeOwnCode } from '../../../shared/codes/ownCodes.ts';
import { residentIdCheck } from '../../../shared/codes/residentId.ts';

const today = '2022-04-10';
const hex = (text: string) => Buffer.from(text).toString('hex');
const received = (text: string) => receivedOf({ text, bytes: hex(text) }, today);

describe('what a gun sent, as its page shows it', () => {
  it('has its control characters by their signs, and says what it is', () => {
    expect(received(']d201069012345678921724093010LOT1\u001D21SN000001')).toEqual({
      text: ']d201069012345678921724093010LOT1␝21SN000001',
      isHidden: false,
      characters: 44,
      bytes: 44,
      separators: 1,
      symbologyId: ']d2',
      kind: 'gs1',
      isFaulty: false,
    });
    expect(received('A\u0000B\u009bC')).toMatchObject({ text: 'A␀B�C', kind: null, isFaulty: true });
  });

  it('counts bytes as they came, not characters', () => {
    expect(received('疫测达')).toMatchObject({ characters: 3, bytes: 9 });
    expect(receivedOf({ text: '张三', bytes: 'd5c5c8fd' }, today)).toMatchObject({ characters: 2, bytes: 4 });
  });

  it('masks what is a person’s or lets somebody sign in', () => {
    const body = '31990019660201001';
    const document = body + residentIdCheck(body);
    const badge = makeOwnCode('YS', (count) => new Uint8Array(count).fill(7));
    for (const secret of [document, `]C0${document}`, 'H12345678', '13800138000', '12345678', badge]) {
      const { text, isHidden } = received(secret);
      expect(isHidden, secret).toBe(true);
      expect(text, secret).toContain('**');
      expect(text, secret).not.toContain(secret.slice(3, -4));
    }
  });

  it('stays short and in one piece, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 1_000 }), (text) => {
        const { text: shown } = received(text);
        expect(shown.length).toBeLessThanOrEqual(600);
        expect(shown).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
