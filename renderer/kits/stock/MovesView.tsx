import { IconArrowsExchange, IconPackageImport } from '@tabler/icons-react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { Shipment, Transfer } from '../../../shared/model/stock.ts';
import table from '../../imports/imports.module.css';
import type { Column } from '../../lists/CalmTable.tsx';
import { useLook } from '../../lists/calls.ts';
import { Awaited, Empty } from '../../lists/Empty.tsx';
import { figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Paper } from '../../lists/Screen.tsx';
import { SideSheet } from '../../lists/SideSheet.tsx';
import { useSite } from '../../lists/site.ts';
import { WholeList } from '../../lists/WholeList.tsx';
import { useText } from '../../text/index.ts';

/** The newest ones: older shipments and transfers are found by their lot. */
const shownMost = 500;
const page = { offset: 0, limit: shownMost };

/** Shipments as they came, each with its boxes. */
export function ShipmentsView(props: { readonly filter: ReactNode }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const looked = useLook('boxes.list', page);
  const [open, setOpen] = useState<Shipment | null>(null);
  const columns = useMemo<readonly Column<Shipment>[]>(
    () => [
      {
        key: 'when',
        heading: t('stock.when'),
        width: '10rem',
        cell: (row) => momentWords(row.receivedAtMs, zone, language, today),
      },
      {
        key: 'sender',
        heading: t('stock.sender'),
        width: 'minmax(10rem, 1.5fr)',
        cell: (row) => <span className={css['strong']}>{row.sender}</span>,
      },
      {
        key: 'lots',
        heading: t('stock.lot'),
        width: 'minmax(10rem, 2fr)',
        cell: (row) => [...new Set(row.boxes.map(({ lot }) => lot))].join(t('imports.and')),
      },
      {
        key: 'boxes',
        heading: t('stock.boxes'),
        width: '6rem',
        align: 'end',
        cell: (row) => figure(row.boxes.length),
      },
      { key: 'kits', heading: t('stock.count'), width: '6rem', align: 'end', cell: (row) => figure(row.kits) },
      {
        key: 'who',
        heading: t('stock.who'),
        width: '9rem',
        cell: (row) => <span className={css['quiet']}>{row.operatorName}</span>,
      },
    ],
    [t, zone, language, today],
  );
  const textsOf = useCallback(
    (row: Shipment) => [
      row.sender,
      row.note,
      ...row.boxes.flatMap(({ productName, lot, name }) => [productName, lot, name]),
    ],
    [],
  );
  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  return (
    <>
      <WholeList
        label={t('stock.shipments')}
        searchFor={t('stock.search')}
        rows={looked.value.rows}
        columns={columns}
        rowKey={(row) => row.shipmentId}
        textsOf={textsOf}
        onOpen={setOpen}
        hint={t('lists.keysOpen')}
        filter={props.filter}
        empty={
          <Empty
            title={t('stock.empty')}
            hint={t('stock.emptyHint')}
            icon={<IconPackageImport size="2.5rem" stroke={1.4} aria-hidden />}
          />
        }
      />
      <SideSheet title={t('stock.shipment')} isOpen={open !== null} onClose={() => setOpen(null)} size="44rem">
        {open !== null && (
          <div className={css['form']}>
            <Facts
              lead={open.sender}
              facts={[momentWords(open.receivedAtMs, zone, language, today), open.operatorName, open.note]}
            />
            <div className={table['scrolls']}>
              <table className={table['sample']} aria-label={t('stock.shipment')}>
                <thead>
                  <tr>
                    <th scope="col">{t('stock.box')}</th>
                    <th scope="col">{t('stock.product')}</th>
                    <th scope="col">{t('stock.lot')}</th>
                    <th scope="col">{t('stock.count')}</th>
                    <th scope="col">{t('stock.state')}</th>
                  </tr>
                </thead>
                <tbody>
                  {open.boxes.map((box) => (
                    <tr key={box.boxId}>
                      <td>{box.name ?? t('stock.noBoxCode')}</td>
                      <td>{box.productName}</td>
                      <td>{box.lot}</td>
                      <td>{figure(box.count)}</td>
                      <td>
                        {box.isListed
                          ? t('stock.listed')
                          : box.checked > 0
                            ? t('stock.checked', { n: box.checked })
                            : t('lists.none')}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </div>
        )}
      </SideSheet>
    </>
  );
}

/** Kits that went to other sites or came from them, each transfer with its lines. */
export function TransfersView(props: { readonly filter: ReactNode }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const looked = useLook('transfers.list', page);
  const [open, setOpen] = useState<Transfer | null>(null);
  const columns = useMemo<readonly Column<Transfer>[]>(
    () => [
      {
        key: 'when',
        heading: t('stock.when'),
        width: '10rem',
        cell: (row) => momentWords(row.atMs, zone, language, today),
      },
      { key: 'direction', heading: t('stock.direction'), width: '6rem', cell: (row) => t(`stock.${row.direction}`) },
      {
        key: 'site',
        heading: t('stock.site'),
        width: 'minmax(10rem, 1.5fr)',
        cell: (row) => <span className={css['strong']}>{row.site}</span>,
      },
      {
        key: 'lots',
        heading: t('stock.lot'),
        width: 'minmax(10rem, 2fr)',
        cell: (row) => [...new Set(row.lines.map(({ lot }) => lot || t('stock.noLot')))].join(t('imports.and')),
      },
      { key: 'kits', heading: t('stock.count'), width: '6rem', align: 'end', cell: (row) => figure(row.kits) },
      {
        key: 'who',
        heading: t('stock.who'),
        width: '9rem',
        cell: (row) => <span className={css['quiet']}>{row.operatorName}</span>,
      },
    ],
    [t, zone, language, today],
  );
  const textsOf = useCallback(
    (row: Transfer) => [row.site, row.note, ...row.lines.flatMap(({ productName, lot }) => [productName, lot])],
    [],
  );
  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  return (
    <>
      <WholeList
        label={t('stock.transfers')}
        searchFor={t('stock.search')}
        rows={looked.value.rows}
        columns={columns}
        rowKey={(row) => row.transferId}
        textsOf={textsOf}
        onOpen={setOpen}
        hint={t('lists.keysOpen')}
        filter={props.filter}
        empty={
          <Empty
            title={t('stock.transfersEmpty')}
            hint={t('stock.transfersEmptyHint')}
            icon={<IconArrowsExchange size="2.5rem" stroke={1.4} aria-hidden />}
          />
        }
      />
      <SideSheet title={t('stock.transferOne')} isOpen={open !== null} onClose={() => setOpen(null)} size="44rem">
        {open !== null && (
          <div className={css['form']}>
            <Facts
              lead={`${t(`stock.${open.direction}`)} · ${open.site}`}
              facts={[momentWords(open.atMs, zone, language, today), open.operatorName, open.note]}
            />
            <div className={table['scrolls']}>
              <table className={table['sample']} aria-label={t('stock.transferOne')}>
                <thead>
                  <tr>
                    <th scope="col">{t('stock.product')}</th>
                    <th scope="col">{t('stock.lot')}</th>
                    <th scope="col">{t('stock.count')}</th>
                    <th scope="col">{t('stock.serials')}</th>
                  </tr>
                </thead>
                <tbody>
                  {open.lines.map(({ productName, lot, count, from, to }, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a transfer never move
                    <tr key={index}>
                      <td>{productName}</td>
                      <td>{lot || t('stock.noLot')}</td>
                      <td>{figure(count)}</td>
                      <td>{from === null ? t('lists.none') : serialsOf(from, to)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </div>
        )}
      </SideSheet>
    </>
  );
}

/** The last part of a key, as it stands on the kit; both ends where they differ. */
function serialsOf(from: string, to: string | null): string {
  const [first, last] = [from, to ?? from].map((key) => key.slice(key.lastIndexOf(':') + 1));
  return first === last ? (first ?? '') : `${first} – ${last}`;
}

function Facts(props: { readonly lead: string; readonly facts: readonly string[] }) {
  return (
    <div>
      <p className={css['strong']}>{props.lead}</p>
      <p className={css['quiet']}>{props.facts.filter((fact) => fact !== '').join(' · ')}</p>
    </div>
  );
}
