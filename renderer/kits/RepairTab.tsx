import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconBarcode, IconCircleCheck, IconHistory, IconTool } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Failure } from '../../shared/errors.ts';
import type { RepairRow } from '../../shared/model/pattern.ts';
import { CalmTable, type Column } from '../lists/CalmTable.tsx';
import { useLook } from '../lists/calls.ts';
import { Awaited, Empty } from '../lists/Empty.tsx';
import { figure, momentWords, shiftDay } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { saySaved } from '../lists/said.ts';
import { useSite } from '../lists/site.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { EarlierSheet } from './EarlierSheet.tsx';
import { PatternsSheet } from './PatternsSheet.tsx';
import look from './repair.module.css';
import { type MarkedText, markDifference, repairable, stillChosen } from './repair.ts';

const ranges = ['days7', 'days30', 'allDays'] as const;
type Range = (typeof ranges)[number];
const daysBack: Readonly<Record<Range, number | null>> = { days7: 6, days30: 29, allDays: null };

/** Tests that were bound with a code one character short or long: what it must have been, and putting it right. */
export function RepairTab() {
  const t = useText();
  const { today } = useSite();
  const [range, setRange] = useState<Range>('days30');
  const [sheet, setSheet] = useState<'patterns' | 'earlier' | null>(null);
  const back = daysBack[range];
  const found = useLook('repairs.preview', back === null ? {} : { fromDay: shiftDay(today, -back) });
  const patterns = useLook('patterns.list', {});
  const rows = found.value?.rows ?? [];
  const ready = repairable(rows).length;
  const isAnyKnown = patterns.value?.patterns.some(({ state, part }) => state === 'used' && part !== 'lot') ?? false;
  return (
    <>
      <p className={look['intro']}>{t('repairs.intro')}</p>
      <div className={css['bar']}>
        <SegmentedControl
          aria-label={t('repairs.range')}
          value={range}
          onChange={(value) => setRange(ranges.find((each) => each === value) ?? 'days30')}
          data={ranges.map((each) => ({ value: each, label: t(`repairs.${each}`) }))}
        />
        <span className={look['counts']} role="status">
          {rows.length > 0 && (
            <>
              <Mark tone="done" icon={IconCircleCheck} word={`${t('repairs.canRepair')} ${figure(ready)}`} />
              <Mark
                tone={rows.length > ready ? 'attention' : 'neutral'}
                icon={IconAlertTriangle}
                word={`${t('repairs.cannotRepair')} ${figure(rows.length - ready)}`}
              />
            </>
          )}
        </span>
        <div className={css['actions']}>
          <Button
            variant="default"
            leftSection={<IconBarcode size="1.125rem" aria-hidden />}
            onClick={() => setSheet('patterns')}
          >
            {t('repairs.patterns')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconHistory size="1.125rem" aria-hidden />}
            onClick={() => setSheet('earlier')}
          >
            {t('repairs.earlier')}
          </Button>
        </div>
      </div>
      {found.value?.more === true && <Notice tone="attention">{t('repairs.more')}</Notice>}
      <Paper fill>
        {found.value === undefined ? (
          <Awaited failure={found.failure} onRetry={found.again} />
        ) : rows.length > 0 ? (
          <Found key={range} rows={rows} />
        ) : patterns.value !== undefined && !isAnyKnown ? (
          <Empty
            title={t('repairs.nothingKnown')}
            hint={t('repairs.nothingKnownHint')}
            icon={<IconBarcode size="2.5rem" stroke={1.4} aria-hidden />}
          >
            <Button onClick={() => setSheet('patterns')}>{t('repairs.teach')}</Button>
          </Empty>
        ) : (
          <Empty
            title={t('repairs.allWell')}
            hint={t('repairs.allWellHint')}
            icon={<IconCircleCheck size="2.5rem" stroke={1.4} aria-hidden />}
          />
        )}
      </Paper>
      <PatternsSheet isOpen={sheet === 'patterns'} onClose={() => setSheet(null)} />
      <EarlierSheet isOpen={sheet === 'earlier'} onClose={() => setSheet(null)} />
    </>
  );
}

