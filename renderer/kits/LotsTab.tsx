import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Column } from '../lists/CalmTable.tsx';
import { useLook } from '../lists/calls.ts';
import { Awaited, Empty } from '../lists/Empty.tsx';
import { daysUntil, figure, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Paper } from '../lists/Screen.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { useSite } from '../lists/site.ts';
import { WholeList } from '../lists/WholeList.tsx';
import { useText } from '../text/index.ts';
import { LotSheet } from './stock/LotSheet.tsx';

type Lot = Output<'lots.list'>['lots'][number];
const countsOf = ({ known, used }: Lot) => ({ known, used, left: known - used });

/** Days before the end of a lot from which its state says how many are left. */
const soonDays = 60;

export function LotsTab() {
  const t = useText();
  const site = useSite();
  const lots = useLook('lots.list', {});
  const { zone, language, today } = site;
  const [lotId, setLotId] = useState<string | null>(null);

  const columns = useMemo<readonly Column<Lot>[]>(
    () => [
      {
        key: 'product',
        heading: t('kits.lots.product'),
        width: 'minmax(10rem, 1.5fr)',
        sortBy: (row) => row.productName,
        cell: (row) => <span className={css['strong']}>{row.productName}</span>,
      },
      {
        key: 'lot',
        heading: t('kits.lots.lot'),
        width: 'minmax(8rem, 1fr)',
        sortBy: (row) => row.lot,
        cell: (row) => row.lot,
      },
      {
        key: 'expires',
        heading: t('kits.lots.expires'),
        width: '8rem',
        sortBy: (row) => row.expiresOn,
        cell: (row) => row.expiresOn ?? <span className={css['faint']}>{t('lists.unknown')}</span>,
      },
      {
        key: 'state',
        heading: t('kits.lots.state'),
        width: 'minmax(10rem, 1fr)',
        cell: (row) => {
          if (row.recalledAtMs !== null) {
            const when = momentWords(row.recalledAtMs, zone, language, today);
            return <Mark tone="refused" icon={IconCircleX} word={t('kits.lots.recalled', { when })} />;
          }
          if (row.expiresOn === null)
            return <Mark tone="neutral" icon={IconAlertTriangle} word={t('kits.lots.noExpiry')} />;
          const left = daysUntil(row.expiresOn, today);
          if (left < 0) return <Mark tone="refused" icon={IconCircleX} word={t('kits.lots.expired')} />;
          if (left === 0) return <Mark tone="attention" icon={IconAlertTriangle} word={t('kits.lots.expiresToday')} />;
          if (left <= soonDays) {
            return <Mark tone="attention" icon={IconAlertTriangle} word={t('kits.lots.expiresSoon', { n: left })} />;
          }
          return <Mark tone="plain" icon={IconCircleCheck} word={t('kits.lots.usable')} />;
        },
      },
      // Boxes that came without a list of their kits are counted in the stock, not here.
      ...(['known', 'used', 'left'] as const).map(
        (key): Column<Lot> => ({
          key,
          heading: t(`kits.lots.${key}`),
          width: '7rem',
          align: 'end',
          sortBy: (row) => countsOf(row)[key],
          cell: (row) => (row.known === 0 ? <span className={css['faint']}>—</span> : figure(countsOf(row)[key])),
        }),
      ),
    ],
    [t, zone, language, today],
  );
  const textsOf = useCallback((row: Lot) => [row.productName, row.lot], []);
  if (lots.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={lots.failure} onRetry={lots.again} />
      </Paper>
    );
  }
  return (
    <>
      <WholeList
        label={t('kits.tabs.lots')}
        searchFor={t('kits.lots.search')}
        rows={lots.value.lots}
        columns={columns}
        rowKey={(row) => row.lotId}
        textsOf={textsOf}
        onOpen={(row) => setLotId(row.lotId)}
        hint={t('stock.openHint')}
        empty={<Empty title={t('kits.lots.empty')} hint={t('kits.lots.emptyHint')} />}
      />
      <LotSheet lotId={lotId} onClose={() => setLotId(null)} />
    </>
  );
}
