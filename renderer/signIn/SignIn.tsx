import { IconBackspace, IconUser } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { commandCodes, hasRightOwnCheck } from '../../shared/codes/ownCodes.ts';
import type { Operator } from '../../shared/model/staff.ts';
import { desk } from '../desk/deskStore.ts';
import { type ScanFrom, useScans } from '../scan/listeners.ts';
import { useFailureText, useStation } from '../station.ts';
import { useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import css from './signIn.module.css';

/** PINs have at most this many digits. */
const mostDigits = 12;

/** Who is at the desk? A badge, or a name and a PIN. The desk waits behind it as it was left. */
export function SignIn() {
  const t = useText();
  const failureText = useFailureText();
  const operators = useStation('staff.list', {}).data?.operators ?? [];
  const [chosenId, setChosenId] = useState<string | null>(null);
  const chosen = operators.find((operator) => operator.id === chosenId) ?? operators[0] ?? null;
  const [pin, setPin] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [waitUntilMs, setWaitUntilMs] = useState<number | null>(null);
  const waitSeconds = useCountdown(waitUntilMs);
  // What a badge was refused for is said even while a PIN waits.
  const saysWait = waitSeconds > 0 && (problem === null || problem === t('signIn.wrong'));
  const field = useRef<HTMLInputElement>(null);
  const chosenKey = chosen?.id ?? '';

  // biome-ignore lint/correctness/useExhaustiveDependencies: another name, another PIN
  useEffect(() => {
    setPin('');
    // Each person waits for themselves.
    setWaitUntilMs(null);
    field.current?.focus();
  }, [chosenKey]);

  const badge = useCallback(
    async (text: string, from: ScanFrom): Promise<void> => {
      setPin('');
      const reply = await desk.scan(text, from);
      if (!reply.ok) setProblem(failureText(reply.error));
      else if (reply.value.operator === null && reply.value.stage.kind === 'refused') {
        const { code } = reply.value.stage;
        setProblem(t(code === 'badgeUnknown' ? 'refusals.badgeUnknown.why' : `refusals.${code}.todo`));
      }
    },
    [failureText, t],
  );
  useScans({ onScan: (text, from) => void badge(text, from) });

  async function signIn(): Promise<void> {
    const code = pin.toUpperCase();
    // A gun too slow to be told from a hand has typed a badge into the field.
    if (hasRightOwnCheck(code) && code !== commandCodes.lock) return badge(code, { source: 'gun' });
    if (chosen === null || pin === '') return;
    setBusy(true);
    const reply = await desk.act('staff.signIn', { operatorId: chosen.id, pin: pin.slice(0, mostDigits) });
    setBusy(false);
    if (reply.ok) return;
    desk.forgetFailure();
    setPin('');
    field.current?.focus();
    const waitMs = Number(reply.error.params['waitMs'] ?? 0);
    if (reply.error.code !== 'PIN_WRONG') setProblem(failureText(reply.error));
    else setProblem(t('signIn.wrong'));
    setWaitUntilMs(waitMs > 0 ? performance.now() + waitMs : null);
  }

  const press = (digit: string): void => {
    setProblem(null);
    setPin((former) => (former + digit).slice(0, mostDigits));
    field.current?.focus();
  };

  return (
    <div className={css['page']}>
      <form
        className={css['card']}
        onSubmit={(event) => {
          event.preventDefault();
          void signIn();
        }}
      >
        <div className={css['head']}>
          <h1 className={css['title']}>{t('signIn.title')}</h1>
          <p className={css['hint']}>{t('signIn.hint')}</p>
        </div>
        <div className={css['people']} role="radiogroup" aria-label={t('signIn.who')}>
          {operators.map((operator) => (
            <OperatorButton
              key={operator.id}
              operator={operator}
              isChosen={operator.id === chosen?.id}
              onChoose={() => {
                setProblem(null);
                setChosenId(operator.id);
                field.current?.focus();
              }}
            />
          ))}
        </div>
        <div className={css['entry']}>
          <label className={css['label']} htmlFor="pin">
            {t('signIn.pin')}
          </label>
          <input
            ref={field}
            id="pin"
            className={css['pin']}
            type="password"
            inputMode="numeric"
            autoComplete="off"
            value={pin}
            aria-invalid={problem !== null}
            aria-describedby="pin-problem"
            onChange={(event) => {
              setProblem(null);
              setPin(event.currentTarget.value.slice(0, 24));
            }}
          />
          <p id="pin-problem" className={css['problem']} role="alert">
            {saysWait ? t('signIn.wait', { n: waitSeconds }) : problem}
          </p>
          <fieldset className={css['pad']} aria-label={t('signIn.pad')}>
            {[...'123456789'].map((digit) => (
              <PadKey key={digit} label={t('signIn.digit', { n: digit })} onPress={() => press(digit)}>
                {digit}
              </PadKey>
            ))}
            <PadKey
              label={t('signIn.delete')}
              onPress={() => {
                setPin((former) => former.slice(0, -1));
                field.current?.focus();
              }}
            >
              <IconBackspace size="1.5rem" stroke={1.7} aria-hidden />
            </PadKey>
            <PadKey label={t('signIn.digit', { n: '0' })} onPress={() => press('0')}>
              0
            </PadKey>
            <button
              type="submit"
              className={css['enter']}
              // A badge in the field waits for nobody's PIN.
              disabled={
                isBusy || pin === '' || chosen === null || (waitSeconds > 0 && !hasRightOwnCheck(pin.toUpperCase()))
              }
            >
              {t('signIn.enter')}
            </button>
          </fieldset>
          <p className={css['keys']}>
            {isBusy ? (
              t('signIn.working')
            ) : (
              <>
                {t('signIn.enter')} <Kbd>{t('desk.keys.enter')}</Kbd>
              </>
            )}
          </p>
        </div>
      </form>
    </div>
  );
}

/** Whole seconds until then, counting down; 0 when it is over or there is nothing to wait for. */
function useCountdown(untilMs: number | null): number {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    if (untilMs === null) return;
    setNowMs(performance.now());
    const timer = setInterval(() => setNowMs(performance.now()), 250);
    return () => clearInterval(timer);
  }, [untilMs]);
  return untilMs === null ? 0 : Math.max(0, Math.ceil((untilMs - nowMs) / 1_000));
}

function OperatorButton(props: {
  readonly operator: Operator;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const t = useText();
  const { operator, isChosen } = props;
  return (
    <label className={css['person']} data-chosen={isChosen}>
      <input type="radio" name="operator" checked={isChosen} onChange={props.onChoose} />
      <IconUser size="1.375rem" stroke={1.7} aria-hidden />
      <span className={css['name']}>{operator.name}</span>
      <span className={css['role']}>{t(`lists.role.${operator.role}`)}</span>
    </label>
  );
}

function PadKey(props: { readonly label: string; readonly onPress: () => void; readonly children: React.ReactNode }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      className={css['padKey']}
      aria-label={props.label}
      onMouseDown={(event) => event.preventDefault()}
      onClick={props.onPress}
    >
      {props.children}
    </button>
  );
}
