import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import css from '../frame/frame.module.css';
import { useStation, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import { peek, peekKey, usePeekKey, usePrivacy } from './privacy.ts';

/** Turns the preference on or off; nothing happens before it is known. */
function useTogglePrivacy(): () => void {
  const known = useStation('preferences.get', {});
  const set = useStationAction('preferences.set');
  const { data, refetch } = known;
  return () => {
    if (data === undefined || set.isBusy) return;
    void set.run({ ...data, privacy: !data.privacy }).then(() => refetch());
  };
}

/** The switch in the bar of every screen; while it is on, a button beside it that shows for as long as it is held. */
export function PrivacySwitch() {
  const t = useText();
  const { isOn, isPeeking } = usePrivacy();
  const toggle = useTogglePrivacy();
  const newest = useRef(toggle);
  useEffect(() => {
    newest.current = toggle;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.code !== 'KeyH' || !event.ctrlKey || event.altKey || event.shiftKey || event.metaKey) return;
      event.preventDefault();
      if (!event.repeat) newest.current();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  usePeekKey();
  const Icon = isOn ? IconEyeOff : IconEye;
  return (
    <>
      {isOn && (
        <button
          type="button"
          className={css['peek']}
          data-peeking={isPeeking}
          aria-pressed={isPeeking}
          title={t('privacy.peekHint')}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            peek(true);
          }}
          onPointerUp={(event) => {
            peek(false);
            event.currentTarget.blur();
          }}
          onPointerCancel={() => peek(false)}
          onLostPointerCapture={() => peek(false)}
          onContextMenu={(event) => event.preventDefault()}
          onKeyDown={(event) => {
            if (event.code !== 'Space' && event.code !== 'Enter') return;
            event.preventDefault();
            peek(true);
          }}
          onKeyUp={(event) => {
            if (event.code === 'Space' || event.code === 'Enter') peek(false);
          }}
          onBlur={() => peek(false)}
        >
          {t('privacy.peek')} <Kbd>{peekKey}</Kbd>
        </button>
      )}
      <button
        type="button"
        role="switch"
        aria-checked={isOn}
        aria-label={t('privacy.mode')}
        className={css['privacy']}
        data-on={isOn}
        title={`${t(isOn ? 'privacy.turnOff' : 'privacy.turnOn')} ${t('privacy.key')}`}
        onClick={(event) => {
          if (event.detail > 0) event.currentTarget.blur();
          toggle();
        }}
      >
        <Icon size="1.125rem" stroke={1.8} aria-hidden />
        {isOn && <span>{t('privacy.on')}</span>}
        <Kbd>{t('privacy.key')}</Kbd>
      </button>
    </>
  );
}
