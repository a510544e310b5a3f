import { PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { StationView } from '../../shared/contract/station.ts';
import type { Failure } from '../../shared/errors.ts';
import { desk } from '../desk/deskStore.ts';
import { RestorePage } from '../restore/RestorePage.tsx';
import { useScans } from '../scan/listeners.ts';
import { callStation, useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import { Page } from './Page.tsx';
import { ProtectAnew } from './ProtectAnew.tsx';
import css from './setup.module.css';

/** The register is there and locked: the passphrase, or the recovery key from its sheet. */
export function Unlock(props: { readonly station: StationView }) {
  const t = useText();
  const failureText = useFailureText();
  const queries = useQueryClient();
  const hasPassphrase = props.station.unlockBy.includes('passphrase');
  const [byRecovery, setByRecovery] = useState(!hasPassphrase);
  const [text, setText] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  /** Opened by the recovery key: asked once how it is to be opened here from now on. */
  const [opened, setOpened] = useState<{ readonly station: StationView; readonly recoveryKey: string } | null>(null);
  const [isRestoring, setRestoring] = useState(false);

  async function open(isRecovery: boolean, secret: string): Promise<void> {
    if (secret.trim() === '' || isBusy) return;
    setBusy(true);
    setFailure(null);
    const reply = await callStation(
      'register.unlock',
      isRecovery ? { recoveryKey: secret.trim() } : { passphrase: secret },
    );
    setBusy(false);
    if (reply.ok) {
      if (isRecovery) return setOpened({ station: reply.value, recoveryKey: secret.trim() });
      return goOn(reply.value);
    }
    setFailure(reply.error);
    setText('');
    // A register that may not be opened at all has a page of its own.
    void queries.invalidateQueries({ queryKey: ['station.get'] });
  }

  function goOn(station: StationView): void {
    desk.lookAfresh();
    queries.setQueryData(['station.get', {}], station);
  }

  useScans({
    onScan: (scanned) => {
      if (opened !== null || isRestoring) return;
      setByRecovery(true);
      setText(scanned);
      void open(true, scanned);
    },
  });

  const common = {
    autoFocus: true,
    size: 'lg',
    autoComplete: 'off',
    value: text,
    error: failure === null ? null : failureText(failure),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      setText(event.currentTarget.value);
      setFailure(null);
    },
  } as const;
  if (opened !== null) return <ProtectAnew {...opened} onDone={() => goOn(opened.station)} />;
  if (isRestoring) return <RestorePage onBack={() => setRestoring(false)} />;
  return (
    <Page>
      <form
        className={css['form']}
        onSubmit={(event) => {
          event.preventDefault();
          void open(byRecovery, text);
        }}
      >
        <div className={css['stepBody']}>
          <h1 className={css['title']}>{t('setup.unlock.title')}</h1>
          <p className={css['hint']}>
            {byRecovery
              ? t(
                  props.station.keychainLost
                    ? 'keys.anew.lost'
                    : hasPassphrase
                      ? 'setup.unlock.recoveryHint'
                      : 'setup.unlock.onlyRecoveryHint',
                )
              : t('setup.unlock.hint')}
          </p>
          {byRecovery ? (
            <TextInput
              key="recovery"
              {...common}
              label={t('setup.unlock.recoveryKey')}
              spellCheck={false}
              maxLength={100}
            />
          ) : (
            <PasswordInput
              key="passphrase"
              {...common}
              label={t('setup.unlock.passphrase')}
              maxLength={200}
              visibilityToggleButtonProps={{ 'aria-label': t('lists.showSecret') }}
            />
          )}
        </div>
        <div className={css['end']}>
          {hasPassphrase && (
            <button
              type="button"
              className={css['back']}
              disabled={isBusy}
              onClick={() => {
                setByRecovery(!byRecovery);
                setText('');
                setFailure(null);
              }}
            >
              {t(byRecovery ? 'setup.unlock.byPassphrase' : 'setup.unlock.byRecovery')}
            </button>
          )}
          <button type="button" className={css['quietButton']} disabled={isBusy} onClick={() => setRestoring(true)}>
            {t('backups.restore.open')}
          </button>
          <span className={css['stepOf']} />
          <button type="submit" className={css['main']} disabled={isBusy || text.trim() === ''}>
            {t(isBusy ? 'setup.unlock.working' : 'setup.unlock.open')}
          </button>
        </div>
      </form>
    </Page>
  );
}
