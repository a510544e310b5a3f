/** Days in a month of the Gregorian calendar; 0 for a month that is not 1–12. */
function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  if (month === 4 || month === 6 || month === 9 || month === 11) return 30;
  return month >= 1 && month <= 12 ? 31 : 0;
}

/** `YYYY-MM-DD`, or null when the calendar has no such day. */
export function dayOf(year: number, month: number, date: number): string | null {
  if (date < 1 || date > daysInMonth(year, month)) return null;
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}

/** The day that eight digits `YYYYMMDD` mean, or null. */
export function dayOfDigits(digits: string): string | null {
  return /^\d{8}$/.test(digits)
    ? dayOf(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6)))
    : null;
}

/** The year that two digits mean: 49 years back to 50 ahead of `today` (GS1 General Specifications, 7.12). */
export function fullYear(twoDigits: number, today: string): number {
  const year = Number(today.slice(0, 4));
  const century = year - (year % 100);
  const distance = twoDigits - (year % 100);
  if (distance >= 51) return century - 100 + twoDigits;
  return distance <= -50 ? century + 100 + twoDigits : century + twoDigits;
}

/**
 * The day that `YYMMDD` means. With `monthAlone`, DD 00 is the last day of the month. Null when there
 * is none.
 */
export function dayOfShort(digits: string, today: string, monthAlone: boolean): string | null {
  const year = fullYear(Number(digits.slice(0, 2)), today);
  const month = Number(digits.slice(2, 4));
  const date = Number(digits.slice(4, 6));
  return dayOf(year, month, date === 0 && monthAlone ? daysInMonth(year, month) : date);
}
