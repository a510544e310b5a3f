import { Checkbox, Select } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useState } from 'react';
import { type TestStatus, testStatuses } from '../../shared/model/test.ts';
import { ExportButton } from '../exports/ExportButton.tsx';
import { DayField } from '../lists/DayField.tsx';
import { Empty } from '../lists/Empty.tsx';
import css from '../lists/lists.module.css';
import { PagedList } from '../lists/PagedList.tsx';
import { Screen } from '../lists/Screen.tsx';
import { useSite } from '../lists/site.ts';
import { useText } from '../text/index.ts';
import { TestSheet } from './TestSheet.tsx';
import { useTestColumns } from './testColumns.tsx';

/** Every test by day, status and search; one test's history beside them. */
export function ResultsScreen() {
  const t = useText();
  const { today, isKnown } = useSite();
  const [chosenDay, setChosenDay] = useState<string | null>(null);
  const [isAnyDay, setAnyDay] = useState(false);
  const [status, setStatus] = useState<TestStatus | null>(null);
  const [testId, setTestId] = useState<string | null>(null);
  const day = chosenDay ?? today;

  const columns = useTestColumns(isAnyDay);
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
