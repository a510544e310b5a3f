import { centralLotSchema, centralProductSchema, centralRecallSchema } from '../../../../shared/central/registry.ts';
import type { KitProduct } from '../../../../shared/model/kit.ts';
import type { KitReach } from '../../../db/tests.ts';
import { productFacts } from '../../kits/productFacts.ts';
import { audit, type Station } from '../../station.ts';
import { theService } from './outsiders.ts';

/** A lot or a recall of a product that has not come down yet: it waits for it. */
export class ProductMissing extends Error {}

/**
 * A product of the service. It is one of ours where it has the same id, one of its codes, or its registration number; or
 * else a new one. What a supervisor has entered here stays (names, the reading window from the leaflet at hand): the
 * service fills in what nobody has entered and adds codes.
 */
export function applyProduct(station: Station, payload: unknown): void {
  const central = centralProductSchema.parse(payload);
  const { products, down } = station.tables;
  const known = down.findProduct(central.id);
  const former =
    (known === null ? null : products.find(known)) ??
    products.find(central.id) ??
    central.gtins.map((code) => products.findByCode(code)).find((product) => product !== null) ??
    (central.registrationNumber === null
      ? undefined
      : products.list().find(({ registrationNumber }) => registrationNumber === central.registrationNumber)) ??
    null;
  const id = former?.id ?? central.id;
  const free = central.gtins.filter((code) => {
    const owner = products.findCodeOwner(code);
    return owner === null || owner === id;
  });
  const next: KitProduct =
    former === null
      ? { ...central, gtins: free, isSample: false }
      : {
          ...former,
          method: former.method ?? central.method,
          registrationNumber: former.registrationNumber ?? central.registrationNumber,
          approvedOn: former.approvedOn ?? central.approvedOn,
          window: former.window ?? central.window,
          storage: former.storage ?? central.storage,
          gtins: [...new Set([...former.gtins, ...free])],
        };
  const isSame = former !== null && JSON.stringify(productFacts(former)) === JSON.stringify(productFacts(next));
  if (!isSame) products.save(next);
  down.setProduct(central.id, id);
  if (isSame) return;
  audit(station, 'product.receive', `product:${id}`, {
    from: former === null ? null : productFacts(former),
    to: productFacts(next),
  });
}

function ours(station: Station, centralId: string): string {
  const id = station.tables.down.findProduct(centralId);
  if (id === null) throw new ProductMissing(centralId);
  return id;
}

/** A lot's expiry. Where a supervisor has entered another day the earlier one counts: nothing expired is ever used. */
export function applyLot(station: Station, payload: unknown): void {
  const { productId: centralId, lot, expiresOn } = centralLotSchema.parse(payload);
  const { products } = station.tables;
  const productId = ours(station, centralId);
  const former = products.findLot(productId, lot);
  if (former === null) {
    products.insertLot({ id: station.newId(), productId, lot, expiresOn, importId: null });
    return;
  }
  if (expiresOn === null || (former.expiresOn !== null && former.expiresOn <= expiresOn)) return;
  if (former.expiresOn === null) {
    products.setExpiry(former.id, expiresOn);
    return;
  }
  products.changeExpiry({
    lotId: former.id,
    from: former.expiresOn,
    to: expiresOn,
    reason: '中心服务 · central service',
    atMs: station.clock.now(),
    operatorId: theService(station),
  });
}

/** A recall stops the very next scan; one that the service lifts is over, and one of our own is never touched. */
export function applyRecall(station: Station, payload: unknown): void {
  const central = centralRecallSchema.parse(payload);
  const { products, recalls } = station.tables;
  const productId = ours(station, central.productId);
  const former = recalls.find(central.id);
  const operatorId = theService(station);
  if (former === null) {
    const { reach: named } = central;
    const reach: KitReach = named.kind === 'lot' ? { productId, lot: named.lot } : { span: named.span };
    if (named.kind === 'lot' && products.findLot(productId, named.lot) === null)
      products.insertLot({ id: station.newId(), productId, lot: named.lot, expiresOn: null, importId: null });
    const { id, source, reason, atMs } = central;
    recalls.insert({ id, productId, reach, source, reason, atMs, operatorId });
    audit(station, 'recall.receive', `recall:${id}`, { product: productId, kind: named.kind });
  }
  const row = recalls.find(central.id);
  if (central.lifted !== null && row !== null && row.liftedAtMs === null) {
    recalls.lift(row, central.lifted.reason, central.lifted.atMs, operatorId);
    audit(station, 'recall.liftReceive', `recall:${central.id}`);
  }
}
