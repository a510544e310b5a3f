export const signIn = {
  title: 'Please sign in',
  hint: 'Scan a badge, or choose a name and enter the PIN',
  who: 'Operator',
  pin: 'PIN',
  enter: 'Sign in',
  delete: 'Delete',
  digit: 'Digit {{n}}',
  wrong: 'That PIN is not right; please enter it again',
  wait: 'That PIN is not right; please try again in {{n}} s',
  working: 'Checking…',
  pad: 'Number pad',
};
