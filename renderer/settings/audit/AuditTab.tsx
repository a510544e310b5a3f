import { Button, Select } from '@mantine/core';
import { IconDownload, IconShieldCheck, IconSignature, IconX } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import { type AuditKind, type AuditRow, type AuditStanding, auditKinds } from '../../../shared/model/audit.ts';
import { isRealDay, localTime } from '../../../shared/time.ts';
import { desk } from '../../desk/deskStore.ts';
import { CalmTable, type Column } from '../../lists/CalmTable.tsx';
import { useLook } from '../../lists/calls.ts';
import { DayInput } from '../../lists/DayField.tsx';
import { Awaited, Empty } from '../../lists/Empty.tsx';
import { dayWords, figure } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { Paper } from '../../lists/Screen.tsx';
import { SideSheet } from '../../lists/SideSheet.tsx';
import { saySaved } from '../../lists/said.ts';
import { useSite } from '../../lists/site.ts';
import { PersonSheet } from '../../people/PersonSheet.tsx';
import { TestSheet } from '../../results/TestSheet.tsx';
import { callStation, useFailureText, useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';
import look from './audit.module.css';
import { EntrySheet } from './EntrySheet.tsx';
import { Standing } from './Standing.tsx';
import { type EntryFilter, useEntries } from './useEntries.ts';
import { actionWords, subjectWords } from './words.ts';

type Opened = { readonly openingId: string; readonly standing: AuditStanding };

/** The audit log. Looking at it is an entry too, once an opening. */
export function AuditTab() {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const open = useCallback(async () => {
    const openingId = crypto.randomUUID();
    setFailure(null);
    const reply = await callStation('audit.open', { requestId: openingId });
    if (reply.ok) setOpened({ openingId, standing: reply.value });
    else setFailure(reply.error);
  }, []);
  useEffect(() => void open(), [open]);
  if (opened === null) {
    return (
      <Paper fill>
        <Awaited failure={failure} onRetry={() => void open()} />
      </Paper>
    );
  }
  return <Log opened={opened} onReopen={() => void open()} />;
}

function Log({ opened, onReopen }: { readonly opened: Opened; readonly onReopen: () => void }) {
  const t = useText();
  const site = useSite();
  const failureText = useFailureText();
  const staff = useLook('staff.list', {});
  const { openingId } = opened;
  const [standing, setStanding] = useState(opened.standing);
  useEffect(() => setStanding(opened.standing), [opened.standing]);
  const [days, setDays] = useState({ from: '', to: '' });
  const [kind, setKind] = useState<AuditKind | null>(null);
  const [operatorId, setOperatorId] = useState<string | null>(null);
  const [subject, setSubject] = useState<string | null>(null);
  const [entry, setEntry] = useState<AuditRow | null>(null);
  const [personId, setPersonId] = useState<string | null>(null);
  const [testId, setTestId] = useState<string | null>(null);
  // What is done here is an entry itself: the list begins anew with it.
  const [turn, setTurn] = useState(0);
  const [said, setSaid] = useState<{ readonly tone: 'done' | 'refused'; readonly words: string } | null>(null);
  const sign = useStationAction('audit.sign');
  const write = useStationAction('audit.export');

  const filter: EntryFilter = {
    ...(isRealDay(days.from) ? { fromDay: days.from } : {}),
    ...(isRealDay(days.to) ? { toDay: days.to } : {}),
    ...(kind === null ? {} : { kind }),
    ...(operatorId === null ? {} : { operatorId }),
    ...(subject === null ? {} : { subject }),
  };
  const entries = useEntries(openingId, filter, turn);
  const isFiltered = Object.keys(filter).length > 0;
  const { rows, hasMore, isBusy, more } = entries;
  const onRange = useCallback(
    (_first: number, last: number) => {
      if (hasMore && !isBusy && last >= rows.length - 30) more();
    },
    [hasMore, isBusy, rows.length, more],
  );
  const clear = (): void => {
    setDays({ from: '', to: '' });
    setKind(null);
    setOperatorId(null);
    setSubject(null);
  };

  async function signNow(): Promise<void> {
    const reply = await sign.run({ requestId: crypto.randomUUID(), why: 'asked' });
    if (!reply.ok) return setSaid({ tone: 'refused', words: failureText(reply.error) });
    const { head } = reply.value;
    saySaved(t('audit.signed', { seq: figure(head.seq) }));
    setStanding((former) => ({
      ...former,
      entries: former.entries + head.seq - former.lastSeq,
      lastSeq: head.seq,
      head: { ...head, atMs: desk.nowMs(), delivery: 'waiting' },
    }));
    setTurn((former) => former + 1);
  }

  async function save(): Promise<void> {
    setSaid(null);
    const place = await callStation('files.pickSave', { suggestedName: t('audit.fileName', { day: site.today }) });
    if (!place.ok) {
      if (place.error.code !== 'CANCELLED') setSaid({ tone: 'refused', words: failureText(place.error) });
      return;
    }
    const exportId = crypto.randomUUID();
    const reply = await write.run({
      openingId,
      exportId,
      path: place.value.path,
      language: site.language,
      ...filter,
    });
    if (reply.ok) setTurn((former) => former + 1);
    setSaid(
      reply.ok
        ? { tone: 'done', words: t('audit.exported', { rows: figure(reply.value.rows), sha256: reply.value.sha256 }) }
        : { tone: 'refused', words: failureText(reply.error) },
    );
  }

  const columns = useMemo<readonly Column<AuditRow>[]>(
    () => [
      { key: 'seq', heading: t('audit.number'), width: '5.5rem', align: 'end', cell: (row) => figure(row.seq) },
      {
        key: 'at',
        heading: t('audit.at'),
        width: '9.5rem',
        cell: (row) => {
          const { day, clock } = localTime(row.atMs, site.zone);
          return day === site.today ? clock : `${dayWords(day, site.language, site.today)} ${clock}`;
        },
      },
      {
        key: 'who',
        heading: t('audit.who'),
        width: 'minmax(6rem, 0.7fr)',
        cell: (row) =>
          row.operatorId === null ? (
            <span className={css['faint']}>{t('audit.program')}</span>
          ) : (
            (row.operatorName ?? row.operatorId)
          ),
      },
      {
        key: 'action',
        heading: t('audit.action'),
        width: 'minmax(13rem, 1.6fr)',
        cell: (row) => <span className={css['strong']}>{actionWords(t, row.action)}</span>,
      },
      {
        key: 'subject',
        heading: t('audit.subject'),
        width: 'minmax(9rem, 1fr)',
        cell: (row) => <span className={css['quiet']}>{subjectWords(t, row.subject)}</span>,
      },
    ],
    [t, site.zone, site.today, site.language],
  );

  return (
    <div className={look['log']}>
      <Standing
        standing={standing}
        onVerified={(next) => {
          setStanding(next);
          setTurn((former) => former + 1);
        }}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconSignature size="1.125rem" aria-hidden />}
              loading={sign.isBusy}
              onClick={() => void signNow()}
            >
              {t('audit.sign')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconDownload size="1.125rem" aria-hidden />}
              loading={write.isBusy}
              onClick={() => void save()}
            >
              {t('audit.export')}
            </Button>
          </>
        }
      />
      {said !== null && (
        <Notice tone={said.tone}>
          <span className={look['said']}>{said.words}</span>
        </Notice>
      )}
      <div className={css['bar']}>
        <div className={look['day']}>
          <DayInput
            label={t('audit.fromDay')}
            value={days.from}
            max={site.today}
            placeholder={t('audit.fromDay')}
            onChange={(from) => setDays({ ...days, from })}
          />
        </div>
        <div className={look['day']}>
          <DayInput
            label={t('audit.toDay')}
            value={days.to}
            max={site.today}
            placeholder={t('audit.toDay')}
            onChange={(to) => setDays({ ...days, to })}
          />
        </div>
        <Select
          aria-label={t('audit.kind')}
          className={look['choice'] ?? ''}
          placeholder={t('audit.anyKind')}
          data={auditKinds.map((each) => ({ value: each, label: t(`audit.kinds.${each}`) }))}
          value={kind}
          onChange={(value) => setKind(auditKinds.find((each) => each === value) ?? null)}
          clearable
          searchable
        />
        <Select
          aria-label={t('audit.who')}
          className={look['choice'] ?? ''}
          placeholder={t('audit.anybody')}
          data={[
            { value: 'program', label: t('audit.program') },
            ...(staff.value?.operators ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={operatorId}
          onChange={setOperatorId}
          clearable
        />
        {isFiltered && (
          <Button variant="subtle" leftSection={<IconX size="1rem" aria-hidden />} onClick={clear}>
            {subject === null ? t('audit.clear') : t('audit.ofSubject', { subject: subjectWords(t, subject) })}
          </Button>
        )}
        <span className={css['count']} role="status">
          {isBusy && rows.length === 0
            ? t('audit.searching')
            : !isFiltered && t('audit.count', { n: figure(standing.entries) })}
        </span>
      </div>
      <Paper fill>
        {entries.failure !== null ? (
          <Awaited failure={entries.failure} onRetry={onReopen} />
        ) : rows.length > 0 ? (
          <CalmTable
            label={t('audit.title')}
            columns={columns}
            count={rows.length}
            rowAt={(index) => rows[index]}
            rowKey={(row) => String(row.seq)}
            onOpen={setEntry}
            onRange={onRange}
            listKey={JSON.stringify([openingId, filter])}
          />
        ) : isBusy ? (
          <Awaited failure={null} onRetry={onReopen} />
        ) : (
          <Empty
            title={t('audit.empty')}
            hint={t('audit.emptyHint')}
            icon={<IconShieldCheck size="2.5rem" stroke={1.4} aria-hidden />}
          />
        )}
        {(hasMore || rows.length > 0) && (
          <div className={css['foot']}>
            <span>{t('lists.keysOpen')}</span>
            {hasMore && rows.length < 100 ? (
              <Button size="compact-sm" variant="subtle" loading={isBusy} onClick={more}>
                {t('audit.older')}
              </Button>
            ) : (
              !hasMore && <span>{t('audit.oldest')}</span>
            )}
          </div>
        )}
      </Paper>
      <SideSheet
        title={t('audit.entry', { seq: figure(entry?.seq ?? 0) })}
        isOpen={entry !== null}
        onClose={() => setEntry(null)}
        size="38rem"
      >
        {entry !== null && (
          <EntrySheet
            entry={entry}
            onPerson={setPersonId}
            onTest={setTestId}
            onAll={() => {
              setSubject(entry.subject);
              setEntry(null);
            }}
          />
        )}
      </SideSheet>
      <PersonSheet personId={personId} onClose={() => setPersonId(null)} />
      <TestSheet testId={testId} onClose={() => setTestId(null)} onOpen={setTestId} />
    </div>
  );
}
