import { type ReactNode, useMemo, useState } from 'react';
import { useText } from '../text/index.ts';
import { CalmTable, type Column } from './CalmTable.tsx';
import { NothingFound } from './Empty.tsx';
import { figure } from './formats.ts';
import css from './lists.module.css';
import { matches, nextSort, type Sort, sortRows } from './order.ts';
import { Paper } from './Screen.tsx';
import { SearchField } from './SearchField.tsx';

/** A list that is all at hand: searched and sorted here. */
export function WholeList<Row>(props: {
  readonly label: string;
  readonly searchFor: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** What the search looks at. */
  readonly textsOf: (row: Row) => readonly (string | null)[];
  readonly onOpen?: (row: Row) => void;
  readonly filter?: ReactNode;
  readonly hint?: string;
  readonly empty: ReactNode;
}) {
  const t = useText();
  const [query, setQuery] = useState('');
  const [sort, setSort] = useState<Sort | null>(null);
  const { rows, columns, textsOf } = props;
  const shown = useMemo(() => {
    const found = rows.filter((row) => matches(query, textsOf(row)));
    const by = columns.find((column) => column.key === sort?.key)?.sortBy;
    return sort === null || by === undefined ? found : sortRows(found, by, sort.descending);
  }, [rows, columns, textsOf, query, sort]);
  const isSearching = query.trim() !== '';
  return (
    <>
      <div className={css['bar']}>
        <SearchField what={props.searchFor} value={query} onChange={setQuery} />
        {props.filter}
        <span className={css['count']} role="status">
          {t(isSearching ? 'lists.countFound' : 'lists.count', { n: figure(shown.length) })}
        </span>
      </div>
      <Paper fill>
        {shown.length > 0 ? (
          <CalmTable
            label={props.label}
            columns={columns}
            count={shown.length}
            rowAt={(index) => shown[index]}
            rowKey={props.rowKey}
            sort={sort}
            onSort={(key) => setSort((current) => nextSort(current, key))}
            listKey={query}
            {...(props.onOpen === undefined ? {} : { onOpen: props.onOpen })}
          />
        ) : isSearching ? (
          <NothingFound query={query.trim()} onClear={() => setQuery('')} />
        ) : (
          props.empty
        )}
        {props.hint !== undefined && shown.length > 0 && <div className={css['foot']}>{props.hint}</div>}
      </Paper>
    </>
  );
}
