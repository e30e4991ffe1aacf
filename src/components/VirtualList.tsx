import { css, cx } from '@emotion/css';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useVirtualizer } from '@tanstack/react-virtual';

export interface RowFocus {
  /** 0 for the one row that the Tab key reaches, -1 for all others. */
  readonly tabIndex: 0 | -1;
  readonly onFocus: () => void;
  readonly 'data-row-focus': number;
}

interface Props<T> {
  items: readonly T[];
  /** How many there are in all, loaded or not. */
  total: number;
  rowHeight: number;
  label: string;
  testId?: string;
  /** As CSS; the list is no higher than its rows. */
  maxHeight: string;
  keyOf: (item: T) => string | number;
  /** The row; spreads `focus` on the one element that takes the focus and acts on Enter. */
  renderRow: (item: T, focus: RowFocus) => ReactNode;
  /** Called when the reader nears the end of what is loaded. */
  onNearEnd: () => void;
  hasMore: boolean;
}

const ROWS_AHEAD = 40;
const BORDERS_PX = 2;

/** Shows only the rows in sight, however many there are. Up, down, Home and End move along them. */
export function VirtualList<T>(props: Props<T>) {
  const { items, total, rowHeight, label, testId, maxHeight, keyOf, renderRow, onNearEnd, hasMore } = props;
  const styles = useStyles2(getStyles);
  const frame = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const virtualizer = useVirtualizer({
    count: items.length + (hasMore ? 1 : 0),
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const rows = virtualizer.getVirtualItems();
  const lastRow = rows.at(-1)?.index ?? 0;

  useEffect(() => {
    virtualizer.measure();
  }, [rowHeight, virtualizer]);

  useEffect(() => {
    if (hasMore && lastRow >= items.length - ROWS_AHEAD) {
      onNearEnd();
    }
  }, [lastRow, items.length, hasMore, onNearEnd]);

  useEffect(() => {
    if (!wantsFocus.current) {
      return;
    }
    // the row may only now have come into sight
    const row = frame.current?.querySelector<HTMLElement>(`[data-row-focus="${active}"]`);
    if (row != null) {
      wantsFocus.current = false;
      row.focus({ preventScroll: true });
    }
  });

  function move(event: KeyboardEvent): void {
    const last = items.length - 1;
    const next = nextRow(event.key, active, last);
    if (next !== null && items.length > 0) {
      event.preventDefault();
      setActive(next);
      wantsFocus.current = true;
      virtualizer.scrollToIndex(next);
    }
  }

  return (
    <div
      ref={frame}
      className={styles.frame}
      style={{ height: `min(${maxHeight}, ${virtualizer.getTotalSize() + BORDERS_PX}px)` }}
      onKeyDown={move}
      data-testid={testId}
    >
      <div role="list" aria-label={label} className={styles.space} style={{ height: virtualizer.getTotalSize() }}>
        {rows.map(({ index, start, size }) => {
          const item = items[index];
          const place = { height: size, transform: `translateY(${start}px)` };
          if (item === undefined) {
            return (
              <div key="more" className={cx(styles.row, styles.more)} style={place} role="status">
                Loading more…
              </div>
            );
          }
          return (
            <div
              key={keyOf(item)}
              role="listitem"
              aria-setsize={total}
              aria-posinset={index + 1}
              className={styles.row}
              style={place}
            >
              {renderRow(item, {
                tabIndex: index === Math.min(active, items.length - 1) ? 0 : -1,
                onFocus: () => setActive(index),
                'data-row-focus': index,
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function nextRow(key: string, active: number, last: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(active + 1, last);
    case 'ArrowUp':
      return Math.max(active - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({
    overflow: 'auto',
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    contain: 'strict',
  }),
  space: css({ position: 'relative', width: '100%' }),
  row: css({ position: 'absolute', top: 0, left: 0, width: '100%' }),
  more: css({ display: 'flex', alignItems: 'center', justifyContent: 'center', color: theme.colors.text.secondary }),
});
