import { Button, Progress } from '@mantine/core';
import { IconArrowBackUp, IconCircleCheck, IconClock, IconHistory } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { figure, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { useSite } from '../lists/site.ts';
import { useFailureText, useStation, useStationAction } from '../station.ts';
import { type Text, useText } from '../text/index.ts';
import look from './imports.module.css';
import type { ImportKind } from './useImport.ts';

type Past = Output<'imports.list'>['rows'][number];

/** What was imported, and the way back on the same day. */
export function PastImports(props: { readonly kind: ImportKind }) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconHistory size="1.125rem" aria-hidden />} onClick={() => setOpen(true)}>
        {t('imports.past.open')}
      </Button>
      <SideSheet title={t('imports.past.title')} isOpen={isOpen} onClose={() => setOpen(false)}>
        <List kind={props.kind} />
      </SideSheet>
    </>
  );
}

function List(props: { readonly kind: ImportKind }) {
  const t = useText();
  const failureText = useFailureText();
  const list = useStation('imports.list', { kind: props.kind });
  const rows = list.data?.rows;
  return (
    <div className={css['form']}>
      <p className={css['quiet']}>{t(`imports.past.hint.${props.kind}`)}</p>
      {list.error !== null && <Notice tone="refused">{failureText(list.error)}</Notice>}
      {rows?.length === 0 && <Notice tone="neutral">{t('imports.past.empty')}</Notice>}
      <ul className={look['past']} aria-label={t('imports.past.title')}>
        {rows?.map((row) => (
          <Item key={row.importId} kind={props.kind} row={row} />
        ))}
      </ul>
    </div>
  );
}

function Item(props: { readonly kind: ImportKind; readonly row: Past }) {
  const t = useText();
  const site = useSite();
  const failureText = useFailureText();
  const undo = useStationAction('imports.undo');
  const [isAsked, setAsked] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { kind, row } = props;
  const progress = useUndoing(row.importId, undo.isBusy);
  const named = { file: row.fileName, fresh: figure(row.counts.fresh), changed: figure(row.counts.changed) };

  async function take(): Promise<void> {
    setFailure(null);
    const reply = await undo.run({ requestId: crypto.randomUUID(), importId: row.importId });
    setAsked(false);
    if (!reply.ok) setFailure(reply.error);
  }

  return (
    <li>
      <p className={look['pastName']}>{row.fileName}</p>
      <p className={css['quiet']}>
        {momentWords(row.atMs, site.zone, site.language, site.today)} · {row.operatorName} ·{' '}
        {t('imports.past.counts', named)}
        {(row.counts.joining ?? 0) > 0 && ` · ${t('imports.counts.joining')} ${figure(row.counts.joining ?? 0)}`}
      </p>
      {row.undone !== null ? (
        <Undone kind={kind} undone={row.undone} />
      ) : row.undo === 'can' || kind === 'products' ? null : (
        <Mark tone="neutral" icon={IconClock} word={t(`imports.past.standing.${row.undo}`)} />
      )}
      {undo.isBusy ? (
        <div role="status">
          <p className={css['quiet']}>{t('imports.past.undoing')}</p>
          <Progress aria-label={t('imports.past.undoing')} value={progress} size="lg" />
        </div>
      ) : isAsked ? (
        <>
          <Notice tone="attention">
            {t(kind === 'roster' ? 'imports.past.sure' : 'imports.past.sureKits', named)}
          </Notice>
          <div className={css['buttons']}>
            <Button color="red" onClick={() => void take()} autoFocus>
              {t('imports.past.confirm')}
            </Button>
            <Button variant="default" onClick={() => setAsked(false)}>
              {t('imports.past.keep')}
            </Button>
          </div>
        </>
      ) : (
        row.undo === 'can' && (
          <div className={css['buttons']}>
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size="1.125rem" aria-hidden />}
              onClick={() => setAsked(true)}
            >
              {t('imports.past.undo')}
            </Button>
          </div>
        )
      )}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
    </li>
  );
}

const stays = ['stayTested', 'stayEdited', 'stayMerged', 'stayUsed', 'stayAtDesk', 'changedSince'] as const;

function Undone(props: { readonly kind: ImportKind; readonly undone: NonNullable<Past['undone']> }) {
  const t = useText();
  const { undone } = props;
  return (
    <>
      <Mark
        tone="done"
        icon={IconCircleCheck}
        word={t(props.kind === 'roster' ? 'imports.past.undone' : 'imports.past.undoneKits', {
          removed: figure(undone.removed),
          putBack: figure(undone.putBack),
        })}
      />
      {(undone.released ?? 0) > 0 && (
        <p className={css['quiet']}>{t('imports.past.released', { n: figure(undone.released ?? 0) })}</p>
      )}
      {stayWords(t, undone).map((words) => (
        <p key={words} className={css['quiet']}>
          {words}
        </p>
      ))}
    </>
  );
}

function stayWords(t: Text, undone: NonNullable<Past['undone']>): readonly string[] {
  const kept = stays.filter((key) => undone[key] > 0);
  if (kept.length === 0) return [];
  const n = kept.reduce((sum, key) => sum + undone[key], 0);
  return [
    `${t('imports.past.stays', { n: figure(n) })} ${kept
      .map((key) => t(`imports.past.${key}`, { n: figure(undone[key]) }))
      .join(t('imports.and'))}`,
  ];
}

/** How far an undo has come, 0 to 100. */
function useUndoing(importId: string, isBusy: boolean): number {
  const [percent, setPercent] = useState(0);
  useEffect(() => {
    if (!isBusy) return undefined;
    setPercent(0);
    return window.station.on('imports.progressed', (progress) => {
      if (progress.importId === importId && progress.total > 0) setPercent((progress.done / progress.total) * 100);
    });
  }, [importId, isBusy]);
  return percent;
}
