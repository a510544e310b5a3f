import { codeKinds } from '../../shared/codes/codeKinds.ts';
import type { Stage } from '../../shared/model/desk.ts';
import type { KitCard } from '../../shared/model/kit.ts';
import { localDay } from '../../shared/time.ts';
import { clockOf, dayWords, momentWords } from '../lists/formats.ts';
import { addressWords } from '../lists/words.ts';
import type { Text } from '../text/index.ts';
import type { DeskHand } from './hand.ts';

type Place = Pick<DeskHand, 'zone' | 'language'>;

/** `4:31`, `1:02:05`: what is left, counted up to the next second, so that 0:00 is the end. Negative is nothing. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A moment as people say it at the desk: 今天 09:58, 4月9日 09:58. */
export function momentAt(t: Text, place: Place, atMs: number, nowMs: number): string {
  const today = localDay(nowMs, place.zone);
  if (localDay(atMs, place.zone) !== today) return momentWords(atMs, place.zone, place.language, today);
  const clock = clockOf(atMs, place.zone);
  return place.language === 'en' ? clock : `${t('desk.today')} ${clock}`;
}

export function kindWords(t: Text, kind: string): string {
  const known = codeKinds.find((each) => each === kind);
  return t(`desk.refused.kindOf.${known ?? 'other'}`);
}

export function productWords(kit: KitCard): string {
  return [kit.productName, kit.method].filter((part) => part !== null && part !== '').join(' ');
}

/** An address that came as its parts on one line, as people say it. */
function addressOf(t: Text, joined: string): string {
  const parts = joined.split(' ');
  const [building = '', second = '', third] = parts;
  if (parts.length > 3 || second === '') return addressWords(t, { building: joined, unit: '', room: '' });
  return addressWords(
    t,
    third === undefined ? { building, unit: '', room: second } : { building, unit: second, room: third },
  );
}

type Refused = Extract<Stage, { kind: 'refused' }>;

/** Why a scan was refused and what to do, in words. */
export function refusalWords(
  t: Text,
  place: Place,
  { code, params, kit }: Pick<Refused, 'code' | 'params' | 'kit'>,
  nowMs: number,
): { readonly title: string; readonly todo: string; readonly why: string } {
  const text = (name: string): string => String(params[name] ?? '');
  const moment = ['boundAtMs', 'opensAtMs', 'closedAtMs', 'highWaterMs']
    .map((name) => params[name])
    .find((at) => typeof at === 'number');
  const address = addressOf(t, text('address'));
  const person = text('person') || t('desk.refused.someone');
  const gtin = [text('gtin'), text('code')].find((each) => /^\d{8,14}$/.test(each)) ?? '';
  const opensAtMs = params['opensAtMs'];
  const kinds = text('kinds')
    .split(',')
    .filter((kind) => kind !== '');
  const words = {
    clock:
      moment === undefined
        ? ''
        : code === 'kitUsed' || code === 'kitVoid' || code === 'clockBehind'
          ? momentAt(t, place, moment, nowMs)
          : clockOf(moment, place.zone),
    left: typeof opensAtMs === 'number' ? countdown(opensAtMs - nowMs) : '',
    who: address === '' ? person : place.language === 'en' ? `${person} (${address})` : `${person}（${address}）`,
    operator: text('operator'),
    tail: text('tail'),
    gun: text('gun'),
    lot: text('lot') || (kit?.lot ?? ''),
    expires: params['expiresOn'] === undefined ? '' : dayWords(text('expiresOn'), place.language, ''),
    spent: params['spentOn'] === undefined ? '' : dayWords(text('spentOn'), place.language, ''),
    product: text('product') || gtin || t('desk.refused.thisProduct'),
    noSerial: t(params['policy'] === 'refuse' ? 'desk.refused.noSerialRefuse' : 'desk.refused.noSerialSticker'),
    reason: text('reason') || t('lists.unknown'),
    site: text('site') === '' ? t('stock.elsewhere') : text('site'),
    read: text('read'),
    known: text('known'),
    what: params['what'] === 'extra' ? t('desk.refused.extra') : t('desk.refused.missing'),
    kind: kindWords(t, text('kind')),
    kinds: [...new Set(kinds.map((kind) => kindWords(t, kind)))].join(place.language === 'en' ? ', ' : '、'),
  };
  return {
    title: t(`refusals.${code}.title`, words),
    todo: t(`refusals.${code}.todo`, words),
    why:
      code === 'codeCharacterLost' && params['by'] === 'pattern'
        ? t('repairs.refusal', { ...words, readLength: text('readLength'), knownLength: text('knownLength') })
        : t(`refusals.${code}.why`, words),
  };
}
