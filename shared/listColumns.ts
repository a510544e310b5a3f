/** The headings that mean a field in lists of kits and of products, Chinese and English, as they are met in real ones. */
export const manifestColumns = {
  gtin: ['gtin', '商品条码', '商品码', '产品编码', '产品标识', '产品标识di', 'di', 'udi-di', 'udidi', 'productcode'],
  product: [
    '产品',
    '产品名称',
    '试剂',
    '试剂名称',
    '注册人',
    '厂家',
    '生产企业',
    '注册证号',
    'product',
    'productname',
    'maker',
    'registrationnumber',
  ],
  lot: ['批号', '生产批号', '批次', 'lot', 'lotnumber', 'batch'],
  expiresOn: [
    '有效期',
    '有效期至',
    '失效日期',
    '失效期',
    '效期',
    'expiry',
    'expirydate',
    'expires',
    'expireson',
    'useby',
  ],
  serial: [
    '序列号',
    '流水号',
    '起始序列号',
    '起始号',
    '起号',
    'sn',
    'serial',
    'serialnumber',
    'from',
    'firstserial',
    'serialfrom',
  ],
  to: ['终止序列号', '终止号', '结束序列号', '止号', 'to', 'lastserial', 'serialto'],
  code: ['编码', '条码', '二维码', '追溯码', '唯一码', '全码', 'udi', 'code', 'barcode', 'fullcode'],
} as const satisfies Record<string, readonly string[]>;

export const productColumns = {
  shortName: ['简称', '产品简称', '商品名', '产品', '产品名称', 'name', 'shortname', 'product', 'productname'],
  registrant: [
    '注册人',
    '注册人名称',
    '厂家',
    '生产厂家',
    '生产企业',
    '企业名称',
    'registrant',
    'maker',
    'manufacturer',
    'company',
  ],
  method: ['方法', '检测方法', '方法学', 'method'],
  registrationNumber: ['注册证号', '注册证编号', '注册号', 'registration', 'registrationnumber', 'registrationno'],
  gtins: [
    'gtin',
    'gtins',
    '商品条码',
    '商品码',
    '产品编码',
    '产品标识',
    '产品标识di',
    'di',
    'udi-di',
    'udidi',
    'ma码',
    'ma',
    'productcode',
    'productcodes',
  ],
  opensAfterMin: ['判读时间', '最早判读', '最早', '判读起', 'readingwindow', 'readafter', 'opensafter'],
  closesAfterMin: ['最晚判读', '最晚', '判读止', '超时无效', '无效时间', 'invalidafter', 'readuntil', 'closesafter'],
  storage: ['存放条件', '储存条件', '贮存条件', '保存条件', 'storage'],
  lot: manifestColumns.lot,
  expiresOn: manifestColumns.expiresOn,
} as const satisfies Record<string, readonly string[]>;

/** Without space, case, brackets with remarks, and the marks that forms put before what must be filled in. */
export function plainHeading(heading: string): string {
  return heading
    .normalize('NFKC')
    .toLowerCase()
    .slice(0, 200)
    .replaceAll(/\([^()]*\)|（[^（）]*）|【[^【】]*】/g, '')
    .replaceAll(/[\s*＊:：_./]/g, '')
    .replaceAll(/^[必选]?填/g, '');
}
