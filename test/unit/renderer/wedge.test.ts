import { describe, expect, it } from 'vitest';
import { characterOf, createWedge, type Wedge, type WedgeAction, type WedgeKey } from '../../../renderer/scan/wedge.ts';

const GS = '\u001D';
const paces = [0, 1, 8, 30, 80, 100];
const kitCode = `0106921734900135172409011${'0LOT1'}${GS}21SN0084471`;
const samples = {
  'GS1 element string': kitCode,
  'MA code': 'MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3',
  'resident ID': '11010519491231002X',
  'digital link': 'https://any.host/01/06921734900135/10/LOT1/21/SN1?17=240901',
  'own code': 'YPZ0V8K2M4T6W8XJ3QA',
  punctuation: 'aZ09!@#$%^&*()-_=+[]{}\\|;:\'",.<>/?`~',
} as const;

type GsWay = 'ctrl' | 'alt' | 'f8';
type Suffix = 'Enter' | 'Tab' | 'CR LF' | 'none';

/** The physical key and Shift that give a character on a US keyboard. */
function keyOf(character: string): { readonly code: string; readonly shift: boolean } {
  for (const shift of [false, true]) {
    for (const code of codes) if (characterOf(code, shift) === character) return { code, shift };
  }
  throw new Error(`no key for ${JSON.stringify(character)}`);
}
const codes = [
  ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `Key${letter}`),
  ...[...'1234567890'].map((digit) => `Digit${digit}`),
  'Minus',
  'Equal',
  'BracketLeft',
  'BracketRight',
  'Backslash',
  'Semicolon',
  'Quote',
  'Backquote',
  'Comma',
  'Period',
  'Slash',
  'Space',
];

type Typist = {
  readonly wedge: Wedge;
  readonly actions: WedgeAction[];
  nowMs: number;
};

function typist(): Typist {
  return { wedge: createWedge(), actions: [], nowMs: 1_000 };
}

/** Lets time go by as the window's timer does. */
function wait(hand: Typist, ms: number): void {
  const until = hand.nowMs + ms;
  for (
    let deadline = hand.wedge.deadlineMs();
    deadline !== null && deadline <= until;
    deadline = hand.wedge.deadlineMs()
  ) {
    const said = hand.wedge.tick(deadline);
    hand.actions.push(...said);
    if (said.length === 0 && hand.wedge.deadlineMs() === deadline) break;
  }
  hand.nowMs = until;
}

function keyAt(code: string, shift: boolean, atMs: number): WedgeKey {
  const held = { shift, ctrl: false, alt: false, capsLock: false };
  return { code, key: 'Unidentified', ...held, editable: false, composing: false, atMs };
}

function press(hand: Typist, code: string, more: Partial<WedgeKey> = {}): readonly WedgeAction[] {
  const said = hand.wedge.feed({ ...keyAt(code, false, hand.nowMs), ...more });
  hand.actions.push(...said);
  return said;
}

function pressText(
  hand: Typist,
  text: string,
  paceMs: number,
  gsWay: GsWay = 'ctrl',
  more: Partial<WedgeKey> = {},
): void {
  for (const [index, character] of [...text].entries()) {
    if (index > 0) wait(hand, paceMs);
    if (character !== GS) {
      const { code, shift } = keyOf(character);
      if (shift) press(hand, 'ShiftLeft', { shift: true, ...more });
      press(hand, code, { shift, ...more });
    } else if (gsWay === 'ctrl') {
      press(hand, 'ControlLeft', { ctrl: true, ...more });
      press(hand, 'BracketRight', { ctrl: true, ...more });
    } else if (gsWay === 'f8') {
      press(hand, 'F8', more);
    } else {
      press(hand, 'AltLeft', { alt: true, ...more });
      for (const digit of '0029') press(hand, `Numpad${digit}`, { alt: true, ...more });
    }
  }
}

function endWith(hand: Typist, suffix: Suffix, paceMs: number, more: Partial<WedgeKey> = {}): void {
  if (suffix === 'none') {
    wait(hand, 400);
    return;
  }
  wait(hand, paceMs);
  press(hand, suffix === 'Tab' ? 'Tab' : 'Enter', more);
  if (suffix !== 'CR LF') return;
  wait(hand, paceMs);
  press(hand, 'KeyJ', { ctrl: true, ...more });
}

const scans = (hand: Typist) => hand.actions.filter((action) => action.do === 'scan').map((action) => action.text);
const kinds = (actions: readonly WedgeAction[]) => actions.map((action) => action.do);

