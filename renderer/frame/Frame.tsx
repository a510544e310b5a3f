import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import { type ReactNode, useEffect, useId } from 'react';
import type { DeskView, SyncView } from '../../shared/model/desk.ts';
import { dropQuestion } from '../approval/approvals.ts';
import { desk, useNowMs } from '../desk/deskStore.ts';
import { clockOf, dayWords, figure } from '../lists/formats.ts';
import { may } from '../lists/site.ts';
import { PrivacySwitch } from '../privacy/PrivacySwitch.tsx';
import { GunTrouble } from '../scanners/ports/GunTrouble.tsx';
import { SuffixHint } from '../scanners/SuffixHint.tsx';
import { type ScreenEntry, screens } from '../screens.ts';
import { useStation } from '../station.ts';
import { useLanguage, useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import { BackupTrouble } from './BackupTrouble.tsx';
import { FeedSilence } from './FeedSilence.tsx';
import css from './frame.module.css';
import { LowStock } from './LowStock.tsx';
import { oldestOf } from './oldest.ts';
import { goTo, useScreen } from './where.ts';

/** The rail and the bar that every screen has. They never move. */
export function Frame(props: { readonly view: DeskView; readonly children: ReactNode }) {
  const { view } = props;
  const isSignedIn = view.operator !== null;

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!isSignedIn || event.code !== 'KeyL' || !event.ctrlKey || event.altKey || event.shiftKey) return;
      event.preventDefault();
      lock();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [isSignedIn]);

  return (
    <div className={css['frame']}>
      <Rail view={view} />
      <TopBar view={view} />
      <main className={css['main']}>{props.children}</main>
      <SuffixHint />
    </div>
  );
}

/** At once: a question for somebody's consent that holds up the desk is over. */
function lock(): void {
  dropQuestion();
  void desk.act('staff.lock', {});
}

function Rail(props: { readonly view: DeskView }) {
  const t = useText();
  const { operator } = props.view;
  const shown = screens.filter((screen) => may(operator, screen.needs));
  return (
    <nav className={css['rail']} aria-label={t('frame.navigation')}>
      <div className={css['mark']} aria-hidden>
        {t('frame.mark')}
      </div>
      {shown
        .filter((screen) => !screen.atFoot)
        .map((screen) => (
          <RailButton key={screen.key} screen={screen} />
        ))}
      <div className={css['railFoot']}>
        {shown
          .filter((screen) => screen.atFoot)
          .map((screen) => (
            <RailButton key={screen.key} screen={screen} />
          ))}
      </div>
    </nav>
  );
}

function RailButton(props: { readonly screen: ScreenEntry }) {
  const t = useText();
  const isCurrent = useScreen() === props.screen.key;
  const Icon = props.screen.icon;
  const Count = props.screen.count;
  const countId = useId();
  return (
    <button
      type="button"
      className={css['railButton']}
      aria-current={isCurrent ? 'page' : undefined}
      aria-describedby={Count === undefined ? undefined : countId}
      onClick={(event) => {
        goTo(props.screen.key);
        // The desk wants no focus; a press of the space bar must not press this again.
        if (event.detail > 0) event.currentTarget.blur();
      }}
    >
      <Icon size="1.375rem" stroke={1.7} aria-hidden />
      <span>{t(props.screen.label)}</span>
      {Count !== undefined && <Count id={countId} />}
    </button>
  );
}

function TopBar(props: { readonly view: DeskView }) {
  const t = useText();
  const language = useLanguage();
  const { view } = props;
  const station = useStation('station.get', {}).data;
  const zone = station?.site?.zone ?? 'Asia/Shanghai';
  return (
    <header className={css['top']}>
      <span className={css['site']}>{view.siteName}</span>
      {view.operator !== null && (
        <>
          <span className={css['quiet']}>
            {view.round.name} · {dayWords(view.day, language, view.day)}
          </span>
          <span className={css['quiet']}>
            {t('frame.target', { target: figure(view.round.target) })} ·{' '}
            {t('frame.tested', { tested: figure(view.round.tested) })}
          </span>
        </>
      )}
      <span className={css['push']} />
      {view.operator !== null && <GunTrouble />}
      {view.operator !== null && <BackupTrouble />}
      {view.operator !== null && <LowStock />}
      {view.operator !== null && <FeedSilence down={view.down} zone={zone} />}
      <SyncState sync={view.sync} mayOpen={view.operator !== null} />
      {view.operator !== null && (
        <>
          <PrivacySwitch />
          <span className={css['operator']}>{view.operator.name}</span>
          <button
            type="button"
            className={css['lock']}
            aria-label={t('frame.lock')}
            title={`${t('frame.lock')} ${t('frame.lockKey')}`}
            onClick={lock}
          >
            <IconLock size="1.125rem" stroke={1.8} aria-hidden />
            <Kbd>{t('frame.lockKey')}</Kbd>
          </button>
        </>
      )}
      {view.clockBehind && (
        <span className={css['trouble']} role="status" title={t('desk.clockBehind')}>
          <IconAlertTriangle size="1rem" aria-hidden />
          {t('frame.clockBehind')}
        </span>
      )}
      <Clock zone={zone} />
    </header>
  );
}

function Clock(props: { readonly zone: string }) {
  const t = useText();
  const clock = clockOf(useNowMs(), props.zone);
  return (
    <time className={css['clock']} role="timer" aria-label={t('frame.clock')} aria-live="off">
      {clock}
    </time>
  );
}

const syncTones: Readonly<Record<SyncView['state'], 'done' | 'waiting' | 'attention' | 'neutral'>> = {
  off: 'neutral',
  idle: 'done',
  sending: 'done',
  backingOff: 'attention',
  paused: 'attention',
  offline: 'attention',
};

/** How far the records have come: on every screen, always. */
function SyncState(props: { readonly sync: SyncView; readonly mayOpen: boolean }) {
  const t = useText();
  const nowMs = useNowMs();
  const { sync } = props;
  const words = [t(`frame.sync.${sync.state}`)];
  if (sync.unsent === 0) {
    if (sync.state !== 'off') words.push(t('frame.allSent'));
  } else {
    words.push(t('frame.unsent', { n: figure(sync.unsent) }));
    if (sync.oldestUnsentAtMs !== null) {
      const { unit, n } = oldestOf(nowMs - sync.oldestUnsentAtMs);
      words.push(t('frame.oldest', { time: t(`frame.lasting.${unit}`, { n }) }));
    }
  }
  const troubles = [
    ...(sync.ownRecords !== null && sync.ownRecords.fetchedAtMs === null ? [t('frame.ownRecordsOwed')] : []),
    ...(sync.trouble === 'installationEnded' ? [t('frame.installationEnded')] : []),
    ...(sync.parked > 0 ? [t('frame.parked', { n: sync.parked })] : []),
    ...(sync.conflicts > 0 ? [t('frame.conflicts', { n: sync.conflicts })] : []),
  ];
  const content = (
    <>
      <span className={css['dot']} data-tone={syncTones[sync.state]} aria-hidden />
      <span>{words.join(' · ')}</span>
      {troubles.length > 0 && (
        <span className={css['trouble']}>
          <IconAlertTriangle size="1rem" aria-hidden />
          {troubles.join(' · ')}
        </span>
      )}
    </>
  );
  if (!props.mayOpen) {
    return (
      <span className={css['sync']} data-sync={sync.state}>
        {content}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={css['sync']}
      data-sync={sync.state}
      title={t('frame.openSync')}
      onClick={(event) => {
        goTo('sync');
        event.currentTarget.blur();
      }}
    >
      {content}
    </button>
  );
}
