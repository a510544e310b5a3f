import type { KitProduct } from '../../../shared/model/kit.ts';

/** What of a product decides how a test is bound and read, for the audit log. */
export function productFacts({ gtins, window }: Pick<KitProduct, 'gtins' | 'window'>) {
  return {
    gtins: [...gtins],
    opensAfterMin: window?.opensAfterMin ?? null,
    closesAfterMin: window?.closesAfterMin ?? null,
  };
}
