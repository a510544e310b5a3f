import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How a scanner gun is set that acts as a keyboard. */
export type KeyGun = {
  /** Milliseconds from one key to the next. */
  readonly paceMs: number;
  readonly suffix: 'enter' | 'tab' | 'crlf' | 'numpadEnter' | 'controlJ' | 'none';
  /** How GS (0x1D) is written: Ctrl+], Alt with 0029 on the numeric pad, F8, or a text in its place. */
  readonly gs: 'control' | 'alt' | 'f8' | { readonly replacement: string };
  /** Fixed text before each scan. */
  readonly prefix?: string;
};

/** X keycodes of a US keyboard: evdev's numbers and eight more. Modifiers, then what they are held for. */
const rows: readonly (readonly [firstKeycode: number, plain: string, shifted: string])[] = [
  [10, '1234567890-=', '!@#$%^&*()_+'],
  [24, 'qwertyuiop[]', 'QWERTYUIOP{}'],
  [38, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [51, '\\zxcvbnm,./', '|ZXCVBNM<>?'],
  [65, ' ', ' '],
];
const keys = { tab: 23, closingBracket: 35, enter: 36, control: 37, shift: 50, j: 44, alt: 64, capsLock: 66, f8: 74 };
const numericPad = [90, 87, 88, 89, 83, 84, 85, 79, 80, 81] as const;
const numericPadEnter = 104;

/** A key with what is held down for it. */
type Stroke = { readonly keycode: number; readonly held: number | null };

const strokes: ReadonlyMap<string, Stroke> = new Map(
  rows.flatMap(([first, plain, shifted]) =>
    [...plain].flatMap((character, n): [string, Stroke][] => [
      [shifted.charAt(n), { keycode: first + n, held: keys.shift }],
      [character, { keycode: first + n, held: null }],
    ]),
  ),
);

function strokeOf(character: string): Stroke {
  const stroke = strokes.get(character);
  if (stroke === undefined) throw new Error(`a US keyboard has no key for ${JSON.stringify(character)}`);
  return stroke;
}

/** What xdotool does for a key: down and up, then the pause until the next. */
function press({ keycode, held }: Stroke, pause: string): string {
  const stroke = `keydown --delay 0 ${keycode}\nkeyup --delay 0 ${keycode}\n`;
  if (held === null) return stroke + pause;
  return `keydown --delay 0 ${held}\n${stroke}keyup --delay 0 ${held}\n${pause}`;
}

const suffixes: Readonly<Record<KeyGun['suffix'], readonly Stroke[]>> = {
  enter: [{ keycode: keys.enter, held: null }],
  tab: [{ keycode: keys.tab, held: null }],
  crlf: [
    { keycode: keys.enter, held: null },
    { keycode: keys.j, held: keys.control },
  ],
  numpadEnter: [{ keycode: numericPadEnter, held: null }],
  controlJ: [{ keycode: keys.j, held: keys.control }],
  none: [],
};

/** A reader of several lines ends each like the last; with Enter where that would leave it open. */
function lineEnd(suffix: KeyGun['suffix']): readonly Stroke[] {
  return suffixes[suffix === 'none' ? 'enter' : suffix];
}

/** The script of one scan for xdotool. */
function scriptOf(text: string, gun: KeyGun): string {
  const pause = gun.paceMs === 0 ? '' : `sleep ${gun.paceMs / 1000}\n`;
  const parts: string[] = [];
  const write = (characters: string): void => {
    for (const character of characters) parts.push(press(strokeOf(character), pause));
  };
  write(gun.prefix ?? '');
  for (const character of text) {
    if (character === '\n') parts.push(...lineEnd(gun.suffix).map((stroke) => press(stroke, pause)));
    else if (character !== '\u001D') write(character);
    else if (gun.gs === 'control') parts.push(press({ keycode: keys.closingBracket, held: keys.control }, pause));
    else if (gun.gs === 'f8') parts.push(press({ keycode: keys.f8, held: null }, pause));
    else if (gun.gs === 'alt') {
      const digits = [0, 0, 2, 9].map((digit) => press({ keycode: numericPad[digit] ?? 0, held: null }, ''));
      parts.push(`keydown --delay 0 ${keys.alt}\n${digits.join('')}keyup --delay 0 ${keys.alt}\n${pause}`);
    } else write(gun.gs.replacement);
  }
  for (const stroke of suffixes[gun.suffix]) parts.push(press(stroke, pause));
  return parts.join('');
}

/**
 * A scanner gun as the system sees one: a keyboard that presses the physical keys of a US layout. The scans come one
 * right after another, by OS-level key events from one process, into whatever has the focus. CapsLock stays as it is.
 * Resolves when the last key was pressed.
 */
export async function shoot(texts: readonly string[], gun: KeyGun): Promise<void> {
  const child = spawn('xdotool', ['-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
  });
  child.stdin.end(texts.map((text) => scriptOf(text, gun)).join(''));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`xdotool: ${said.trim() || `ended with ${code}`}`);
}

/** One scan of a gun as most are set: GS as Ctrl+], Enter at the end. */
export async function scanWithGun(text: string, paceMs: number): Promise<void> {
  await shoot([text], { paceMs, suffix: 'enter', gs: 'control' });
}

/** Presses CapsLock once: on, or off again. */
export async function turnCapsLock(): Promise<void> {
  await run('xdotool', ['key', String(keys.capsLock)]);
}

/** One key, by its X name (`F5`, `Escape`). */
export async function pressKey(name: string): Promise<void> {
  await run('xdotool', ['key', name]);
}

/**
 * The moment that a hand needs from a key to the gun's trigger. A scan right on the heels of a single character may have
 * lost that character to a hiccup, so it is refused.
 */
export function fromKeyboardToGun(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 700));
}

/** Gives the keyboard to the window of this process; without a window manager nobody else does. */
export async function focusWindowOf(title: string): Promise<void> {
  const { stdout } = await run('xdotool', ['search', '--sync', '--onlyvisible', '--name', title]);
  const [id] = stdout.trim().split('\n');
  if (id === undefined) throw new Error(`no window called ${title}`);
  await run('xdotool', ['windowfocus', '--sync', id]);
}
