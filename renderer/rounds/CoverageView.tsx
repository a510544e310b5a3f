import { Button } from '@mantine/core';
import { IconBuilding } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import type { Round, RoundCoverage } from '../../shared/model/round.ts';
import type { Column } from '../lists/CalmTable.tsx';
import { useLook } from '../lists/calls.ts';
import { Awaited, Empty } from '../lists/Empty.tsx';
import { figure, share } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Paper } from '../lists/Screen.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { WholeList } from '../lists/WholeList.tsx';
import { addressWords } from '../lists/words.ts';
import { useText } from '../text/index.ts';
import look from './rounds.module.css';

type House = RoundCoverage['buildings'][number];
type Counts = Pick<House, 'target' | 'tested' | 'absent'>;

function leftOf({ target, tested, absent }: Counts): number {
  return target - tested - absent;
}

/** How far the round has come: in all, and house by house; a house opens floor by floor. */
export function CoverageView(props: { readonly round: Round; readonly onBuilding: (building: string) => void }) {
  const t = useText();
  const looked = useLook('rounds.coverage', { roundId: props.round.id });
  const [shown, setShown] = useState<string | null>(null);
  const coverage = looked.value?.coverage;

  const columns = useMemo<readonly Column<House>[]>(
    () => [
      {
        key: 'building',
        heading: t('rounds.building'),
        width: 'minmax(8rem, 1fr)',
        sortBy: (row) => row.building.padStart(8, '0'),
        cell: (row) => <span className={css['strong']}>{buildingWords(t, row.building)}</span>,
      },
      {
        key: 'target',
        heading: t('rounds.target'),
        width: '6rem',
        align: 'end',
        sortBy: (row) => row.target,
        cell: (row) => figure(row.target),
      },
      {
        key: 'tested',
        heading: t('rounds.tested'),
        width: '6rem',
        align: 'end',
        sortBy: (row) => row.tested,
        cell: (row) => figure(row.tested),
      },
      {
        key: 'absent',
        heading: t('rounds.absent'),
        width: '7rem',
        align: 'end',
        sortBy: (row) => row.absent,
        cell: (row) => <span className={css['quiet']}>{figure(row.absent)}</span>,
      },
      {
        key: 'left',
        heading: t('rounds.left'),
        width: '6rem',
        align: 'end',
        sortBy: leftOf,
        cell: (row) => <span className={css['strong']}>{figure(leftOf(row))}</span>,
      },
      {
        key: 'share',
        heading: t('rounds.share'),
        width: 'minmax(12rem, 2fr)',
        sortBy: (row) => (row.target === 0 ? 0 : row.tested / row.target),
        cell: (row) => (
          <span className={look['barAndShare']}>
            <Bar counts={row} />
            <span>{share(row.tested, row.target) ?? t('lists.none')}</span>
          </span>
        ),
      },
    ],
    [t],
  );
  const textsOf = useCallback((row: House) => [buildingWords(t, row.building)], [t]);
  if (coverage === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  const house = coverage.buildings.find(({ building }) => building === shown) ?? null;
  return (
    <>
      <Paper>
        <div className={look['total']}>
          <Sum label={t('rounds.target')} n={coverage.target} />
          <Sum label={t('rounds.tested')} n={coverage.tested} of={coverage.target} />
          <Sum label={t('rounds.absent')} n={coverage.absent} />
          <Sum label={t('rounds.left')} n={leftOf(coverage)} />
          <div className={look['totalBar']}>
            <Bar counts={coverage} />
          </div>
        </div>
      </Paper>
      <WholeList
        label={t('rounds.coverage')}
        searchFor={t('rounds.building')}
        rows={coverage.buildings}
        columns={columns}
        rowKey={(row) => row.building}
        textsOf={textsOf}
        onOpen={(row) => setShown(row.building)}
        hint={t('lists.keysOpen')}
        empty={
          <Empty
            title={t('rounds.emptyTarget')}
            hint={t('rounds.emptyTargetHint')}
            icon={<IconBuilding size="2.5rem" stroke={1.4} aria-hidden />}
          />
        }
      />
      <SideSheet
        title={house === null ? '' : buildingWords(t, house.building)}
        isOpen={house !== null}
        onClose={() => setShown(null)}
        size="36rem"
      >
        {house !== null && (
          <>
            <Floors house={house} />
            <div className={css['buttons']}>
              <Button onClick={() => props.onBuilding(house.building)} disabled={house.target === house.tested}>
                {t('rounds.toList', { n: figure(house.target - house.tested) })}
              </Button>
            </div>
          </>
        )}
      </SideSheet>
    </>
  );
}

export function buildingWords(t: ReturnType<typeof useText>, building: string): string {
  return addressWords(t, { building, unit: '', room: '' }) || t('rounds.noBuilding');
}

function Sum(props: { readonly label: string; readonly n: number; readonly of?: number }) {
  return (
    <div className={look['sum']}>
      <span className={css['quiet']}>{props.label}</span>
      <span className={look['sumFigure']}>
        {figure(props.n)}
        {props.of !== undefined && <span className={css['faint']}> {share(props.n, props.of) ?? ''}</span>}
      </span>
    </div>
  );
}

/** Tested, absent with a reason, and still to be reached, as parts of one bar; the figures stand beside it. */
function Bar(props: { readonly counts: Counts }) {
  const { target, tested, absent } = props.counts;
  const percent = (n: number): string => `${target === 0 ? 0 : (n / target) * 100}%`;
  return (
    <span className={look['bar']} aria-hidden>
      <span className={look['barTested']} style={{ width: percent(tested) }} />
      <span className={look['barAbsent']} style={{ width: percent(absent) }} />
    </span>
  );
}

/** A house as one stands before it: its floors from the top down. */
function Floors(props: { readonly house: House }) {
  const t = useText();
  return (
    <table className={look['floors']}>
      <thead>
        <tr>
          <th scope="col">{t('rounds.floor')}</th>
          <th scope="col">{t('rounds.share')}</th>
          <th scope="col">{t('rounds.testedOf')}</th>
          <th scope="col">{t('rounds.left')}</th>
        </tr>
      </thead>
      <tbody>
        {props.house.floors.map((floor) => (
          <tr key={floor.floor ?? 'none'}>
            <th scope="row">{floor.floor === null ? t('rounds.noFloor') : t('rounds.floorIs', { n: floor.floor })}</th>
            <td>
              <Bar counts={floor} />
            </td>
            <td>
              {figure(floor.tested)} / {figure(floor.target)}
            </td>
            <td>{figure(leftOf(floor))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
