/**
 * Keyboard layouts that guns can be set to. A gun set to another country presses that country's keys, and the wedge reads
 * physical keys as a US keyboard: so each layout here says what comes out for a character that was meant.
 */

/** Rows of physical keys from Backquote to Slash; `\0` stands for a key without a character. */
const us =
  '`1234567890-=' +
  'qwertyuiop[]\\' +
  "asdfghjkl;'" +
  'zxcvbnm,./' +
  '~!@#$%^&*()_+' +
  'QWERTYUIOP{}|' +
  'ASDFGHJKL:"' +
  'ZXCVBNM<>?';

const rows = {
  de:
    '^1234567890ß´' +
    'qwertzuiopü+#' +
    'asdfghjklöä' +
    'yxcvbnm,.-' +
    '°!"§$%&/()=?`' +
    "QWERTZUIOPÜ*'" +
    'ASDFGHJKLÖÄ' +
    'YXCVBNM;:_',
  fr:
    '²&é"\'(-è_çà)=' +
    'azertyuiop^$*' +
    'qsdfghjklmù' +
    'wxcvbn,;:!' +
    '\u00001234567890°+' +
    'AZERTYUIOP¨£µ' +
    'QSDFGHJKLM%' +
    'WXCVBN?./§',
  uk:
    '`1234567890-=' +
    'qwertyuiop[]#' +
    "asdfghjkl;'" +
    'zxcvbnm,./' +
    '¬!"£$%^&*()_+' +
    'QWERTYUIOP{}~' +
    'ASDFGHJKL:@' +
    'ZXCVBNM<>?',
  jp:
    '\u00001234567890-^' +
    'qwertyuiop@[]' +
    'asdfghjkl;:' +
    'zxcvbnm,./' +
    '\u0000!"#$%&\'()\u0000=~' +
    'QWERTYUIOP`{}' +
    'ASDFGHJKL+*' +
    'ZXCVBNM<>?',
} as const;

/** The extra key beside the left Shift, which the wedge reads as a backslash. */
const extraKey: Readonly<Record<keyof typeof rows, readonly [string, string]>> = {
  de: ['<', '>'],
  fr: ['<', '>'],
  uk: ['\\', '|'],
  jp: ['\u0000', '\u0000'],
};

export const keyLayouts = ['de', 'fr', 'uk', 'jp'] as const;
export type KeyLayout = (typeof keyLayouts)[number];

function table(layout: KeyLayout): ReadonlyMap<string, string> {
  const typed = new Map<string, string>();
  for (const [index, character] of [...extraKey[layout]].entries()) {
    if (character !== '\u0000') typed.set(character, index === 0 ? '\\' : '|');
  }
  for (const [index, character] of [...rows[layout]].entries()) {
    if (character !== '\u0000') typed.set(character, us.charAt(index));
  }
  return typed;
}

const tables: Readonly<Record<KeyLayout, ReadonlyMap<string, string>>> = {
  de: table('de'),
  fr: table('fr'),
  uk: table('uk'),
  jp: table('jp'),
};

/** What the wedge reads when a gun of that layout means `character`: empty where it takes a key the wedge cannot read. */
export function typedBy(layout: KeyLayout, character: string): string {
  return tables[layout].get(character) ?? '';
}
