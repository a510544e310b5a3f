import type { Language } from '../../../shared/language.ts';
import type { Consent, MaskedPerson, Person } from '../../../shared/model/person.ts';
import type { AbsenceReason, NotTestedRow } from '../../../shared/model/round.ts';
import type { TestCard } from '../../../shared/model/test.ts';
import { localTime } from '../../../shared/time.ts';

/** A person as a row may tell them: masked, and in full where that was asked for with a reason. */
export type PersonOut = { readonly masked: MaskedPerson; readonly full: Person | null };
export type TestOut = { readonly test: TestCard; readonly full: Person | null };

type Words = Readonly<Record<string, string>>;
type Column<T> = {
  readonly heading: Readonly<Record<Language, string>>;
  readonly cell: (row: T, words: Words, zone: string) => string;
};

const zhCN: Words = {
  male: '男',
  female: '女',
  residentId: '身份证',
  residencePermit: '居住证',
  permanentResident: '永居证',
  travelPermit: '通行证',
  passport: '护照',
  otherDocument: '其他证件',
  pending: '待判读',
  negative: '阴性',
  positive: '阳性',
  invalid: '无效',
  void: '作废',
  undone: '已撤销',
  given: '已同意',
  withdrawn: '已撤回',
  paper: '书面',
  oral: '口头',
  self: '本人',
  guardian: '监护人',
  yes: '是',
  no: '否',
};
const en: Words = {
  male: 'male',
  female: 'female',
  residentId: 'resident ID',
  residencePermit: 'residence permit',
  permanentResident: 'permanent residence card',
  travelPermit: 'travel permit',
  passport: 'passport',
  otherDocument: 'other document',
  pending: 'pending',
  negative: 'negative',
  positive: 'positive',
  invalid: 'invalid',
  void: 'void',
  undone: 'undone',
  given: 'given',
  withdrawn: 'withdrawn',
  paper: 'on paper',
  oral: 'orally',
  self: 'by themselves',
  guardian: 'by their guardian',
  yes: 'yes',
  no: 'no',
};
export const exportWords: Readonly<Record<Language, Words>> = { 'zh-CN': zhCN, en };

const personColumns: readonly Column<PersonOut>[] = [
  { heading: { 'zh-CN': '姓名', en: 'Name' }, cell: ({ masked, full }) => full?.name ?? masked.nameMasked },
  { heading: { 'zh-CN': '性别', en: 'Sex' }, cell: ({ masked }, words) => words[masked.sex ?? ''] ?? '' },
  { heading: { 'zh-CN': '年龄', en: 'Age' }, cell: ({ masked }) => (masked.age === null ? '' : String(masked.age)) },
  {
    heading: { 'zh-CN': '出生日期', en: 'Date of birth' },
    cell: ({ masked, full }) => (full === null ? masked.birthMasked : full.birthDate) ?? '',
  },
  { heading: { 'zh-CN': '楼号', en: 'Building' }, cell: ({ masked }) => masked.address.building },
  { heading: { 'zh-CN': '单元', en: 'Unit' }, cell: ({ masked }) => masked.address.unit },
  { heading: { 'zh-CN': '房号', en: 'Room' }, cell: ({ masked }) => masked.address.room },
  {
    heading: { 'zh-CN': '证件类型', en: 'Document type' },
    cell: ({ masked: { documentKind } }, words) =>
      documentKind === null ? '' : (words[documentKind === 'other' ? 'otherDocument' : documentKind] ?? ''),
  },
  {
    heading: { 'zh-CN': '证件号码', en: 'Document number' },
    cell: ({ masked, full }) => (full === null ? masked.documentMasked : full.documentNumber) ?? '',
  },
  {
    heading: { 'zh-CN': '手机', en: 'Phone' },
    cell: ({ masked, full }) => (full === null ? masked.phoneMasked : full.phone) ?? '',
  },
  {
    heading: { 'zh-CN': '监护人', en: 'Guardian' },
    cell: ({ masked, full }) => (full === null ? masked.guardianMasked : full.guardianName) ?? '',
  },
];

/** What a row tells of a consent: `given` and `withdrawn` with the way it was said; null where none is noted. */
type ConsentOut = Pick<Consent, 'state' | 'how' | 'givenBy' | 'atMs'>;

