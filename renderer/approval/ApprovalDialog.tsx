import { Button, Chip, Modal, TextInput } from '@mantine/core';
import { IconBarcode, IconCircleCheck } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { commandCodes, hasRightOwnCheck, ownKind } from '../../shared/codes/ownCodes.ts';
import type { Capability } from '../../shared/model/rights.ts';
import { second } from '../../shared/time.ts';
import { desk, useDeskView, useNowMs } from '../desk/deskStore.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { useScans } from '../scan/listeners.ts';
import { useFailureText } from '../text/failures.ts';
import { useText } from '../text/index.ts';
import look from './approval.module.css';
import { type Asked, dropQuestion, useAsked, withoutConsent } from './approvals.ts';

/** PINs have at most this many digits. */
const mostDigits = 12;
/** Room for a badge that a gun too slow to be told from a hand types into the field. */
const mostTyped = 24;
const usualReasons = ['checked', 'photo', 'clock'] as const;

/** What is asked for, in words; another act that may be approved gets its own here. */
const whats: Readonly<Partial<Record<Capability, 'override' | 'revise' | 'reveal'>>> = {
  'results.override': 'override',
  'results.revise': 'revise',
  'people.reveal': 'reveal',
};

/** Somebody who may steps in for one act: badge, PIN, reason. Nothing is done before all three are right. */
export function ApprovalDialog() {
  const asked = useAsked();
  const t = useText();
  const operatorId = useDeskView()?.operator?.id ?? null;
  // Whoever asked is gone: nobody else's act may come of their question.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each change of operator
  useEffect(() => dropQuestion, [operatorId]);
  return (
    <Modal
      opened={asked !== null}
      // A moment later: the sheet below hears the same Esc and must still see that it is not for it.
      onClose={() => setTimeout(() => asked?.settle(withoutConsent(asked)), 0)}
      title={t('approval.title')}
      size="30rem"
      // Over the sheet that asked.
      zIndex={300}
      centered
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('lists.close') }}
      transitionProps={{ duration: 100 }}
      padding="xl"
      classNames={{ title: css['sheetTitle'] ?? '' }}
    >
      {asked !== null && <Consent asked={asked} />}
    </Modal>
  );
}

function Consent({ asked }: { readonly asked: Asked }) {
  const t = useText();
  const failureText = useFailureText();
  const [badge, setBadge] = useState<string | null>(null);
  const [pin, setPin] = useState('');
  const [reason, setReason] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  /** Core's time until which no other try is looked at. */
  const [waitsUntilMs, setWaitsUntilMs] = useState(0);
  const waitS = Math.max(0, Math.ceil((waitsUntilMs - useNowMs()) / second));
  const isReady = badge !== null && pin !== '' && reason.trim().length >= 2 && waitS === 0;
  const said = waitS > 0 ? t('approval.wait', { n: waitS }) : problem;

  const takeBadge = (text: string): void => {
    const isBadge = ownKind(text.trim().toUpperCase()) === 'staffBadge';
    setProblem(isBadge ? null : t('approval.notBadge'));
    if (isBadge) setBadge(text.trim().toUpperCase());
  };
  useScans({
    onScan: (text) => {
      if (text.trim().toUpperCase() !== commandCodes.lock) return takeBadge(text);
      dropQuestion();
      void desk.act('staff.lock', {});
    },
  });

  async function submit(): Promise<void> {
    if (badge === null || !isReady || isBusy) return;
    setProblem(null);
    setBusy(true);
    const reply = await asked.attempt({ badge, pin: pin.slice(0, mostDigits), reason: reason.trim() });
    setBusy(false);
    if (reply.ok) return asked.settle(reply);
    const { code, params, field } = reply.error;
    const isOfReason = field?.startsWith('approval.') ?? false;
    const isOfConsent = code === 'APPROVAL_REFUSED' || (code === 'FORBIDDEN' && params['approvedBy'] !== undefined);
    if (!isOfConsent && !isOfReason) return asked.settle(reply);
    setProblem(code === 'FORBIDDEN' ? t('approval.mayNot') : failureText(reply.error));
    if (isOfReason) return;
    setPin('');
    setBadge(null);
    setWaitsUntilMs(desk.nowMs() + Number(params['waitMs'] ?? 0));
  }

  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p>
        {t('approval.asks', {
          what: t(`approval.what.${whats[asked.capability] ?? 'other'}`),
          who: t(`lists.somebody.${asked.needs}`),
        })}
      </p>
      <p className={look['badge']} data-is-there={badge !== null} role="status">
        {badge === null ? <IconBarcode size="1.5rem" aria-hidden /> : <IconCircleCheck size="1.5rem" aria-hidden />}
        {t(badge === null ? 'approval.scanBadge' : 'approval.badgeThere')}
      </p>
      <TextInput
        type="password"
        label={t('approval.pin')}
        data-autofocus
        autoComplete="off"
        inputMode="numeric"
        maxLength={mostTyped}
        value={pin}
        onChange={(event) => {
          const typed = event.currentTarget.value;
          if (!hasRightOwnCheck(typed.toUpperCase())) return setPin(typed);
          setPin('');
          takeBadge(typed);
        }}
      />
      <div>
        <TextInput
          label={t('approval.reason')}
          placeholder={t('approval.reasonHint')}
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div className={look['reasons']}>
          {usualReasons.map((each) => (
            <Chip
              key={each}
              checked={reason === t(`approval.reasons.${each}`)}
              onChange={() => setReason(t(`approval.reasons.${each}`))}
            >
              {t(`approval.reasons.${each}`)}
            </Chip>
          ))}
        </div>
      </div>
      {said !== null && <Notice tone="refused">{said}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={isBusy} disabled={!isReady}>
          {t('approval.approve')}
        </Button>
        <Button variant="default" onClick={() => asked.settle(withoutConsent(asked))}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}