function Found(props: { readonly rows: readonly RepairRow[] }) {
  const t = useText();
  const failureText = useFailureText();
  const { zone, language, today } = useSite();
  const commit = useStationAction('repairs.commit');
  const { rows } = props;
  const [picked, setPicked] = useState<ReadonlySet<string>>(() => new Set(repairable(rows)));
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const chosen = useMemo(() => new Set(stillChosen(picked, rows)), [picked, rows]);
  const ready = repairable(rows);
  const reasonFault = reason.trim().length < 2;

  const toggle = ({ testId, problem }: RepairRow): void => {
    if (problem !== null) return;
    const next = new Set(chosen);
    if (!next.delete(testId)) next.add(testId);
    setPicked(next);
  };

  async function submit(): Promise<void> {
    setTried(true);
    if (chosen.size === 0 || reasonFault || commit.isBusy) return;
    setFailure(null);
    const reply = await commit.run({
      requestId: crypto.randomUUID(),
      testIds: [...chosen],
      reason: reason.trim(),
    });
    if (!reply.ok) return setFailure(reply.error);
    setReason('');
    setTried(false);
    saySaved(t('repairs.committed', { n: figure(reply.value.tests) }));
  }

  const columns: readonly Column<RepairRow>[] = [
    {
      key: 'choose',
      heading: t('repairs.choose'),
      width: '4rem',
      cell: (row) => (
        <Checkbox
          aria-label={t('repairs.chooseOne', { person: row.personMasked, read: row.read })}
          checked={chosen.has(row.testId)}
          disabled={row.problem !== null}
          tabIndex={-1}
          // The row takes the click.
          onChange={() => {}}
        />
      ),
    },
    {
      key: 'boundAt',
      heading: t('repairs.boundAt'),
      width: '9rem',
      cell: (row) => <span className={css['quiet']}>{momentWords(row.boundAtMs, zone, language, today)}</span>,
    },
    { key: 'person', heading: t('repairs.person'), width: '6rem', cell: (row) => row.personMasked },
    {
      key: 'product',
      heading: t('repairs.product'),
      width: 'minmax(8rem, 1fr)',
      cell: (row) => [row.productName, row.lot].filter((part) => part !== null && part !== '').join(' · '),
    },
    {
      key: 'read',
      heading: t('repairs.read'),
      width: 'minmax(9rem, 1fr)',
      cell: (row) =>
        row.proposed === null ? (
          <span className={look['code']}>{row.read}</span>
        ) : (
          <Marked text={markDifference(row.read, row.proposed).read} isShort={row.what === 'missing'} />
        ),
    },
    {
      key: 'becomes',
      heading: t('repairs.becomes'),
      width: 'minmax(9rem, 1fr)',
      cell: (row) =>
        row.proposed === null ? (
          <span className={css['faint']}>{t('lists.none')}</span>
        ) : (
          <Marked text={markDifference(row.read, row.proposed).proposed} isShort={row.what === 'extra'} />
        ),
    },
    {
      key: 'state',
      heading: t('repairs.state'),
      width: 'minmax(12rem, 1.2fr)',
      cell: (row) =>
        row.problem === null ? (
          <Mark
            tone="done"
            icon={IconCircleCheck}
            word={t(row.what === 'missing' ? 'repairs.lost' : 'repairs.gained')}
          />
        ) : (
          <Mark tone="attention" icon={IconAlertTriangle} word={t(`repairs.problem.${row.problem}`)} />
        ),
    },
  ];
  return (
    <>
      <CalmTable
        label={t('repairs.table')}
        columns={columns}
        count={rows.length}
        rowAt={(index) => rows[index]}
        rowKey={(row) => row.testId}
        onOpen={toggle}
      />
      <form
        className={look['foot']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {ready.length > 0 && (
          <>
            <TextInput
              className={look['reason'] ?? ''}
              aria-label={t('repairs.reason')}
              placeholder={t('repairs.reasonPlaceholder')}
              maxLength={200}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              error={isTried && reasonFault ? t('repairs.reasonNeeded') : null}
            />
            <Checkbox
              mt="0.5rem"
              label={t('repairs.chooseAll')}
              checked={chosen.size === ready.length}
              indeterminate={chosen.size > 0 && chosen.size < ready.length}
              onChange={() => setPicked(new Set(chosen.size === ready.length ? [] : ready))}
            />
            <Button
              type="submit"
              leftSection={<IconTool size="1.125rem" aria-hidden />}
              loading={commit.isBusy}
              disabled={chosen.size === 0}
            >
              {chosen.size === 0 ? t('repairs.commitNone') : t('repairs.commit', { n: figure(chosen.size) })}
            </Button>
          </>
        )}
        <p className={look['footWords']}>
          {ready.length > 0 && t('repairs.keeps')} {ready.length < rows.length && t('repairs.problemHint')}
        </p>
        {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      </form>
    </>
  );
}

function Marked(props: { readonly text: MarkedText; readonly isShort: boolean }) {
  const { before, mark, after } = props.text;
  return (
    <span className={look['code']}>
      {before}
      {props.isShort ? <span className={look['gap']} aria-hidden /> : <mark>{mark}</mark>}
      {after}
    </span>
  );
}
