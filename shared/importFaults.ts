import type { Language } from './language.ts';

/** Why a file as a whole is not taken (`problem` of FILE_UNREADABLE). */
export const fileProblems = [
  'notReadable',
  'notAFile',
  'notWritable',
  'empty',
  'encoding',
  'binary',
  'notCsv',
  'rowTooLong',
  'cellTooLong',
  'tooManyColumns',
  'sheetGone',
  'oldWorkbook',
  'binaryWorkbook',
  'openDocument',
  'notWorkbook',
  'encrypted',
  'macros',
  'zipBomb',
  'xmlEntities',
  'damaged',
  'pdf',
  'picture',
  'archive',
  'webPage',
] as const;

/** What whoever brings a file should know of how it was read. */
export const importNotes = [
  'otherSheets',
  'titleRows',
  'noHeading',
  'repeatedHeadings',
  'rememberedColumns',
  'headingDoubtful',
  'hiddenRows',
  'mergedCells',
  'formulasWithoutValue',
  'encodingDoubtful',
] as const;

/** What can be wrong with a row of a file. The words stand here because the fault file and the screen say the same. */
export const importFaultCodes = [
  'nameMissing',
  'nameTooLong',
  'documentWrong',
  'documentKindUnknown',
  'excelNumber',
  'birthDateWrong',
  'birthDateDiffers',
  'birthDateMissing',
  'sexUnknown',
  'sexDiffers',
  'phoneWrong',
  'doubled',
  'textTooLong',
  'organisationWrong',
  'productUnknown',
  'serialMissing',
  'serialWrong',
  'codeWrong',
  'lotWrong',
  'expiryWrong',
  'expiryDiffers',
  'kitElsewhere',
  'rangeWrong',
  'rangeTaken',
  'tooManyColumns',
  'excelRounded',
  'leadingZeroLost',
  'dateAmbiguous',
  'cellError',
  'cellTooLong',
  'mojibake',
] as const;
export type ImportFaultCode = (typeof importFaultCodes)[number];

type Words = { readonly [K in ImportFaultCode]: (params: Readonly<Record<string, string>>) => string };

const zhCN: Words = {
  nameMissing: () => '没有姓名',
  nameTooLong: () => '姓名超过 80 个字',
  documentWrong: ({ why }) => `证件号码不对：${documentZh[why ?? ''] ?? '核对号码'}`,
  documentKindUnknown: ({ text }) => `不认识的证件类型“${text}”`,
  excelNumber: () => '号码被表格软件改成了科学计数法（如 3.10104E+17），后几位已丢失；请把该列设为文本后重新填写',
  excelRounded: () => '号码被表格软件当成数字，最后几位变成了 000；请把该列设为文本，照证件重新填写',
  leadingZeroLost: () => '开头的 0 被表格软件去掉了；请把该列设为文本后补上',
  dateAmbiguous: ({ text }) => `日期“${text}”分不清月和日，请写成 年-月-日`,
  cellError: ({ text }) => `单元格是表格软件的错误值 ${text}`,
  cellTooLong: () => '单元格超过 4000 个字',
  mojibake: () => '有乱码，请换一种编码另存后再导入',
  birthDateWrong: ({ text }) => `出生日期“${text}”不是有效日期`,
  birthDateDiffers: ({ own }) => `出生日期与证件号码不一致（证件为 ${own}）`,
  birthDateMissing: () => '没有证件的人要有出生日期',
  sexUnknown: ({ text }) => `性别“${text}”不认识，请填 男 或 女`,
  sexDiffers: () => '性别与证件号码不一致',
  phoneWrong: ({ text }) => `电话“${text}”不像电话号码`,
  doubled: ({ line }) => `与第 ${line} 行是同一人，但内容不同`,
  textTooLong: ({ column }) => `“${column}”超过 60 个字`,
  organisationWrong: () => '单位一栏里是证件或电话号码，不是单位名称',
  productUnknown: ({ text }) => (text === '' ? '没有产品编码' : `产品“${text}”不在产品目录里，请先在试剂页登记`),
  serialMissing: () => '没有序列号',
  serialWrong: ({ text }) => `序列号“${text}”有不允许的字符或太长`,
  codeWrong: ({ text }) => `编码“${text}”无法识别为一盒试剂`,
  lotWrong: ({ text }) => `批号“${text}”有不允许的字符或太长`,
  expiryWrong: ({ text }) => `有效期“${text}”不是有效日期`,
  expiryDiffers: ({ known }) => `同一批号的有效期不一致（已有 ${known}）`,
  kitElsewhere: () => '这盒试剂已登记在别的产品或批号下',
  rangeWrong: ({ why }) => `号段不对：${rangeZh[why ?? ''] ?? '请核对起止号'}`,
  rangeTaken: ({ at }) => `号段与已登记的号码重叠（尾号 ${at}）`,
  tooManyColumns: () => '这一行的列数与表头不符',
};

