import type { Language } from '../../../shared/language.ts';
import { en } from './textEn.ts';
import { zhCN } from './textZhCN.ts';
import type { SheetText } from './wording.ts';

/** The words on paper in a language. */
export function sheetText(language: Language): SheetText {
  return language === 'en' ? en : zhCN;
}
