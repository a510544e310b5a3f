import { IconAlertTriangle, IconCircleCheck, IconKeyboard } from '@tabler/icons-react';
import { kindWords } from '../desk/words.ts';
import { Empty } from '../lists/Empty.tsx';
import { dayWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Paper } from '../lists/Screen.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { useSite } from '../lists/site.ts';
import type { WedgeTrace } from '../scan/wedge.ts';
import { type Text, useText } from '../text/index.ts';
import { ScanIcon } from '../ui/ScanIcon.tsx';
import { type Arrival, arrivalOf } from './arrival.ts';
import { fieldWords } from './findingWords.ts';
import look from './scanners.module.css';

const outcomeLook = {
  scan: { tone: 'done', icon: IconCircleCheck },
  damaged: { tone: 'refused', icon: IconAlertTriangle },
  typed: { tone: 'neutral', icon: IconKeyboard },
} as const;

/** What came last, key by key, and what it would mean. */
export function ArrivalPanel(props: { readonly trace: WedgeTrace | null }) {
  const t = useText();
  const { today } = useSite();
  if (props.trace === null) {
    return (
      <Paper fill className={look['arrival']}>
        <Empty
          title={t('scanners.arrival.emptyTitle')}
          hint={t('scanners.arrival.emptyHint')}
          icon={<ScanIcon size="2.5rem" stroke={1.4} />}
        />
      </Paper>
    );
  }
  const arrival = arrivalOf(props.trace, today);
  return (
    <Paper
      className={look['arrival']}
      title={t('scanners.arrival.title')}
      note={<Mark {...outcomeLook[arrival.outcome]} word={t(`scanners.arrival.outcome.${arrival.outcome}`)} />}
    >
      <p className={look['arrived']} data-arrived data-selectable>
        {arrival.text === '' ? '—' : arrival.text}
      </p>
      <Facts arrival={arrival} />
      <h3 className={look['keysTitle']}>{t('scanners.arrival.keys')}</h3>
      <p className={css['faint']}>{t(arrival.isHidden ? 'scanners.arrival.hidden' : 'scanners.arrival.keysNote')}</p>
      <ul className={look['chips']}>
        {arrival.chips.map((chip) => (
          <li key={chip.at} className={look['chip']} data-control={chip.isControl || undefined}>
            <span>{chip.face}</span>
            <small>{chip.sinceMs ?? '·'}</small>
          </li>
        ))}
      </ul>
      {arrival.moreKeys > 0 && <p className={css['faint']}>{t('scanners.arrival.more', { n: arrival.moreKeys })}</p>}
    </Paper>
  );
}

function separatorsOf(t: Text, arrival: Arrival): string {
  if (arrival.gsWays.length > 0) return arrival.gsWays.map((way) => t(`scanners.gsWay.${way}`)).join(' · ');
  return arrival.wasReplaced ? '␝' : t('scanners.gsWay.none');
}

function Facts(props: { readonly arrival: Arrival }) {
  const t = useText();
  const { today, language } = useSite();
  const { arrival } = props;
  const kind = arrival.kind === null ? t('scanners.arrival.unknown') : kindWords(t, arrival.kind);
  const readAs = arrival.isFaulty && arrival.kind !== null ? t('scanners.arrival.faulty', { kind }) : kind;
  const facts: readonly (readonly [string, string])[] = [
    [
      t('scanners.arrival.length'),
      t('scanners.arrival.lengthWords', { characters: arrival.characters, bytes: arrival.bytes }),
    ],
    [
      t('scanners.arrival.pace'),
      t('scanners.arrival.paceWords', {
        median: Math.round(arrival.pace.medianMs),
        longest: Math.round(arrival.pace.longestMs),
      }),
    ],
    [t('scanners.arrival.suffix'), t(`scanners.suffixWay.${arrival.suffix}`)],
    [t('scanners.arrival.separators'), separatorsOf(t, arrival)],
    [t('scanners.arrival.symbology'), arrival.symbologyId ?? t('scanners.arrival.noSymbology')],
    [t('scanners.arrival.capsLock'), t(arrival.capsLock ? 'scanners.arrival.on' : 'scanners.arrival.off')],
    [t('scanners.arrival.inputMethod'), t(arrival.inputMethod ? 'scanners.arrival.active' : 'scanners.arrival.idle')],
  ];
  return (
    <div className={look['factColumns']}>
      <dl className={css['facts']}>
        {facts.map(([word, value]) => (
          <div key={word} className={look['fact']}>
            <dt>{word}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <dl className={css['facts']}>
        <div className={look['fact']}>
          <dt>{t('scanners.arrival.readAs')}</dt>
          <dd className={css['strong']}>{readAs}</dd>
        </div>
        {arrival.fields.slice(0, 8).map(({ name, value }) => (
          <div key={name} className={look['fact']}>
            <dt>{fieldWords(t, name)}</dt>
            <dd data-selectable>{dayWords(value, language, today)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