const rangeZh: Readonly<Record<string, string>> = {
  uneven: '起止号的位数或前缀不同',
  backwards: '止号小于起号',
  tooLong: '一个号段最多 1,000,000 盒',
};

const documentZh: Readonly<Record<string, string>> = {
  checkDigit: '最后一位校验不符，请核对',
  date: '其中的出生日期不存在',
  length: '位数不对',
  charset: '有不允许的字符',
  otherKind: '与证件类型不符',
};

const en: Words = {
  nameMissing: () => 'No name',
  nameTooLong: () => 'The name is longer than 80 characters',
  documentWrong: ({ why }) => `The document number is wrong: ${documentEn[why ?? ''] ?? 'please check it'}`,
  documentKindUnknown: ({ text }) => `Unknown document type “${text}”`,
  excelNumber: () =>
    'A spreadsheet turned the number into scientific notation (such as 3.10104E+17) and its last digits are lost; format the column as text and enter it again',
  excelRounded: () =>
    'A spreadsheet took it for a number and made its last digits 000; format the column as text and enter it again from the document',
  leadingZeroLost: () => 'A spreadsheet dropped the 0 in front; format the column as text and put it back',
  dateAmbiguous: ({ text }) => `In “${text}” month and day cannot be told apart; write year-month-day`,
  cellError: ({ text }) => `The cell holds the spreadsheet error ${text}`,
  cellTooLong: () => 'The cell is longer than 4,000 characters',
  mojibake: () => 'Some characters are garbled; save the file in another encoding and import it again',
  birthDateWrong: ({ text }) => `“${text}” is not a date of birth`,
  birthDateDiffers: ({ own }) => `The date of birth differs from the document’s (${own})`,
  birthDateMissing: () => 'Somebody without a document needs a date of birth',
  sexUnknown: ({ text }) => `“${text}” is not understood as a sex; write M or F`,
  sexDiffers: () => 'The sex differs from the document’s',
  phoneWrong: ({ text }) => `“${text}” does not look like a phone number`,
  doubled: ({ line }) => `The same person as line ${line}, with other content`,
  textTooLong: ({ column }) => `“${column}” is longer than 60 characters`,
  organisationWrong: () => 'The organisation column holds a document or phone number, not a name',
  productUnknown: ({ text }) =>
    text === '' ? 'No product code' : `Product “${text}” is not in the catalogue; enter it under Kits first`,
  serialMissing: () => 'No serial number',
  serialWrong: ({ text }) => `Serial “${text}” has characters that are not allowed, or is too long`,
  codeWrong: ({ text }) => `Code “${text}” is not understood as one kit`,
  lotWrong: ({ text }) => `Lot “${text}” has characters that are not allowed, or is too long`,
  expiryWrong: ({ text }) => `“${text}” is not an expiry date`,
  expiryDiffers: ({ known }) => `The same lot has another expiry date (${known})`,
  kitElsewhere: () => 'This kit is listed under another product or lot',
  rangeWrong: ({ why }) => `The range is wrong: ${rangeEn[why ?? ''] ?? 'please check both ends'}`,
  rangeTaken: ({ at }) => `The range holds a serial that is listed already (ending in ${at})`,
  tooManyColumns: () => 'This row has another number of columns than the heading',
};

const rangeEn: Readonly<Record<string, string>> = {
  uneven: 'its two ends differ in length or beginning',
  backwards: 'it ends before it begins',
  tooLong: 'a range holds 1,000,000 kits at most',
};

const documentEn: Readonly<Record<string, string>> = {
  checkDigit: 'its check character does not fit',
  date: 'its date of birth does not exist',
  length: 'it has the wrong number of characters',
  charset: 'it has characters that are not allowed',
  otherKind: 'it is of another type than stated',
};

/** The sentence for a fault, in the person's language. An unknown code is shown as it is. */
export function importFaultText(code: string, params: Readonly<Record<string, string>>, language: Language): string {
  const words = language === 'en' ? en : zhCN;
  return Object.hasOwn(words, code) ? words[code as ImportFaultCode](params) : code;
}
