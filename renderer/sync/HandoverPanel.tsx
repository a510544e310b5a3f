import { Button, Radio } from '@mantine/core';
import { IconCircleCheck, IconCircleMinus, IconClock, IconDeviceUsb, IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { useLook } from '../lists/calls.ts';
import { figure, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { may, useSite } from '../lists/site.ts';
import { callStation, useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import look from './sync.module.css';

type View = Output<'handover.get'>;
type Scope = 'unacknowledged' | 'new';
type Done =
  | { readonly kind: 'written'; readonly made: Output<'handover.write'> }
  | { readonly kind: 'read'; readonly got: Output<'handover.readReceipt'> };

/** A file that carries records to the central service by hand, for days without a network, and its receipt. */
export function HandoverPanel(props: { readonly onSettled: () => void }) {
  const t = useText();
  const { operator } = useSite();
  const looked = useLook('handover.get', {});
  if (looked.value === undefined) return null;
  return (
    <Paper title={t('handover.title')}>
      <div className={css['form']}>
        <p className={css['quiet']}>{t('handover.when')}</p>
        {may(operator, 'sync.handOver') ? (
          <Carrying view={looked.value} again={looked.again} onSettled={props.onSettled} />
        ) : (
          <p className={css['quiet']}>{t('handover.onlySupervisor')}</p>
        )}
        <Files view={looked.value} />
      </div>
    </Paper>
  );
}

function Carrying(props: { readonly view: View; readonly again: () => void; readonly onSettled: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const { today } = useSite();
  const { view, again } = props;
  const [scope, setScope] = useState<Scope>('unacknowledged');
  const [busy, setBusy] = useState<'writing' | 'reading' | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const hasBoth = view.unhanded > 0 && view.unhanded < view.unacknowledged;
  const wanted = hasBoth ? scope : 'unacknowledged';

  async function during(what: 'writing' | 'reading', work: () => Promise<Failure | null>): Promise<void> {
    setBusy(what);
    setFailure(null);
    setDone(null);
    const failed = await work();
    if (failed !== null && failed.code !== 'CANCELLED') setFailure(failed);
    setBusy(null);
    again();
    props.onSettled();
  }

  const write = () =>
    during('writing', async () => {
      const n = (view.files[0]?.n ?? 0) + 1;
      const whose = `${view.siteName.slice(0, 12)}-${view.stationName.slice(0, 8)}`;
      const name = `${t('handover.fileName')}-${whose}-${today}-${n}.yiceda-handover`;
      const place = await callStation('files.pickSave', { suggestedName: name });
      if (!place.ok) return place.error;
      const reply = await callStation('handover.write', { path: place.value.path, scope: wanted });
      if (!reply.ok) return reply.error;
      setDone({ kind: 'written', made: reply.value });
      return null;
    });

  const read = () =>
    during('reading', async () => {
      const picked = await callStation('files.pick', { purpose: 'receipt' });
      if (!picked.ok) return picked.error;
      const reply = await callStation('handover.readReceipt', { path: picked.value.path });
      if (!reply.ok) return reply.error;
      setDone({ kind: 'read', got: reply.value });
      return null;
    });

  return (
    <>
      {view.state !== 'ready' && <Notice tone="neutral">{t(`handover.${view.state}`)}</Notice>}
      {view.state === 'ready' && (
        <p className={css['quiet']}>
          {view.unacknowledged === 0 ? t('handover.nothing') : t('handover.ready', { n: figure(view.unacknowledged) })}
        </p>
      )}
      {hasBoth && (
        <Radio.Group
          value={scope}
          onChange={(value) => setScope(value === 'new' ? 'new' : 'unacknowledged')}
          label={t('handover.which')}
        >
          <div className={look['choices']}>
            <Radio value="unacknowledged" label={t('handover.all', { n: figure(view.unacknowledged) })} />
            <Radio value="new" label={t('handover.newOnly', { n: figure(view.unhanded) })} />
          </div>
        </Radio.Group>
      )}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      {done?.kind === 'written' && <Written made={done.made} />}
      {done?.kind === 'read' && <Read got={done.got} />}
      <div className={css['buttons']}>
        <Button
          variant="default"
          leftSection={<IconDeviceUsb size="1.125rem" aria-hidden />}
          onClick={() => void write()}
          loading={busy === 'writing'}
          disabled={busy !== null || view.state !== 'ready' || view.unacknowledged === 0}
        >
          {t('handover.write')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconFileImport size="1.125rem" aria-hidden />}
          onClick={() => void read()}
          loading={busy === 'reading'}
          disabled={busy !== null || view.files.length === 0}
        >
          {t('handover.read')}
        </Button>
      </div>
    </>
  );
}

function Written(props: { readonly made: Output<'handover.write'> }) {
  const t = useText();
  const { n, records, left } = props.made;
  return (
    <Notice tone="done">
      <strong>{t('handover.written', { n, records: figure(records) })}</strong>
      <p>{t('handover.writtenNext')}</p>
      {left > 0 && <p>{t('handover.left')}</p>}
    </Notice>
  );
}

function Read(props: { readonly got: Output<'handover.readReceipt'> }) {
  const t = useText();
  const { n, accepted, conflicts, rejected, isRepeated } = props.got;
  return (
    <Notice tone={conflicts + rejected > 0 ? 'attention' : 'done'}>
      <strong>{t(isRepeated ? 'handover.readBefore' : 'handover.readNow', { n })}</strong>
      <p>{t('handover.accepted', { n: figure(accepted) })}</p>
      {conflicts > 0 && <p>{t('handover.conflicts', { n: figure(conflicts) })}</p>}
      {rejected > 0 && <p>{t('handover.rejected', { n: figure(rejected) })}</p>}
    </Notice>
  );
}

/** What was written, and how each fares. */
function Files(props: { readonly view: View }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const { awaiting, files } = props.view;
  if (files.length === 0) return null;
  const moment = (atMs: number): string => momentWords(atMs, zone, language, today);
  return (
    <>
      {awaiting.sinceMs !== null && awaiting.records > 0 && (
        <Notice tone="waiting">
          {t('handover.awaiting', { n: figure(awaiting.records), time: moment(awaiting.sinceMs) })}
        </Notice>
      )}
      <ul className={look['aside']} aria-label={t('handover.files')}>
        {files.map((file) => (
          <li key={file.n}>
            <div className={look['asideWords']}>
              <p>
                <strong>{t('handover.file', { n: file.n, records: figure(file.records) })}</strong>
              </p>
              <p className={css['quiet']}>
                {t('handover.fileWhen', { time: moment(file.writtenAtMs), name: file.operatorName })}
              </p>
            </div>
            {file.receipt !== null ? (
              <Mark
                tone={file.receipt.conflicts + file.receipt.rejected > 0 ? 'attention' : 'done'}
                icon={IconCircleCheck}
                word={t('handover.receiptRead', {
                  time: moment(file.receipt.readAtMs),
                  n: figure(file.receipt.accepted),
                })}
              />
            ) : file.waiting > 0 ? (
              <Mark tone="waiting" icon={IconClock} word={t('handover.fileAwaiting', { n: figure(file.waiting) })} />
            ) : (
              <Mark tone="neutral" icon={IconCircleMinus} word={t('handover.fileSettled')} />
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
