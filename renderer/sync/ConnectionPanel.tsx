import { Button, NumberInput, PasswordInput, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { saySaved } from '../lists/said.ts';
import { may, useSite } from '../lists/site.ts';
import { lastingWords } from '../lists/words.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { checkUrl, isPin, troubleCode } from './connection.ts';
import look from './sync.module.css';

/** The address in use, a test of it as a person would make one, and the form that connects. */
export function ConnectionPanel(props: {
  readonly url: string | null;
  readonly pin: string | null;
  readonly resendDays: number;
  readonly onConnected: () => void;
}) {
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
          {props.pin !== null && (
            <>
              <dt>{t('sync.pinned')}</dt>
              <dd>{props.pin}</dd>
            </>
          )}
        </dl>
        {!isOpen && (
          <>
            {url === null ? <div className={css['buttons']}>{connect}</div> : <ConnectionTest beside={connect} />}
            {mayConnect && url !== null && <ResendDays days={props.resendDays} />}
            {!mayConnect && <p className={css['quiet']}>{t('sync.onlySupervisor')}</p>}
          </>
        )}
        {isOpen && (
          <ConnectForm
            url={url}
            pin={props.pin}
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

/** For how many days what was sent is sent again, should the service be restored from an older backup. */
function ResendDays(props: { readonly days: number }) {
  const t = useText();
  const failureText = useFailureText();
  const save = useStationAction('sync.setResendDays');
  const [days, setDays] = useState<number | string>(props.days);
  const [kept, setKept] = useState(props.days);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isWhole = typeof days === 'number' && Number.isInteger(days) && days >= 1 && days <= 365;

  async function run(): Promise<void> {
    if (typeof days !== 'number' || !isWhole) return;
    setFailure(null);
    const reply = await save.run({ requestId: crypto.randomUUID(), days });
    if (!reply.ok) return setFailure(reply.error);
    setKept(reply.value.resendDays);
    saySaved(t('sync.saved'));
  }

  return (
    <>
      <div className={look['row']}>
        <NumberInput
          label={t('sync.resendDays')}
          description={t('sync.resendDaysHint')}
          min={1}
          max={365}
          allowDecimal={false}
          suffix={` ${t('sync.days')}`}
          value={days}
          onChange={setDays}
          error={isWhole ? null : t('sync.resendDaysHint')}
        />
        <Button variant="default" disabled={!isWhole || days === kept} loading={save.isBusy} onClick={() => void run()}>
          {t('sync.save')}
        </Button>
      </div>
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
    </>
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
            <p>{t(headlineOf(answer))}</p>
            {answer.problem !== null && <p>{t(`sync.trouble.${troubleCode(answer.problem)}`)}</p>}
          </Notice>
        ))}
      {answer?.clockOffMs != null && (
        <Notice tone="attention">{t('sync.clockOff', { time: lastingWords(t, Math.abs(answer.clockOffMs)) })}</Notice>
      )}
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

/** Reached and not accepted is another matter than reached while something is wrong there. */
function headlineOf({ reachable, problem }: Output<'sync.test'>) {
  if (!reachable) return 'sync.testUnreachable';
  const isRefused = problem === 'signIn' || problem === 'forbidden' || problem === 'installationEnded';
  return isRefused ? 'sync.testRefused' : 'sync.testFault';
}

function ConnectForm(props: {
  readonly url: string | null;
  readonly pin: string | null;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const connect = useStationAction('sync.connect');
  const [url, setUrl] = useState(props.url ?? '');
  const [token, setToken] = useState('');
  const [pin, setPin] = useState(props.pin ?? '');
  const plainPin = pin.trim();
  const isPinWrong = plainPin !== '' && !isPin(plainPin);
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const urlFault = checkUrl(url);
  // While the first letters are typed nothing is wrong yet; an unsafe address is told at once.
  const shownUrlFault = isTried || urlFault === 'urlUnsafe' ? urlFault : null;
  const isTokenShort = token.trim().length < 8;

  async function submit(): Promise<void> {
    setTried(true);
    if (urlFault !== null || isTokenShort || isPinWrong || connect.isBusy) return;
    setFailure(null);
    const reply = await connect.run({
      requestId: crypto.randomUUID(),
      url: url.trim(),
      token: token.trim(),
      pin: plainPin === '' ? null : plainPin,
    });
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
        <TextInput
          label={t('sync.pin')}
          description={t('sync.pinHint')}
          maxLength={60}
          value={pin}
          onChange={(event) => setPin(event.currentTarget.value)}
          error={isTried && isPinWrong ? t('sync.pinShape') : null}
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