describe('a gun with no field focused', () => {
  for (const [name, text] of Object.entries(samples)) {
    for (const suffix of ['Enter', 'Tab', 'CR LF', 'none'] as const) {
      for (const gsWay of text.includes(GS) ? (['ctrl', 'alt', 'f8'] as const) : (['ctrl'] as const)) {
        it(`reads a ${name}, suffix ${suffix}, GS by ${gsWay}, at every pace`, () => {
          for (const paceMs of paces) {
            const hand = typist();
            pressText(hand, text, paceMs, gsWay);
            endWith(hand, suffix, paceMs);
            expect(scans(hand), `${paceMs} ms a key`).toEqual([text]);
            expect(hand.actions.some((action) => action.do === 'typed' || action.do === 'damaged')).toBe(false);
          }
        });
      }
    }
  }

  it('lets nobody else see a key of the scan, its suffix included', () => {
    const hand = typist();
    for (const character of 'YP0123')
      expect(kinds(press(hand, keyOf(character).code, keyOf(character)))).toEqual(['swallow']);
    expect(kinds(press(hand, 'Enter'))).toEqual(['swallow', 'scan']);
  });

  it('reads letters the same whatever CapsLock and the layout make of them', () => {
    const hand = typist();
    // With CapsLock on, Shift+S gives "s"; under another layout any key gives anything.
    for (const [code, shift, key] of [
      ['KeyS', true, 's'],
      ['KeyN', true, 'т'],
      ['KeyA', false, 'A'],
      ['KeyQ', false, 'й'],
      ['Digit1', false, '&'],
    ] as const) {
      press(hand, code, { shift, key, capsLock: true });
      wait(hand, 5);
    }
    press(hand, 'Enter');
    expect(scans(hand)).toEqual(['SNaq1']);
  });

  it('believes a program that types capitals without Shift', () => {
    const hand = typist();
    for (const [code, key] of [
      ['KeyS', 'S'],
      ['KeyN', 'N'],
      ['Semicolon', ':'],
      ['KeyX', 'x'],
      ['Digit1', '1'],
    ] as const) {
      press(hand, code, { key });
    }
    press(hand, 'Enter');
    expect(scans(hand)).toEqual(['SN:x1']);
  });

  it('takes a second Enter after the first for the same suffix, but a later one for a person', () => {
    const hand = typist();
    pressText(hand, 'SN0084471', 5);
    press(hand, 'Enter');
    wait(hand, 10);
    expect(kinds(press(hand, 'Enter'))).toEqual(['swallow']);
    wait(hand, 600);
    expect(press(hand, 'Enter')).toEqual([]);
    expect(scans(hand)).toEqual(['SN0084471']);
  });

  it('takes no Enter of a hand for its second one: a key without a character or a text came between', () => {
    for (const between of ['F2', 'text'] as const) {
      const hand = typist();
      pressText(hand, 'SN0084471', 8);
      wait(hand, 8);
      press(hand, 'Enter');
      wait(hand, 5);
      const said =
        between === 'F2'
          ? press(hand, 'F2')
          : hand.wedge.inserted({ text: 'qiu 88-1102', composing: false, atMs: hand.nowMs });
      expect(said).toEqual([]);
      wait(hand, 5);
      // The gun's own second one comes at the gun's pace, whatever a hand does meanwhile.
      expect(kinds(press(hand, 'Enter', { editable: true })), between).toEqual(['swallow']);
      wait(hand, 80);
      expect(press(hand, 'Enter', { editable: true }), between).toEqual([]);
      expect(scans(hand)).toEqual(['SN0084471']);
    }
  });

  it('keeps scans apart that follow one another at once', () => {
    for (const paceMs of paces) {
      const hand = typist();
      for (const text of ['11010519491231002X', kitCode, 'YPZ0V8K2M4T6W8XJ3QA']) {
        pressText(hand, text, paceMs);
        wait(hand, paceMs);
        press(hand, 'Enter');
        wait(hand, Math.max(paceMs, 1));
      }
      expect(scans(hand)).toEqual(['11010519491231002X', kitCode, 'YPZ0V8K2M4T6W8XJ3QA']);
    }
  });

  it('forgives one stumble of a gun that is known to end its scans itself', () => {
    const hand = typist();
    pressText(hand, 'SN0084471', 10);
    press(hand, 'Enter');
    wait(hand, 1_000);
    pressText(hand, 'SN0084', 10);
    wait(hand, 220);
    pressText(hand, '472', 10);
    press(hand, 'Enter');
    expect(scans(hand)).toEqual(['SN0084471', 'SN0084472']);
  });

  it('loses nothing where keys queue up: time stands still between two keys that are on their way', () => {
    const hand = typist();
    let pressedMs = hand.nowMs;
    const sent = Array.from({ length: 30 }, (_unused, n) => `SN00844${10 + n}`);
    for (const text of sent) {
      for (const character of [...text, '\n']) {
        // Pressed every millisecond, one in 10 ms comes through: seconds late in the end.
        pressedMs += 1;
        wait(hand, 10);
        const { code, shift } = character === '\n' ? { code: 'Enter', shift: false } : keyOf(character);
        hand.actions.push(...hand.wedge.feed(keyAt(code, shift, pressedMs), hand.nowMs));
      }
    }
    expect(scans(hand)).toEqual(sent);
    // Without Enter the pause ends it, counted from the last key that came.
    for (const character of 'SN0084499') {
      pressedMs += 1;
      wait(hand, 10);
      hand.actions.push(
        ...hand.wedge.feed(keyAt(keyOf(character).code, keyOf(character).shift, pressedMs), hand.nowMs),
      );
    }
    wait(hand, 600);
    expect(scans(hand)).toEqual([...sent, 'SN0084499']);
  });

  it('is not begun by a lone Ctrl+], and reads a leading GS', () => {
    const hand = typist();
    press(hand, 'BracketRight', { ctrl: true });
    wait(hand, 500);
    expect(scans(hand)).toEqual([]);
    pressText(hand, `${GS}0106921734900135`, 8);
    press(hand, 'Enter');
    expect(scans(hand)).toEqual([`${GS}0106921734900135`]);
  });

  it('reads digits from the numeric pad', () => {
    const hand = typist();
    for (const digit of '13800138000') {
      press(hand, `Numpad${digit}`);
      wait(hand, 10);
    }
    press(hand, 'NumpadEnter');
    expect(scans(hand)).toEqual(['13800138000']);
  });

  it('says so when a key has no place on the keyboard, instead of dropping a character', () => {
    const hand = typist();
    pressText(hand, 'SN00', 8);
    wait(hand, 8);
    press(hand, '', { key: '8' });
    pressText(hand, '4471', 8);
    press(hand, 'Enter');
    expect(hand.actions.at(-1)).toEqual({ do: 'damaged', by: 'unknownKey' });
    expect(scans(hand)).toEqual([]);
  });
});

