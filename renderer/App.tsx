import { MantineProvider } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { I18nextProvider } from 'react-i18next';
import type { Preferences } from '../shared/contract/app.ts';
import { ApprovalDialog } from './approval/ApprovalDialog.tsx';
import { desk, useDeskView } from './desk/deskStore.ts';
import { playHeard, speakName } from './desk/sound.ts';
import { Frame } from './frame/Frame.tsx';
import { Notices } from './frame/Notices.tsx';
import { Screens } from './frame/Screens.tsx';
import { useTouch } from './frame/useTouch.ts';
import { goTo } from './frame/where.ts';
import { setPrivacy } from './privacy/privacy.ts';
import { handOver, handOverDamage, handOverTyped, type ScanFrom } from './scan/listeners.ts';
import { giveTrace } from './scan/traces.ts';
import { useWedge } from './scan/useWedge.ts';
import type { DamagedBy } from './scan/wedge.ts';
import { FailedPage } from './setup/FailedPage.tsx';
import { Opening } from './setup/Opening.tsx';
import { RefusedPage } from './setup/RefusedPage.tsx';
import { Setup } from './setup/Setup.tsx';
import { Unlock } from './setup/Unlock.tsx';
import { Working } from './setup/Working.tsx';
import { SignIn } from './signIn/SignIn.tsx';
import { followEvents, registerChanged, useStation, useStationEvent } from './station.ts';
import { makeTexts } from './text/index.ts';
import { cssVariables, theme } from './ui/theme.ts';

const usual: Preferences = {
  language: 'zh-CN',
  theme: 'system',
  scale: 100,
  volume: 70,
  speakNames: false,
  privacy: false,
  wedge: null,
};

/** What is shown, as tests ask for it. */
type Ready = 'fresh' | 'locked' | 'signIn' | 'desk' | 'refused' | 'failed' | 'working';

export function App(props: { readonly nonce: string; readonly preferences: Preferences | null }) {
  const [queries] = useState(() => {
    const client = new QueryClient({
      defaultOptions: {
        queries: { retry: false, staleTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false },
      },
    });
    if (props.preferences !== null) client.setQueryData(['preferences.get', {}], props.preferences);
    return client;
  });
  return (
    <QueryClientProvider client={queries}>
      <Dressed nonce={props.nonce} />
    </QueryClientProvider>
  );
}

/** Language, colours and text size from the preferences. */
function Dressed(props: { readonly nonce: string }) {
  const preferences = useStation('preferences.get', {}).data ?? usual;
  const system = useColorScheme('light', { getInitialValueInEffect: false });
  const scheme = preferences.theme === 'system' ? system : preferences.theme;
  const { language, scale } = preferences;
  // Made once; the language changes inside it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first language only
  const texts = useMemo(() => makeTexts(language), []);
  useEffect(() => {
    void texts.changeLanguage(language);
    document.documentElement.lang = language;
  }, [texts, language]);
  useEffect(() => {
    document.documentElement.style.setProperty('--text-size', `${(16 * scale) / 100}px`);
  }, [scale]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      forceColorScheme={scheme}
      getStyleNonce={() => props.nonce}
    >
      <I18nextProvider i18n={texts}>
        <Notifications position="bottom-right" autoClose={4_000} transitionDuration={100} />
        <Station preferences={preferences} />
      </I18nextProvider>
    </MantineProvider>
  );
}

/** What the station is in: being set up, locked, refused, waiting for somebody to sign in, or at work. */
function Station(props: { readonly preferences: Preferences }) {
  const queries = useQueryClient();
  const asked = useStation('station.get', {});
  const station = asked.data;
  const [isGivenUp, setGivenUp] = useState(false);
  const isFailed = isGivenUp || asked.error?.code === 'CORE_FAILED';
  const view = useDeskView();
  const { volume, speakNames, privacy } = props.preferences;
  const isOpen = station?.phase === 'ready';

  // Before anything is drawn with it: no name flashes up when the window opens.
  useLayoutEffect(() => setPrivacy(privacy), [privacy]);
  useEffect(() => followEvents(queries), [queries]);
  useEffect(() => {
    if (isOpen) desk.lookAfresh();
  }, [isOpen]);
  useStationEvent('desk.changed', () => void desk.look());
  useStationEvent('station.changed', () => void desk.look());
  useStationEvent('sync.changed', desk.setSync);
  useStationEvent('core.restarted', ({ state }) => {
    if (state === 'ready') desk.lookAfresh();
    if (state === 'failed') setGivenUp(true);
    if (state !== 'restarting' && state !== 'ready') return;
    setGivenUp(false);
    // Asked again: the answer comes when the new core is there.
    if (isFailed) void queries.resetQueries({ queryKey: ['station.get'] });
  });
  useEffect(
    () =>
      desk.onHeard((heard) => {
        playHeard(heard, volume);
        // A name said aloud is heard by the queue.
        if (speakNames && !privacy) speakName(heard, volume);
        registerChanged(queries);
      }),
    [volume, speakNames, privacy, queries],
  );

  const operator = view?.operator ?? null;
  // Who is signed in decides what lists may show.
  const operatorId = operator?.id ?? null;
  useEffect(() => {
    if (operatorId !== null || isOpen) void queries.invalidateQueries({ queryKey: ['station.get'] });
  }, [operatorId, isOpen, queries]);

  useTouch();
  const [damaged, setDamaged] = useState<DamagedBy | null>(null);
  const onScan = (text: string, from: ScanFrom): void => {
    setDamaged(null);
    if (handOver(text, from) || !isOpen) return;
    goTo('desk');
    void desk.scan(text, from);
  };
  const onDamaged = (by: DamagedBy): void => {
    setDamaged(by);
    playHeard({ tone: 'refused', stage: { kind: 'idle' } }, volume);
  };
  useWedge(
    {
      onScan: (text) => onScan(text, { source: 'gun' }),
      onDamaged,
      onTyped: handOverTyped,
      onTrace: giveTrace,
    },
    props.preferences.wedge,
  );
  // Guns on lines of their own type nothing: their scans come from the window's process.
  useStationEvent('guns.scanned', ({ text, name, role }) => onScan(text, { source: 'gun', gun: { name, role } }));
  useStationEvent('guns.damaged', (damage) => {
    if (!handOverDamage(damage)) onDamaged('interrupted');
  });

  const ready: Ready | null = isFailed
    ? 'failed'
    : station === undefined
      ? null
      : station.phase !== 'ready'
        ? station.phase
        : view === null
          ? null
          : operator === null
            ? 'signIn'
            : 'desk';
  useEffect(() => {
    if (ready === null) delete document.body.dataset['ready'];
    else document.body.dataset['ready'] = ready;
  }, [ready]);

  const seen = useCallback(() => setDamaged(null), []);
  return (
    <>
      {shown()}
      <ApprovalDialog />
      <Notices damaged={damaged} onDamagedSeen={seen} />
    </>
  );

  function shown() {
    switch (ready) {
      case null:
        return <Opening />;
      case 'failed':
        return <FailedPage />;
      case 'fresh':
        return station === undefined ? null : <Setup station={station} />;
      case 'locked':
        return station === undefined ? null : <Unlock station={station} />;
      case 'working':
        return station?.work === null || station === undefined ? null : <Working work={station.work} />;
      case 'refused':
        return station === undefined ? null : <RefusedPage station={station} />;
      default:
        if (view === null) return null;
        return (
          <Frame view={view}>
            {ready === 'signIn' && <SignIn />}
            <Screens view={view} />
          </Frame>
        );
    }
  }
}
