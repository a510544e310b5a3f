import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Failure } from '../../shared/errors.ts';
import { type TestCard, voidReasons } from '../../shared/model/test.ts';
import { desk } from '../desk/deskStore.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { saySaved } from '../lists/said.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { noReason, type ReasonDraft, ReasonField, reasonFault } from './ReasonField.tsx';

/** Rule 5 of the desk: a void has a reason and never frees the kit. */
export function VoidForm(props: {
  readonly test: TestCard;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const voiding = useStationAction('tests.void');
  const [reason, setReason] = useState<ReasonDraft>(noReason);
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function submit(): Promise<void> {
    setTried(true);
    if (reason.code === null || reasonFault(reason) !== null || voiding.isBusy) return;
    setFailure(null);
    const reply = await voiding.run({
      requestId: crypto.randomUUID(),
      testId: props.test.testId,
      reason: { code: reason.code, text: reason.text.trim() },
    });
    if (!reply.ok) return setFailure(reply.error);
    desk.take(reply.value);
    saySaved(t('results.voidDone'), t('results.kitTail', { tail: props.test.kit.tail }));
    props.onDone();
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
      <h3 className={css['section']}>{t('results.voidTitle')}</h3>
      <ReasonField codes={voidReasons} value={reason} isTried={isTried} onChange={setReason} />
      <Notice tone="attention">{t('results.voidNote')}</Notice>
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={voiding.isBusy}>
          {t('results.voidSave')}
        </Button>
        <Button variant="default" onClick={props.onCancel}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}