describe('a person with no field focused', () => {
  it('is not a gun, however they go on', () => {
    const hand = typist();
    pressText(hand, 'hello world, this is me', 160);
    wait(hand, 160);
    expect(press(hand, 'Enter').some((action) => action.do === 'scan' || action.do === 'swallow')).toBe(false);
    wait(hand, 500);
    expect(scans(hand)).toEqual([]);
  });

  it('presses a number key, which comes out as that', () => {
    const hand = typist();
    press(hand, 'Digit2');
    wait(hand, 200);
    expect(hand.actions.filter((action) => action.do === 'typed')).toEqual([{ do: 'typed', characters: ['2'] }]);
  });

  it('presses fewer keys than any code has', () => {
    const hand = typist();
    pressText(hand, '123', 80);
    press(hand, 'Enter');
    wait(hand, 500);
    expect(scans(hand)).toEqual([]);
    expect(hand.actions.filter((action) => action.do === 'typed')).toEqual([
      { do: 'typed', characters: ['1', '2', '3'] },
    ]);
  });

  it('does not press three keys within milliseconds: that chooses nothing and its Enter presses nothing', () => {
    const hand = typist();
    pressText(hand, '123', 5);
    expect(kinds(press(hand, 'Enter'))).toContain('swallow');
    wait(hand, 500);
    expect(scans(hand)).toEqual([]);
    expect(hand.actions.some((action) => action.do === 'typed')).toBe(false);
  });

  it('keeps Space, Enter, Tab, function keys and shortcuts', () => {
    const hand = typist();
    for (const code of ['Space', 'Enter', 'Tab', 'F5', 'F8', 'Escape', 'ArrowDown'])
      expect(press(hand, code)).toEqual([]);
    for (const code of ['KeyL', 'KeyK', 'KeyS', 'KeyJ', 'KeyM']) expect(press(hand, code, { ctrl: true })).toEqual([]);
    wait(hand, 500);
    expect(hand.actions).toEqual([]);
  });

  it('may hold a key down', () => {
    const hand = typist();
    press(hand, 'KeyA');
    for (let n = 0; n < 20; n++) {
      wait(hand, 30);
      press(hand, 'KeyA', { repeat: true });
    }
    wait(hand, 500);
    expect(scans(hand)).toEqual([]);
  });
});

