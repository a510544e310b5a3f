import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characterOf, createWedge, type WedgeAction, type WedgeKey } from '../../../renderer/scan/wedge.ts';

const GS = '\u001D';
const seed = 20_220_411;

const physical = [
  ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `Key${letter}`),
  ...[...'1234567890'].map((digit) => `Digit${digit}`),
  ...['Minus', 'Equal', 'BracketLeft', 'BracketRight', 'Backslash', 'Semicolon', 'Quote', 'Backquote'],
  ...['Comma', 'Period', 'Slash', 'Space'],
];
const keys = new Map(
  [true, false].flatMap((shift) => physical.map((code) => [characterOf(code, shift), { code, shift }] as const)),
);

type Gun = {
  readonly paceMs: number;
  readonly suffix: 'Enter' | 'NumpadEnter' | 'Tab' | 'CR LF' | 'none';
  readonly gs: 'control' | 'alt' | 'f8';
  readonly capsLock: boolean;
};

/** A window of the wedge's own, with a clock that moves by hand. */
function window() {
  const wedge = createWedge();
  const said: WedgeAction[] = [];
  let nowMs = 10_000;
  const wait = (ms: number): void => {
    const untilMs = nowMs + ms;
    for (let due = wedge.deadlineMs(); due !== null && due <= untilMs; due = wedge.deadlineMs()) {
      nowMs = Math.max(nowMs, due);
      said.push(...wedge.tick(nowMs));
    }
    nowMs = untilMs;
  };
  const press = (code: string, more: Partial<WedgeKey> = {}): void => {
    said.push(
      ...wedge.feed({
        ...{ code, key: 'Unidentified', shift: false, ctrl: false, alt: false, capsLock: false },
        ...{ editable: false, composing: false, atMs: nowMs },
        ...more,
      }),
    );
  };
  const shoot = (text: string, gun: Gun, more: Partial<WedgeKey> = {}): void => {
    const state = { capsLock: gun.capsLock, ...more };
    for (const character of text) {
      if (character !== GS)
        press(keys.get(character)?.code ?? '', { shift: keys.get(character)?.shift === true, ...state });
      else if (gun.gs === 'control') press('BracketRight', { ctrl: true, ...state });
      else if (gun.gs === 'f8') press('F8', state);
      else for (const digit of '0029') press(`Numpad${digit}`, { alt: true, ...state });
      // The key goes up: what Alt has written is there.
      if (character === GS && gun.gs === 'alt') press('AltLeft', state);
      wait(gun.paceMs);
    }
    if (gun.suffix !== 'none') press(gun.suffix === 'CR LF' ? 'Enter' : gun.suffix, state);
    if (gun.suffix === 'CR LF') {
      wait(gun.paceMs);
      press('KeyJ', { ctrl: true, ...state });
    }
  };
  const scans = () => said.filter((action) => action.do === 'scan').map((action) => action.text);
  return { said, wait, press, shoot, scans };
}

const guns: fc.Arbitrary<Gun> = fc.record({
  paceMs: fc.constantFrom(0, 1, 2, 5, 12, 30, 44),
  suffix: fc.constantFrom('Enter', 'NumpadEnter', 'Tab', 'CR LF', 'none'),
  gs: fc.constantFrom('control', 'alt', 'f8'),
  capsLock: fc.boolean(),
});
const slowGuns = fc.tuple(guns, fc.constantFrom(46, 60, 80, 100)).map(([gun, paceMs]) => ({ ...gun, paceMs }));
const printable = Array.from({ length: 94 }, (_unused, n) => String.fromCharCode(33 + n));
const inside = fc.constantFrom(...printable, ...printable, ' ', GS);
// No code begins with a space, which presses buttons.
const texts = (least: number, most: number) =>
  fc
    .tuple(fc.constantFrom(...printable), fc.array(inside, { minLength: least - 1, maxLength: most - 1, size: 'max' }))
    .map(([first, rest]) => first + rest.join(''));

