import { Button } from '@mantine/core';
import { IconKey, IconLockCog, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import type { Input, Output } from '../../../shared/contract.ts';
import type { Failure } from '../../../shared/errors.ts';
import { useLook } from '../../lists/calls.ts';
import { Awaited } from '../../lists/Empty.tsx';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { Paper } from '../../lists/Screen.tsx';
import { SideSheet } from '../../lists/SideSheet.tsx';
import { saySaved } from '../../lists/said.ts';
import { type ProtectionChoice, ProtectionFields, protectionFaults } from '../../setup/ProtectionFields.tsx';
import { RecoveryFields } from '../../setup/RecoveryFields.tsx';
import { isSameKey } from '../../setup/recoveryKey.ts';
import { callStation, useFailureText, useStation } from '../../station.ts';
import { useText } from '../../text/index.ts';
import look from './keys.module.css';

type Keys = Output<'register.keys'>;
type Sheet = 'protection' | 'recovery' | 'rekey';

/** What opens the register: each day, in need, and all of it anew. */
export function KeysTab() {
  const t = useText();
  const looked = useLook('register.keys', {});
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const keys = looked.value;
  if (keys === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  const close = () => {
    setSheet(null);
    looked.again();
  };
  const way = keys.protection;
  return (
    <div className={look['column']}>
      <Paper>
        <section className={css['form']}>
          <h2 className={look['heading']}>{t('keys.protection.title')}</h2>
          <p className={look['way']}>
            <b>{t(`keys.protection.${way}`)}</b>
            <span className={css['quiet']}>{t(`keys.protection.${way}Hint`)}</span>
          </p>
          {keys.keychainLost && <Notice tone="attention">{t('keys.protection.lost')}</Notice>}
          <div className={css['buttons']}>
            <Button variant="default" leftSection={<IconKey size="1.125rem" />} onClick={() => setSheet('protection')}>
              {t(
                keys.keychainLost
                  ? 'keys.protection.again'
                  : way === 'keychain'
                    ? 'keys.protection.toPassphrase'
                    : 'keys.protection.changePassphrase',
              )}
            </Button>
          </div>
        </section>
      </Paper>
      <Paper>
        <section className={css['form']}>
          <h2 className={look['heading']}>{t('keys.recovery.title')}</h2>
          <p className={css['quiet']}>{t('keys.recovery.hint')}</p>
          <div className={css['buttons']}>
            <Button
              variant="default"
              leftSection={<IconPrinter size="1.125rem" />}
              onClick={() => setSheet('recovery')}
            >
              {t('keys.recovery.renew')}
            </Button>
          </div>
        </section>
      </Paper>
      <Paper>
        <section className={css['form']}>
          <h2 className={look['heading']}>{t('keys.rekey.title')}</h2>
          <p className={css['quiet']}>{t('keys.rekey.hint')}</p>
          <div className={css['buttons']}>
            <Button variant="default" leftSection={<IconLockCog size="1.125rem" />} onClick={() => setSheet('rekey')}>
              {t('keys.rekey.start')}
            </Button>
          </div>
        </section>
      </Paper>
      <SideSheet title={t('keys.protection.sheet')} isOpen={sheet === 'protection'} onClose={close} size="40rem">
        {sheet === 'protection' && <ProtectionSheet keys={keys} onDone={close} />}
      </SideSheet>
      <SideSheet title={t('keys.recovery.sheet')} isOpen={sheet === 'recovery'} onClose={close} size="44rem">
        {sheet === 'recovery' && <RecoverySheet onDone={close} />}
      </SideSheet>
      <SideSheet title={t('keys.rekey.sheet')} isOpen={sheet === 'rekey'} onClose={close} size="44rem">
        {sheet === 'rekey' && <RekeySheet keys={keys} onDone={close} />}
      </SideSheet>
    </div>
  );
}

/** A choice being filled in, with what is wrong with it once somebody has asked. */
function useProtection(keys: Keys) {
  const t = useText();
  const [choice, setChoice] = useState<ProtectionChoice>({
    protection: keys.keychainAvailable && keys.protection === 'keychain' ? 'keychain' : 'passphrase',
    passphrase: '',
    passphraseAgain: '',
  });
  const [isAsked, setAsked] = useState(false);
  const faults = protectionFaults(choice, t);
  const isGood = Object.keys(faults).length === 0;
  return {
    isGood: (): boolean => {
      setAsked(true);
      return isGood;
    },
    input: {
      protection: choice.protection,
      ...(choice.protection === 'passphrase' ? { passphrase: choice.passphrase } : {}),
    } as Pick<Input<'register.protect'>, 'protection' | 'passphrase'>,
    fields: (
      <div className={look['narrow']}>
        <ProtectionFields
          choice={choice}
          faults={isAsked ? faults : {}}
          onChange={(part) => {
            setAsked(false);
            setChoice((former) => ({ ...former, ...part }));
          }}
          keychainAvailable={keys.keychainAvailable}
        />
      </div>
    ),
  };
}

function ProtectionSheet(props: { readonly keys: Keys; readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const protection = useProtection(props.keys);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function submit(): Promise<void> {
    if (!protection.isGood() || isBusy) return;
    setBusy(true);
    const reply = await callStation('register.protect', { requestId: crypto.randomUUID(), ...protection.input });
    setBusy(false);
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('keys.protection.saved'));
    props.onDone();
  }

  return (
    <form
      className={css['form']}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {protection.fields}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <Buttons label={t('keys.protection.save')} isBusy={isBusy} isReady onCancel={props.onDone} />
    </form>
  );
}

/** A new recovery key, asked for once, and what is typed or scanned back of it. */
function useRecovery() {
  const siteName = useStation('station.get', {}).data?.site?.siteName ?? '';
  const [recoveryKey, setKey] = useState<string | null>(null);
  const [repeated, setRepeated] = useState('');
  const prepare = async (): Promise<Failure | null> => {
    const reply = await callStation('register.prepareKey', {});
    if (!reply.ok) return reply.error;
    setKey(reply.value.recoveryKey);
    setRepeated('');
    return null;
  };
  return {
    prepare,
    recoveryKey,
    repeated: repeated.trim(),
    isRight: recoveryKey !== null && isSameKey(recoveryKey, repeated),
    fields:
      recoveryKey === null ? null : (
        <RecoveryFields recoveryKey={recoveryKey} siteName={siteName} repeated={repeated} onRepeat={setRepeated} />
      ),
  };
}

function RecoverySheet(props: { readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const recovery = useRecovery();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function submit(): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    setFailure(null);
    if (recovery.recoveryKey === null) {
      setFailure(await recovery.prepare());
    } else if (recovery.isRight) {
      const reply = await callStation('register.renewRecovery', {
        requestId: crypto.randomUUID(),
        recoveryKeyRepeated: recovery.repeated,
      });
      if (reply.ok) {
        saySaved(t('keys.recovery.done'));
        props.onDone();
        return;
      }
      setFailure(reply.error);
    }
    setBusy(false);
  }

  return (
    <form
      className={css['form']}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Notice tone="attention">{t('keys.recovery.former')}</Notice>
      {recovery.fields}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <Buttons
        label={t(recovery.recoveryKey === null ? 'keys.rekey.next' : 'keys.recovery.submit')}
        isBusy={isBusy}
        isReady={recovery.recoveryKey === null || recovery.isRight}
        onCancel={props.onDone}
      />
    </form>
  );
}

function RekeySheet(props: { readonly keys: Keys; readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const protection = useProtection(props.keys);
  const recovery = useRecovery();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isFirst = recovery.recoveryKey === null;

  async function submit(): Promise<void> {
    if (isBusy || !protection.isGood()) return;
    setBusy(true);
    setFailure(null);
    if (isFirst) {
      setFailure(await recovery.prepare());
    } else if (recovery.isRight) {
      const reply = await callStation('register.rekey', {
        requestId: crypto.randomUUID(),
        ...protection.input,
        recoveryKeyRepeated: recovery.repeated,
      });
      if (reply.ok) {
        saySaved(t('keys.rekey.done'));
        props.onDone();
        return;
      }
      setFailure(reply.error);
    }
    setBusy(false);
  }

  return (
    <form
      className={css['form']}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className={css['quiet']}>{t('keys.rekey.steps')}</p>
      {isFirst ? protection.fields : recovery.fields}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <Buttons
        label={t(isFirst ? 'keys.rekey.next' : 'keys.rekey.submit')}
        isBusy={isBusy}
        isReady={isFirst || recovery.isRight}
        onCancel={props.onDone}
      />
    </form>
  );
}

function Buttons(props: {
  readonly label: string;
  readonly isBusy: boolean;
  readonly isReady: boolean;
  readonly onCancel: () => void;
}) {
  const t = useText();
  return (
    <div className={css['buttons']}>
      <Button type="submit" loading={props.isBusy} disabled={!props.isReady}>
        {props.label}
      </Button>
      <Button variant="default" onClick={props.onCancel} disabled={props.isBusy}>
        {t('lists.cancel')}
      </Button>
    </div>
  );
}
