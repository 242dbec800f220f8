import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { JsonObject } from '../query/suggest.js';
import { HeaderCell } from './header-cell.js';
import { type Spot, stepFor } from './keys.js';
import { cellId, Row, type TableColumn } from './row.js';
import { revealed, rowsShown, type Scroll, scrolled, settle, startScroll } from './scroll.js';
import { columnsShown, startsOf } from './spans.js';

export interface TableProps {
  readonly label: string;
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  /** `undefined`: it is not loaded yet. */
  readonly recordAt: (row: number) => JsonObject | undefined;
  /** Called with the rows that are on the screen. */
  readonly onShown: (start: number, end: number) => void;
  readonly onOpen: (row: number) => void;
  readonly onColumn: (name: string) => void;
  /** A column was dragged to the place of another one. */
  readonly onMove: (name: string, to: string) => void;
  /** The row that is shown first. */
  readonly firstRow: number;
}

export const ROW = 32;
export const HEADER = 92;
const MORE_ROWS = 6;
const MORE_COLUMNS = 1;
/** Milliseconds without a movement after which the bar is put where it belongs. */
const REST = 150;

/** A table of any number of rows and columns. Only those on the screen, and some around them, are in the document. */
export function Table({ label, columns, rows, recordAt, onShown, onOpen, onColumn, onMove, firstRow }: TableProps) {
  const element = useRef<HTMLDivElement>(null);
  const scroll = useRef<Scroll>(startScroll(rows * ROW, 600, firstRow * ROW));
  const resting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [left, setLeft] = useState(0);
  const [size, setSize] = useState({ width: 1000, height: 600 });
  const [, redraw] = useState(0);
  const [active, setActive] = useState<Spot>({ row: firstRow, column: 0 });
  const starts = useMemo(() => startsOf(columns.map(({ width }) => width)), [columns]);

  const opened = useRef(onOpen);
  opened.current = onOpen;
  const open = useCallback((row: number) => opened.current(row), []);

  const show = useCallback((next: Scroll, moveBar: boolean) => {
    scroll.current = next;
    if (moveBar && element.current) element.current.scrollTop = next.bar;
    redraw((count) => count + 1);
  }, []);

  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    const measure = () => setSize({ width: box.clientWidth, height: Math.max(ROW, box.clientHeight - HEADER) });
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    measure();
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const { top } = scroll.current;
    show(startScroll(rows * ROW, size.height, top), true);
  }, [rows, size.height, show]);
  useEffect(() => () => clearTimeout(resting.current), []);

  const onScroll = () => {
    const box = element.current;
    if (box === null) return;
    setLeft(box.scrollLeft);
    if (Math.abs(box.scrollTop - scroll.current.bar) < 1) return;
    show(scrolled(scroll.current, box.scrollTop), false);
    clearTimeout(resting.current);
    resting.current = setTimeout(() => show(settle(scroll.current), true), REST);
  };

  const activate = (next: Spot) => {
    setActive(next);
    const box = element.current;
    show(revealed(scroll.current, next.row, ROW), true);
    const [start = 0, end = 0] = [starts[next.column], starts[next.column + 1]];
    if (box === null) return;
    if (start < box.scrollLeft) box.scrollLeft = start;
    else if (end > box.scrollLeft + box.clientWidth) box.scrollLeft = end - box.clientWidth;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== element.current) return;
    if (event.key === 'Enter' && rows > 0) return onOpen(active.row);
    const next = stepFor(event, active, { rows, columns: columns.length, page: Math.floor(size.height / ROW) });
    if (next === undefined) return;
    event.preventDefault();
    activate(next);
  };

  const [firstShown, endShown] = rowsShown(scroll.current, ROW, MORE_ROWS);
  const [firstColumn, endColumn] = columnsShown(starts, left, size.width, MORE_COLUMNS);
  useEffect(() => onShown(firstShown, endShown), [onShown, firstShown, endShown]);
  // The same array as long as the same columns are shown: rows are then left as they are.
  const shownColumns = useMemo(() => columns.slice(firstColumn, endColumn), [columns, firstColumn, endColumn]);
  const isActiveShown =
    active.row >= firstShown &&
    active.row < Math.min(endShown, rows) &&
    active.column >= firstColumn &&
    active.column < endColumn;
  const { bar, top, element: tall } = scroll.current;
  const style = { width: `${starts.at(-1) ?? 0}px` };
  return (
    // The cell that the arrow keys have reached is named by aria-activedescendant, as it may leave the document.
    // biome-ignore lint/a11y/useSemanticElements: a table element cannot be virtual
    <div
      ref={element}
      class="grid"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rows + 1}
      aria-colcount={columns.length}
      aria-activedescendant={isActiveShown ? cellId(active) : undefined}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus */}
      <div class="grid-head" role="row" aria-rowindex={1} style={style}>
        {shownColumns.map((column, at) => (
          <HeaderCell
            key={column.name}
            column={column}
            index={firstColumn + at}
            left={starts[firstColumn + at] ?? 0}
            onColumn={onColumn}
            onMove={onMove}
          />
        ))}
      </div>
      <div class="grid-space" role="presentation" style={{ ...style, height: `${tall}px` }}>
        {Array.from({ length: Math.max(0, endShown - firstShown) }, (_, at) => firstShown + at).map((row) => (
          <Row
            // Rows that leave the screen are used again for those that enter it.
            key={row % (endShown - firstShown)}
            row={row}
            y={bar + row * ROW - top}
            record={recordAt(row)}
            columns={shownColumns}
            firstColumn={firstColumn}
            starts={starts}
            active={active.row === row ? active.column : undefined}
            onOpen={open}
            onActivate={setActive}
          />
        ))}
      </div>
    </div>
  );
}
