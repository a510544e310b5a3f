import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { saySaved } from '../lists/said.ts';
import { may, useSite } from '../lists/site.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { checkUrl, troubleCode } from './connection.ts';

/** The address in use, a test of it as a person would make one, and the form that connects. */
export function ConnectionPanel(props: { readonly url: string | null; readonly onConnected: () => void }) {
  const t = useText();
  const site = useSite();
  const [isOpen, setOpen] = useState(false);
  const mayConnect = may(site.operator, 'sync.connect');
  const { url } = props;
  const connect = mayConnect && (
    <Button variant={url === null ? 'filled' : 'default'} onClick={() => setOpen(true)}>
      {t(url === null ? 'sync.connect' : 'sync.reconnect')}
    </Button>
  );
  return (
    <Paper title={t('sync.connection')}>
      <div className={css['form']}>
        <dl className={css['facts']}>
          <dt>{t('sync.where')}</dt>
          <dd>{url ?? t('sync.notConnected')}</dd>
        </dl>
        {!isOpen && (
          <>
            {url === null ? <div className={css['buttons']}>{connect}</div> : <ConnectionTest beside={connect} />}
            {!mayConnect && <p className={css['quiet']}>{t('sync.onlySupervisor')}</p>}
          </>
        )}
        {isOpen && (
          <ConnectForm
            url={url}
            onCancel={() => setOpen(false)}
            onDone={() => {
              setOpen(false);
              props.onConnected();
            }}
          />
        )}
      </div>
    </Paper>
  );
}

function ConnectionTest(props: { readonly beside: ReactNode }) {
  const t = useText();
  const failureText = useFailureText();
  const test = useStationAction('sync.test');
  const [answer, setAnswer] = useState<Output<'sync.test'> | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function run(): Promise<void> {
    setAnswer(null);
    setFailure(null);
    const reply = await test.run({});
    if (reply.ok) setAnswer(reply.value);
    else setFailure(reply.error);
  }

  const isGood = answer?.reachable === true && answer.accepted;
  return (
    <>
      {answer !== null &&
        (isGood ? (
          <Notice tone="done">{t('sync.testGood', { ms: Math.round(answer.ms) })}</Notice>
        ) : (
          <Notice tone="refused">
            <p>{t(answer.reachable ? 'sync.testRefused' : 'sync.testUnreachable')}</p>
            {answer.problem !== null && <p>{t(`sync.trouble.${troubleCode(answer.problem)}`)}</p>}
          </Notice>
        ))}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button variant="default" onClick={() => void run()} loading={test.isBusy}>
          {t('sync.test')}
        </Button>
        {props.beside}
      </div>
    </>
  );
}

function ConnectForm(props: {
  readonly url: string | null;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const connect = useStationAction('sync.connect');
  const [url, setUrl] = useState(props.url ?? '');
  const [token, setToken] = useState('');
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const urlFault = checkUrl(url);
  // While the first letters are typed nothing is wrong yet; an unsafe address is told at once.
  const shownUrlFault = isTried || urlFault === 'urlUnsafe' ? urlFault : null;
  const isTokenShort = token.trim().length < 8;

  async function submit(): Promise<void> {
    setTried(true);
    if (urlFault !== null || isTokenShort || connect.isBusy) return;
    setFailure(null);
    const reply = await connect.run({ requestId: crypto.randomUUID(), url: url.trim(), token: token.trim() });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('sync.connected'));
    props.onDone();
  }

  return (
    <form
      className={css['form']}
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className={css['quiet']}>{t('sync.connectHint')}</p>
      <div className={css['formNarrow']}>
        <TextInput
          label={t('sync.url')}
          description={t('sync.urlHint')}
          inputMode="url"
          withAsterisk
          autoFocus
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={shownUrlFault === null ? null : t(`sync.${shownUrlFault}`)}
        />
        <PasswordInput
          label={t('sync.token')}
          description={t('sync.tokenHint')}
          withAsterisk
          autoComplete="off"
          maxLength={400}
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={isTried && isTokenShort ? t('sync.tokenShort') : null}
          visibilityToggleButtonProps={{ 'aria-label': t('lists.showSecret') }}
        />
      </div>
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={connect.isBusy}>
          {t('sync.connect')}
        </Button>
        <Button variant="default" onClick={props.onCancel}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}
