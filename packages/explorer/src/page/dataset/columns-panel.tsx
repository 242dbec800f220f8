import { useState } from 'preact/hooks';
import type { TableFigures } from '../../shared/figures.js';
import { FIRST_ITEMS } from '../api/figures.js';
import { goTo } from '../app/location.js';
import { countText, quantity } from '../app/words.js';
import { Panel } from '../parts/panel.js';
import { type Arranged, type Arrangement, hideColumn } from '../query/arrange.js';
import { namesIn, withNames, withValue } from '../query/search.js';
import { readOrder } from '../table/columns.js';
import type { TableColumn } from '../table/row.js';
import { ColumnDetails } from './column-details.js';

interface ColumnsPanelProps {
  readonly arrangement: Arrangement;
  readonly columns: readonly TableColumn[];
  readonly figures: TableFigures | undefined;
  readonly loading: boolean;
  /** Items of the dataset. */
  readonly total: number;
  readonly chosen: string | undefined;
  readonly onChoose: (name: string | undefined) => void;
  readonly onArrange: (arranged: Arranged) => void;
  /** Make the figures of all items. */
  readonly onAll: () => void;
  readonly onClose: () => void;
}

/** Columns that the list shows at once. */
const MOST = 300;

/** All columns: sorted, found by name, hidden and shown; and the figures of one of them. */
export function ColumnsPanel(props: ColumnsPanelProps) {
  const { arrangement, columns, figures, loading, total, chosen, onChoose, onArrange, onAll, onClose } = props;
  const { search } = arrangement;
  const [wanted, setWanted] = useState('');
  const column = columns.find(({ name }) => name === chosen);
  if (column !== undefined) {
    return (
      <Panel title={column.label} onClose={onClose} key="one">
        <ColumnDetails column={column} arrangement={arrangement} onArrange={onArrange} onBack={() => onChoose(undefined)} />
      </Panel>
    );
  }
  const found = columns.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
  const omitted = namesIn(search, 'omit');
  return (
    <Panel title="Columns" onClose={onClose} key="all">
      {figures && !figures.all && (
        <p class="notice small">
          Figures of the first {quantity(Math.min(FIRST_ITEMS, total), 'item')} of {countText(total)}.{' '}
          <button type="button" onClick={onAll} disabled={loading}>
            Look at all items
          </button>
        </p>
      )}
      {loading && (
        <p role="status" class="faint">
          Looking at the items…
        </p>
      )}
      <div class="field">
        <label for="find-column">Find</label>
        <input id="find-column" type="search" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
      </div>
      <div class="field">
        <label for="column-order">Order on the screen</label>
        <select
          id="column-order"
          value={readOrder(search.get('order'))}
          onChange={(event) => {
            const order = event.currentTarget.value;
            goTo(`?${withValue(search, 'order', order === 'query' ? undefined : order)}`);
          }}
        >
          <option value="query">as in the export</option>
          <option value="name">by name</option>
          <option value="fill">by fill</option>
        </select>
      </div>
      <ul class="columns">
        {found.slice(0, MOST).map(({ name, label, figures: of, rows }) => (
          <li key={name}>
            <button type="button" class="quiet" onClick={() => onChoose(name)}>
              <bdi>{label}</bdi>
              {of && <meter min={0} max={Math.max(1, rows)} value={of.filled} aria-label={`Fill of ${name}`} />}
            </button>
            <button
              type="button"
              class="quiet"
              aria-label={`Hide ${name}`}
              onClick={() => onArrange(hideColumn(arrangement, name))}
            >
              Hide
            </button>
          </li>
        ))}
      </ul>
      {found.length > MOST && <p class="faint">and {countText(found.length - MOST)} more; type to find them</p>}
      {omitted.length > 0 && (
        <>
          <h3>Hidden</h3>
          <ul class="columns">
            {omitted.map((name) => (
              <li key={name}>
                <bdi>{name}</bdi>
                <button
                  type="button"
                  class="quiet"
                  aria-label={`Show ${name}`}
                  onClick={() =>
                    onArrange({
                      search: withNames(
                        search,
                        'omit',
                        omitted.filter((each) => each !== name),
                      ),
                    })
                  }
                >
                  Show
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
