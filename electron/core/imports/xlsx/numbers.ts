/** What a number format makes of a number: a day, digits with leading noughts, or the number itself. */
export type NumberFormat =
  | { readonly is: 'date' }
  | { readonly is: 'padded'; readonly digits: number }
  | { readonly is: 'plain' };

const plain: NumberFormat = { is: 'plain' };
const date: NumberFormat = { is: 'date' };

/** Formats that have a number and no code in the file (ECMA-376, 18.8.30), the Chinese and Japanese ones too. */
export function builtInFormat(id: number): NumberFormat {
  return (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58) ? date : plain;
}

/** By a format's own code: a day where it shows a year or a day of the month; times and spans of time stay numbers. */
export function formatOf(code: string): NumberFormat {
  const bare = (code.split(';', 1)[0] ?? '')
    .slice(0, 255)
    .replaceAll(/"[^"]*"|\\.|_.|\*./g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .toLowerCase();
  if (/^general$|^@$/.test(bare.trim())) return plain;
  if (/^0{2,20}$/.test(bare)) return { is: 'padded', digits: bare.length };
  // `e` and `g` are the years of the emperor and of Taiwan; a number's own `E+` has a sign.
  if (/[yd]|e(?![+-])|g+e/.test(bare.replaceAll('general', ''))) return date;
  return plain;
}

/**
 * The day of a serial number as `YYYY-MM-DD`, with its time where it has one; null where there is no such day. In the
 * 1900 system day 60 is 29 February 1900, which never was: earlier days count from 31 December 1899, later ones from the
 * day before that. In the 1904 system day 0 is 1 January 1904.
 */
export function dayOfSerial(serial: number, is1904: boolean): string | null {
  if (!Number.isFinite(serial) || serial < 0 || serial > 2_958_466) return null;
  const whole = Math.floor(serial);
  if (!is1904 && (whole === 60 || whole === 0)) return null;
  const first = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, whole < 60 ? 31 : 30);
  const text = new Date(first + Math.round(serial * 86_400) * 1_000).toISOString();
  const clock = text.slice(11, 19);
  return clock === '00:00:00' ? text.slice(0, 10) : `${text.slice(0, 10)} ${clock}`;
}

/** The digits of `3.10104198802301e+17`, noughts where it says none. */
function inFull(text: string): string {
  const parts = /^(-?)(\d)\.(\d+)e\+(\d+)$/.exec(text);
  if (parts === null) return String(Number(text));
  const [, sign = '', first = '', rest = '', exponent = ''] = parts;
  return sign + (first + rest).padEnd(Number(exponent) + 1, '0');
}

/**
 * A number as somebody would write it. Digits that stand in the file in full stay as they are, however many; what a
 * program wrote with an exponent is told in full, with noughts where it no longer knows.
 */
export function numberText(written: string, format: NumberFormat): string {
  const text = written.trim();
  if (/^-?\d+$/.test(text)) return format.is === 'padded' ? text.padStart(format.digits, '0') : text;
  const value = Number(text);
  if (text === '' || !Number.isFinite(value)) return text;
  if (Number.isInteger(value) && Math.abs(value) < 1e21) {
    // Excel knows fifteen digits; the two or three beyond them are not of anybody's making.
    const digits = inFull(value.toPrecision(15));
    return format.is === 'padded' ? digits.padStart(format.digits, '0') : digits;
  }
  return String(Number(value.toPrecision(15)));
}
