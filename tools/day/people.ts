import iconv from 'iconv-lite';
import { residentIdCheck } from '../../shared/codes/residentId.ts';

/** County codes that GB/T 2260 never assigned: numbers that carry one are nobody's. */
const nobodysCounties = ['319900', '319901', '319902'];
const surnames = [...'李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕'];
const givenNames = [...'建国伟芳敏静丽强磊洋艳勇娟涛明超秀兰霞平桂英文华玉红军杰辉鹏梅琳云'];

export type RosterPerson = {
  readonly name: string;
  readonly sex: 'male' | 'female';
  readonly document: string;
  readonly phone: string;
  readonly building: string;
  readonly unit: string;
  readonly room: string;
};

/** Fictional residents, always the same for the same count. */
export function makePeople(count: number): RosterPerson[] {
  return Array.from({ length: count }, (_unused, n) => personAt(n));
}

export function personAt(n: number): RosterPerson {
  const sex = n % 2 === 0 ? 'female' : 'male';
  const birth = `${1932 + ((n * 13) % 84)}${two(1 + ((n * 5) % 12))}${two(1 + ((n * 11) % 28))}`;
  const sequence = String(((Math.floor(n / 3) * 2) % 998) + (sex === 'male' ? 1 : 0)).padStart(3, '0');
  const body = `${nobodysCounties[n % nobodysCounties.length]}${birth}${sequence}`;
  const surname = n % 97 === 0 ? '欧阳' : surnames[(n * 7) % surnames.length];
  const given = `${givenNames[(n * 3) % givenNames.length]}${n % 5 === 0 ? '' : givenNames[(n * 11 + 4) % givenNames.length]}`;
  return {
    name: `${surname}${given}`,
    sex,
    document: body + residentIdCheck(body),
    // 000-block subscriber numbers of a prefix that no carrier hands out.
    phone: `1990000${String(n % 10_000).padStart(4, '0')}`,
    building: String(1 + (n % 12)),
    unit: String(1 + (Math.floor(n / 12) % 3)),
    room: `${1 + (Math.floor(n / 36) % 18)}0${1 + (n % 4)}`,
  };
}

/** The roster as a property office's spreadsheet program saves it. */
export function rosterFile(people: readonly RosterPerson[]): Uint8Array {
  const lines = people.map((person) =>
    [
      person.name,
      person.sex === 'male' ? '男' : '女',
      person.document,
      person.phone,
      `${person.building}号楼`,
      `${person.unit}单元`,
      `${person.room}室`,
    ].join(','),
  );
  return iconv.encode(['姓名,性别,身份证号码,联系电话,楼栋,单元,房号', ...lines, ''].join('\r\n'), 'gb18030');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