describe('a gun without any pause', () => {
  it('has equal characters in a row read, though the system takes the second for a key held down', () => {
    const hand = typist();
    let former = '';
    for (const character of '319900196602010019') {
      const { code, shift } = keyOf(character);
      press(hand, code, { shift, repeat: character === former });
      former = character;
    }
    press(hand, 'Enter');
    expect(scans(hand)).toEqual(['319900196602010019']);
  });
});

describe('while a field has the focus', () => {
  const inField = { editable: true };

  it('takes a fast scan out of the field and keeps Enter from the form', () => {
    for (const paceMs of [0, 1, 8, 30, 44]) {
      const hand = typist();
      pressText(hand, kitCode, paceMs, 'ctrl', inField);
      wait(hand, paceMs);
      expect(kinds(press(hand, 'Enter', inField)), `${paceMs} ms a key`).toEqual(['swallow', 'takeOut', 'scan']);
      expect(scans(hand)).toEqual([kitCode]);
      expect(hand.actions.find((action) => action.do === 'mark')).toEqual({ do: 'mark', at: 0 });
      expect(hand.actions.find((action) => action.do === 'takeOut')).toMatchObject({ from: 0 });
    }
  });

  it('leaves the keys to the field until then', () => {
    const hand = typist();
    pressText(hand, 'SN0084471', 8, 'ctrl', inField);
    expect(hand.actions.every((action) => action.do === 'mark')).toBe(true);
  });

  it('marks the field after what a person typed before, so that it stays', () => {
    const hand = typist();
    pressText(hand, 'chen', 130, 'ctrl', inField);
    wait(hand, 200);
    const before = hand.actions.length;
    pressText(hand, 'SN0084471', 8, 'ctrl', inField);
    expect(hand.actions[before]).toEqual({ do: 'mark', at: 4 });
    press(hand, 'Enter', inField);
    expect(scans(hand)).toEqual(['SN0084471']);
    expect(hand.actions.find((action) => action.do === 'takeOut')).toMatchObject({ from: 4 });
  });

  it('is not fooled by a person, even a quick one', () => {
    const hand = typist();
    pressText(hand, 'chenjianguo', 60, 'ctrl', inField);
    wait(hand, 60);
    expect(press(hand, 'Enter', inField)).toEqual([]);
    wait(hand, 500);
    pressText(hand, 'wang', 20, 'ctrl', inField);
    expect(press(hand, 'Enter', inField)).toEqual([]);
    expect(scans(hand)).toEqual([]);
  });

  it('recognises a scan that an input method ate, with Enter or without', () => {
    for (const hasEnter of [true, false]) {
      const hand = typist();
      for (const letter of 'NIHAO') {
        press(hand, `Key${letter}`, { ...inField, key: 'Process', composing: true });
        wait(hand, 5);
      }
      if (hasEnter) press(hand, 'Enter', inField);
      wait(hand, 500);
      expect(hand.actions.filter((action) => action.do === 'damaged')).toEqual([{ do: 'damaged', by: 'inputMethod' }]);
      expect(kinds(hand.actions)).toContain('takeOut');
      expect(scans(hand)).toEqual([]);
    }
  });

  it('lets a person compose', () => {
    const hand = typist();
    for (const letter of 'CHENJIANGUO') {
      press(hand, `Key${letter}`, { ...inField, key: 'Process', composing: true });
      wait(hand, 90);
    }
    press(hand, 'Space', { ...inField, key: 'Process', composing: true });
    wait(hand, 500);
    expect(hand.actions.every((action) => action.do === 'mark')).toBe(true);
  });

  it('reads a scan whole whatever the focus does in its middle: every key was seen', () => {
    for (const [first, second] of [
      [{}, inField],
      [inField, {}],
    ] as const) {
      const hand = typist();
      pressText(hand, 'SN008', 8, 'ctrl', first);
      wait(hand, 8);
      pressText(hand, '4471', 8, 'ctrl', second);
      press(hand, 'Enter', second);
      expect(scans(hand)).toEqual(['SN0084471']);
      expect(kinds(hand.actions)).toContain('takeOut');
    }
  });
});
