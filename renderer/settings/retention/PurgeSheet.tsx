import { Button, Progress, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import type { Destruction, PurgePreview } from '../../../shared/model/retention.ts';
import { dayWords, figure } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { useSite } from '../../lists/site.ts';
import { useFailureText, useStationAction, useStationEvent } from '../../station.ts';
import { useText } from '../../text/index.ts';

/** The last look before something is destroyed: how much, what of it stays, and the number typed as a yes. */
export function PurgeSheet(props: {
  readonly due: PurgePreview;
  /** A purge that was broken off; this one finishes it. */
  readonly open: Destruction | null;
  readonly onCancel: () => void;
  /** What was shown is not what is there any more. */
  readonly onFailed: () => void;
  readonly onDone: (destructionId: string) => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const { language, today } = useSite();
  const purge = useStationAction('retention.purge');
  const [typed, setTyped] = useState('');
  const [requestId] = useState(() => crypto.randomUUID());
  const [failure, setFailure] = useState<Failure | null>(null);
  const [progress, setProgress] = useState<{ done: number; total: number } | null>(null);
  useStationEvent('retention.progressed', setProgress);
  const { tests, people, entries } = props.due;
  const sum = String(tests.tests + people + entries);
  const isSure = props.open !== null || typed.trim() === sum;

  async function submit(): Promise<void> {
    if (!isSure || purge.isBusy) return;
    setFailure(null);
    const reply = await purge.run({ requestId, tests: tests.tests, people, entries });
    setProgress(null);
    if (reply.ok) return props.onDone(reply.value.destruction.destructionId);
    setFailure(reply.error);
    if (reply.error.code === 'PURGE_CHANGED') {
      setTyped('');
      props.onFailed();
    }
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
      {props.open === null ? (
        <p>
          {tests.fromDay !== null && tests.toDay !== null
            ? t('retention.purge.tests', {
                tests: figure(tests.tests),
                days: figure(tests.days),
                from: dayWords(tests.fromDay, language, today),
                to: dayWords(tests.toDay, language, today),
              })
            : t('retention.purge.noTests')}{' '}
          {people > 0 ? t('retention.purge.people', { people: figure(people) }) : t('retention.purge.noPeople')}{' '}
          {entries > 0 && t('retention.purge.entries', { entries: figure(entries) })}
        </p>
      ) : (
        <p>{t('retention.purge.finish', { number: figure(props.open.number) })}</p>
      )}
      <p className={css['quiet']}>{t('retention.purge.stays')}</p>
      <Notice tone="attention">{t('retention.purge.forGood')}</Notice>
      {props.open === null && (
        <TextInput
          label={t('retention.purge.type', { sum })}
          data-autofocus
          autoComplete="off"
          inputMode="numeric"
          maxLength={12}
          disabled={purge.isBusy}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {progress !== null && (
        <div role="status">
          <Progress
            value={(progress.done / Math.max(1, progress.total)) * 100}
            aria-label={t('retention.purge.progress')}
          />
          <p className={css['quiet']}>
            {t('retention.purge.done', { done: figure(progress.done), total: figure(progress.total) })}
          </p>
        </div>
      )}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button
          type="submit"
          color="red"
          leftSection={<IconTrash size="1.125rem" aria-hidden />}
          loading={purge.isBusy}
          disabled={!isSure}
        >
          {t('retention.purge.confirm')}
        </Button>
        <Button variant="default" onClick={props.onCancel} disabled={purge.isBusy}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}
