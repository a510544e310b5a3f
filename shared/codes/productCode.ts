import { classify } from './classify.ts';

export type ProductCode =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly problem: string };

/** What names a product in a code: a GTIN with a right check digit, as 14 digits, or the device part of an MA code. */
export function productCode(text: string, day: string): ProductCode {
  const plain = text.normalize('NFKC').replaceAll(/\s/g, '');
  const code = classify(plain, { today: day });
  if (!code.ok) return { ok: false, problem: code.error.code };
  const name =
    code.kind === 'gtin'
      ? (code.fields['gtin'] ?? code.fields['01'])
      : code.kind === 'ma'
        ? code.fields['device']
        : undefined;
  return name === undefined ? { ok: false, problem: 'notAProductCode' } : { ok: true, name };
}
