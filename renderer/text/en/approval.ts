export const approval = {
  title: 'Approval needed',
  asks: '{{what}} needs the approval of {{who}}, here and now. It holds for this once; who approved and why is recorded.',
  what: {
    override: 'A result outside its reading window',
    revise: 'Correcting a recorded result',
    reveal: 'Seeing somebody’s full details',
    other: 'This step',
  },
  scanBadge: 'Whoever approves: please scan your badge',
  badgeThere: 'Badge scanned',
  pin: 'PIN of whoever approves',
  reason: 'Reason for approving',
  reasonHint: 'Two characters or more; no names or document numbers',
  reasons: { checked: 'Checked on the spot', photo: 'A photo proves it', clock: 'The time was recorded wrongly' },
  approve: 'Approve',
  wait: 'Badge or PIN is wrong. Please wait {{n}} seconds.',
  mayNot: 'They may not do this either. Please ask somebody else.',
};
