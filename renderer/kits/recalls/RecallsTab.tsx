import { Button } from '@mantine/core';
import { IconAlertOctagon, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import type { Recall } from '../../../shared/model/recall.ts';
import type { Column } from '../../lists/CalmTable.tsx';
import { useLook } from '../../lists/calls.ts';
import { Awaited, Empty } from '../../lists/Empty.tsx';
import { momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Paper } from '../../lists/Screen.tsx';
import { SideSheet } from '../../lists/SideSheet.tsx';
import { Mark } from '../../lists/StatusMark.tsx';
import { may, useSite } from '../../lists/site.ts';
import { WholeList } from '../../lists/WholeList.tsx';
import { useText } from '../../text/index.ts';
import { RecallForm } from './RecallForm.tsx';
import { RecallView } from './RecallView.tsx';
import { reachWords } from './reachWords.ts';

/** What may not be used any more, and for each who was tested with it. */
export function RecallsTab() {
  const t = useText();
  const { operator, zone, language, today } = useSite();
  const looked = useLook('recalls.list', {});
  const [shownId, setShownId] = useState<string | null>(null);
  const [isMaking, setMaking] = useState(false);
  const columns = useMemo<readonly Column<Recall>[]>(
    () => [
      {
        key: 'state',
        heading: t('recalls.state'),
        width: 'minmax(8rem, 0.8fr)',
        cell: (row) =>
          row.lifted === null ? (
            <Mark tone="refused" icon={IconCircleX} word={t('recalls.standing')} />
          ) : (
            <Mark
              tone="neutral"
              icon={IconCircleCheck}
              word={t('recalls.lifted', { when: momentWords(row.lifted.atMs, zone, language, today) })}
            />
          ),
      },
      {
        key: 'what',
        heading: t('recalls.what'),
        width: 'minmax(14rem, 1.8fr)',
        cell: (row) => (
          <>
            <span className={css['strong']}>{reachWords(t, row)}</span>{' '}
            <span className={css['faint']}>{row.productName}</span>
          </>
        ),
      },
      {
        key: 'reason',
        heading: t('recalls.reason'),
        width: 'minmax(10rem, 1.4fr)',
        cell: (row) => row.reason,
      },
      {
        key: 'source',
        heading: t('recalls.source'),
        width: 'minmax(8rem, 1fr)',
        cell: (row) => <span className={css['quiet']}>{row.source}</span>,
      },
      {
        key: 'at',
        heading: t('recalls.at'),
        width: '9rem',
        sortBy: (row) => row.atMs,
        cell: (row) => <span className={css['quiet']}>{momentWords(row.atMs, zone, language, today)}</span>,
      },
      {
        key: 'by',
        heading: t('recalls.by'),
        width: 'minmax(5rem, 0.6fr)',
        cell: (row) => <span className={css['quiet']}>{row.operatorName}</span>,
      },
    ],
    [t, zone, language, today],
  );
  const textsOf = useCallback(
    (row: Recall) => [row.productName, row.lot, row.kits?.from ?? null, row.kits?.to ?? null, row.reason, row.source],
    [],
  );
  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  const shown = looked.value.recalls.find(({ recallId }) => recallId === shownId);
  if (shown !== undefined) return <RecallView recall={shown} onBack={() => setShownId(null)} />;
  return (
    <>
      <WholeList
        label={t('recalls.tab')}
        searchFor={t('recalls.search')}
        rows={looked.value.recalls}
        columns={columns}
        rowKey={(row) => row.recallId}
        textsOf={textsOf}
        onOpen={(row) => setShownId(row.recallId)}
        hint={t('lists.keysOpen')}
        filter={
          may(operator, 'kits.recall') && (
            <div className={css['actions']}>
              <Button leftSection={<IconAlertOctagon size="1.125rem" aria-hidden />} onClick={() => setMaking(true)}>
                {t('recalls.make')}
              </Button>
            </div>
          )
        }
        empty={<Empty title={t('recalls.empty')} hint={t('recalls.emptyHint')} />}
      />
      <SideSheet title={t('recalls.make')} isOpen={isMaking} onClose={() => setMaking(false)}>
        {isMaking && (
          <RecallForm
            onDone={(recallId) => {
              setMaking(false);
              setShownId(recallId);
            }}
          />
        )}
      </SideSheet>
    </>
  );
}
