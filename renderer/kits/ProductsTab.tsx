import { Badge, Button, SegmentedControl } from '@mantine/core';
import { IconAlertTriangle, IconClock, IconPlus } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import type { KitProduct } from '../../shared/model/kit.ts';
import type { Column } from '../lists/CalmTable.tsx';
import { useLook } from '../lists/calls.ts';
import { Awaited, Empty } from '../lists/Empty.tsx';
import css from '../lists/lists.module.css';
import { Paper } from '../lists/Screen.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { may, useSite } from '../lists/site.ts';
import { WholeList } from '../lists/WholeList.tsx';
import { useText } from '../text/index.ts';
import { ProductSheet } from './ProductSheet.tsx';

type Shown = 'all' | 'ready' | 'notReady';
const shownKinds: readonly Shown[] = ['all', 'ready', 'notReady'];

export function ProductsTab() {
  const t = useText();
  const site = useSite();
  const products = useLook('products.list', {});
  const [shown, setShown] = useState<Shown>('all');
  const [open, setOpen] = useState<KitProduct | 'new' | null>(null);
  const mayEdit = may(site.operator, 'products.edit');

  const columns = useMemo<readonly Column<KitProduct>[]>(
    () => [
      {
        key: 'name',
        heading: t('kits.products.name'),
        width: 'minmax(16rem, 3fr)',
        sortBy: (row) => row.shortName || row.registrant,
        cell: (row) => (
          <>
            <span className={css['strong']}>{row.shortName || row.registrant}</span>{' '}
            {row.shortName !== '' && row.shortName !== row.registrant && (
              <span className={css['quiet']}>{row.registrant} </span>
            )}
            {row.isSample && (
              <Badge variant="default" size="lg" tt="none" fw={500}>
                {t('kits.products.sample')}
              </Badge>
            )}
          </>
        ),
      },
      {
        key: 'method',
        heading: t('kits.products.method'),
        width: '7.5rem',
        sortBy: (row) => row.method,
        cell: (row) => <span className={css['quiet']}>{row.method ?? t('lists.none')}</span>,
      },
      {
        key: 'registration',
        heading: t('kits.products.registration'),
        width: 'minmax(11.5rem, 1fr)',
        sortBy: (row) => row.registrationNumber,
        cell: (row) => (
          <span className={css['quiet']} title={row.registrationNumber ?? undefined}>
            {row.registrationNumber ?? t('lists.none')}
          </span>
        ),
      },
      {
        key: 'window',
        heading: t('kits.products.window'),
        width: '13.5rem',
        sortBy: (row) => row.window?.opensAfterMin ?? null,
        cell: (row) =>
          row.window === null ? (
            <Mark tone="attention" icon={IconAlertTriangle} word={t('kits.products.noWindow')} />
          ) : (
            <Mark
              tone="plain"
              icon={IconClock}
              word={t('kits.products.windowOf', { opens: row.window.opensAfterMin, closes: row.window.closesAfterMin })}
            />
          ),
      },
      {
        key: 'gtins',
        heading: t('kits.products.gtins'),
        width: '13.5rem',
        cell: (row) => {
          const [first] = row.gtins;
          if (first === undefined) return <span className={css['faint']}>{t('kits.products.noGtin')}</span>;
          return row.gtins.length === 1 ? first : t('kits.products.gtinMore', { first, n: row.gtins.length });
        },
      },
    ],
    [t],
  );
  const textsOf = useCallback(
    (row: KitProduct) => [row.shortName, row.registrant, row.registrationNumber, row.method, ...row.gtins],
    [],
  );
  const all = products.value?.products;
  const rows = useMemo(
    () => (all ?? []).filter((row) => shown === 'all' || (row.window !== null) === (shown === 'ready')),
    [all, shown],
  );
  if (all === undefined) {
    return (
      <Paper fill>
        <Awaited failure={products.failure} onRetry={products.again} />
      </Paper>
    );
  }
  const add = mayEdit && (
    <Button variant="default" leftSection={<IconPlus size="1.125rem" aria-hidden />} onClick={() => setOpen('new')}>
      {t('kits.products.add')}
    </Button>
  );
  return (
    <>
      <WholeList
        label={t('kits.tabs.products')}
        searchFor={t('kits.products.search')}
        rows={rows}
        columns={columns}
        rowKey={(row) => row.id}
        textsOf={textsOf}
        {...(mayEdit ? { onOpen: setOpen } : {})}
        filter={
          <>
            <SegmentedControl
              aria-label={t('kits.products.window')}
              value={shown}
              onChange={(value) => setShown(shownKinds.find((kind) => kind === value) ?? 'all')}
              data={shownKinds.map((value) => ({ value, label: t(`kits.products.${value}`) }))}
            />
            {add}
          </>
        }
        hint={mayEdit ? t('kits.products.editHint') : t('kits.products.readHint')}
        empty={
          <Empty title={t('kits.products.empty')} hint={t('kits.products.emptyHint')}>
            {add}
          </Empty>
        }
      />
      <ProductSheet product={open} onClose={() => setOpen(null)} />
    </>
  );
}
