import { productCode } from '../../../shared/codes/productCode.ts';
import { StationError } from '../../../shared/errors.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, signedIn, today } from '../station.ts';
import { productFacts } from './productFacts.ts';
import { writeProductsFile } from './productsFile.ts';
import { stockRows } from './stock.ts';

function mustBeProductCode(text: string, day: string, field: string): string {
  const code = productCode(text, day);
  if (!code.ok) throw new StationError('INVALID_INPUT', { path: field, problem: code.problem }, field);
  return code.name;
}

export const kitHandlers: Handlers<
  'products.list' | 'products.save' | 'kits.list' | 'lots.list' | 'lots.get' | 'exports.products'
> = {
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
      const gtins = [...new Set(input.gtins.map((gtin, index) => mustBeProductCode(gtin, day, `gtins.${index}`)))];
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
        from: former === null || former === undefined ? null : productFacts(former),
        to: productFacts(product),
      });
      return product;
    },
    answer: (_station, product) => ({ product }),
  }),
  'kits.list': look((station, { query, limit, offset }) => {
    signedIn(station);
    return station.tables.kits.list(query.normalize('NFKC').trim(), limit, offset);
  }),
  'lots.get': look((station, { lotId }) => {
    signedIn(station);
    const { products, stock } = station.tables;
    const found = products.findLotById(lotId);
    if (found === null) throw new StationError('NOT_FOUND', { what: 'lot' });
    const { productId, lot, expiresOn, recalledAtMs } = found;
    return {
      lotId,
      productName: products.find(productId)?.shortName ?? '',
      lot,
      expiresOn,
      recalledAtMs,
      stock: stockRows(station).find((row) => row.productId === productId && row.lot === lot) ?? null,
      moves: stock.listMoves(productId, lot),
      changes: products.listChanges(lotId),
    };
  }),
  'exports.products': look(async (station, input) => {
    allow(station, 'desk.work');
    return await writeProductsFile(station, input);
  }),
  'lots.list': look((station) => ({ lots: station.tables.products.listLotRows() })),
};
