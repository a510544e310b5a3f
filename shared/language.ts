import { z } from 'zod';

/** The languages of the interface, the first the station's own. */
export const languages = ['zh-CN', 'en'] as const;
export const languageSchema = z.enum(languages);
export type Language = z.infer<typeof languageSchema>;
