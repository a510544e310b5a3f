import { PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { StationView } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { desk } from '../desk/deskStore.ts';
import { useScans } from '../scan/listeners.ts';
import { callStation, useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import { Page } from './Page.tsx';
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
      desk.lookAfresh();
      queries.setQueryData(['station.get', {}], reply.value);
      return;
    }
    setFailure(reply.error);
    setText('');
    // A register that may not be opened at all has a page of its own.
    void queries.invalidateQueries({ queryKey: ['station.get'] });
  }

  useScans({
    onScan: (scanned) => {
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
              ? t(hasPassphrase ? 'setup.unlock.recoveryHint' : 'setup.unlock.onlyRecoveryHint')
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
          <span className={css['stepOf']} />
          <button type="submit" className={css['main']} disabled={isBusy || text.trim() === ''}>
            {t(isBusy ? 'setup.unlock.working' : 'setup.unlock.open')}
          </button>
        </div>
      </form>
    </Page>
  );
}
