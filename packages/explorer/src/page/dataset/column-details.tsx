import { useState } from 'preact/hooks';
import { countText, quantity } from '../app/words.js';
import { type Arranged, type Arrangement, hideColumn, moveColumn, renameColumn } from '../query/arrange.js';
import { Value } from '../table/cell.js';
import { shownCell, timeText } from '../table/cells.js';
import { percent } from '../table/columns.js';
import type { TableColumn } from '../table/row.js';

interface ColumnDetailsProps {
  readonly column: TableColumn;
  readonly arrangement: Arrangement;
  readonly onArrange: (arranged: Arranged) => void;
  readonly onBack: () => void;
}

/** One column: hidden, moved, renamed; its figures and its most frequent values. */
export function ColumnDetails({ column, arrangement, onArrange, onBack }: ColumnDetailsProps) {
  const { name, label, figures, rows } = column;
  const [renamed, setRenamed] = useState(label);
  const at = arrangement.columns.indexOf(name);
  const [before, after] = [arrangement.columns[at - 1], arrangement.columns[at + 1]];
  return (
    <>
      <button type="button" class="quiet" onClick={onBack}>
        ← All columns
      </button>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          if (renamed !== name) onArrange(renameColumn(arrangement, name, renamed));
        }}
      >
        <label for="column-name">Name</label>
        <span class="row">
          <input id="column-name" type="text" value={renamed} onInput={(event) => setRenamed(event.currentTarget.value)} />
          <button type="submit" disabled={renamed === name}>
            Rename
          </button>
        </span>
      </form>
      <p class="row">
        <button type="button" onClick={() => onArrange(hideColumn(arrangement, name))}>
          Hide
        </button>
        <button
          type="button"
          disabled={before === undefined}
          onClick={() => onArrange(moveColumn(arrangement, name, before ?? name))}
        >
          ← Move
        </button>
        <button
          type="button"
          disabled={after === undefined}
          onClick={() => onArrange(moveColumn(arrangement, name, after ?? name))}
        >
          Move →
        </button>
      </p>
      {figures && (
        <>
          <dl class="figures">
            <dt>Filled</dt>
            <dd>
              {countText(figures.filled)} of {quantity(rows, 'row')} ({percent(figures.filled, rows)})
            </dd>
            <dt>Different</dt>
            <dd>
              {figures.distinct.estimated ? 'about ' : ''}
              {countText(figures.distinct.count)}
            </dd>
            {Object.entries(figures.kinds).map(([kind, count]) => (
              <>
                <dt>{kind}</dt>
                <dd>{countText(count)}</dd>
              </>
            ))}
            <Range title="Numbers" from={figures.numbers} show={(number) => String(number)} />
            <Range title="Dates" from={figures.dates} show={timeText} />
            <Range title="Length" from={figures.lengths} show={(number) => quantity(number, 'character')} />
          </dl>
          <h3>Most frequent</h3>
          <ul class="frequent">
            {figures.frequent.map(({ value, count, atLeast }) => (
              <li key={`${typeof value}${value}`}>
                <meter min={0} max={Math.max(1, rows)} value={count} aria-label={`${count} of ${rows}`} />
                <Value shown={shownCell(value)} />
                <span class="faint">
                  {atLeast ? '≥' : ''}
                  {countText(count)}
                </span>
              </li>
            ))}
          </ul>
          {figures.frequent.length === 0 && <p class="faint">No value occurs often.</p>}
        </>
      )}
    </>
  );
}

interface RangeProps {
  readonly title: string;
  readonly from: { readonly min: number; readonly max: number } | undefined;
  readonly show: (number: number) => string;
}

function Range({ title, from, show }: RangeProps) {
  if (from === undefined) return null;
  return (
    <>
      <dt>{title}</dt>
      <dd>{from.min === from.max ? show(from.min) : `${show(from.min)} to ${show(from.max)}`}</dd>
    </>
  );
}
