import { IconAlertTriangle, IconCircleCheck, IconKeyboard } from '@tabler/icons-react';
import { useMemo } from 'react';
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
import { Visible } from './Visible.tsx';

const outcomeLook = {
  scan: { tone: 'done', icon: IconCircleCheck },
  damaged: { tone: 'refused', icon: IconAlertTriangle },
  typed: { tone: 'neutral', icon: IconKeyboard },
} as const;

/** What came last, key by key, and what it would mean. */
export function ArrivalPanel(props: { readonly trace: WedgeTrace | null }) {
  const t = useText();
  const { today } = useSite();
  const { trace } = props;
  const arrival = useMemo(() => (trace === null ? null : arrivalOf(trace, today)), [trace, today]);
  if (arrival === null) {
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
  return (
    <Paper
      className={look['arrival']}
      title={t('scanners.arrival.title')}
      note={<Mark {...outcomeLook[arrival.outcome]} word={t(`scanners.arrival.outcome.${arrival.outcome}`)} />}
    >
      <p className={look['arrived']} data-arrived data-selectable>
        <Visible text={arrival.text === '' ? '—' : arrival.text} />
      </p>
      <Facts arrival={arrival} />
      <h3 className={look['keysTitle']}>{t('scanners.arrival.keys')}</h3>
      <p className={css['faint']}>{t(arrival.isHidden ? 'scanners.arrival.hidden' : 'scanners.arrival.keysNote')}</p>
      <ul className={look['chips']}>
        {arrival.chips.map((chip) => (
          <li key={chip.at} className={look['chip']} data-control={chip.isControl || undefined}>
            <span>
              <Visible text={chip.face} />
            </span>
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
  return t(arrival.wasReplaced ? 'scanners.gsWay.replaced' : 'scanners.gsWay.none');
}

function readAsWords(t: Text, { sheetKey, kind, isFaulty }: Arrival): string {
  if (sheetKey !== null) return t('scanners.arrival.ofSheet', { name: t(`scanners.step.${sheetKey}`) });
  if (kind === null) return t('scanners.arrival.unknown');
  const words = kindWords(t, kind);
  return isFaulty ? t('scanners.arrival.faulty', { kind: words }) : words;
}

type Fact = { readonly key: string; readonly word: string; readonly value: string };

function Facts(props: { readonly arrival: Arrival }) {
  const t = useText();
  const { today, language } = useSite();
  const { arrival } = props;
  const { characters, bytes, pace, suffix, symbologyId, capsLock, inputMethod } = arrival;
  const fact = (
    key: 'pace' | 'suffix' | 'separators' | 'symbology' | 'length' | 'capsLock' | 'inputMethod',
    value: string,
  ) => ({
    key,
    word: t(`scanners.arrival.${key}`),
    value,
  });
  const howItCame: readonly Fact[] = [
    fact(
      'pace',
      t('scanners.arrival.paceWords', { median: Math.round(pace.medianMs), longest: Math.round(pace.longestMs) }),
    ),
    fact('suffix', t(`scanners.suffixWay.${suffix}`)),
    fact('separators', separatorsOf(t, arrival)),
    fact('length', t('scanners.arrival.lengthWords', { characters, bytes })),
    fact('symbology', symbologyId ?? t('scanners.arrival.noSymbology')),
    fact('capsLock', t(capsLock ? 'scanners.arrival.on' : 'scanners.arrival.off')),
    fact('inputMethod', t(inputMethod ? 'scanners.arrival.active' : 'scanners.arrival.idle')),
  ];
  const meaning: readonly Fact[] = [
    { key: 'readAs', word: t('scanners.arrival.readAs'), value: readAsWords(t, arrival) },
    ...(arrival.sheetKey === null ? arrival.fields.slice(0, 8) : []).map(({ name, value }) => ({
      key: name,
      word: fieldWords(t, name),
      value: dayWords(value, language, today),
    })),
  ];
  return (
    <>
      <Tiles facts={meaning} />
      <Tiles facts={howItCame} />
    </>
  );
}

function Tiles(props: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={look['tiles']}>
      {props.facts.map(({ key, word, value }) => (
        <div key={key} data-fact={key}>
          <dt>{word}</dt>
          <dd data-selectable>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
