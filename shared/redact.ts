/**
 * Takes out of a text what must not be in a log: documents, phones, kit codes, keys, paths with somebody's name, and
 * whatever stands quoted after a key that holds such things. It rather masks too much than too little. Names in free
 * text cannot be told from other words, so texts with names must never be given to it: see the log's own list of fields.
 */
export function redact(text: string): string {
  let out = plain(text);
  for (const [pattern, put] of rules) out = out.replace(pattern, put);
  return out;
}

/** Keys whose quoted or bare values are personal or secret, whatever they look like. */
const secretKeys = [
  'name',
  '\\w*Name',
  'guardian\\w*',
  'person\\w*',
  'document\\w*',
  'id(?:_?card)?(?:_?number|_?no)',
  'number',
  'phone',
  'mobile',
  'birth\\w*',
  'address',
  'building',
  'unit',
  'room',
  'text',
  'raw',
  'scan',
  'serial',
  'kit\\w*',
  'query',
  'token',
  'authorization',
  'cookie',
  'pin',
  'password',
  'passphrase',
  'secret',
  'key',
  '\\w*Key\\w*',
  '姓名',
  '身份证号?码?',
  '证件号?码?',
  '手机号?码?',
  '电话',
  '住址',
  '地址',
  '楼栋',
].join('|');

const mask = '[…]';

/**
 * Each rule's replacement holds nothing that a later rule would eat. Order matters: the wider shapes come first. Each begins
 * where its run begins and nowhere inside, or a long line would be walked once for each of its characters.
 */
const rules: readonly (readonly [RegExp, string])[] = [
  // key: "value", 'key'='value', key=“value”, with escaped quotes inside.
  [new RegExp(`(["']?(?<![\\w])(?:${secretKeys})["']?\\s*[:=：]\\s*)"(?:[^"\\\\]|\\\\.)*"?`, 'giu'), `$1"${mask}"`],
  [new RegExp(`(["']?(?<![\\w])(?:${secretKeys})["']?\\s*[:=：]\\s*)'(?:[^'\\\\]|\\\\.)*'?`, 'giu'), `$1'${mask}'`],
  [new RegExp(`((?<![\\w])(?:${secretKeys})\\s*[:=：]\\s*)[“「『][^”」』]*[”」』]?`, 'giu'), `$1“${mask}”`],
  // key=value and key: value without quotes, up to the next separator.
  [new RegExp(`((?<![\\w])(?:${secretKeys})\\s*[=：]\\s*)(?!["'“「『])[^\\s,;，；)}\\]]+`, 'giu'), `$1${mask}`],
  // A home folder carries its owner's name.
  [/(\/(?:home|Users)\/)[^/\s:'"]+/g, `$1${mask}`],
  [/([A-Za-z]:\\Users\\)[^\\\s:'"]+/g, `$1${mask}`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${mask}`],
  // A link's path and query may be a kit code; its host may be told.
  [/\b(https?:\/\/)(?:[^\s/@]*@)?([\w.:-]+)[/?#][^\s'"<>]*/gi, `$1$2/${mask}`],
  // Machine-readable zone of a passport.
  [/(?<![A-Z0-9<])[A-Z0-9<]*<<[A-Z0-9<]*|(?<![A-Z0-9])[A-Z0-9]+<[A-Z0-9<]+/g, mask],
  // GS1 with brackets, with an AIM identifier, or with its group separator; MA codes; industrial identifiers.
  [/(?:\(\d{2,4}\)[^\s()]{1,90})+/g, mask],
  [/\][A-Za-z]\d\S+/g, mask],
  [/(?<![^\s"'\p{Cc}])[^\s"'\p{Cc}]*(?:(?![\t\n\r])\p{Cc}|\\u001d|\{GS\})[^\s"']*/giu, mask],
  [/\bMA\.\d{3}\.\S+/g, mask],
  [/\b88\.\d+\.\d+\/\S+/g, mask],
  // Our own codes: YP, YS, YC, YK, YB, YT.
  [/\bY[PSCKBT][0-9A-Z]{5,}\b/g, mask],
  // Phones and documents, also with blanks or hyphens between their groups; any run of six and more digits.
  [/(?<![0-9A-Za-z])[A-Za-z]{0,3}\d(?:[\s-]?\d){5,}[\dXx]?(?![0-9])/g, mask],
  // Long mixed runs: serials, keys, hashes.
  [/(?<![A-Za-z0-9])(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[A-Za-z])[A-Za-z0-9+/_]{12,}={0,2}(?![A-Za-z0-9])/g, mask],
  [/\d{6,}[Xx]?/g, mask],
];

/** Full-width digits and letters are the same numbers to a reader, so they are brought to one form before looking. */
function plain(text: string): string {
  return text.replace(/[\uff01-\uff5e]/g, (char) =>
    char === '：' || char === '，' || char === '；' ? char : String.fromCharCode(char.charCodeAt(0) - 0xfee0),
  );
}
