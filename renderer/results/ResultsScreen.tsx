import { Checkbox, Select } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { type TestStatus, testStatuses } from '../../shared/model/test.ts';
import { ExportButton } from '../exports/ExportButton.tsx';
import type { Column } from '../lists/CalmTable.tsx';
import { DayField } from '../lists/DayField.tsx';
import { Empty } from '../lists/Empty.tsx';
import { clockOf, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { PagedList, type PagedRow } from '../lists/PagedList.tsx';
import { Screen } from '../lists/Screen.tsx';
import { CentralMark, StatusMark } from '../lists/StatusMark.tsx';
import { useSite } from '../lists/site.ts';
import { addressWords } from '../lists/words.ts';
import { useText } from '../text/index.ts';
import { TestSheet } from './TestSheet.tsx';

type Row = PagedRow<'tests.list'>;

/** Every test by day, status and search; one test's history beside them. */
export function ResultsScreen() {
  const t = useText();
  const { zone, language, today, isKnown } = useSite();
  const [chosenDay, setChosenDay] = useState<string | null>(null);
  const [isAnyDay, setAnyDay] = useState(false);
  const [status, setStatus] = useState<TestStatus | null>(null);
  const [testId, setTestId] = useState<string | null>(null);
  const day = chosenDay ?? today;

  const columns = useMemo<readonly Column<Row>[]>(
    () => [
      {
        key: 'boundAt',
        heading: t('results.boundAt'),
        width: isAnyDay ? '8.5rem' : '5rem',
        cell: (row) => (
          <span className={css['quiet']}>
            {isAnyDay ? momentWords(row.boundAtMs, zone, language, today) : clockOf(row.boundAtMs, zone)}
          </span>
        ),
      },
      {
        key: 'person',
        heading: t('results.person'),
        width: 'minmax(7rem, 1.1fr)',
        cell: (row) => <span className={css['strong']}>{row.person.nameMasked}</span>,
      },
      {
        key: 'address',
        heading: t('results.address'),
        width: 'minmax(9.5rem, 1.2fr)',
        cell: (row) => addressWords(t, row.person.address),
      },
      {
        key: 'kit',
        heading: t('results.kit'),
        width: 'minmax(11rem, 1.5fr)',
        cell: (row) => (
          <>
            {t('results.kitTail', { tail: row.kit.tail })} <span className={css['faint']}>{row.kit.productName}</span>
          </>
        ),
      },
      {
        key: 'status',
        heading: t('results.status'),
        width: '7.5rem',
        cell: (row) => <StatusMark status={row.status} />,
      },
      {
        key: 'readAt',
        heading: t('results.readAt'),
        width: isAnyDay ? '8.5rem' : '5rem',
        cell: (row) => (
          <span className={css['quiet']}>
            {row.result === null
              ? t('lists.none')
              : momentWords(row.result.readAtMs, zone, language, isAnyDay ? today : row.day)}
          </span>
        ),
      },
      {
        key: 'operator',
        heading: t('results.operator'),
        width: 'minmax(6rem, 0.8fr)',
        cell: (row) => <span className={css['quiet']}>{row.result?.operatorName ?? row.boundByName}</span>,
      },
      {
        key: 'central',
        heading: t('results.central'),
        width: '9.5rem',
        cell: (row) => <CentralMark state={row.central} />,
      },
    ],
    [t, zone, language, today, isAnyDay],
  );

  const isFiltered = status !== null;
  return (
    <Screen title={t('results.title')}>
      {isKnown && (
        <PagedList
          method="tests.list"
          label={t('results.title')}
          searchFor={t('results.search')}
          columns={columns}
          rowKey={(row) => row.testId}
          onOpen={(row) => setTestId(row.testId)}
          actions={(query) => <ExportButton kind="tests" listed={{ query, day: isAnyDay ? null : day, status }} />}
          filterBy={{ ...(isAnyDay ? {} : { day }), ...(status === null ? {} : { status }) }}
          filter={
            <>
              {!isAnyDay && <DayField value={day} today={today} onChange={setChosenDay} />}
              <Checkbox
                label={t('results.anyDay')}
                checked={isAnyDay}
                onChange={(event) => setAnyDay(event.currentTarget.checked)}
              />
              <Select
                className={css['narrow'] ?? ''}
                aria-label={t('results.status')}
                allowDeselect={false}
                value={status ?? 'any'}
                onChange={(value) => setStatus(testStatuses.find((each) => each === value) ?? null)}
                data={[
                  { value: 'any', label: t('results.anyStatus') },
                  ...testStatuses.map((value) => ({ value, label: t(`lists.status.${value}`) })),
                ]}
              />
            </>
          }
          hint={t('lists.keysOpen')}
          empty={
            <Empty
              title={t(isFiltered ? 'results.emptyFiltered' : 'results.empty')}
              hint={t(isFiltered ? 'results.emptyFilteredHint' : 'results.emptyHint')}
              icon={<IconFileText size="2.5rem" stroke={1.4} aria-hidden />}
            />
          }
        />
      )}
      <TestSheet testId={testId} onClose={() => setTestId(null)} onOpen={setTestId} />
    </Screen>
  );
}
