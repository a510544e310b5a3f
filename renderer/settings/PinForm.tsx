import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import type { Failure, Reply } from '../../shared/errors.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import { checkPin } from './checks.ts';

/** A new PIN, typed twice; where it is one's own, the former one before it. */
export function PinForm(props: {
  readonly asksFormer: boolean;
  readonly save: (pins: { readonly former: string; readonly fresh: string }) => Promise<Reply<unknown>>;
  readonly onDone: () => void;
  readonly onCancel?: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const [former, setFormer] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const fault = checkPin(fresh);
  const isFormerMissing = props.asksFormer && former === '';

  async function submit(): Promise<void> {
    setTried(true);
    if (fault !== null || again !== fresh || isFormerMissing || isBusy) return;
    setFailure(null);
    setBusy(true);
    const reply = await props.save({ former, fresh });
    setBusy(false);
    if (!reply.ok) return setFailure(reply.error);
    setFormer('');
    setFresh('');
    setAgain('');
    setTried(false);
    props.onDone();
  }

  const waitMs = Number(failure?.params['waitMs'] ?? 0);
  const wrong =
    failure?.code !== 'PIN_WRONG'
      ? null
      : waitMs > 0
        ? t('signIn.wait', { n: Math.ceil(waitMs / 1_000) })
        : t('signIn.wrong');
  const digits = { inputMode: 'numeric', autoComplete: 'off', maxLength: 12 } as const;
  const toggle = { 'aria-label': t('lists.showSecret') };
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
      {props.asksFormer && (
        <PasswordInput
          label={t('settings.staff.pinFormer')}
          {...digits}
          visibilityToggleButtonProps={toggle}
          value={former}
          onChange={(event) => setFormer(event.currentTarget.value)}
          error={wrong ?? (isTried && isFormerMissing ? t('settings.staff.pinFormerNeeded') : null)}
        />
      )}
      <div className={css['pair']}>
        <PasswordInput
          label={t('settings.staff.pinNew')}
          description={t('settings.staff.pinHint')}
          {...digits}
          visibilityToggleButtonProps={toggle}
          value={fresh}
          onChange={(event) => setFresh(event.currentTarget.value)}
          error={
            fault !== null && (isTried || fault === 'pinEasy') && fresh !== '' ? t(`settings.staff.${fault}`) : null
          }
        />
        <PasswordInput
          label={t('settings.staff.pinAgain')}
          description={t('settings.staff.pinAgainHint')}
          {...digits}
          visibilityToggleButtonProps={toggle}
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
          error={again !== fresh && isTried ? t('settings.staff.pinDiffers') : null}
        />
      </div>
      {failure !== null && failure.code !== 'PIN_WRONG' && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={isBusy} disabled={fresh === '' || again === ''}>
          {t('settings.staff.pinSave')}
        </Button>
        {props.onCancel !== undefined && (
          <Button variant="default" onClick={props.onCancel}>
            {t('lists.cancel')}
          </Button>
        )}
      </div>
    </form>
  );
}
