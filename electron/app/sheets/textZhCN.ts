import type { SheetText } from './wording.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** 2022-04-10 → 2022年4月10日 星期日. */
function dateOf(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const weekday = '日一二三四五六'[new Date(Date.UTC(year, month - 1, date)).getUTCDay()];
  return `${year}年${month}月${date}日 星期${weekday}`;
}

export const zhCN: SheetText = {
  htmlLang: 'zh-CN',
  day: {
    title: '抗原检测日报',
    copy: (copy) => `第 ${copy} 份`,
    page: (page, pages) => `第 ${page} 页 共 ${pages} 页`,
    date: dateOf,
    station: '工位',
    takenAt: '统计时刻',
    terms: {
      registered: '登记',
      negative: '阴性',
      positive: '阳性',
      invalid: '无效',
      pending: '待判读',
      void: '作废',
    },
    balances: '账目相符：登记数等于各项之和。',
    doesNotBalance: '账目不符：登记数与各项之和不一致，请核对后再签字。',
    otherFigures: '其他数字',
    readTodayOfEarlierDays: '今日判读的往日检测',
    readLaterOfToday: '本日检测、次日及以后判读',
    undone: '撤销的绑定',
    revised: '更正过的结果',
    secondTests: '同轮再次检测',
    unknownPeople: '名册外人员',
    typedCodes: '手工输入的编码',
    followUps: '待跟进（阳性）',
    unsent: '尚未上传',
    conflicts: '待处理的冲突',
    chart: '各时段登记数',
    hourTick: (hour) => `${hour}时`,
    hourSpan: (hour) => `${two(hour)}:00 – ${two(hour)}:59`,
    byHour: '按时段',
    byOperator: '按操作员',
    byProductLot: '按试剂与批号',
    byBuilding: '按楼栋',
    continued: '（续）',
    hour: '时段',
    operator: '操作员',
    productLot: '试剂 · 批号',
    building: '楼栋',
    total: '合计',
    notGiven: '（未填）',
    emptyDay: '本日没有登记任何检测。',
    signatures: '签字',
    signOperator: '操作员',
    signSupervisor: '负责人',
    signName: '签名',
    signAt: '日期与时间',
    digest: '数字指纹 SHA-256',
    digestNote: '由本日各项计数算出（上传情况不计入）。两份日报的指纹相同，计数就相同。',
    shortDigest: '指纹',
    fileName: (day, copy) => `疫测达日报-${day}-${copy}.pdf`,
  },
  recovery: {
    title: '恢复密钥',
    site: '检测点',
    printedOn: '打印日期',
    keyLabel: '密钥',
    what: [
      '本检测点的登记簿在磁盘上是加密的。平时由本机自动打开，或输入口令打开。',
      '电脑损坏、更换，或忘记口令时，只有用这张纸上的密钥才能打开登记簿。',
      '没有密钥，任何人（包括软件的作者）都无法找回数据。',
    ],
    keep: '请装入信封封好，锁在柜中，不要放在电脑旁，不要拍照，不要用网络传送。',
    keepers: '保管记录',
    keeperName: '保管人',
    keeperPlace: '存放处',
    keeperSince: '日期与签名',
    scan: '可用扫码枪扫描：',
    fileName: '疫测达恢复密钥.pdf',
  },
};
