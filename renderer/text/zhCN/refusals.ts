import type { RefusalCode } from '../../../shared/model/desk.ts';

/** `title` is the word on the stage, `todo` what to do now, `why` one sentence more. */
type RefusalWords = { readonly title: string; readonly todo: string; readonly why: string };

export const refusals = {
  codeUnreadable: {
    title: '这个码读不懂',
    todo: '请再扫一次',
    why: '可能没扫全，或者条码有污损。还不行就换一盒，或按 F3 手工输入。',
  },
  codeAmbiguous: { title: '这个码有两种读法', todo: '请换一个码，或按 F2 查找', why: '它可能是：{{kinds}}。' },
  codeCharacterLost: { title: '编码差一位', todo: '请再扫一次', why: '读到 {{read}}，清单里是 {{known}}，{{what}}。' },
  separatorLost: {
    title: '分隔符丢了',
    todo: '请检查这把枪的设置',
    why: '这把枪没有送出分隔符，批号和序列号连在一起，分不出是哪一盒。负责人可以在“扫码枪”页检查它；急用时按 F3 带括号输入：(01)…(10)…(21)…',
  },
  gunForPeople: {
    title: '这把枪是扫人员的',
    todo: '请用扫试剂的枪扫这盒',
    why: '“{{gun}}”设为只扫人员。要用它扫试剂，请负责人在“扫码枪”页改它的用途。',
  },
  gunForKits: {
    title: '这把枪是扫试剂的',
    todo: '请用扫人员的枪扫这个码',
    why: '“{{gun}}”设为只扫试剂。要用它扫人员，请负责人在“扫码枪”页改它的用途。',
  },
  codeNotForDesk: { title: '工作台用不到这个码', todo: '请扫人员或试剂', why: '这是{{kind}}。' },
  kitHasNoSerial: {
    title: '这个码不是单盒的码',
    todo: '请扫盒上带序列号的码',
    why: '它只写了产品和批号，分不出是哪一盒。{{noSerial}}',
  },
  stickerUnknown: {
    title: '不是本站的贴纸',
    todo: '请换一张本站发的贴纸',
    why: '本站没有发过这张贴纸，不知道它代表哪一批试剂。别处的贴纸请撕掉，换贴本站的再扫。',
  },
  stickerSpoiled: {
    title: '这张贴纸已报废',
    todo: '请换一张新的贴纸',
    why: '它已登记为报废，不能再用。请撕掉，换贴一张再扫。',
  },
  kitSpoiled: {
    title: '这盒试剂已报废',
    todo: '请换一盒新的试剂',
    why: '它已登记为报废，不能再用。请单独放开。',
  },
  kitAway: {
    title: '这盒试剂已调给别的点',
    todo: '请换一盒试剂',
    why: '它已登记调往 {{site}}。如果又退回来了，请负责人先在“试剂”里登记调入。',
  },
  productUnknown: {
    title: '不认识这种试剂',
    todo: '请换一盒认识的试剂',
    why: '产品目录里没有 {{product}}。确实要用，请负责人先在“试剂”里添加。',
  },
  productWithoutWindow: {
    title: '还没有判读时间',
    todo: '请换一种试剂',
    why: '{{product}} 的判读时间还没照说明书填写，请负责人在“试剂”里补上。',
  },
  kitExpired: { title: '试剂已过期', todo: '请换一盒新的试剂', why: '效期到 {{expires}}。这盒请单独放开，不要再用。' },
  kitRecalled: {
    title: '试剂已召回',
    todo: '请换一盒没有召回的试剂',
    why: '召回原因：{{reason}}。这盒单独放开，不要再用，告诉负责人。',
  },
  kitUsed: {
    title: '试剂已用过',
    todo: '请换一盒新的试剂',
    why: '这盒 {{clock}} 已绑定 {{who}}，操作员 {{operator}}。',
  },
  kitVoid: {
    title: '试剂已作废',
    todo: '请换一盒新的试剂',
    why: '这盒 {{clock}} 绑定过 {{who}}，已经作废，不能再用。',
  },
  kitSpent: {
    title: '试剂早已用过',
    todo: '请换一盒新的试剂',
    why: '这盒在 {{spent}} 用过，那次检测的记录已按期限销毁。',
  },
  kitServed: {
    title: '试剂已用过',
    todo: '请换一盒新的试剂',
    why: '这盒 {{clock}} 在本站绑定过。本机恢复过旧备份，那次检测保存在中心。',
  },
  kitLotUnknown: {
    title: '批号不在清单里',
    todo: '请换一盒清单里的试剂',
    why: '本站只用清单里的试剂。批号 {{lot}} 没有到货记录。',
  },
  kitSerialUnknown: {
    title: '这盒不在清单里',
    todo: '请换一盒清单里的试剂',
    why: '本站只用清单里的试剂，这盒的编码没有到货记录。',
  },
  personUnknown: {
    title: '没有查到这个人',
    todo: '请扫证件，或按 F2 登记',
    why: '{{kind}}只能用来查找，不能直接登记。',
  },
  typedOnce: { title: '请再输入一遍', todo: '按 F3 再输入一遍', why: '手工输入的编码要输入两遍，避免打错。' },
  typedDiffers: { title: '两遍不一样', todo: '请对照着重新输入', why: '两遍输入的编码不同，什么也没有登记。' },
  tooEarly: { title: '还没到时间', todo: '请到 {{clock}} 再看', why: '还要 {{left}}。现在看不准，先放着。' },
  tooLate: {
    title: '已经超时',
    todo: '请按 F7 记无效，换一盒重测',
    why: '判读时间到 {{clock}} 为止。确实按时看过的，由负责人补录。',
  },
  clockBehind: {
    title: '电脑时间不对',
    todo: '请先校准电脑时间',
    why: '现在的时间早于上次记录的 {{clock}}，校准前只能记无效，或由负责人确认。',
  },
  notDropped: { title: '还没滴加样本', todo: '滴加后请再扫一次试剂', why: '判读时间从滴加样本的那次扫码算起。' },
  noResultPending: { title: '没有要判读的检测', todo: '请先扫一盒已绑定的试剂', why: '这个命令要对着一次检测才有用。' },
  confirmOtherKit: {
    title: '不是同一盒',
    todo: '请扫刚才那盒试剂确认',
    why: '正在确认另一盒试剂的结果，扫到的不是那一盒。',
  },
  confirmNeedsKit: {
    title: '还不能确认',
    todo: '请再扫一次那盒试剂',
    why: '要再扫一次试剂，或由另一位操作员扫工牌确认。',
  },
  alreadyResulted: { title: '已经有结果了', todo: '要更正，请到“结果”里改', why: '尾号 {{tail}} 的试剂已经判读过。' },
  slipUnknown: {
    title: '查不到这张结果单',
    todo: '请按 F2 查找本人',
    why: '不是本站打印的，或者检测记录已到期销毁。它不能作凭证。',
  },
  slipWaits: { title: '还有人或试剂在等', todo: '先办完，或按 Esc 清空，再扫结果单', why: '正在等的没有动。' },
  nothingToUndo: { title: '没有可撤销的', todo: '请接着扫下一位', why: '最近没有刚做完的绑定。' },
  undoTooLate: { title: '不能撤销了', todo: '请扫这盒试剂，再按 F10 作废', why: '已经超过 10 秒，记录可能已经上传。' },
  otherStation: {
    title: '不是本台绑定的',
    todo: '请到“{station}”作废',
    why: '这盒试剂在“{station}”绑定，本台只能判读。',
  },
  signInFirst: { title: '还没有登录', todo: '请扫工牌，或输入 PIN 登录', why: '登录后才能登记。' },
  badgeUnknown: { title: '不认识这个工牌', todo: '请换一个工牌，或输入 PIN', why: '这个工牌不是本站的，或已经停用。' },
} as const satisfies Record<RefusalCode, RefusalWords>;
