import { classify } from '../../../shared/codes/classify.ts';
import { StationError } from '../../../shared/errors.ts';
import type { KitProduct } from '../../../shared/model/kit.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, signedIn, today } from '../station.ts';

/** What names a product in a code: a GTIN with a right check digit, as 14 digits, or the device part of an MA code. */
function productCode(text: string, day: string, field: string): string {
  const plain = text.normalize('NFKC').replaceAll(/\s/g, '');
  const code = classify(plain, { today: day });
  const name = code.ok
    ? code.kind === 'gtin'
      ? (code.fields['gtin'] ?? code.fields['01'])
      : code.kind === 'ma'
        ? code.fields['device']
        : undefined
    : undefined;
  if (name === undefined)
    throw new StationError(
      'INVALID_INPUT',
      { path: field, problem: code.ok ? 'notAProductCode' : code.error.code },
      field,
    );
  return name;
}

export const kitHandlers: Handlers<'products.list' | 'products.save' | 'kits.list' | 'lots.list'> = {
  'products.list': look((station) => ({ products: station.tables.products.list() })),
  'products.save': change({
    run: (station, input) => {
      allow(station, 'products.edit');
      const { products } = station.tables;
      const former = input.productId === null ? null : products.find(input.productId);
      if (input.productId !== null && former === null) throw new StationError('NOT_FOUND', { what: 'product' });
      if (input.window !== null && input.window.closesAfterMin <= input.window.opensAfterMin) {
        throw new StationError('WINDOW_UNSOUND', {}, 'window.closesAfterMin');
      }
      const day = today(station);
      const gtins = [...new Set(input.gtins.map((gtin, index) => productCode(gtin, day, `gtins.${index}`)))];
      const id = former?.id ?? station.newId();
      for (const [index, gtin] of gtins.entries()) {
        const owner = products.findCodeOwner(gtin);
        if (owner !== null && owner !== id) throw new StationError('NAME_TAKEN', { what: 'gtin' }, `gtins.${index}`);
      }
      const product = {
        id,
        registrant: input.registrant,
        shortName: input.shortName === '' ? input.registrant : input.shortName,
        method: input.method,
        registrationNumber: input.registrationNumber,
        approvedOn: former?.approvedOn ?? null,
        gtins,
        window: input.window,
        storage: input.storage,
        isSample: former?.isSample ?? false,
      };
      products.save(product);
      audit(station, 'product.save', `product:${id}`, {
        from: former === null || former === undefined ? null : facts(former),
        to: facts(product),
      });
      return product;
    },
    answer: (_station, product) => ({ product }),
  }),
  'kits.list': look((station, { query, limit, offset }) => {
    signedIn(station);
    return station.tables.kits.list(query.normalize('NFKC').trim(), limit, offset);
  }),
  'lots.list': look((station) => ({ lots: station.tables.products.listLotRows() })),
};

/** What of a product decides how a test is bound and read. */
function facts({ gtins, window }: Pick<KitProduct, 'gtins' | 'window'>) {
  return {
    gtins: [...gtins],
    opensAfterMin: window?.opensAfterMin ?? null,
    closesAfterMin: window?.closesAfterMin ?? null,
  };
}
