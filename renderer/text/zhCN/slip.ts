/** Result slips: printing one, and what the desk says of one that was scanned. */
export const slip = {
  open: '打印结果单',
  key: 'Ctrl P',
  title: '结果单',
  hint: '给本人带走：结果、说明什么、接下来怎么做。每打印一份都有编号，会记入日志。',
  language: '语言',
  size: '大小',
  sizes: { a5: 'A5', a6: 'A6', label: '标签 100 × 150 毫米' },
  sizeHints: { a5: '印在 A4 的上半张，沿虚线裁开', a6: '印在 A4 的四分之一，沿虚线裁开', label: '用标签打印机' },
  maskedHint: '证件留头尾。一般用这个。',
  inClearHint: '要写明原因，会记入日志。',
  reason: { personAsked: '本人要求，用作证明', authorities: '上级或疾控要求', other: '其他' },
  scanned: {
    holds: '结果单有效',
    replaced: '结果单有新的一份',
    corrected: '结果单已不对，结果更正过',
    void: '结果单无效，检测已作废',
  },
  hints: {
    holds: '这是第 {{n}} 份，{{time}} 打印。纸上应写：',
    replaced: '这是第 {{n}} 份，{{time}} 打印，之后又打印过；内容没有变。纸上应写：',
    corrected: '这是第 {{n}} 份，{{time}} 打印。请收回，重新打印。纸上写的是：',
    void: '这是第 {{n}} 份，{{time}} 打印。请收回，不能再作凭证。纸上写的是：',
  },
  status: { negative: '阴性', positive: '阳性', invalid: '无效', void: '作废' },
} as const;
