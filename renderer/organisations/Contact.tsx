import { Button } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useEffect, useLayoutEffect, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { revealReasons } from '../../shared/model/disclosure.ts';
import type { Organisation } from '../../shared/model/organisation.ts';
import { standingOf } from '../../shared/model/rights.ts';
import { second } from '../../shared/time.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { useSite } from '../lists/site.ts';
import { type StatedDraft, StatedReason, statedFault } from '../privacy/StatedReason.tsx';
import { callStation, useFailureText, useStationEvent } from '../station.ts';
import { useText } from '../text/index.ts';
import look from './organisations.module.css';

/** How long a contact is shown in full. */
const shownMs = 30 * second;

/** Somebody to ask at an organisation: masked, in full for a reason and half a minute. */
export function Contact(props: {
  readonly organisationId: string;
  readonly contact: Organisation['contacts'][number];
}) {
  const t = useText();
  const failureText = useFailureText();
  const { operator } = useSite();
  const { organisationId, contact } = props;
  const [full, setFull] = useState<Output<'organisations.contact'> | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState<StatedDraft<(typeof revealReasons)[number]>>({ code: null, text: '' });
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const hide = (): void => setFull(null);
  useEffect(() => {
    if (full === null) return;
    const timer = setTimeout(() => setFull(null), shownMs);
    return () => clearTimeout(timer);
  }, [full]);
  // A locked desk keeps its screens out of sight with what they hold.
  useLayoutEffect(() => () => setFull(null), []);
  useStationEvent('window.seen', ({ isSeen }) => {
    if (!isSeen) hide();
  });

  async function submit(): Promise<void> {
    setTried(true);
    if (reason.code === null || statedFault(reason) !== null) return;
    setFailure(null);
    const reply = await callStation('organisations.contact', {
      requestId: crypto.randomUUID(),
      organisationId,
      contactId: contact.contactId,
      reason: { code: reason.code, text: reason.text.trim() },
    });
    if (!reply.ok) return setFailure(reply.error);
    setAsking(false);
    setFull(reply.value);
  }
  const mayAsk = operator !== null && standingOf(operator.role, 'people.reveal') !== 'never';
  return (
    <div>
      <div className={look['contact']}>
        <span data-revealed={full !== null}>
          {[full?.name ?? contact.nameMasked, (full === null ? contact.phoneMasked : full.phone) ?? '']
            .filter((part) => part !== '')
            .join(' ')}
        </span>
        {full !== null ? (
          <Button variant="default" leftSection={<IconEyeOff size="1rem" aria-hidden />} onClick={hide}>
            {t('organisations.hideContact')}
          </Button>
        ) : (
          mayAsk &&
          !isAsking && (
            <Button
              variant="default"
              leftSection={<IconEye size="1rem" aria-hidden />}
              onClick={() => {
                setReason({ code: null, text: '' });
                setTried(false);
                setFailure(null);
                setAsking(true);
              }}
            >
              {t('organisations.showContact')}
            </Button>
          )
        )}
      </div>
      {isAsking && (
        <form
          className={css['form']}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <h3 className={css['section']}>{t('organisations.showContactTitle')}</h3>
          <StatedReason
            codes={revealReasons}
            word={(code) => t(`privacy.reveal.reason.${code}`)}
            value={reason}
            isTried={isTried}
            refused={failure?.code === 'REASON_PERSONAL' ? failureText(failure) : null}
            onChange={(value) => {
              setReason(value);
              setFailure(null);
            }}
          />
          {failure !== null && failure.code !== 'REASON_PERSONAL' && (
            <Notice tone="refused">{failureText(failure)}</Notice>
          )}
          <div className={css['buttons']}>
            <Button type="submit">{t('privacy.reveal.confirm')}</Button>
            <Button variant="default" onClick={() => setAsking(false)}>
              {t('lists.cancel')}
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}
