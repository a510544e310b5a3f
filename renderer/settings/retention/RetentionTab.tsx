import { Button, Checkbox, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../../../shared/contract.ts';
import type { Failure } from '../../../shared/errors.ts';
import { type Destruction, type RetentionPeriods, retentionPeriodsSchema } from '../../../shared/model/retention.ts';
import { CalmTable, type Column } from '../../lists/CalmTable.tsx';
import { useLook } from '../../lists/calls.ts';
import { Awaited, Empty } from '../../lists/Empty.tsx';
import { dayWords, figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { Paper } from '../../lists/Screen.tsx';
import { SideSheet } from '../../lists/SideSheet.tsx';
import { saySaved } from '../../lists/said.ts';
import { useSite } from '../../lists/site.ts';
import { useFailureText, useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';
import { DestructionSheet } from './DestructionSheet.tsx';
import { PurgeSheet } from './PurgeSheet.tsx';
import look from './retention.module.css';

type Kept = Output<'retention.get'>;

/** How long what is kept, what is over its time, and the records of what was destroyed. */
export function RetentionTab() {
  const looked = useLook('retention.get', {});
  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  return <Retention kept={looked.value} again={looked.again} />;
}

function Retention({ kept, again }: { readonly kept: Kept; readonly again: () => void }) {
  const t = useText();
  const [isPurging, setPurging] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  return (
    <div className={look['columns']}>
      <div className={look['column']}>
        <Paper>
          <Periods key={JSON.stringify(kept.periods)} stored={kept.periods} again={again} />
        </Paper>
        <Paper>
          <Due kept={kept} onPurge={() => setPurging(true)} />
        </Paper>
      </div>
      <Paper fill>
        <Records destructions={kept.destructions} onOpen={setShown} />
      </Paper>
      <SideSheet title={t('retention.purge.title')} isOpen={isPurging} onClose={() => setPurging(false)}>
        {isPurging && (
          <PurgeSheet
            due={kept.due}
            open={kept.destructions.find(({ endedAtMs }) => endedAtMs === null) ?? null}
            onCancel={() => setPurging(false)}
            onFailed={again}
            onDone={(destructionId) => {
              setPurging(false);
              setShown(destructionId);
              again();
            }}
          />
        )}
      </SideSheet>
      <SideSheet
        title={t('retention.record.title')}
        isOpen={shown !== null}
        onClose={() => setShown(null)}
        size="40rem"
      >
        {shown !== null && <DestructionSheet destructionId={shown} />}
      </SideSheet>
    </div>
  );
}

type Draft = { readonly [K in keyof RetentionPeriods]: string | null };

/** The periods as typed; null for one without an end. */
function draftOf(periods: RetentionPeriods): Draft {
  const text = (days: number | null) => (days === null ? null : String(days));
  return {
    testsDays: text(periods.testsDays),
    peopleDays: text(periods.peopleDays),
    auditDays: text(periods.auditDays),
  };
}

function readPeriods(draft: Draft): RetentionPeriods | null {
  const days = (text: string | null) =>
    text === null ? null : /^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN;
  const parsed = retentionPeriodsSchema.safeParse({
    testsDays: days(draft.testsDays),
    peopleDays: days(draft.peopleDays),
    auditDays: days(draft.auditDays),
  });
  return parsed.success ? parsed.data : null;
}

/** What a period is when it is given an end: half a year. */
const usualDays = '180';
const least: Readonly<Record<keyof Draft, number>> = { testsDays: 30, peopleDays: 30, auditDays: 180 };

function Periods(props: { readonly stored: RetentionPeriods; readonly again: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const set = useStationAction('retention.set');
  const [draft, setDraft] = useState(() => draftOf(props.stored));
  const [failure, setFailure] = useState<Failure | null>(null);
  const next = readPeriods(draft);
  const isChanged = JSON.stringify(next) !== JSON.stringify(props.stored);

  async function submit(): Promise<void> {
    if (next === null || !isChanged || set.isBusy) return;
    setFailure(null);
    const reply = await set.run({ requestId: crypto.randomUUID(), periods: next });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('settings.saved'));
    props.again();
  }

  const period = (name: keyof Draft) => {
    const text = draft[name];
    const isWrong =
      text !== null && readPeriods({ testsDays: null, peopleDays: null, auditDays: null, [name]: text }) === null;
    return (
      <div className={look['period']}>
        <TextInput
          label={t(`retention.periods.${name}`)}
          description={t(`retention.periods.${name}Hint`)}
          inputMode="numeric"
          maxLength={4}
          disabled={text === null}
          value={text ?? ''}
          onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
          error={isWrong ? t('retention.periods.wrong', { least: least[name] }) : null}
          rightSection={<span className={css['unit']}>{t('retention.periods.unit')}</span>}
          rightSectionWidth="4rem"
        />
        <Checkbox
          label={t('retention.periods.forEver')}
          checked={text === null}
          onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.checked ? null : usualDays })}
        />
      </div>
    );
  };
  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h2 className={look['heading']}>{t('retention.periods.title')}</h2>
      <p className={css['quiet']}>{t('retention.periods.why')}</p>
      {period('testsDays')}
      {period('peopleDays')}
      {period('auditDays')}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={set.isBusy} disabled={next === null || !isChanged}>
          {t('lists.save')}
        </Button>
        {isChanged && (
          <Button variant="default" onClick={() => setDraft(draftOf(props.stored))}>
            {t('settings.discard')}
          </Button>
        )}
      </div>
    </form>
  );
}

