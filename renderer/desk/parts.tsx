import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCirclePlus,
  IconCircleX,
  IconClock,
  IconInfoCircle,
  type IconProps,
} from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import type { Tone } from '../../shared/model/desk.ts';
import type { KitCard } from '../../shared/model/kit.ts';
import type { PersonCard } from '../../shared/model/person.ts';
import type { TestCard } from '../../shared/model/test.ts';
import { clockOf } from '../lists/formats.ts';
import { addressWords, sexAgeWords } from '../lists/words.ts';
import { shownName, shownPhone, stagedDocument, useHides } from '../privacy/privacy.ts';
import { useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import { ScanIcon } from '../ui/ScanIcon.tsx';
import css from './desk.module.css';
import { useNowMs } from './deskStore.ts';
import { useHand } from './hand.ts';
import { productWords } from './words.ts';

const icons: Readonly<Record<Tone, ComponentType<IconProps>>> = {
  neutral: ScanIcon,
  waiting: IconClock,
  done: IconCircleCheck,
  attention: IconAlertTriangle,
  refused: IconCircleX,
};

/** The first thing that the eye finds: an icon and a word; quiet things stand at its right. */
export function Verdict(props: {
  readonly tone: Tone;
  readonly word: string;
  readonly icon?: ComponentType<IconProps>;
  readonly children?: ReactNode;
}) {
  const Icon = props.icon ?? icons[props.tone];
  return (
    <div className={css['verdict']} data-tone={props.tone}>
      <Icon className={css['verdictIcon']} stroke={1.7} aria-hidden />
      <h1 className={css['verdictWord']}>{props.word}</h1>
      {props.children !== undefined && <div className={css['corner']}>{props.children}</div>}
    </div>
  );
}

/** How long somebody is still waited for. */
export function Waits(props: { readonly untilMs: number }) {
  const t = useText();
  const n = Math.max(0, Math.ceil((props.untilMs - useNowMs()) / 1_000));
  return <span className={css['waits']}>{t('desk.person.waits', { n })}</span>;
}

/** A key and what it does here; also a button. */
export function KeyButton(props: { readonly keyName: string; readonly label: string; readonly onPress: () => void }) {
  return (
    <button
      type="button"
      className={css['keyButton']}
      onClick={(event) => {
        if (event.detail > 0) event.currentTarget.blur();
        props.onPress();
      }}
    >
      {props.label} <Kbd>{props.keyName}</Kbd>
    </button>
  );
}

export function ClearKey() {
  const t = useText();
  const hand = useHand();
  return <KeyButton keyName={t('desk.keys.esc')} label={t('desk.keys.clear')} onPress={hand.clear} />;
}

/** Leaves what this window put over the stage; nothing else changes. */
export function BackKey() {
  const t = useText();
  const hand = useHand();
  return <KeyButton keyName={t('desk.keys.esc')} label={t('desk.keys.back')} onPress={() => hand.show(null)} />;
}

export function VoidKey() {
  const t = useText();
  const hand = useHand();
  return <KeyButton keyName="F10" label={t('desk.keys.void')} onPress={hand.askVoid} />;
}

/** The way to a slip of the result that stands here, to take home. */
export function SlipKey() {
  const t = useText();
  const hand = useHand();
  return <KeyButton keyName={t('slip.key')} label={t('slip.open')} onPress={hand.openSlip} />;
}

/** The person, as large as they can be read from a standing place. */
export function Person(props: { readonly person: PersonCard }) {
  const t = useText();
  const hides = useHides();
  const { person } = props;
  const name = shownName(person, hides);
  const facts = [addressWords(t, person.address), stagedDocument(t, person, hides) || t('desk.person.noDocument')];
  const phone = shownPhone(t, person.phoneMasked, hides);
  if (person.documentMasked === null && phone !== null) facts.push(phone);
  return (
    <div className={css['person']}>
      <p className={css['nameLine']}>
        <span className={css['name']} data-long={lengthOf(name)}>
          {name}
        </span>
        <span className={css['sexAge']}>{sexAgeWords(t, person)}</span>
        <PersonPageKey personId={person.personId} />
      </p>
      <p className={css['personFacts']}>{facts.filter((part) => part !== '').join(' · ')}</p>
    </div>
  );
}

/** The way to the page of whoever stands here. */
function PersonPageKey(props: { readonly personId: string }) {
  const t = useText();
  const hand = useHand();
  return (
    <span className={css['pageKey']}>
      <KeyButton
        keyName={t('desk.keys.personPageKey')}
        label={t('desk.keys.personPage')}
        onPress={() => hand.openPerson(props.personId)}
      />
    </span>
  );
}

/** Names of other scripts are long: they get smaller in steps, never cut. */
function lengthOf(name: string): 'no' | 'yes' | 'very' {
  const wide = [...name].reduce((sum, character) => sum + (/[\u2E80-\uFFEF]/.test(character) ? 2 : 1), 0);
  return wide <= 18 ? 'no' : wide <= 34 ? 'yes' : 'very';
}

export type Fact = { readonly label: string; readonly value: ReactNode; readonly isPill?: boolean };

/** What is known beside, at the foot of the stage. */
export function Facts(props: { readonly facts: readonly Fact[] }) {
  if (props.facts.length === 0) return null;
  return (
    <dl className={css['facts']}>
      {props.facts.map(({ label, value, isPill }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list without keys of its own
        <div key={index} className={css['fact']}>
          <dt>{label}</dt>
          <dd>{isPill === true ? <span className={css['pill']}>{value}</span> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function useKitFacts(kit: KitCard): readonly Fact[] {
  const t = useText();
  const expires =
    kit.expiresOn === null ? t('desk.facts.noExpiry') : t('desk.facts.expires', { day: kit.expiresOn.slice(0, 7) });
  return [
    { label: t('desk.facts.kit'), value: productWords(kit) },
    { label: t('desk.facts.lot'), value: `${kit.lot ?? t('desk.facts.noLot')} · ${expires}` },
    { label: t('desk.facts.code'), value: kit.serial },
  ];
}

/** The kit and the time in which it is read. */
export function useTestFacts(test: TestCard): readonly Fact[] {
  const t = useText();
  const { zone } = useHand();
  const kit = useKitFacts(test.kit);
  const window =
    test.opensAtMs === null || test.closesAtMs === null
      ? t('desk.facts.awaitsDrop')
      : t('desk.facts.window', { from: clockOf(test.opensAtMs, zone), to: clockOf(test.closesAtMs, zone) });
  const boundAt =
    test.boundAtStation === undefined
      ? []
      : [
          {
            label: t('desk.facts.boundAt'),
            value: t('desk.facts.station', { name: test.boundAtStation }),
            isPill: true,
          },
        ];
  return [...boundAt, ...kit, { label: t('desk.facts.read'), value: window, isPill: true }];
}

/** What is odd about the kit, in the words of the hand that holds the box. */
export function Warnings(props: { readonly kit: KitCard }) {
  const t = useText();
  if (props.kit.warnings.length === 0) return null;
  return (
    <ul className={css['warnings']}>
      {props.kit.warnings.map((warning) => (
        <li key={warning.code}>
          {warning.code === 'olderLotOpen' ? (
            <IconInfoCircle size="1.25rem" aria-hidden />
          ) : (
            <IconAlertTriangle size="1.25rem" aria-hidden />
          )}
          {t(`desk.warning.${warning.code}`, warning.params)}
        </li>
      ))}
    </ul>
  );
}

/** One sentence under what stands on the stage. */
export function Line(props: { readonly children: ReactNode; readonly tone?: 'attention' | 'quiet' }) {
  return (
    <p className={css['line']} data-tone={props.tone ?? 'quiet'}>
      {props.children}
    </p>
  );
}

/** A result as a word with its mark; a positive is plum and small, no larger than the others. */
export function Outcome(props: { readonly outcome: 'negative' | 'positive' | 'invalid' }) {
  const t = useText();
  return (
    <b className={css['outcome']} data-outcome={props.outcome}>
      {props.outcome === 'positive' && <IconCirclePlus size="1.1em" stroke={2} aria-hidden />}
      {t(`desk.outcome.${props.outcome}`)}
    </b>
  );
}
