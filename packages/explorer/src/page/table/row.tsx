import { Component } from 'preact';
import type { JsonObject } from '../query/suggest.js';
import { Cell } from './cell.js';
import { cellAt, type DisplayFormat, type Shown, shownCell } from './cells.js';
import type { HeaderProps } from './header-cell.js';
import type { Spot } from './keys.js';

export interface TableColumn extends HeaderProps {
  readonly width: number;
  readonly format?: DisplayFormat | undefined;
}

interface CellsProps {
  readonly row: number;
  readonly record: JsonObject | undefined;
  readonly columns: readonly TableColumn[];
  readonly firstColumn: number;
  readonly starts: readonly number[];
  /** The active column, if the row has it. */
  readonly active: number | undefined;
  readonly onOpen: (row: number) => void;
  readonly onActivate: (spot: Spot) => void;
}

interface RowProps extends CellsProps {
  /** Px from the top of the space. */
  readonly y: number;
}

export function Row({ y, ...cells }: RowProps) {
  const { row, record, onOpen } = cells;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useSemanticElements: the grid has the focus and the keys
    <div
      role="row"
      class={record === undefined ? 'grid-row waiting' : 'grid-row'}
      aria-rowindex={row + 2}
      style={{ transform: `translateY(${y}px)` }}
      onDblClick={() => onOpen(row)}
    >
      <Cells {...cells} />
    </div>
  );
}

/** Made again only when something of it has changed: while the table scrolls, most rows stay the same. */
class Cells extends Component<CellsProps> {
  override shouldComponentUpdate(next: CellsProps): boolean {
    const before = this.props;
    return (Object.keys(next) as (keyof CellsProps)[]).some((name) => next[name] !== before[name]);
  }

  override render({ row, record, columns, firstColumn, starts, active, onOpen, onActivate }: CellsProps) {
    return columns.map((column, at) => {
      const index = firstColumn + at;
      return (
        <Cell
          key={column.name}
          id={cellId({ row, column: index })}
          index={index}
          left={starts[index] ?? 0}
          width={column.width}
          shown={shownIn(record, column)}
          isActive={active === index}
          onSelect={() => onActivate({ row, column: index })}
          onOpen={index === 0 ? () => onOpen(row) : undefined}
        />
      );
    });
  }
}

/** An array or an object has columns of its own, unless the view says how to show it. */
function shownIn(record: JsonObject | undefined, { name, format }: TableColumn): Shown {
  const value = record && cellAt(record, name);
  const isNested = typeof value === 'object' && value !== null;
  return shownCell(isNested && format !== 'array' && format !== 'object' ? undefined : value, format);
}

export function cellId({ row, column }: Spot): string {
  return `cell-${row}-${column}`;
}
