import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import type { Input, Output } from '../../shared/contract.ts';
import { useText } from '../text/index.ts';
import { CalmTable, type Column } from './CalmTable.tsx';
import { useLook } from './calls.ts';
import { Awaited, NothingFound } from './Empty.tsx';
import { figure } from './formats.ts';
import css from './lists.module.css';
import { mostRows, pageSize, pagesFor } from './pages.ts';
import { Paper } from './Screen.tsx';
import { SearchField } from './SearchField.tsx';

export type PagedMethod = 'people.list' | 'kits.list' | 'tests.list' | 'rounds.notTested';
export type PagedRow<M extends PagedMethod> = Output<M>['rows'][number];

/** A list too long to hold: core searches it, and only the pages in view are read. */
export function PagedList<M extends PagedMethod>(props: {
  readonly method: M;
  readonly label: string;
  readonly searchFor: string;
  readonly columns: readonly Column<PagedRow<M>>[];
  readonly rowKey: (row: PagedRow<M>) => string;
  /** What the call takes beside query and page. */
  readonly filterBy?: Omit<Input<M>, 'query' | 'offset' | 'limit'>;
  readonly filter?: ReactNode;
  readonly onOpen?: (row: PagedRow<M>) => void;
  /** What can be done with the list as it is searched now, at the end of its bar. */
  readonly actions?: (query: string) => ReactNode;
  readonly hint?: string;
  readonly empty: ReactNode;
}) {
  const t = useText();
  const [query, setQuery] = useState('');
  const [settled] = useDebouncedValue(query.trim(), 120);
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const listKey = JSON.stringify([settled, props.filterBy ?? {}]);

  // Another list is read from its top, whatever was in view of the one before.
  const [shownKey, setShownKey] = useState(listKey);
  const isNew = shownKey !== listKey;
  if (isNew) {
    setShownKey(listKey);
    setRange([0, 0]);
  }
  const known = useRef<{ readonly key: string; readonly total: number; readonly isMore: boolean } | null>(null);
  const total = known.current?.total ?? pageSize;
  const [low, high] = isNew ? ([0, 0] as const) : pagesFor(range[0], range[1], total);
  const ask = (offset: number): Input<M> =>
    ({ ...props.filterBy, query: settled, offset, limit: pageSize }) as Input<M>;
  const pageLow = useLook(props.method, ask(low));
  const pageHigh = useLook(props.method, ask(high));

  const answer = (pageHigh.value ?? pageLow.value) as Output<M> | undefined;
  if (answer !== undefined)
    known.current = { key: listKey, total: answer.total, isMore: 'isMore' in answer && answer.isMore };
  const count = Math.min(known.current?.total ?? 0, mostRows);
  const isCurrent = known.current?.key === listKey;

  const pages = new Map<number, readonly PagedRow<M>[]>();
  if (pageLow.value !== undefined) pages.set(low, pageLow.value.rows as readonly PagedRow<M>[]);
  if (pageHigh.value !== undefined) pages.set(high, pageHigh.value.rows as readonly PagedRow<M>[]);
  const rowAt = (index: number): PagedRow<M> | undefined =>
    pages.get(Math.floor(index / pageSize) * pageSize)?.[index % pageSize];
  const onRange = useCallback((first: number, last: number) => setRange([first, last]), []);

  const failure = pageLow.failure ?? pageHigh.failure;
  const isSearching = settled !== '';
  return (
    <>
      <div className={css['bar']}>
        <SearchField what={props.searchFor} value={query} onChange={setQuery} />
        {props.filter}
        <span className={css['count']} role="status">
          {known.current !== null &&
            t(known.current.isMore ? 'lists.countMore' : isSearching ? 'lists.countFound' : 'lists.count', {
              n: figure(known.current.total),
            })}
        </span>
        {props.actions?.(settled)}
      </div>
      <Paper fill>
        {known.current === null || (failure !== null && !isCurrent) ? (
          <Awaited
            failure={failure}
            onRetry={() => {
              pageLow.again();
              pageHigh.again();
            }}
          />
        ) : count > 0 ? (
          <CalmTable
            label={props.label}
            columns={props.columns}
            count={count}
            rowAt={rowAt}
            rowKey={props.rowKey}
            onRange={onRange}
            listKey={listKey}
            {...(props.onOpen === undefined ? {} : { onOpen: props.onOpen })}
          />
        ) : isSearching ? (
          <NothingFound query={settled} onClear={() => setQuery('')} />
        ) : (
          props.empty
        )}
        {count > 0 && (props.hint !== undefined || (known.current?.total ?? 0) > mostRows) && (
          <div className={css['foot']}>
            <span>{props.hint}</span>
            {(known.current?.total ?? 0) > mostRows && <span>{t('lists.firstOnly', { shown: figure(mostRows) })}</span>}
          </div>
        )}
      </Paper>
    </>
  );
}
