import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { EventPayload } from '../../shared/contract.ts';
import type { DamagedBy } from '../scan/wedge.ts';
import { useStationEvent } from '../station.ts';
import { useText } from '../text/index.ts';
import css from './frame.module.css';

/** What has to be said on every screen, signed in or not. */
export function Notices(props: { readonly damaged: DamagedBy | null; readonly onDamagedSeen: () => void }) {
  return (
    <div className={css['notices']}>
      <CoreNotice />
      {props.damaged !== null && <DamagedNotice by={props.damaged} onSeen={props.onDamagedSeen} />}
    </div>
  );
}

const reasons = {
  inputMethod: 'frame.inputMethod',
  unknownKey: 'frame.brokenScan',
  interrupted: 'frame.interruptedScan',
} as const;

/** A scan that did not come whole: why, and what to do. Esc takes the hand out of the field, as the words say. */
function DamagedNotice(props: { readonly by: DamagedBy; readonly onSeen: () => void }) {
  const t = useText();
  const { by, onSeen } = props;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.code !== 'Escape' || event.isComposing) return;
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      onSeen();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [onSeen]);
  return (
    <div className={css['notice']} data-tone="refused" data-damaged={by} role="alert">
      <IconAlertTriangle size="1.25rem" aria-hidden />
      {t(reasons[by])}
      <button type="button" className={css['noticeButton']} onClick={onSeen}>
        {t('frame.dismiss')}
      </button>
    </div>
  );
}

type CoreState = EventPayload<'core.restarted'>['state'];

/** Core does not answer, or died and is being started again: said calmly, and gone by itself. */
function CoreNotice() {
  const t = useText();
  const [state, setState] = useState<CoreState | null>(null);
  useStationEvent('core.restarted', (event) => setState(event.state));
  useEffect(() => {
    if (state !== 'ready' && state !== 'answering') return;
    const timer = setTimeout(() => setState(null), 2_500);
    return () => clearTimeout(timer);
  }, [state]);
  // Given up: there is a page of its own for that.
  if (state === null || state === 'failed') return null;
  const words = {
    slow: t('frame.slow'),
    answering: t('frame.answering'),
    restarting: t('frame.restarting'),
    ready: t('frame.restored'),
  };
  const tones = { slow: 'waiting', answering: 'done', restarting: 'waiting', ready: 'done' };
  return (
    <div className={css['notice']} data-tone={tones[state]} data-core={state} role="status">
      {words[state]}
    </div>
  );
}
