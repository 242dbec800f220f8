import {
  atLeast,
  type Batch,
  type ColumnReport,
  type Columns,
  checkKinds,
  compile,
  fixedColumns,
  foundColumns,
} from '@dataset-items/query-pipeline';
import { columnsInOrder, type Formats, type formats, surveyCells } from '@dataset-items/serializers';
import { checkedSource, type Items, type Skipped, type Source } from '@dataset-items/sources';
import { type ColumnFigures, type ColumnTally, tallyColumn } from './figures/column.js';
import { type Room, roomForValues } from './figures/values.js';
import { counted, openOnce } from './opened.js';
import { checkFormats, type ExportOptions, exportOptionKinds } from './options.js';
import { sharedPause } from './pause.js';
import { type ExportRequest, type RequestInput, toRequest } from './request.js';
import { shaped } from './shaping.js';

/** Figures of the columns that a table of a query has. */
export interface TableFigures {
  /** Number of items that were read. */
  readonly items: number;
  /** Every item of the window was read: `mostItems` left none out. */
  readonly all: boolean;
  /** Number of rows that the items give. */
  readonly rows: number;
  /** In the order of the table. */
  readonly columns: readonly ColumnFigures[];
  /** How many columns the table has, and which were dropped. */
  readonly report: ColumnReport;
  /** Malformed items that the source skipped, if it skips them. */
  readonly skipped: Skipped;
}

export interface InspectColumnsOptions<F extends Formats = typeof formats> extends ExportOptions<F> {
  /** Largest number of items to read. Default: all items of the window. */
  readonly mostItems?: number | undefined;
}

const kinds = { ...exportOptionKinds, mostItems: atLeast(0) };

/**
 * Reads items once, makes the records of a query, and gives figures of each column that a table of these records has: the same columns, in the
 * same order, as in a CSV of the request (docs/semantics.md#tables). Memory does not grow with the number of items: when the values of a
 * column are too many to be kept, their number and the most frequent ones are estimated, and marked as such. The format of the request is
 * ignored. The source is always closed, once.
 * @param request a query string, `URLSearchParams` or an object. Default: all items
 * @throws InvalidParameterError, UnknownViewError, TooManyRecordsError, errors of the source, and the reason of the signal after it fired
 */
export async function inspectColumns<F extends Formats = typeof formats>(
  from: Source | Items,
  request: RequestInput<F> | ExportRequest = {},
  settings: InspectColumnsOptions<F> = {},
): Promise<TableFigures> {
  const { source, batches, close } = openOnce(checkedSource(from, settings));
  try {
    checkKinds(kinds, settings);
    checkFormats(settings.formats);
    const { window, query, options } = toRequest(request, settings);
    const { mostItems = Number.POSITIVE_INFINITY, signal, batchSize, onItems = () => {} } = settings;
    const pause = (): Promise<void> | undefined => {
      signal?.throwIfAborted();
      return (settings.pause ?? sharedPause)();
    };
    let items = 0;
    // One more than are looked at, to know whether there are more.
    const walk = atMost(batches({ ...window, limit: Math.min(window.limit, mostItems + 1) }, signal), mostItems);
    const read = counted(walk.batches, (count) => {
      items += count;
      onItems(count);
    });
    const made = compile(query).records(read, { batchSize, pause });
    const records = shaped(made, settings, 'table', { records: 0, ended: false });
    const limits = { ...settings, ...options };
    const columns = options.columns === undefined ? foundColumns(records.layout, limits) : fixedColumns(options.columns);
    const tallies = columnTallies(columns, roomForValues());
    const rows = await surveyCells(records, columns, (column, value) => tallies.of(column).add(value), pause);
    signal?.throwIfAborted();
    return {
      items,
      all: !walk.hasMore(),
      rows,
      columns: tallies.read(settings.columnOrder),
      report: columns.report(),
      skipped: source.skipped?.() ?? { count: 0, first: [] },
    };
  } finally {
    await close();
  }
}

/** The first items. */
function atMost(batches: AsyncIterable<Batch>, most: number): { readonly batches: AsyncIterable<Batch>; hasMore(): boolean } {
  let hasMore = false;
  const first = async function* (): AsyncGenerator<Batch> {
    let left = most;
    for await (const batch of batches) {
      hasMore = batch.length > left;
      yield hasMore ? batch.slice(0, left) : batch;
      if (hasMore) return;
      left -= batch.length;
    }
  };
  return { batches: first(), hasMore: () => hasMore };
}

/** Columns that were dropped keep a tally until there are twice as many tallies as were left the last time, and this many more. */
const SPARE = 1000;

function columnTallies(columns: Columns, room: Room) {
  const tallies = new Map<number, ColumnTally>();
  let freeAt = 4 * SPARE;

  /** Forgets the tallies of columns that were dropped for good, so that names that never repeat cannot fill the memory. */
  const freeDropped = (): void => {
    const learned = columns.learned?.().columns ?? [];
    for (const [column, tally] of tallies) {
      if (learned[column] !== null) continue;
      tally.free();
      tallies.delete(column);
    }
    freeAt = 2 * tallies.size + SPARE;
  };

  return {
    of: (column: number): ColumnTally => {
      const known = tallies.get(column);
      if (known !== undefined) return known;
      if (tallies.size >= freeAt) freeDropped();
      const tally = tallyColumn(room);
      tallies.set(column, tally);
      return tally;
    },
    read: (order: readonly string[] | undefined): ColumnFigures[] => {
      const { names, positions } = columnsInOrder(columns.finish(), order);
      const ids = new Map(Array.from(positions, (position, column) => [position, column]));
      const none = tallyColumn(room);
      return names.map((name, position) => (tallies.get(ids.get(position) ?? -1) ?? none).read(name));
    },
  };
}
