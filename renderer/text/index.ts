import i18next, { type i18n } from 'i18next';
import { useCallback } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Language } from '../../shared/language.ts';
import { en, type TextKey, zhCN } from './languages.ts';

export type { TextKey } from './languages.ts';

export type TextParams = Readonly<Record<string, string | number>>;
/** Words for a key in the language of the moment; `{{name}}` in them is filled from the params. */
export type Text = (key: TextKey, params?: TextParams) => string;

/** Both languages are in the program, so that changing takes effect at once. */
export function makeTexts(language: Language): i18n {
  const texts = i18next.createInstance();
  void texts.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { 'zh-CN': { translation: zhCN }, en: { translation: en } },
    initAsync: false,
    // React escapes by itself.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  return texts;
}

export function useText(): Text {
  const { t } = useTranslation();
  return useCallback<Text>((key, params) => t(key as never, params as never) as unknown as string, [t]);
}

export function useLanguage(): Language {
  return useTranslation().i18n.language === 'en' ? 'en' : 'zh-CN';
}