export const peopleColumns: readonly Column<
  PersonOut & { readonly isTested: boolean; readonly consent: ConsentOut | null }
>[] = [
  ...personColumns,
  {
    heading: { 'zh-CN': '本轮已检', en: 'Tested this round' },
    cell: ({ isTested }, words) => words[isTested ? 'yes' : 'no'] ?? '',
  },
  {
    heading: { 'zh-CN': '知情同意', en: 'Consent' },
    cell: ({ consent }, words) =>
      consent === null
        ? ''
        : [words[consent.state], words[consent.how], words[consent.givenBy]]
            .filter((word) => word !== undefined)
            .join(' '),
  },
  {
    heading: { 'zh-CN': '同意时间', en: 'Consent at' },
    cell: ({ consent }, _words, zone) => moment(consent?.atMs, zone),
  },
];

export type NotTestedOut = PersonOut & Pick<NotTestedRow, 'floor' | 'absence'>;
const wordsOfAbsence: Readonly<Record<Language, Readonly<Record<AbsenceReason, string>>>> = {
  'zh-CN': {
    away: '外出',
    hospital: '住院',
    exempt: '免检',
    movedOut: '已搬走',
    refused: '拒检',
    testedElsewhere: '已在别处检测',
    notReached: '敲门无人',
    other: '其他',
  },
  en: {
    away: 'away',
    hospital: 'in hospital',
    exempt: 'exempt',
    movedOut: 'moved out',
    refused: 'refused',
    testedElsewhere: 'tested elsewhere',
    notReached: 'nobody at home',
    other: 'other',
  },
};

/** Whom to look for, in the order of the doors. */
export const notTestedColumns: readonly Column<NotTestedOut>[] = [
  ...personColumns.slice(4, 7),
  {
    heading: { 'zh-CN': '楼层', en: 'Floor' },
    cell: ({ floor }) => (floor === null ? '' : String(floor)),
  },
  ...personColumns.slice(0, 4),
  ...personColumns.slice(9, 11),
  {
    heading: { 'zh-CN': '未检原因', en: 'Why not' },
    cell: ({ absence }, words) =>
      absence === null ? '' : (wordsOfAbsence[words === en ? 'en' : 'zh-CN'][absence.reason] ?? ''),
  },
  { heading: { 'zh-CN': '备注', en: 'Note' }, cell: ({ absence }) => absence?.note ?? '' },
];

function moment(atMs: number | null | undefined, zone: string): string {
  if (atMs === null || atMs === undefined) return '';
  const { day, clock } = localTime(atMs, zone);
  return `${day} ${clock}`;
}

const person: readonly Column<TestOut>[] = personColumns.map(({ heading, cell }) => ({
  heading,
  cell: ({ test, full }, words, zone) => cell({ masked: test.person, full }, words, zone),
}));

export const testColumns: readonly Column<TestOut>[] = [
  { heading: { 'zh-CN': '日期', en: 'Day' }, cell: ({ test }) => test.day },
  { heading: { 'zh-CN': '绑定时间', en: 'Bound at' }, cell: ({ test }, _words, zone) => moment(test.boundAtMs, zone) },
  ...person,
  { heading: { 'zh-CN': '试剂', en: 'Kit' }, cell: ({ test }) => test.kit.productName },
  { heading: { 'zh-CN': '批号', en: 'Lot' }, cell: ({ test }) => test.kit.lot ?? '' },
  { heading: { 'zh-CN': '编码', en: 'Code' }, cell: ({ test }) => test.kit.serial },
  { heading: { 'zh-CN': '结果', en: 'Result' }, cell: ({ test }, words) => words[test.status] ?? '' },
  {
    heading: { 'zh-CN': '判读时间', en: 'Read at' },
    cell: ({ test }, _words, zone) => moment(test.result?.readAtMs, zone),
  },
  { heading: { 'zh-CN': '绑定人', en: 'Bound by' }, cell: ({ test }) => test.boundByName },
  { heading: { 'zh-CN': '判读人', en: 'Read by' }, cell: ({ test }) => test.result?.operatorName ?? '' },
];
