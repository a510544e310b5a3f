import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconDatabaseExport, IconFolderOpen, IconRestore } from '@tabler/icons-react';
import { useState } from 'react';
import type { Input, Output } from '../../../shared/contract.ts';
import { type ErrorCode, errorCodes, type Failure, fail } from '../../../shared/errors.ts';
import { type Backup, type BackupPlan, type BackupSchedule, backupPlanSchema } from '../../../shared/model/backup.ts';
import { CalmTable, type Column } from '../../lists/CalmTable.tsx';
import { useLook } from '../../lists/calls.ts';
import { Awaited, Empty } from '../../lists/Empty.tsx';
import { figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { Paper } from '../../lists/Screen.tsx';
import { SideSheet } from '../../lists/SideSheet.tsx';
import { saySaved } from '../../lists/said.ts';
import { may, useSite } from '../../lists/site.ts';
import { RestorePanel } from '../../restore/RestorePanel.tsx';
import { callStation, useFailureText, useStationEvent } from '../../station.ts';
import { useText } from '../../text/index.ts';
import look from './backups.module.css';

type Backups = Output<'backups.get'>;

/** How the copies of the register are, where they go and when; and putting one back. */
export function BackupsTab() {
  const looked = useLook('backups.get', {});
  useStationEvent('backups.changed', looked.again);
  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  return <Shown backups={looked.value} again={looked.again} />;
}

function Shown({ backups, again }: { readonly backups: Backups; readonly again: () => void }) {
  const t = useText();
  const { operator, zone } = useSite();
  const [isRestoring, setRestoring] = useState(false);
  return (
    <div className={look['columns']}>
      <div className={look['column']}>
        <Paper>
          <Now backups={backups} again={again} />
        </Paper>
        {may(operator, 'backups.plan') && (
          <Paper>
            <Plan key={JSON.stringify([backups.plan, backups.folder])} backups={backups} again={again} />
          </Paper>
        )}
      </div>
      <Paper fill>
        <List
          backups={backups.backups}
          onRestore={may(operator, 'backups.restore') ? () => setRestoring(true) : null}
        />
      </Paper>
      <SideSheet
        title={t('backups.restore.title')}
        isOpen={isRestoring}
        onClose={() => setRestoring(false)}
        size="40rem"
      >
        {isRestoring && <RestorePanel isOpen zone={zone} />}
      </SideSheet>
    </div>
  );
}

function Now({ backups, again }: { readonly backups: Backups; readonly again: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const { zone, language, today } = useSite();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { state } = backups;
  const moment = (atMs: number) => momentWords(atMs, zone, language, today);

  async function make(elsewhere: boolean): Promise<void> {
    setFailure(null);
    let folder: string | undefined;
    if (elsewhere) {
      const picked = await callStation('files.pickFolder', {});
      if (!picked.ok) return setFailure(picked.error.code === 'CANCELLED' ? null : picked.error);
      folder = picked.value.path;
    }
    setBusy(true);
    const reply = await callStation('backups.make', {
      requestId: crypto.randomUUID(),
      ...(folder === undefined ? {} : { folder }),
    });
    setBusy(false);
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('backups.now.made'));
    again();
  }

  const lastFailure = errorCodes.find((code): code is ErrorCode => code === state.failure);
  return (
    <section className={css['form']}>
      <h2 className={look['heading']}>{t('backups.now.title')}</h2>
      <dl className={css['facts']}>
        <div>
          <dt>{t('backups.now.newest')}</dt>
          <dd>{state.newestAtMs === null ? t('backups.now.none') : moment(state.newestAtMs)}</dd>
        </div>
        <div>
          <dt>{t('backups.now.next')}</dt>
          <dd>{state.dueAtMs === null ? t('backups.now.notPlanned') : moment(state.dueAtMs)}</dd>
        </div>
      </dl>
      {state.isRunning && !isBusy && <Notice tone="waiting">{t('backups.now.running')}</Notice>}
      {state.isOverdue && <Notice tone="attention">{t('backups.now.late')}</Notice>}
      {lastFailure !== undefined && failure === null && (
        <Notice tone="refused">{t('backups.now.failed', { why: failureText(fail(lastFailure).error) })}</Notice>
      )}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button
          leftSection={<IconDatabaseExport size="1.125rem" aria-hidden />}
          loading={isBusy}
          onClick={() => void make(false)}
        >
          {t('backups.now.make')}
        </Button>
        <Button variant="default" disabled={isBusy} onClick={() => void make(true)}>
          {t('backups.now.makeElsewhere')}
        </Button>
      </div>
    </section>
  );
}

type Draft = {
  readonly kind: BackupSchedule['kind'];
  readonly hours: string;
  readonly times: string;
  readonly keepNewest: string;
  readonly keepDailyDays: string;
};

function draftOf({ schedule, keepNewest, keepDailyDays }: BackupPlan): Draft {
  return {
    kind: schedule.kind,
    hours: String(schedule.kind === 'every' ? schedule.hours : 4),
    times: schedule.kind === 'at' ? schedule.times.join(', ') : '12:30, 18:00',
    keepNewest: String(keepNewest),
    keepDailyDays: String(keepDailyDays),
  };
}

const whole = (text: string) => (/^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN);
/** Separated as people do, with full-width commas and colons too; each written as 09:05. */
const timesOf = (text: string) =>
  [
    ...new Set(
      text
        .normalize('NFKC')
        .split(/[\s,、;]+/)
        .filter((time) => time !== '')
        .map((time) => time.padStart(5, '0')),
    ),
  ].sort();

function planOf(draft: Draft): BackupPlan | null {
  const schedule =
    draft.kind === 'off'
      ? { kind: 'off' }
      : draft.kind === 'every'
        ? { kind: 'every', hours: whole(draft.hours) }
        : { kind: 'at', times: timesOf(draft.times) };
  const parsed = backupPlanSchema.safeParse({
    schedule,
    keepNewest: whole(draft.keepNewest),
    keepDailyDays: whole(draft.keepDailyDays),
  });
  return parsed.success ? parsed.data : null;
}

function Plan({ backups, again }: { readonly backups: Backups; readonly again: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const [draft, setDraft] = useState(() => draftOf(backups.plan));
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const plan = planOf(draft);
  const isChanged = JSON.stringify(plan) !== JSON.stringify(backups.plan);

  async function save(folder: Input<'backups.setPlan'>['folder']): Promise<void> {
    if (plan === null || isBusy) return;
    setBusy(true);
    setFailure(null);
    const reply = await callStation('backups.setPlan', { requestId: crypto.randomUUID(), plan, folder });
    setBusy(false);
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('settings.saved'));
    again();
  }

  async function chooseFolder(): Promise<void> {
    const picked = await callStation('files.pickFolder', {});
    if (picked.ok) await save({ kind: 'chosen', path: picked.value.path });
    else if (picked.error.code !== 'CANCELLED') setFailure(picked.error);
  }

  const wrongIf = (isWrong: boolean, words: string) => (isWrong ? words : null);
  const isNumber = (text: string, least: number, most: number) => whole(text) >= least && whole(text) <= most;
  const field = (name: 'hours' | 'keepNewest' | 'keepDailyDays', label: string, unit: string, error: string | null) => (
    <TextInput
      label={label}
      inputMode="numeric"
      maxLength={4}
      value={draft[name]}
      onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
      error={error}
      rightSection={<span className={css['unit']}>{unit}</span>}
      rightSectionWidth="5.5rem"
    />
  );
  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) void save({ kind: 'same' });
      }}
    >
      <h2 className={look['heading']}>{t('backups.plan.title')}</h2>
      <SegmentedControl
        aria-label={t('backups.plan.title')}
        value={draft.kind}
        onChange={(value) => setDraft({ ...draft, kind: value === 'off' || value === 'at' ? value : 'every' })}
        data={(['every', 'at', 'off'] as const).map((value) => ({ value, label: t(`backups.plan.${value}`) }))}
      />
      {draft.kind === 'every' &&
        field(
          'hours',
          t('backups.plan.hours'),
          t('backups.plan.hoursUnit'),
          wrongIf(!isNumber(draft.hours, 1, 24), t('backups.plan.hoursWrong')),
        )}
      {draft.kind === 'at' && (
        <TextInput
          label={t('backups.plan.times')}
          description={t('backups.plan.timesHint')}
          maxLength={100}
          value={draft.times}
          onChange={(event) => setDraft({ ...draft, times: event.currentTarget.value })}
          error={wrongIf(
            planOf({ ...draft, keepNewest: '1', keepDailyDays: '0' }) === null,
            t('backups.plan.timesWrong'),
          )}
        />
      )}
      <div className={look['pair']}>
        {field(
          'keepNewest',
          t('backups.plan.keepNewest'),
          t('backups.plan.keepNewestUnit'),
          wrongIf(!isNumber(draft.keepNewest, 1, 100), t('backups.plan.keepNewestWrong')),
        )}
        {field(
          'keepDailyDays',
          t('backups.plan.keepDaily'),
          t('backups.plan.keepDailyUnit'),
          wrongIf(!isNumber(draft.keepDailyDays, 0, 365), t('backups.plan.keepDailyWrong')),
        )}
      </div>
      <div className={look['folder']}>
        <span className={look['label']}>{t('backups.folder.label')}</span>
        <span className={look['path']} title={backups.folder}>
          {backups.isOwnFolder ? t('backups.folder.own') : backups.folder}
        </span>
        {backups.isOwnFolder && <span className={css['quiet']}>{t('backups.folder.ownHint')}</span>}
        <div className={css['buttons']}>
          <Button
            variant="default"
            leftSection={<IconFolderOpen size="1.125rem" aria-hidden />}
            disabled={isBusy || plan === null}
            onClick={() => void chooseFolder()}
          >
            {t('backups.folder.choose')}
          </Button>
          {!backups.isOwnFolder && (
            <Button variant="default" disabled={isBusy || plan === null} onClick={() => void save({ kind: 'own' })}>
              {t('backups.folder.toOwn')}
            </Button>
          )}
        </div>
      </div>
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      {isChanged && (
        <div className={css['buttons']}>
          <Button type="submit" loading={isBusy} disabled={plan === null}>
            {t('lists.save')}
          </Button>
          <Button variant="default" onClick={() => setDraft(draftOf(backups.plan))}>
            {t('settings.discard')}
          </Button>
        </div>
      )}
    </form>
  );
}

