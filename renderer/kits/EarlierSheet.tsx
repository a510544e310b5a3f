import { Button } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { useLook } from '../lists/calls.ts';
import { Awaited } from '../lists/Empty.tsx';
import { figure, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { saySaved } from '../lists/said.ts';
import { useSite } from '../lists/site.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import look from './repair.module.css';

type Repair = Output<'repairs.list'>['repairs'][number];

/** Repairs that were made, each to be taken back as a whole. */
export function EarlierSheet(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const t = useText();
  return (
    <SideSheet title={t('repairs.earlier')} isOpen={props.isOpen} onClose={props.onClose}>
      {props.isOpen && <Earlier />}
    </SideSheet>
  );
}

function Earlier() {
  const t = useText();
  const made = useLook('repairs.list', {});
  if (made.value === undefined) return <Awaited failure={made.failure} onRetry={made.again} />;
  if (made.value.repairs.length === 0) return <p className={css['quiet']}>{t('repairs.earlierNone')}</p>;
  return (
    <ul className={look['list']}>
      {made.value.repairs.map((repair) => (
        <Made key={repair.repairId} repair={repair} />
      ))}
    </ul>
  );
}

function Made(props: { readonly repair: Repair }) {
  const t = useText();
  const failureText = useFailureText();
  const { zone, language, today } = useSite();
  const undo = useStationAction('repairs.undo');
  const [isAsked, setAsked] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { repair } = props;
  const n = figure(repair.tests);

  async function run(): Promise<void> {
    setFailure(null);
    const reply = await undo.run({ requestId: crypto.randomUUID(), repairId: repair.repairId });
    setAsked(false);
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('repairs.undoDone', { n: figure(reply.value.tests) }));
  }

  return (
    <li>
      <div className={look['words']}>
        <p>
          <span className={css['strong']}>{t('repairs.earlierOf', { operator: repair.operatorName, n })}</span>{' '}
          <span className={css['quiet']}>{momentWords(repair.atMs, zone, language, today)}</span>
        </p>
        <p>{t('results.reasonIs', { reason: repair.reason })}</p>
        {repair.undoneAtMs !== null && (
          <Mark
            tone="neutral"
            icon={IconArrowBackUp}
            word={t('repairs.undone', {
              operator: repair.undoneByName ?? '',
              when: momentWords(repair.undoneAtMs, zone, language, today),
            })}
          />
        )}
        {isAsked && <p>{t('repairs.undoAsk', { n })}</p>}
        {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
        {repair.undoneAtMs === null && (
          <div className={css['buttons']}>
            {isAsked ? (
              <>
                <Button loading={undo.isBusy} onClick={() => void run()}>
                  {t('repairs.undoConfirm')}
                </Button>
                <Button variant="default" onClick={() => setAsked(false)}>
                  {t('lists.cancel')}
                </Button>
              </>
            ) : (
              <Button
                variant="default"
                leftSection={<IconArrowBackUp size="1.125rem" aria-hidden />}
                onClick={() => setAsked(true)}
              >
                {t('repairs.undo')}
              </Button>
            )}
          </div>
        )}
      </div>
    </li>
  );
}
