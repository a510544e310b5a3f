import type { Language } from '../../../shared/language.ts';
import type { KitProduct } from '../../../shared/model/kit.ts';
import type { Lot } from '../../db/products.ts';
import { beginTable } from '../exports/tableFile.ts';
import { notWritten } from '../exports/wholeFile.ts';
import { audit, type Station } from '../station.ts';

/** The headings are those that the import of products reads, so that a file goes out, is edited, and comes back. */
const headings = {
  'zh-CN': [
    '简称',
    '注册人',
    '方法',
    '注册证号',
    '产品编码',
    '最早判读(分钟)',
    '最晚判读(分钟)',
    '存放条件',
    '批号',
    '有效期至',
  ],
  en: [
    'Short name',
    'Registrant',
    'Method',
    'Registration number',
    'Product codes',
    'Read after (min)',
    'Read until (min)',
    'Storage',
    'Lot',
    'Expiry date',
  ],
} as const satisfies Record<Language, readonly string[]>;

/**
 * Products with their lots as a file, a row a lot, or one row for a product without any. Written whole or not at all, with
 * its entry in the log. Throws FILE_NOT_WRITTEN or DISK_FULL.
 */
export async function writeProductsFile(
  station: Station,
  { exportId, path, language }: { readonly exportId: string; readonly path: string; readonly language: Language },
): Promise<{ path: string; rows: number; sha256: string }> {
  const { products } = station.tables;
  const rows = products.list().flatMap((product) => {
    const lots = products.listLots(product.id);
    return lots.length === 0 ? [rowOf(product, null)] : lots.map((lot) => rowOf(product, lot));
  });
  const note = (action: 'export.products' | 'export.notWritten', detail: Parameters<typeof audit>[3]): void => {
    station.db.transaction(() => audit(station, action, `export:${exportId}`, detail)).immediate();
  };
  try {
    const table = await beginTable(path);
    let file: Awaited<ReturnType<typeof table.end>>;
    try {
      await table.add([headings[language], ...rows]);
      file = await table.end();
    } catch (error) {
      await table.discard();
      throw error;
    }
    const { sha256 } = file;
    try {
      note('export.products', { rows: rows.length, sha256 });
    } catch (error) {
      await file.discard();
      throw error;
    }
    try {
      await file.show();
    } catch (error) {
      await file.discard();
      note('export.notWritten', { sha256 });
      throw error;
    }
    return { path, rows: rows.length, sha256 };
  } catch (error) {
    throw notWritten(error);
  }
}

function rowOf(product: KitProduct, lot: Lot | null): readonly string[] {
  const { registrant, shortName, method, registrationNumber, gtins, window, storage } = product;
  return [
    shortName,
    registrant,
    method ?? '',
    registrationNumber ?? '',
    gtins.join(' '),
    String(window?.opensAfterMin ?? ''),
    String(window?.closesAfterMin ?? ''),
    storage ?? '',
    lot?.lot ?? '',
    lot?.expiresOn ?? '',
  ];
}
