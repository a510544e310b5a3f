import { IconCircleDashed, IconCircleX, IconClock, IconFileText, IconPackage } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { Column } from '../lists/CalmTable.tsx';
import { Empty } from '../lists/Empty.tsx';
import css from '../lists/lists.module.css';
import { PagedList, type PagedRow } from '../lists/PagedList.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { TestSheet } from '../results/TestSheet.tsx';
import { useText } from '../text/index.ts';
import { traceKit } from './trace/traced.ts';

type Kit = PagedRow<'kits.list'>;
const looks = {
  known: { tone: 'neutral', icon: IconCircleDashed },
  bound: { tone: 'waiting', icon: IconClock },
  resulted: { tone: 'plain', icon: IconFileText },
  void: { tone: 'neutral', icon: IconCircleX },
} as const;

export function KitsTab(props: { readonly importButton: ReactNode }) {
  const t = useText();
  const [testId, setTestId] = useState<string | null>(null);
  const columns = useMemo<readonly Column<Kit>[]>(
    () => [
      {
        key: 'serial',
        heading: t('kits.list.serial'),
        width: 'minmax(12rem, 1.4fr)',
        cell: (row) => <span className={css['strong']}>{row.serial}</span>,
      },
      {
        key: 'product',
        heading: t('kits.list.product'),
        width: 'minmax(12rem, 1.6fr)',
        cell: (row) => row.productName,
      },
      {
        key: 'lot',
        heading: t('kits.list.lot'),
        width: 'minmax(8rem, 1fr)',
        cell: (row) => row.lot ?? t('lists.none'),
      },
      {
        key: 'expires',
        heading: t('kits.list.expires'),
        width: '8rem',
        cell: (row) => <span className={css['quiet']}>{row.expiresOn ?? t('lists.unknown')}</span>,
      },
      {
        key: 'status',
        heading: t('kits.list.state'),
        width: '9rem',
        cell: (row) => <Mark {...looks[row.status]} word={t(`kits.list.status.${row.status}`)} />,
      },
    ],
    [t],
  );
  return (
    <>
      <PagedList
        method="kits.list"
        label={t('kits.tabs.kits')}
        searchFor={t('kits.list.search')}
        columns={columns}
        rowKey={(row) => row.kitKey}
        onOpen={(row) => (row.testId === null ? traceKit(row.kitKey) : setTestId(row.testId))}
        hint={t('kits.list.openHint')}
        empty={
          <Empty
            title={t('kits.list.empty')}
            hint={`${t('kits.list.emptyHint')} ${t('imports.formats.manifest')}`}
            icon={<IconPackage size="2.5rem" stroke={1.4} aria-hidden />}
          >
            {props.importButton}
          </Empty>
        }
      />
      <TestSheet testId={testId} onClose={() => setTestId(null)} onOpen={setTestId} />
    </>
  );
}
