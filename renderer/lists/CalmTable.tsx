// biome-ignore-all lint/a11y/useSemanticElements: rows out of sight do not exist, which a <table> cannot say
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useText } from '../text/index.ts';
import css from './lists.module.css';
import type { Sort, SortValue } from './order.ts';
import { moveTo } from './pages.ts';

export type Column<Row> = {
  readonly key: string;
  readonly heading: string;
  /** A track of CSS grid: `8rem`, `minmax(8rem, 2fr)`. */
  readonly width: string;
  /** Figures stand at the end, in tabular digits. */
  readonly align?: 'start' | 'end';
  readonly cell: (row: Row) => ReactNode;
  /** Present where the whole list is at hand, so that it can be sorted. */
  readonly sortBy?: (row: Row) => SortValue;
};

type CalmTableProps<Row> = {
  /** What the table holds, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly count: number;
  /** Undefined while the row is still on its way. */
  readonly rowAt: (index: number) => Row | undefined;
  readonly rowKey: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  readonly sort?: Sort | null;
  readonly onSort?: (key: string) => void;
  /** Told which rows are in view, so that a long list is read page by page. */
  readonly onRange?: (first: number, last: number) => void;
  /** Changes when another search or filter starts the list anew. */
  readonly listKey?: string;
};

const rowRem = 2.75;
const headRem = 2.5;

function rootPx(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}

/**
 * The one table of all lists: rows of equal height, laid out only where they are seen, so that fifty thousand scroll as
 * smoothly as ten. The table takes the focus once; arrows, Page and Home/End mark a row, Enter opens it.
 */
export function CalmTable<Row>(props: CalmTableProps<Row>) {
  const { label, columns, count, rowAt, rowKey, onOpen, sort, onSort, onRange, listKey = '' } = props;
  const t = useText();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [marked, setMarked] = useState(-1);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowRem * rootPx(),
    overscan: 8,
    // The heading stays on top of the rows and takes its height from them.
    scrollMargin: headRem * rootPx(),
    scrollPaddingStart: headRem * rootPx(),
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;

  useEffect(() => onRange?.(first, last), [first, last, onRange]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top, with nothing marked
  useEffect(() => {
    setMarked(-1);
    scroller.current?.scrollTo({ top: 0 });
  }, [listKey]);

  const tracks = { gridTemplateColumns: columns.map((column) => column.width).join(' ') };
  const open = (index: number): void => {
    const row = rowAt(index);
    if (row !== undefined) onOpen?.(row);
  };

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== scroller.current || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Enter' && marked >= 0 && onOpen !== undefined) {
      event.preventDefault();
      open(marked);
      return;
    }
    const inView = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / (rowRem * rootPx())) - 2);
    const next = moveTo(event.key, marked, count, inView);
    if (next === null) return;
    event.preventDefault();
    setMarked(next);
    virtual.scrollToIndex(next);
  }

  return (
    <div
      ref={scroller}
      className={css['table']}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-activedescendant={marked >= 0 ? `${id}-${marked}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (event.target === scroller.current && marked < 0 && count > 0) setMarked(first === 0 ? 0 : first);
      }}
    >
      <div className={css['head']} role="row" aria-rowindex={1} tabIndex={-1} style={tracks}>
        {columns.map((column) => (
          <Heading key={column.key} column={column} sort={sort ?? null} onSort={onSort} />
        ))}
      </div>
      <div className={css['body']} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rowAt(item.index);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid answers the keys for all its rows
            <div
              key={row === undefined ? `at ${item.index}` : rowKey(row)}
              ref={virtual.measureElement}
              id={`${id}-${item.index}`}
              data-index={item.index}
              className={css['row']}
              data-marked={item.index === marked || undefined}
              data-opens={onOpen !== undefined || undefined}
              role="row"
              tabIndex={-1}
              aria-rowindex={item.index + 2}
              aria-selected={item.index === marked}
              style={{ ...tracks, transform: `translateY(${item.start - virtual.options.scrollMargin}px)` }}
              onClick={() => {
                setMarked(item.index);
                // The table itself holds the focus, so that it comes back here when what was opened is closed.
                scroller.current?.focus({ preventScroll: true });
                open(item.index);
              }}
            >
              {columns.map((column) => (
                <div key={column.key} role="gridcell" tabIndex={-1} className={css['cell']} data-align={column.align}>
                  {row === undefined ? (
                    <span className={css['coming']} role="img" aria-label={t('lists.loading')} />
                  ) : (
                    column.cell(row)
                  )}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Heading<Row>(props: {
  readonly column: Column<Row>;
  readonly sort: Sort | null;
  readonly onSort: ((key: string) => void) | undefined;
}) {
  const { column, sort, onSort } = props;
  const t = useText();
  const isSorted = sort?.key === column.key;
  const direction = isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none';
  if (column.sortBy === undefined || onSort === undefined) {
    return (
      <div role="columnheader" tabIndex={-1} className={css['cell']} data-align={column.align}>
        {column.heading}
      </div>
    );
  }
  const hint =
    isSorted && !sort.descending
      ? t('lists.sortDown', { column: column.heading })
      : t('lists.sortUp', { column: column.heading });
  return (
    <div role="columnheader" tabIndex={-1} aria-sort={direction} className={css['cell']} data-align={column.align}>
      <button type="button" className={css['sort']} title={hint} aria-label={hint} onClick={() => onSort(column.key)}>
        {column.heading}
        {isSorted &&
          (sort.descending ? <IconArrowDown size="1em" aria-hidden /> : <IconArrowUp size="1em" aria-hidden />)}
      </button>
    </div>
  );
}
