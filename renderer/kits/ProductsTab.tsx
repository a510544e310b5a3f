import { Badge, Button, SegmentedControl } from '@mantine/core';
import { IconAlertTriangle, IconClock, IconFileExport, IconFileImport, IconPlus } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import type { Failure } from '../../shared/errors.ts';
import type { KitProduct } from '../../shared/model/kit.ts';
import { PastImports } from '../imports/PastImports.tsx';
import type { ImportFlow } from '../imports/useImport.ts';
import type { Column } from '../lists/CalmTable.tsx';
import { useLook } from '../lists/calls.ts';
import { Awaited, Empty } from '../lists/Empty.tsx';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { saySaved } from '../lists/said.ts';
import { may, useSite } from '../lists/site.ts';
import { WholeList } from '../lists/WholeList.tsx';
import { callStation, useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import { ProductSheet } from './ProductSheet.tsx';

type Shown = 'all' | 'ready' | 'notReady';
const shownKinds: readonly Shown[] = ['all', 'ready', 'notReady'];

export function ProductsTab(props: { readonly flow: ImportFlow }) {
  const t = useText();
  const site = useSite();
  const products = useLook('products.list', {});
  const [shown, setShown] = useState<Shown>('all');
  const [open, setOpen] = useState<KitProduct | 'new' | null>(null);
  const mayEdit = may(site.operator, 'products.edit');

  const failureText = useFailureText();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isExporting, setExporting] = useState(false);

  /** What the register has, in the columns that the import reads. */
  async function save(): Promise<void> {
    setFailure(null);
    setExporting(true);
    const place = await callStation('files.pickSave', {
      suggestedName: t('kits.products.fileName', { day: site.today }),
    });
    const reply = place.ok
      ? await callStation('exports.products', {
          exportId: crypto.randomUUID(),
          path: place.value.path,
          language: site.language,
        })
      : place;
    setExporting(false);
    if (!reply.ok) {
      if (reply.error.code !== 'CANCELLED') setFailure(reply.error);
      return;
    }
    if ('rows' in reply.value)
      saySaved(t('kits.products.exported', { rows: reply.value.rows, path: reply.value.path }));
  }

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
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
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
            {mayEdit && (
              <Button
                variant="default"
                leftSection={<IconFileImport size="1.125rem" aria-hidden />}
                onClick={props.flow.pick}
                loading={props.flow.isPicking}
              >
                {t('imports.pick.products')}
              </Button>
            )}
            <Button
              variant="default"
              leftSection={<IconFileExport size="1.125rem" aria-hidden />}
              onClick={() => void save()}
              loading={isExporting}
            >
              {t('kits.products.export')}
            </Button>
            {mayEdit && <PastImports kind="products" />}
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
