/** Stars for all code points but `first` at the start and `last` at the end. */
function keep(text: string, first: number, last: number): string {
  const points = Array.from(text);
  return points.map((point, index) => (index < first || index >= points.length - last ? point : '*')).join('');
}

/** A document's number: 12 and more characters keep 3 + 4, 8 to 11 keep 1 + 3, 7 or fewer nothing. Same length. */
export function maskDocument(number: string): string {
  const length = Array.from(number).length;
  if (length >= 12) return keep(number, 3, 4);
  return length >= 8 ? keep(number, 1, 3) : keep(number, 0, 0);
}

/** A phone number: 3 + 4 of 11 and more digits; shorter ones as documents. Same length. */
export function maskPhone(phone: string): string {
  return Array.from(phone).length >= 11 ? keep(phone, 3, 4) : maskDocument(phone);
}

/** A birth date (`YYYY-MM-DD`): the year stays, which the age tells anyway. */
export function maskBirthDate(day: string): string {
  return `${day.slice(0, 4)}-**-**`;
}

/** A name: its first character; a name in letters keeps the first letter of each word. Same length. */
export function maskName(name: string): string {
  if (/\p{Script=Han}/u.test(name)) return keep(name, 1, 0);
  let isStart = true;
  return Array.from(name)
    .map((point) => {
      const isBetween = /[\s\-‐·•・]/u.test(point);
      const shown = isBetween || isStart ? point : '*';
      isStart = isBetween;
      return shown;
    })
    .join('');
}
