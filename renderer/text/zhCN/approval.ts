/** Consent on the spot for one act. */
export const approval = {
  title: '需要批准',
  asks: '{{what}}，要由{{who}}当场批准。只批准这一次，批准人和原因都会记录。',
  what: { override: '在判读时间之外给结果', revise: '更正已记的结果', reveal: '查看完整的个人资料', other: '这一步' },
  scanBadge: '请批准人扫工牌',
  badgeThere: '工牌已扫',
  notBadge: '这不是工牌，请扫批准人的工牌。',
  pin: '批准人的 PIN',
  reason: '批准原因',
  reasonHint: '两个字以上，不要写姓名和证件号',
  reasons: { checked: '现场核对过', photo: '有照片为证', clock: '时间记录有误' },
  approve: '批准',
  wait: '工牌或 PIN 不对。请等 {{n}} 秒再试。',
  mayNot: '这位也没有这个权限，请换一位来批准。',
} as const;
