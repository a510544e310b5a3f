export const signIn = {
  title: '请登录',
  hint: '扫工牌，或者选名字输入 PIN',
  who: '操作员',
  pin: 'PIN',
  enter: '登录',
  delete: '退格',
  digit: '数字 {{n}}',
  wrong: 'PIN 不对，请再输入一次',
  wait: 'PIN 不对，请 {{n}} 秒后再试',
  working: '正在核对…',
  pad: '数字键盘',
} as const;
