import { useState } from 'preact/hooks';
import type { ColumnFigures } from '../../shared/figures.js';
import { Bars } from './bars.js';
import { kindOfColumn, percent } from './columns.js';
import { nameParts } from './name-parts.js';

export interface HeaderProps {
  readonly name: string;
  /** What stands in the header. */
  readonly label: string;
  readonly figures?: ColumnFigures | undefined;
  /** Rows that the figures are of. */
  readonly rows: number;
}

interface HeaderCellProps {
  readonly column: HeaderProps & { readonly width: number };
  readonly index: number;
  readonly left: number;
  readonly onColumn: (name: string) => void;
  readonly onMove: (name: string, to: string) => void;
}

const dragged = 'text/x-dataset-column';

export function HeaderCell({ column, index, left, onColumn, onMove }: HeaderCellProps) {
  const { name, label, figures, rows, width } = column;
  const [isOver, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: its button has the focus
    <div
      role="columnheader"
      class={isOver ? 'grid-header over' : 'grid-header'}
      aria-colindex={index + 1}
      style={{ transform: `translateX(${left}px)`, width: `${width}px` }}
      draggable
      onDragStart={(event) => event.dataTransfer?.setData(dragged, name)}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes(dragged)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const from = event.dataTransfer?.getData(dragged);
        if (from && from !== name) onMove(from, name);
      }}
    >
      <button type="button" onClick={() => onColumn(name)} title={name}>
        <span class="name">
          <Name text={label} />
        </span>
        {figures && (
          <>
            <span class="kind">
              {kindOfColumn(figures)} · {percent(figures.filled, rows)}
            </span>
            <span class="kind">
              {figures.distinct.estimated && '≈ '}
              {figures.distinct.count.toLocaleString('en')} different
            </span>
          </>
        )}
      </button>
      {figures && <Bars figures={figures} rows={rows} />}
    </div>
  );
}

/** The name of a column. Where there is little room its path gives way first, then its middle: names may differ at their end only. */
function Name({ text }: { readonly text: string }) {
  const { path, start, end } = nameParts(text);
  return (
    <>
      {path !== '' && <bdi class="way">{path}</bdi>}
      {start !== '' && <bdi class="start">{start}</bdi>}
      {text === '' ? <span class="faint">(no name)</span> : <bdi class="end">{end}</bdi>}
    </>
  );
}
