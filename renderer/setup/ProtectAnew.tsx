import { useRef, useState } from 'react';
import type { StationView } from '../../shared/contract/station.ts';
import type { Input } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { callStation, useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import { Page } from './Page.tsx';
import { type ProtectionChoice, ProtectionFields, protectionFaults } from './ProtectionFields.tsx';
import css from './setup.module.css';

/** The recovery key has just opened the register: how is it to be opened on this computer from now on? */
export function ProtectAnew(props: {
  readonly station: StationView;
  readonly recoveryKey: string;
  readonly onDone: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const [choice, setChoice] = useState<ProtectionChoice>({
    protection: props.station.keychainAvailable ? 'keychain' : 'passphrase',
    passphrase: '',
    passphraseAgain: '',
  });
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const requestId = useRef(crypto.randomUUID());
  const faults = protectionFaults(choice, t);

  async function save(): Promise<void> {
    setAsked(true);
    if (Object.keys(faults).length > 0 || isBusy) return;
    setBusy(true);
    const input: Input<'register.protect'> = {
      requestId: requestId.current,
      protection: choice.protection,
      ...(choice.protection === 'passphrase' ? { passphrase: choice.passphrase } : {}),
      proof: { recoveryKey: props.recoveryKey },
    };
    const reply = await callStation('register.protect', input);
    setBusy(false);
    if (reply.ok) return props.onDone();
    requestId.current = crypto.randomUUID();
    setFailure(reply.error);
  }

  return (
    <Page>
      <form
        className={css['form']}
        data-protect-anew
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className={css['stepBody']}>
          <h1 className={css['title']}>{t('keys.anew.title')}</h1>
          <p className={css['hint']}>{t('keys.anew.hint')}</p>
          <ProtectionFields
            choice={choice}
            faults={isAsked ? faults : {}}
            onChange={(part) => {
              setChoice((former) => ({ ...former, ...part }));
              setFailure(null);
              setAsked(false);
            }}
            keychainAvailable={props.station.keychainAvailable}
          />
        </div>
        {failure !== null && (
          <p className={css['failure']} role="alert">
            {failureText(failure)}
          </p>
        )}
        <div className={css['end']}>
          <button type="button" className={css['back']} disabled={isBusy} onClick={props.onDone}>
            {t('keys.anew.later')}
          </button>
          <span className={css['stepOf']} />
          <button type="submit" className={css['main']} disabled={isBusy}>
            {t(isBusy ? 'setup.working' : 'keys.anew.save')}
          </button>
        </div>
      </form>
    </Page>
  );
}
