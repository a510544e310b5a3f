import { Button, Progress } from '@mantine/core';
import { IconCloudCheck, IconCloudUp, IconCloudX, IconShieldCheck } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import type { AuditStanding } from '../../../shared/model/audit.ts';
import { dayWords, figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { Mark } from '../../lists/StatusMark.tsx';
import { useSite } from '../../lists/site.ts';
import { useFailureText, useStationAction, useStationEvent } from '../../station.ts';
import { useText } from '../../text/index.ts';
import look from './audit.module.css';

const delivery = {
  waiting: { tone: 'waiting', icon: IconCloudUp, word: 'audit.deliveryWaiting' },
  received: { tone: 'done', icon: IconCloudCheck, word: 'audit.deliveryReceived' },
  refused: { tone: 'refused', icon: IconCloudX, word: 'audit.deliveryRefused' },
} as const;

/** How the log stands: when it was checked and with what outcome, up to where it is signed, and who has the signature. */
export function Standing(props: {
  readonly standing: AuditStanding;
  readonly actions: ReactNode;
  readonly onVerified: (standing: AuditStanding) => void;
}) {
  const t = useText();
  const { zone, language, today } = useSite();
  const failureText = useFailureText();
  const verify = useStationAction('audit.verify');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [progress, setProgress] = useState<{ readonly done: number; readonly total: number } | null>(null);
  useStationEvent('audit.progressed', setProgress);
  const { verified, head, refused } = props.standing;

  async function run(): Promise<void> {
    setFailure(null);
    const reply = await verify.run({ requestId: crypto.randomUUID() });
    setProgress(null);
    if (reply.ok) props.onVerified(reply.value.standing);
    else setFailure(reply.error);
  }

  const at = verified === null ? '' : momentWords(verified.atMs, zone, language, today);
  const sent = head === null ? null : delivery[head.delivery];
  return (
    <>
      <div className={look['standing']}>
        <div className={look['states']}>
          {verified === null ? (
            <span className={css['quiet']}>{t('audit.never')}</span>
          ) : (
            verified.verdict.bad === null && (
              <Mark
                tone="done"
                icon={IconShieldCheck}
                word={t('audit.right', { at, seq: figure(verified.verdict.toSeq) })}
              />
            )
          )}
          <span className={css['quiet']}>
            {head === null
              ? t('audit.headNone')
              : t('audit.head', {
                  seq: figure(head.seq),
                  day: dayWords(head.day, language, today),
                  fingerprint: head.fingerprint,
                })}
          </span>
          {sent !== null && <Mark tone={sent.tone} icon={sent.icon} word={t(sent.word)} />}
        </div>
        <div className={css['actions']}>
          <Button
            leftSection={<IconShieldCheck size="1.125rem" aria-hidden />}
            loading={verify.isBusy}
            onClick={() => void run()}
          >
            {t('audit.verify')}
          </Button>
          {props.actions}
        </div>
      </div>
      {verify.isBusy && progress !== null && (
        <div role="status">
          <span className={css['quiet']}>
            {t('audit.verifying', { done: figure(progress.done), total: figure(progress.total) })}
          </span>
          <Progress value={progress.total === 0 ? 0 : (progress.done / progress.total) * 100} aria-hidden />
        </div>
      )}
      {verified !== null && verified.verdict.bad !== null && (
        <Notice tone="refused">
          {t('audit.wrong', {
            at,
            seq: figure(verified.verdict.bad.seq),
            fault: t(`audit.faults.${verified.verdict.bad.fault}`),
          })}
        </Notice>
      )}
      {refused > 0 && <Notice tone="refused">{t('audit.refusedHeads', { n: figure(refused) })}</Notice>}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
    </>
  );
}
