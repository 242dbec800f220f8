import { compareColumns } from '@dataset-items/query-pipeline';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { getFigures } from '../api/figures.js';
import { ApiError } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { pathTo } from '../app/address.js';
import { useSettings } from '../app/context.js';
import { goTo } from '../app/location.js';
import { Failure } from '../parts/failure.js';
import { type Arranged, type Arrangement, fieldOf, moveColumn } from '../query/arrange.js';
import { hrefOf, isOn, namesIn } from '../query/search.js';
import type { JsonObject } from '../query/suggest.js';
import { cellAt, columnsIn, shownCell, widthOf } from '../table/cells.js';
import { readOrder, sortedColumns } from '../table/columns.js';
import type { TableColumn } from '../table/row.js';
import { Table } from '../table/table.js';
import { ColumnsPanel } from './columns-panel.js';
import { type Dataset, itemPath, type PanelName, type SchemaView } from './dataset.js';
import { EmptyDataset } from './empty-dataset.js';
import { useRecords } from './use-records.js';

/** Width of the button that opens an item, in px. */
const OPEN = 24;

interface DatasetTableProps {
  readonly dataset: Dataset | undefined;
  readonly search: URLSearchParams;
  readonly query: URLSearchParams;
  readonly views: readonly SchemaView[];
  readonly panel: PanelName;
  readonly onPanel: (panel: PanelName) => void;
  readonly onChange: (search: URLSearchParams) => void;
}

/** Columns that are shown before the server has said which there are. */
const FIRST_COLUMNS = 200;
const SAMPLES = 20;

/** The first row on the screen, by address, so that the way back leads to the same place. */
const placesOfRows = new Map<string, number>();

export function DatasetTable({ dataset, search, query, views, panel, onPanel, onChange }: DatasetTableProps) {
  const { serves } = useSettings();
  const id = dataset?.id;
  const { store, itemOf } = useRecords(dataset, query);
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const [refused, setRefused] = useState<string>();
  const hasFigures = serves.includes('inspect') && id !== undefined;
  const figures = useLoad(
    async (signal) => (hasFigures ? getFigures(id, query, all, signal) : undefined),
    [id, String(query), all, hasFigures],
  );
  const count = dataset?.itemCount;
  // Figures of new items, when there are any; those before stay meanwhile.
  const counted = useRef(count);
  useEffect(() => {
    if (counted.current !== undefined && counted.current !== count) figures.reload();
    counted.current = count;
  }, [count, figures.reload]);
  const firstRecords = recordsFrom(store?.recordAt, SAMPLES);
  const order = readOrder(search.get('order'));
  const view = views.find(({ name }) => name === search.get('view'));
  const isReady = firstRecords.length > 0;
  const columns = useMemo((): readonly TableColumn[] => {
    const known = figures.value?.columns ?? firstColumns(firstRecords, query).map((name) => ({ name }));
    const rows = figures.value?.rows ?? 0;
    const made = known.map((column): TableColumn => {
      const { name } = column;
      const shown = view?.display[name] ?? view?.display[name.split('/')[0] ?? ''];
      const samples = firstRecords.map((record) => shownCell(cellAt(record, name), shown?.format));
      const own = 'kinds' in column ? column : undefined;
      const label = (view?.display[name] && shown?.label) || name;
      return { name, label, figures: own, rows, format: shown?.format, width: widthOf(label, own, samples) };
    });
    // The first column also has the button that opens the item.
    return sortedColumns(made, order).map((column, at) => (at === 0 ? { ...column, width: column.width + OPEN } : column));
  }, [figures.value, isReady, store, view, order, query]);

  const onShown = useCallback((start: number, end: number) => store?.want(start, end), [store]);
  const onOpen = useCallback(
    async (row: number) => {
      placesOfRows.set(location.href, row);
      const index = await itemOf(row);
      if (index !== undefined) goTo(hrefOf(pathTo(itemPath, { datasetId: id ?? '', index: String(index) }), query));
    },
    [itemOf, id, query],
  );
  const arrangement: Arrangement = {
    search,
    columns: columns.map(({ name }) => name),
    fields: fieldsOf(firstRecords, columns, query),
  };
  const arrange = (arranged: Arranged): void => {
    setRefused('refused' in arranged ? arranged.refused : undefined);
    if ('search' in arranged) onChange(arranged.search);
  };
  useEffect(() => setRefused(undefined), [search]);

  // The pages have a window of their own, so only the figures tell that the query's window is refused.
  const isRefused = figures.error instanceof ApiError && figures.error.status === 400;
  const failure = store?.error() ?? (isReady && !isRefused ? undefined : figures.error);
  const rows = store?.rows() ?? 0;
  const isEmpty = dataset !== undefined && store !== undefined && rows === 0;
  return (
    <>
      <div class="table-side">
        {refused && (
          <p class="notice" role="alert">
            {refused}
          </p>
        )}
        {failure ? (
          <Failure error={failure} title="The query cannot be shown" />
        ) : isEmpty ? (
          <EmptyDataset dataset={dataset} hasQuery={String(query) !== ''} />
        ) : columns.length === 0 ? (
          <p class="notice" role="status">
            Loading…
          </p>
        ) : (
          <Table
            label={`Records of ${id ?? 'the dataset'}`}
            columns={columns}
            rows={rows}
            recordAt={(row) => store?.recordAt(row)}
            onShown={onShown}
            onOpen={(row) => void onOpen(row)}
            onColumn={(name) => {
              setChosen(name);
              onPanel('columns');
            }}
            onMove={(name, to) => arrange(moveColumn(arrangement, name, to))}
            firstRow={placesOfRows.get(location.href) ?? 0}
          />
        )}
      </div>
      {panel === 'columns' && (
        <ColumnsPanel
          arrangement={arrangement}
          columns={columns}
          figures={figures.value}
          loading={figures.loading}
          total={dataset?.itemCount ?? 0}
          chosen={chosen}
          onChoose={setChosen}
          onArrange={arrange}
          onAll={() => setAll(true)}
          onClose={() => onPanel(undefined)}
        />
      )}
    </>
  );
}

/** In the order of a table, unless the query has an order of its own. */
function firstColumns(records: readonly JsonObject[], query: URLSearchParams): string[] {
  const names = columnsIn(records, FIRST_COLUMNS);
  return ['fields', 'view', 'simplified'].some((name) => query.has(name)) ? names : names.toSorted(compareColumns);
}

function recordsFrom(recordAt: ((row: number) => JsonObject | undefined) | undefined, most: number): JsonObject[] {
  const records: JsonObject[] = [];
  for (let row = 0; row < most; row++) {
    const record = recordAt?.(row);
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** Top-level fields: of the records that are there, and those that the query lists. Columns of other records are taken as a field each. */
function fieldsOf(records: readonly JsonObject[], columns: readonly TableColumn[], query: URLSearchParams): ReadonlySet<string> {
  const listed = namesIn(query, 'outputFields').length > 0 ? namesIn(query, 'outputFields') : namesIn(query, 'fields');
  const fields = new Set([...records.flatMap((record) => Object.keys(record)), ...listed]);
  for (const { name } of columns)
    if (fieldOf(name, fields) === name && !isOn(query, 'flatten')) fields.add(name.split('/')[0] ?? name);
  return fields;
}
