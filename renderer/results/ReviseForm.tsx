import { Button, Radio } from '@mantine/core';
import { useState } from 'react';
import type { Failure } from '../../shared/errors.ts';
import { outcomes, type ResultOutcome, reviseReasons, type TestCard } from '../../shared/model/test.ts';
import { desk } from '../desk/deskStore.ts';
import { goTo } from '../frame/where.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { saySaved } from '../lists/said.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { noReason, type ReasonDraft, ReasonField, reasonFault } from './ReasonField.tsx';

/** Rule 10 of the desk: a newer revision with a reason. A positive is confirmed at the desk by its kit's second scan. */
export function ReviseForm(props: {
  readonly test: TestCard;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const revise = useStationAction('results.revise');
  const [outcome, setOutcome] = useState<ResultOutcome | null>(null);
  const [reason, setReason] = useState<ReasonDraft>(noReason);
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [awaitsScan, setAwaitsScan] = useState(false);
  const { test } = props;

  async function submit(): Promise<void> {
    setTried(true);
    if (outcome === null || reason.code === null || reasonFault(reason) !== null || revise.isBusy) return;
    setFailure(null);
    const reply = await revise.run({
      requestId: crypto.randomUUID(),
      testId: test.testId,
      outcome,
      reason: { code: reason.code, text: reason.text.trim() },
    });
    if (!reply.ok) return setFailure(reply.error);
    desk.take(reply.value);
    if (reply.value.stage.kind === 'confirmPositive') return setAwaitsScan(true);
    saySaved(t('results.reviseDone'), t('results.kitTail', { tail: test.kit.tail }));
    props.onDone();
  }

  if (awaitsScan) {
    return (
      <div className={css['form']}>
        <Notice tone="waiting">{t('results.confirmAtDesk', { tail: test.kit.tail })}</Notice>
        <div className={css['buttons']}>
          <Button onClick={() => goTo('desk')}>{t('results.toDesk')}</Button>
          <Button variant="default" onClick={props.onDone}>
            {t('lists.close')}
          </Button>
        </div>
      </div>
    );
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
      <h3 className={css['section']}>{t('results.reviseTitle')}</h3>
      <Radio.Group
        label={t('results.reviseNew')}
        withAsterisk
        value={outcome ?? ''}
        onChange={(value) => setOutcome(outcomes.find((each) => each === value) ?? null)}
        error={isTried && outcome === null ? t('results.outcomeNeeded') : null}
      >
        <div className={css['choices']}>
          {outcomes
            .filter((each) => each !== test.result?.outcome)
            .map((each) => (
              <Radio key={each} value={each} label={t(`lists.status.${each}`)} />
            ))}
        </div>
      </Radio.Group>
      <ReasonField codes={reviseReasons} value={reason} isTried={isTried} onChange={setReason} />
      <Notice tone="neutral">{t(outcome === 'positive' ? 'results.revisePositive' : 'results.reviseNote')}</Notice>
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={revise.isBusy}>
          {t('results.reviseSave')}
        </Button>
        <Button variant="default" onClick={props.onCancel}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}
