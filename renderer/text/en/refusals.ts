import type { RefusalCode } from '../../../shared/model/desk.ts';

type RefusalWords = { readonly title: string; readonly todo: string; readonly why: string };

export const refusals = {
  codeUnreadable: {
    title: 'Code not readable',
    todo: 'Please scan it again',
    why: 'It may be cut off or smudged. If it stays so, take another kit or type the code with F3.',
  },
  codeAmbiguous: {
    title: 'The code can mean two things',
    todo: 'Use another code, or look up with F2',
    why: 'It may be: {{kinds}}.',
  },
  codeCharacterLost: {
    title: 'One character off',
    todo: 'Please scan it again',
    why: 'Read as {{read}}; the list has {{known}}. {{what}}.',
  },
  separatorLost: {
    title: 'The separators are lost',
    todo: 'Please check how this gun is set',
    why: 'The gun leaves the separators out, so lot and serial run into one another and the kit cannot be told. The supervisor can check it on the Scanners page; in a hurry, press F3 and type it with brackets: (01)…(10)…(21)…',
  },
  gunForPeople: {
    title: 'This gun is for people',
    todo: 'Please scan the kit with the kits’ gun',
    why: '“{{gun}}” is set to people only. The supervisor can change that on the Scanners page.',
  },
  gunForKits: {
    title: 'This gun is for kits',
    todo: 'Please scan the person with the people’s gun',
    why: '“{{gun}}” is set to kits only. The supervisor can change that on the Scanners page.',
  },
  codeNotForDesk: { title: 'Not a code for the desk', todo: 'Scan a person or a kit', why: 'This is a {{kind}}.' },
  kitHasNoSerial: {
    title: 'Not the code of one kit',
    todo: 'Scan the code with the serial number',
    why: 'It names product and lot only, not which kit. {{noSerial}}',
  },
  stickerUnknown: {
    title: 'Not a sticker of this station',
    todo: 'Use a sticker issued here',
    why: 'This station never issued it, so its lot is not known. Take it off, stick on one of ours and scan that.',
  },
  stickerSpoiled: {
    title: 'Spoiled sticker',
    todo: 'Use a new sticker',
    why: 'It was written off and cannot be used. Take it off, stick on another and scan that.',
  },
  kitSpoiled: {
    title: 'Spoiled kit',
    todo: 'Please take another kit',
    why: 'It was written off and cannot be used. Put it aside.',
  },
  kitAway: {
    title: 'This kit went to another site',
    todo: 'Please take another kit',
    why: 'It was sent to {{site}}. If it came back, a supervisor enters that under Kits first.',
  },
  productUnknown: {
    title: 'Unknown kind of kit',
    todo: 'Please take a known kit',
    why: '{{product}} is not among the products. If it must be used, a supervisor adds it under Kits.',
  },
  productWithoutWindow: {
    title: 'No reading window yet',
    todo: 'Please take another product',
    why: 'The reading window of {{product}} has not been entered from its leaflet. A supervisor does that under Kits.',
  },
  kitExpired: {
    title: 'Kit expired',
    todo: 'Please take a new kit',
    why: 'It expired on {{expires}}. Put it aside and do not use it.',
  },
  kitRecalled: {
    title: 'Kit recalled',
    todo: 'Please take a kit that is not recalled',
    why: 'Why: {{reason}}. Put this one aside, do not use it, and tell the supervisor.',
  },
  kitUsed: {
    title: 'Kit already used',
    todo: 'Please take a new kit',
    why: 'Bound at {{clock}} to {{who}} by {{operator}}.',
  },
  kitVoid: {
    title: 'Kit void',
    todo: 'Please take a new kit',
    why: 'It was bound at {{clock}} to {{who}} and made void; it cannot be used again.',
  },
  kitSpent: {
    title: 'Kit used long ago',
    todo: 'Please take a new kit',
    why: 'It was used on {{spent}}; the record of that test was destroyed when its time was over.',
  },
  kitServed: {
    title: 'Kit already used',
    todo: 'Please take a new kit',
    why: 'It was bound here at {{clock}}. This computer was restored from an older backup; that test is with the central service.',
  },
  kitLotUnknown: {
    title: 'Lot not on the list',
    todo: 'Please take a listed kit',
    why: 'This site uses listed kits only. Nothing was received of lot {{lot}}.',
  },
  kitSerialUnknown: {
    title: 'Kit not on the list',
    todo: 'Please take a listed kit',
    why: 'This site uses listed kits only, and this one was not received.',
  },
  personUnknown: {
    title: 'Nobody found',
    todo: 'Scan a document, or register with F2',
    why: 'A {{kind}} can only be looked up, not registered from.',
  },
  typedOnce: {
    title: 'Once more, please',
    todo: 'Press F3 and type it again',
    why: 'Typed codes are entered twice, so that no slip gets in.',
  },
  typedDiffers: {
    title: 'The two differ',
    todo: 'Compare and type it again',
    why: 'The two entries were not the same; nothing was registered.',
  },
  tooEarly: {
    title: 'Too early',
    todo: 'Read it at {{clock}}',
    why: '{{left}} to go. It cannot be read yet; leave it for now.',
  },
  tooLate: {
    title: 'Too late',
    todo: 'Press F7 for invalid and test again',
    why: 'It could be read until {{clock}}. If it was read in time, a supervisor may enter it.',
  },
  clockBehind: {
    title: 'Wrong computer clock',
    todo: 'Please set the clock first',
    why: 'It shows a time before the last record of {{clock}}. Until it is set, only invalid is taken, or a supervisor confirms.',
  },
  notDropped: {
    title: 'Sample not dropped yet',
    todo: 'Scan the kit once it is dropped',
    why: 'The reading window counts from that scan.',
  },
  noResultPending: {
    title: 'No test to read',
    todo: 'First scan a bound kit',
    why: 'This command needs a test on the desk.',
  },
  confirmOtherKit: {
    title: 'Another kit',
    todo: 'Scan the kit from before',
    why: 'The result of another kit is being confirmed; this is not that kit.',
  },
  confirmNeedsKit: {
    title: 'Not confirmed yet',
    todo: 'Scan the kit once more',
    why: 'It takes a second scan of the kit, or another operator’s badge.',
  },
  alreadyResulted: {
    title: 'It has a result',
    todo: 'To correct it, open Results',
    why: 'The kit ending {{tail}} has been read.',
  },
  slipUnknown: {
    title: 'Nothing known of this slip',
    todo: 'Find the person with F2',
    why: 'This station did not print it, or its test was destroyed when its time was over. It proves nothing.',
  },
  slipWaits: {
    title: 'Somebody or something still waits',
    todo: 'Finish that, or clear with Esc, then scan the slip',
    why: 'What waits was left as it is.',
  },
  nothingToUndo: {
    title: 'Nothing to undo',
    todo: 'Go on with the next person',
    why: 'Nothing was bound a moment ago.',
  },
  undoTooLate: {
    title: 'Too late to undo',
    todo: 'Scan the kit, then F10 to make it void',
    why: 'More than 10 seconds have passed and the record may be uploaded.',
  },
  otherStation: {
    title: 'Bound at another station',
    todo: 'Void it at station {station}',
    why: 'This kit was bound at station {station}; here it can only be read.',
  },
  signInFirst: {
    title: 'Not signed in',
    todo: 'Scan a badge or enter a PIN',
    why: 'Registering needs somebody signed in.',
  },
  badgeUnknown: {
    title: 'Unknown badge',
    todo: 'Try another badge, or a PIN',
    why: 'This badge is not of this site, or no longer in use.',
  },
} satisfies Record<RefusalCode, RefusalWords>;
