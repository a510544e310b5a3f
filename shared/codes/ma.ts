import { dayOfDigits, dayOfShort } from './calendar.ts';
import { type CodeFailure, type CodeWarning, failed, type ParsedCode, parsed } from './codeKinds.ts';

/** Letters whose value is a day: production, expiry, valid until. */
const dateLetters = new Set(['M', 'E', 'V']);

/**
 * Reads an MA code (ZIIOT, ISO/IEC 15459 issuing agency MA): the device part `MA.156.M0.<registrant>.<item>`, then in any
 * order `.S` serial `.M` production `.L` lot `.D` sterilisation lot `.E` expiry `.V` valid until `.Y` insurance code
 * `.C` check. Fields: `device`, `registrant`, `item` and each letter with its value; unknown letters are kept.
 *
 * The check characters are not verified: their table is not public and labels in use disagree with it. A date that is
 * not 6 or 8 digits is told; six or eight digits that are no day are refused.
 */
export function readMa(raw: string, today: string, start = 0, end = raw.length): ParsedCode | CodeFailure {
  const text = raw.slice(start, end);
  const no = (code: 'charset' | 'length' | 'date' | 'syntax', message: string, index: number) =>
    failed('ma', raw, code, message, start + index);
  const wrong = text.search(/[^!-~]/);
  if (wrong >= 0) return no('charset', 'An MA code has printable ASCII characters only.', wrong);
  const segments: { readonly text: string; readonly at: number }[] = [];
  let at = 0;
  for (const segment of text.split('.')) {
    segments.push({ text: segment, at });
    at += segment.length + 1;
  }
  const rules: readonly (readonly [RegExp, string])[] = [
    [/^MA$/, 'An MA code begins with MA.'],
    [/^156$/, 'The country of an MA code for devices is 156.'],
    [/^M0$/, 'The third part of an MA code for devices is M0.'],
    [/^\d{6}$/, "The registrant's part has six digits."],
    [/^[0-9A-Za-z]+$/, 'The item has letters and digits only.'],
  ];
  for (const [index, [shape, message]] of rules.entries()) {
    const segment = segments[index];
    if (segment === undefined) return no('length', 'The MA code ends before its item.', text.length);
    if (!shape.test(segment.text)) return no('syntax', message, segment.at);
  }
  const item = segments[4];
  if (item === undefined || item.text.length < 8) {
    return no(
      'length',
      'Pack level, item and check have eight characters at least.',
      (item?.at ?? 0) + (item?.text.length ?? 0),
    );
  }

  const fields: Record<string, string> = {
    device: segments
      .slice(0, 5)
      .map((segment) => segment.text)
      .join('.'),
    registrant: segments[3]?.text ?? '',
    item: item.text,
  };
  const days: Record<string, string> = {};
  const warnings: CodeWarning[] = [];
  for (const segment of segments.slice(5)) {
    const letter = segment.text.charAt(0);
    const value = segment.text.slice(1);
    if (!/^[A-Za-z]$/.test(letter))
      return no('syntax', 'A letter that says what follows is expected here.', segment.at);
    if (value === '') return no('length', `.${letter} has no value.`, segment.at + 1);
    if (fields[letter] !== undefined && fields[letter] !== value) {
      return no('syntax', `.${letter} is repeated with another value.`, segment.at);
    }
    fields[letter] = value;
    if (!dateLetters.has(letter)) continue;
    if (!/^(?:\d{6}|\d{8})$/.test(value)) {
      const message = `.${letter} is not a date of 6 or 8 digits and was not understood.`;
      warnings.push({ code: 'dateNotUnderstood', message, at: start + segment.at });
      continue;
    }
    const day = value.length === 6 ? dayOfShort(value, today, true) : dayOfDigits(value);
    if (day === null) return no('date', `.${letter} is no day of the calendar.`, segment.at + 1);
    days[letter] = day;
  }
  return parsed('ma', raw, fields, warnings, days);
}
