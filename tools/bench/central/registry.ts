import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { importManifest } from '../../../central/registry/importManifest.ts';
import { importProducts } from '../../../central/registry/importProducts.ts';
import { openPostgres } from '../../../central/store/postgres.ts';
import { findKnownKit } from '../../../central/store/registry.ts';
import { percentile, rounded } from '../figures.ts';

const gtin = '06901234567892';
/** Half of the list in boxes of twenty that follow one another, half at random. */
const listed = 2_000_000;
const ranges = 20_000;
const kitsARange = 1_000;
const probes = 2_000;

const scattered = (n: number): string => ((BigInt(n) * 6_364_136_223_846_793_005n) & 0xffff_ffff_ffffn).toString(36);

/** A maker's list of millions: how long it takes, and how long it takes to look a code up then. */
export async function measureRegistry(databaseUrl: string): Promise<{
  readonly rows: number;
  readonly seconds: number;
  readonly kits: number;
  readonly ranges: number;
  readonly probe: { readonly p50: number; readonly p99: number };
}> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-bench-registry-'));
  const database = openPostgres(databaseUrl, () => {});
  try {
    const products = path.join(folder, 'products.csv');
    writeFileSync(products, `registrant,Product codes\nbench maker,${gtin}\n`);
    const known = await importProducts(database, products, Date.now());
    if (!known.ok) throw new Error(known.faults.join('; '));

    const place = path.join(folder, 'kits.csv');
    const file = createWriteStream(place);
    file.write('gtin,lot,serial,to\n');
    const serial = (n: number) => (n % 2 === 0 ? `BX${String(n / 2).padStart(9, '0')}` : `R${scattered(n)}`);
    for (let n = 0; n < listed; n += 1)
      if (!file.write(`${gtin},L${n % 50},${serial(n)},\n`)) await once(file, 'drain');
    for (let n = 0; n < ranges; n += 1) {
      const first = n * kitsARange * 2;
      file.write(
        `${gtin},L1,SPAN${String(first).padStart(10, '0')},SPAN${String(first + kitsARange - 1).padStart(10, '0')}\n`,
      );
    }
    file.end();
    await finished(file);

    const startedMs = performance.now();
    const done = await importManifest(database, { place, maker: 'bench maker' }, Date.now());
    const seconds = (performance.now() - startedMs) / 1000;
    if (!done.ok) throw new Error(done.faults.join('; '));

    const ms: number[] = [];
    for (let n = 0; n < probes; n += 1) {
      const key = `gs1:${gtin}:${serial((n * 104_729) % listed)}`;
      const at = performance.now();
      if ((await findKnownKit(database, key)) === null) throw new Error(`${key} is not known`);
      ms.push(performance.now() - at);
    }
    const probe = { p50: rounded(percentile(ms, 0.5)), p99: rounded(percentile(ms, 0.99)) };
    return { rows: done.rows, seconds, kits: done.kits, ranges: done.ranges, probe };
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
