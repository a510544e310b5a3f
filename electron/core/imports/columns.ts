/** The headings that mean a field, Chinese and English, as they are met in real rosters and delivery lists. */
export const rosterColumns = {
  name: ['姓名', '名字', '人员姓名', '居民姓名', '员工姓名', '被检人', '受检人', 'name', 'fullname'],
  documentNumber: [
    '身份证',
    '身份证号',
    '身份证号码',
    '公民身份号码',
    '居民身份证号',
    '证件号',
    '证件号码',
    '证件编号',
    'idnumber',
    'idno',
    'id',
    'document',
    'documentnumber',
    'documentno',
    'idcard',
    'nationalid',
  ],
  documentKind: ['证件类型', '证件种类', '证件名称', 'documenttype', 'documentkind', 'idtype'],
  phone: [
    '手机',
    '手机号',
    '手机号码',
    '电话',
    '电话号码',
    '联系电话',
    '联系方式',
    '联系手机',
    'phone',
    'phonenumber',
    'mobile',
    'tel',
    'telephone',
  ],
  sex: ['性别', 'sex', 'gender'],
  birthDate: ['出生日期', '生日', '出生年月日', '出生年月', 'birthdate', 'dateofbirth', 'dob', 'birthday'],
  building: ['楼栋', '楼栋号', '楼号', '楼', '幢', '栋', '楼幢', '号楼', '部门', 'building', 'block', 'department'],
  unit: ['单元', '单元号', 'unit', 'entrance', '班组', 'team'],
  room: ['房号', '房间', '房间号', '室', '室号', '门牌', '门牌号', '户号', 'room', 'roomnumber', 'flat', 'apartment'],
  address: ['地址', '住址', '居住地址', '详细地址', '家庭住址', 'address'],
  organisation: [
    '单位',
    '单位名称',
    '工作单位',
    '所属单位',
    '学校',
    '学校名称',
    '就读学校',
    '公司',
    '公司名称',
    '企业',
    '企业名称',
    '社区',
    '所属社区',
    '居委会',
    'organisation',
    'organization',
    'company',
    'employer',
    'school',
    'community',
    'workplace',
  ],
  guardianName: ['监护人', '监护人姓名', '家长', 'guardian', 'guardianname'],
} as const satisfies Record<string, readonly string[]>;

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

export type ImportFields = Readonly<Record<string, readonly string[]>>;

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
