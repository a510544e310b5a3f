import { pinPattern } from '../../shared/contract/sync.ts';
import type { SyncView } from '../../shared/model/desk.ts';

/** What the state is called and how it feels. `idleWaiting`: connected, with records inside the seconds of undo. */
export function stateWord(sync: Pick<SyncView, 'state' | 'unsent'>): SyncView['state'] | 'idleWaiting' {
  return sync.state === 'idle' && sync.unsent > 0 ? 'idleWaiting' : sync.state;
}

export function stateTone(
  sync: Pick<SyncView, 'state' | 'unsent'>,
): 'done' | 'waiting' | 'attention' | 'refused' | 'neutral' {
  switch (sync.state) {
    case 'idle':
      return sync.unsent > 0 ? 'waiting' : 'done';
    case 'sending':
      return 'waiting';
    case 'paused':
      return 'refused';
    case 'backingOff':
    case 'offline':
      return 'attention';
    case 'off':
      return 'neutral';
  }
}

export type UrlFault = 'urlNeeded' | 'urlShape' | 'urlUnsafe';

/** The address of the central service as it is typed: HTTPS, or plain HTTP to this very computer. */
export function checkUrl(text: string): UrlFault | null {
  const plain = text.trim();
  if (plain === '') return 'urlNeeded';
  if (!/^https?:\/\/[^\s/]/i.test(plain) || plain.length > 300) return 'urlShape';
  let url: URL;
  try {
    url = new URL(plain);
  } catch {
    return 'urlShape';
  }
  if (url.username !== '' || url.password !== '') return 'urlShape';
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return 'urlUnsafe';
  return null;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

export const parkedCodes = [
  'malformed',
  'badRequest',
  'tooLarge',
  'hashMismatch',
  'testUnknown',
  'outOfOrder',
  'keyReused',
  'notYours',
  'readElsewhere',
] as const;
/** The reason's own words where we have some, else `other`. */
export function parkedCode(code: string): (typeof parkedCodes)[number] | 'other' {
  return parkedCodes.find((known) => known === code) ?? 'other';
}
const troubles = [
  'signIn',
  'forbidden',
  'installationEnded',
  'offline',
  'dns',
  'refused',
  'slow',
  'busy',
  'server',
  'otherService',
  'contract',
  'certificate',
  'certificateDate',
  'pin',
] as const;
export function troubleCode(trouble: string): (typeof troubles)[number] | 'other' {
  return troubles.find((known) => known === trouble) ?? 'other';
}

/** SHA-256 in base64, as a certificate's fingerprint is given. */
export function isPin(text: string): boolean {
  return pinPattern.test(text);
}
