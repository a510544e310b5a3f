import { Button } from '@mantine/core';
import {
  IconCloudCheck,
  IconCloudExclamation,
  IconCloudOff,
  IconCloudPause,
  IconCloudUp,
  IconWifiOff,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { useNowMs } from '../desk/deskStore.ts';
import { useLook } from '../lists/calls.ts';
import { Awaited } from '../lists/Empty.tsx';
import { figure, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper, Screen } from '../lists/Screen.tsx';
import { useSite } from '../lists/site.ts';
import { agoWords, lastingWords } from '../lists/words.ts';
import { TestSheet } from '../results/TestSheet.tsx';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { ConnectionPanel } from './ConnectionPanel.tsx';
import { stateTone, stateWord, troubleCode } from './connection.ts';
import { HandoverPanel } from './HandoverPanel.tsx';
import { OwnRecords } from './OwnRecords.tsx';
import { ConflictsPanel, ParkedPanel, WaitingPanel } from './SetAside.tsx';
import { SupportPanel } from './SupportPanel.tsx';
import look from './sync.module.css';

/** What is unsent and how old, in words; what the central service did not take; the connection itself. */
export function SyncScreen() {
  const t = useText();
  const looked = useLook('sync.get', {});
  return (
    <Screen title={t('sync.title')}>
      {looked.value === undefined ? (
        <Paper fill>
          <Awaited failure={looked.failure} onRetry={looked.again} />
        </Paper>
      ) : (
        <Loaded value={looked.value} again={looked.again} />
      )}
    </Screen>
  );
}

const stateIcons = {
  off: IconCloudOff,
  idle: IconCloudCheck,
  sending: IconCloudUp,
  backingOff: IconCloudExclamation,
  paused: IconCloudPause,
  offline: IconWifiOff,
} as const;

function Loaded(props: { readonly value: Output<'sync.get'>; readonly again: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const sendNow = useStationAction('sync.sendNow');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [testId, setTestId] = useState<string | null>(null);
  const { zone, language, today } = useSite();
  const nowMs = useNowMs();
  const { value, again } = props;
  const { sync } = value;
  const isOwed = sync.ownRecords !== null && sync.ownRecords.fetchedAtMs === null;
  const isAllDone = sync.unsent === 0 && !isOwed;
  const word = stateWord(sync);
  const Icon = stateIcons[sync.state];

  async function send(): Promise<void> {
    setFailure(null);
    const reply = await sendNow.run({});
    if (!reply.ok) setFailure(reply.error);
    again();
  }

  return (
    <>
      <Paper>
        <div className={look['state']} data-tone={stateTone(sync)}>
          <Icon size="2.75rem" stroke={1.6} aria-hidden className={look['stateIcon']} />
          <div className={look['stateWords']} role="status">
            <p className={look['stateWord']}>{t(`sync.state.${word}`)}</p>
            <p className={css['quiet']}>
              {sync.trouble !== null ? t(`sync.trouble.${troubleCode(sync.trouble)}`) : t(`sync.stateHint.${word}`)}
            </p>
          </div>
          {sync.state !== 'off' && (
            <Button variant="default" onClick={() => void send()} loading={sendNow.isBusy} disabled={isAllDone}>
              {t('sync.sendNow')}
            </Button>
          )}
        </div>
        {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
        <Figures sync={sync} speed={value.speed} />
        <div className={look['since']}>
          {value.resent !== null && (
            <Notice tone="neutral">
              {t('sync.resent', {
                time: momentWords(value.resent.atMs, zone, language, today),
                n: figure(value.resent.records),
              })}
            </Notice>
          )}
          {sync.ownRecords !== null && <OwnRecords own={sync.ownRecords} />}
        </div>
      </Paper>
      {value.parked.length > 0 && <ParkedPanel rows={value.parked} onOpen={setTestId} onMended={again} />}
      {value.waiting.length > 0 && <WaitingPanel rows={value.waiting} nowMs={nowMs} />}
      {value.conflicts.length > 0 && <ConflictsPanel rows={value.conflicts} onOpen={setTestId} />}
      <ConnectionPanel url={value.url} pin={value.pin} resendDays={value.resendDays} onConnected={again} />
      <HandoverPanel onSettled={again} />
      <SupportPanel />
      <TestSheet testId={testId} onClose={() => setTestId(null)} onOpen={setTestId} />
    </>
  );
}

function Figures(props: { readonly sync: Output<'sync.get'>['sync']; readonly speed: Output<'sync.get'>['speed'] }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const nowMs = useNowMs();
  const { sync, speed } = props;
  const facts: readonly {
    readonly key: string;
    readonly word: string;
    readonly text: string;
    readonly under?: string;
    readonly tone?: string;
  }[] = [
    { key: 'unsent', word: t('sync.unsent'), text: figure(sync.unsent) },
    {
      key: 'oldest',
      word: t('sync.oldest'),
      text: sync.oldestUnsentAtMs === null ? t('lists.none') : lastingWords(t, nowMs - sync.oldestUnsentAtMs),
    },
    {
      key: 'parked',
      word: t('sync.parked'),
      text: figure(sync.parked),
      ...(sync.parked > 0 ? { tone: 'refused' } : {}),
    },
    {
      key: 'conflicts',
      word: t('sync.conflicts'),
      text: figure(sync.conflicts),
      ...(sync.conflicts > 0 ? { tone: 'attention' } : {}),
    },
    {
      key: 'lastContact',
      word: t('sync.lastContact'),
      text: sync.lastContactAtMs === null ? t('sync.never') : agoWords(t, nowMs - sync.lastContactAtMs),
      ...(sync.lastContactAtMs === null ? {} : { under: momentWords(sync.lastContactAtMs, zone, language, today) }),
    },
    speed === null
      ? { key: 'speed', word: t('sync.speed'), text: t('sync.speedNone'), tone: 'quiet' }
      : {
          key: 'speed',
          word: t('sync.speed'),
          text: t('sync.speedValue', { n: figure(Math.round(speed.recordsPerSecond)) }),
          under: t('sync.speedUnder', { batches: figure(speed.batches), ms: figure(Math.round(speed.latencyMs)) }),
        },
  ];
  const nextMs = sync.nextTryAtMs === null ? null : sync.nextTryAtMs - nowMs;
  return (
    <dl className={look['figures']}>
      {facts.map((fact) => (
        <div key={fact.key} data-tone={fact.tone}>
          <dt>{fact.word}</dt>
          <dd>{fact.text}</dd>
          {fact.under !== undefined && <small>{fact.under}</small>}
        </div>
      ))}
      {nextMs !== null && nextMs > 0 && (sync.state === 'backingOff' || sync.state === 'offline') && (
        <div>
          <dt>{t('sync.nextTry')}</dt>
          <dd>{t('sync.inTime', { time: lastingWords(t, nextMs) })}</dd>
        </div>
      )}
    </dl>
  );
}