function Due(props: { readonly kept: Kept; readonly onPurge: () => void }) {
  const t = useText();
  const { language, today } = useSite();
  const { due, destructions } = props.kept;
  const isOpen = destructions.some(({ endedAtMs }) => endedAtMs === null);
  const isAny = due.tests.tests > 0 || due.people > 0 || due.entries > 0 || isOpen;
  return (
    <section className={css['form']}>
      <h2 className={look['heading']}>{t('retention.due.title')}</h2>
      <dl className={look['due']}>
        <div>
          <dt>{t('retention.due.tests')}</dt>
          <dd>{figure(due.tests.tests)}</dd>
        </div>
        <div>
          <dt>{t('retention.due.people')}</dt>
          <dd>{figure(due.people)}</dd>
        </div>
        <div>
          <dt>{t('retention.due.entries')}</dt>
          <dd>{figure(due.entries)}</dd>
        </div>
      </dl>
      {due.tests.fromDay !== null && due.tests.toDay !== null && (
        <p className={css['quiet']}>
          {t('retention.due.span', {
            from: dayWords(due.tests.fromDay, language, today),
            to: dayWords(due.tests.toDay, language, today),
            days: figure(due.tests.days),
          })}
        </p>
      )}
      {due.heldBack.map(({ reason, tests, days }) => (
        <Notice key={reason} tone="attention">
          {t(`retention.due.held.${reason}`, { tests: figure(tests), days: figure(days) })}
        </Notice>
      ))}
      {isOpen && <Notice tone="attention">{t('retention.due.brokenOff')}</Notice>}
      {!isAny && due.heldBack.length === 0 && <p className={css['quiet']}>{t('retention.due.nothing')}</p>}
      <div className={css['buttons']}>
        <Button
          color="red"
          variant="light"
          leftSection={<IconTrash size="1.125rem" aria-hidden />}
          disabled={!isAny}
          onClick={props.onPurge}
        >
          {t(isOpen ? 'retention.due.finish' : 'retention.due.destroy')}
        </Button>
      </div>
    </section>
  );
}

function Records(props: { readonly destructions: readonly Destruction[]; readonly onOpen: (id: string) => void }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const rows = props.destructions;
  if (rows.length === 0) return <Empty title={t('retention.records.empty')} hint={t('retention.records.emptyHint')} />;
  const columns: readonly Column<Destruction>[] = [
    { key: 'number', heading: t('retention.records.number'), width: '4rem', cell: (row) => figure(row.number) },
    {
      key: 'at',
      heading: t('retention.records.at'),
      width: 'minmax(8rem, 1fr)',
      cell: (row) => momentWords(row.startedAtMs, zone, language, today),
    },
    { key: 'by', heading: t('retention.records.by'), width: 'minmax(5rem, 1fr)', cell: (row) => row.operatorName },
    {
      key: 'tests',
      heading: t('retention.records.tests'),
      width: '6rem',
      align: 'end',
      cell: (row) => <span className={css['strong']}>{figure(row.tests)}</span>,
    },
    {
      key: 'people',
      heading: t('retention.records.people'),
      width: '6rem',
      align: 'end',
      cell: (row) => <span className={css['strong']}>{figure(row.people)}</span>,
    },
  ];
  return (
    <CalmTable
      label={t('retention.records.title')}
      columns={columns}
      count={rows.length}
      rowAt={(index) => rows[index]}
      rowKey={(row) => row.destructionId}
      onOpen={(row) => props.onOpen(row.destructionId)}
    />
  );
}