function List(props: { readonly backups: readonly Backup[]; readonly onRestore: (() => void) | null }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const columns: readonly Column<Backup>[] = [
    {
      key: 'at',
      heading: t('backups.list.at'),
      width: 'minmax(9rem, 1.4fr)',
      cell: ({ madeAtMs }) => momentWords(madeAtMs, zone, language, today),
    },
    {
      key: 'why',
      heading: t('backups.list.why'),
      width: 'minmax(6rem, 1fr)',
      cell: ({ why }) => t(`backups.list.reasons.${why}`),
    },
    { key: 'tests', heading: t('backups.list.tests'), width: '5rem', align: 'end', cell: ({ tests }) => figure(tests) },
    {
      key: 'people',
      heading: t('backups.list.people'),
      width: '5rem',
      align: 'end',
      cell: ({ people }) => figure(people),
    },
    {
      key: 'size',
      heading: t('backups.list.size'),
      width: '5rem',
      align: 'end',
      cell: ({ bytes }) => sizeWords(bytes),
    },
  ];
  return (
    <>
      <div className={look['listHead']}>
        <h2 className={look['heading']}>{t('backups.list.title')}</h2>
        {props.onRestore !== null && (
          <Button variant="default" leftSection={<IconRestore size="1.125rem" aria-hidden />} onClick={props.onRestore}>
            {t('backups.list.restore')}
          </Button>
        )}
      </div>
      {props.backups.length === 0 ? (
        <Empty title={t('backups.list.empty')} hint={t('backups.list.emptyHint')} />
      ) : (
        <CalmTable
          label={t('backups.list.title')}
          columns={columns}
          count={props.backups.length}
          rowAt={(index) => props.backups[index]}
          rowKey={({ path }) => path}
        />
      )}
    </>
  );
}

/** As the system's own file lists say it: steps of 1024, one digit behind the point below ten. */
function sizeWords(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size < 10 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${units[unit] ?? ''}`;
}
