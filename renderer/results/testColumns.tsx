import { useMemo } from 'react';
import type { Column } from '../lists/CalmTable.tsx';
import { clockOf, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import type { PagedRow } from '../lists/PagedList.tsx';
import { CentralMark, StatusMark } from '../lists/StatusMark.tsx';
import { useSite } from '../lists/site.ts';
import { addressWords } from '../lists/words.ts';
import { useText } from '../text/index.ts';

type Row = PagedRow<'tests.list'>;

/** What every list of tests tells of each; times with their day where the list is of more than one. */
export function useTestColumns(isAnyDay: boolean): readonly Column<Row>[] {
  const t = useText();
  const { zone, language, today } = useSite();
  return useMemo<readonly Column<Row>[]>(
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
}
