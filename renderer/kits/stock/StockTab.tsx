import { Button, SegmentedControl } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconListCheck,
  IconPackageImport,
  IconTrash,
} from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import type { StockRow } from '../../../shared/model/stock.ts';
import type { Column } from '../../lists/CalmTable.tsx';
import { useLook } from '../../lists/calls.ts';
import { Awaited, Empty } from '../../lists/Empty.tsx';
import { figure } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { Paper } from '../../lists/Screen.tsx';
import { SideSheet } from '../../lists/SideSheet.tsx';
import { Mark } from '../../lists/StatusMark.tsx';
import { may, useSite } from '../../lists/site.ts';
import { WholeList } from '../../lists/WholeList.tsx';
import { useText } from '../../text/index.ts';
import { CountForm } from './CountForm.tsx';
import { LotSheet } from './LotSheet.tsx';
import { useLowWords } from './lowWords.ts';
import { ShipmentsView, TransfersView } from './MovesView.tsx';
import { ReceiveForm } from './ReceiveForm.tsx';
import { SpoilForm } from './SpoilForm.tsx';
import { TransferForm } from './TransferForm.tsx';

const acts = ['receive', 'transfer', 'spoil', 'count'] as const;
type Act = (typeof acts)[number];
const views = ['stock', 'shipments', 'transfers'] as const;
type View = (typeof views)[number];
const looks = {
  receive: { right: 'kits.receive', icon: IconPackageImport, words: 'stock.receive' },
  transfer: { right: 'kits.transfer', icon: IconArrowsExchange, words: 'stock.transfer' },
  spoil: { right: 'kits.spoil', icon: IconTrash, words: 'stock.spoil' },
  count: { right: 'kits.count', icon: IconListCheck, words: 'stock.countTab' },
} as const;

/** What is left of each lot by the books, and whatever changes it: boxes in, kits out, written off, counted. */
export function StockTab() {
  const t = useText();
  const { operator, today } = useSite();
  const looked = useLook('stock.list', {});
  const lowWords = useLowWords();
  const [open, setOpen] = useState<Act | null>(null);
  const [view, setView] = useState<View>('stock');
  const [lotId, setLotId] = useState<string | null>(null);
  const columns = useMemo<readonly Column<StockRow>[]>(
    () => [
      {
        key: 'product',
        heading: t('stock.product'),
        width: 'minmax(9rem, 1.5fr)',
        cell: (row) => <span className={css['strong']}>{row.productName}</span>,
      },
      {
        key: 'lot',
        heading: t('stock.lot'),
        width: 'minmax(7rem, 1fr)',
        cell: (row) => (row.lot === '' ? <span className={css['faint']}>{t('stock.noLot')}</span> : row.lot),
      },
      { key: 'expires', heading: t('stock.expires'), width: '7rem', cell: (row) => row.expiresOn ?? '—' },
      ...(['opening', 'received'] as const).map(
        (key): Column<StockRow> => ({
          key,
          heading: t(`stock.${key}`),
          width: '5rem',
          align: 'end',
          cell: (row) => figure(row[key]),
        }),
      ),
      {
        key: 'moved',
        heading: t('stock.moved'),
        width: '7rem',
        align: 'end',
        cell: (row) => figure(row.movedIn - row.movedOut),
      },
      ...(['used', 'spoiled'] as const).map(
        (key): Column<StockRow> => ({
          key,
          heading: t(`stock.${key}`),
          width: '5rem',
          align: 'end',
          cell: (row) => figure(row[key]),
        }),
      ),
      {
        key: 'left',
        heading: t('stock.left'),
        width: '7rem',
        align: 'end',
        cell: (row) => (row.isKept ? <span className={css['strong']}>{figure(row.left)}</span> : '—'),
      },
      {
        key: 'state',
        heading: t('stock.state'),
        width: 'minmax(8rem, 1fr)',
        cell: (row) => {
          if (row.recalledAtMs !== null)
            return <Mark tone="refused" icon={IconAlertTriangle} word={t('kits.lots.recalled', { when: '' }).trim()} />;
          if (row.expiresOn !== null && row.expiresOn < today)
            return <Mark tone="refused" icon={IconAlertTriangle} word={t('kits.lots.expired')} />;
          if (!row.isKept) return <span className={css['faint']}>{t('stock.notKept')}</span>;
          return row.isNext ? <Mark tone="waiting" icon={IconListCheck} word={t('stock.next')} /> : null;
        },
      },
    ],
    [t, today],
  );
  const textsOf = useCallback((row: StockRow) => [row.productName, row.lot], []);
  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  const choice = (
    <SegmentedControl
      aria-label={t('stock.viewLabel')}
      value={view}
      onChange={(value) => setView(views.find((each) => each === value) ?? 'stock')}
      data={views.map((value) => ({ value, label: t(`stock.views.${value}`) }))}
    />
  );
  if (view === 'shipments') return <ShipmentsView filter={choice} />;
  if (view === 'transfers') return <TransfersView filter={choice} />;
  const buttons = (
    <div className={css['actions']}>
      {acts
        .filter((act) => may(operator, looks[act].right))
        .map((act) => {
          const { icon: Icon, words } = looks[act];
          return (
            <Button
              key={act}
              variant={act === 'receive' ? 'filled' : 'default'}
              leftSection={<Icon size="1.125rem" aria-hidden />}
              onClick={() => setOpen(act)}
            >
              {t(words)}
            </Button>
          );
        })}
    </div>
  );
  const close = (): void => {
    setOpen(null);
    looked.again();
  };
  const { low } = looked.value;
  // Whoever counts must not read behind the sheet how many there should be.
  const isCounting = open === 'count';
  return (
    <>
      {low.length > 0 && !isCounting && <Notice tone="attention">{lowWords(low)}</Notice>}
      <WholeList
        label={t('stock.tab')}
        searchFor={t('stock.search')}
        rows={isCounting ? [] : looked.value.rows}
        columns={columns}
        rowKey={(row) => `${row.productId} ${row.lot}`}
        textsOf={textsOf}
        onOpen={(row) => setLotId(row.lotId)}
        hint={t('stock.openHint')}
        filter={
          <>
            {!isCounting && choice}
            {buttons}
          </>
        }
        empty={
          isCounting ? (
            <Empty title={t('stock.hidden')} hint={t('stock.countIntro')} />
          ) : (
            <Empty title={t('stock.empty')} hint={t('stock.emptyHint')} />
          )
        }
      />
      <LotSheet lotId={lotId} onClose={() => setLotId(null)} />
      <SideSheet
        title={open === null ? '' : t(looks[open].words)}
        isOpen={open !== null}
        onClose={close}
        size={open === 'receive' || open === 'count' ? '44rem' : '34rem'}
      >
        {open === 'receive' && <ReceiveForm onDone={close} />}
        {open === 'spoil' && <SpoilForm onDone={close} />}
        {open === 'transfer' && <TransferForm onDone={close} />}
        {open === 'count' && <CountForm onDone={close} />}
      </SideSheet>
    </>
  );
}
