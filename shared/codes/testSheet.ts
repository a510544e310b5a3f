/** The symbols of the test sheet, by which a scanner gun shows how it is set. */
export type TestSymbol = 'code128' | 'gs1-128' | 'gs1datamatrix' | 'qrcode';

export type TestSheetCode = {
  readonly key: 'case' | 'punctuation' | 'separators' | 'separators128' | 'long';
  readonly symbol: TestSymbol;
  /** What a gun that is set right sends: GS as U+001D, no symbology identifier, no suffix. */
  readonly text: string;
};

/**
 * What the test sheet carries, in the order of scanning. Each text tells what it is by itself, even damaged: a marker
 * stands at both ends of the plain ones. The GTIN is of GS1's range for restricted distribution (prefix 02), so it is no
 * product's.
 */
export const testSheet: readonly TestSheetCode[] = [
  { key: 'case', symbol: 'code128', text: 'YT1-AbCdEfGhIjKlMnOpQrStUvWxYz-1TY' },
  { key: 'punctuation', symbol: 'code128', text: 'YT2-!"#$%&\'()*+,./:;<=>?@[\\]^_`{|}~-2TY' },
  { key: 'separators', symbol: 'gs1datamatrix', text: '010299999000001610YT3\u001D21aB-9/7\u001D240YT3' },
  { key: 'separators128', symbol: 'gs1-128', text: '010299999000001610YT4\u001D21YT4' },
  {
    key: 'long',
    symbol: 'qrcode',
    text: `YT5-${'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.:/?=&'.repeat(4)}-5TY`,
  },
];