describe('every text through every way of typing it', () => {
  it('is the same text, at any quick pace, from 4 to 3000 characters', () => {
    fc.assert(
      fc.property(texts(4, 3_000), guns, (text, gun) => {
        const { shoot, wait, scans, said } = window();
        shoot(text, gun);
        wait(2_000);
        expect(scans()).toEqual([text]);
        expect(said.some((action) => action.do === 'typed' || action.do === 'damaged')).toBe(false);
      }),
      { seed, numRuns: 120 },
    );
  });

  it('is the same text at a slow pace too, from eight characters that are not letters only', () => {
    fc.assert(
      fc.property(texts(8, 200), slowGuns, (text, gun) => {
        fc.pre(/[^A-Za-z '-]/.test(text));
        const { shoot, wait, scans } = window();
        shoot(text, gun);
        wait(2_000);
        expect(scans()).toEqual([text]);
      }),
      { seed, numRuns: 120 },
    );
  });

  it('stays apart from the next scan, with no pause between', () => {
    const ending = guns.filter((gun) => gun.suffix !== 'none');
    fc.assert(
      fc.property(fc.array(texts(6, 60), { minLength: 2, maxLength: 6 }), ending, (many, gun) => {
        const { shoot, wait, scans } = window();
        for (const text of many) shoot(text, gun);
        wait(2_000);
        expect(scans()).toEqual(many);
      }),
      { seed, numRuns: 120 },
    );
  });

  it('comes out of a text field as it does without one', () => {
    const ending = guns.filter((gun) => gun.suffix !== 'none');
    fc.assert(
      fc.property(texts(6, 400), ending, (text, gun) => {
        const { shoot, wait, scans, said } = window();
        shoot(text, gun, { editable: true });
        wait(2_000);
        expect(scans()).toEqual([text]);
        expect(said.find((action) => action.do === 'takeOut')).toMatchObject({ from: 0 });
      }),
      { seed, numRuns: 120 },
    );
  });
});

describe('a hand', () => {
  /** A key every 60–120 ms, now and then two or three in a roll of 30 ms. */
  const gaps = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 60, max: 120 }) },
    { weight: 1, arbitrary: fc.integer({ min: 25, max: 35 }) },
  );
  const typing = fc.array(fc.tuple(fc.constantFrom(...printable, ' '), gaps), { minLength: 1, maxLength: 40 });

  for (const editable of [false, true]) {
    it(`that types fast is never a gun, ${editable ? 'in a field' : 'with none'}`, () => {
      fc.assert(
        fc.property(typing, (trace) => {
          const { press, wait, scans, said } = window();
          for (const [character, gapMs] of trace) {
            press(keys.get(character)?.code ?? '', { shift: keys.get(character)?.shift === true, editable });
            wait(gapMs);
          }
          press('Enter', { editable });
          wait(2_000);
          expect(scans()).toEqual([]);
          expect(said.some((action) => action.do === 'damaged')).toBe(false);
          if (editable) expect(said.some((action) => action.do === 'swallow')).toBe(false);
        }),
        { seed, numRuns: 1_000 },
      );
    });
  }
});

describe('a part of a scan', () => {
  const code = `]d20106901234567892${'17280131'}10SAMPLE01${GS}21YL000001`;
  const gun: Gun = { paceMs: 8, suffix: 'Enter', gs: 'control', capsLock: false };

  it('is never handed on when the gun pauses, whichever key it pauses after', () => {
    for (const editable of [false, true]) {
      for (const pauseMs of [60, 160, 280, 450]) {
        for (let cut = 1; cut < code.length; cut++) {
          const { shoot, wait, scans } = window();
          // The gun is known to end its scans.
          shoot('SN0084471', gun);
          wait(2_000);
          shoot(code.slice(0, cut), { ...gun, suffix: 'none' }, { editable });
          wait(pauseMs);
          shoot(code.slice(cut), gun, { editable });
          wait(2_000);
          const [, ...come] = scans();
          expect(
            come.every((text) => text === code),
            `${cut} keys, ${pauseMs} ms: ${JSON.stringify(come)}`,
          ).toBe(true);
        }
      }
    }
  });

  it('is never handed on when an input method took what came before, or when the window lost the keyboard', () => {
    for (let cut = 1; cut < code.length; cut++) {
      const { press, shoot, wait, scans, said } = window();
      press('Digit1', { editable: true, key: 'Process' });
      wait(8);
      shoot(code.slice(cut), gun, { editable: cut % 2 === 0 });
      wait(2_000);
      expect(scans()).toEqual([]);
      if (code.length - cut >= 6) expect(said).toContainEqual({ do: 'damaged', by: 'inputMethod' });
    }
    for (let cut = 4; cut < code.length - 6; cut++) {
      const wedge = createWedge();
      const said: WedgeAction[] = [];
      let atMs = 0;
      wedge.open(atMs);
      for (const character of code.slice(cut)) {
        atMs += 8;
        const key = { code: keys.get(character)?.code ?? 'F8', shift: keys.get(character)?.shift === true };
        said.push(
          ...wedge.feed({
            ...{ ...key, key: '', ctrl: false, alt: false, capsLock: false, editable: false, composing: false, atMs },
          }),
        );
      }
      const enter = { code: 'Enter', key: 'Enter', shift: false, ctrl: false, alt: false, capsLock: false };
      said.push(...wedge.feed({ ...enter, editable: false, composing: false, atMs: atMs + 8 }));
      expect(said).toContainEqual({ do: 'damaged', by: 'interrupted' });
    }
  });
});
