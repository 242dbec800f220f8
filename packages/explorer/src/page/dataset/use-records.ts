import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { getJson } from '../api/request.js';
import { isOn, withValue } from '../query/search.js';
import type { JsonObject } from '../query/suggest.js';
import { pageSize } from '../table/pages.js';
import { type RecordStore, recordStore } from '../table/record-store.js';
import { type Dataset, itemsPath } from './dataset.js';
import { isOneToOne, itemOfRecord, storedIndex } from './item-of-row.js';

export interface Records {
  readonly store: RecordStore | undefined;
  /** The number of the stored item that a row is of. */
  readonly itemOf: (row: number) => Promise<number | undefined>;
}

/** The records that a query makes of a dataset, by pages of its items. @param query parameters of the query, the window among them */
export function useRecords(dataset: Dataset | undefined, query: URLSearchParams): Records {
  const [, redraw] = useState(0);
  const id = dataset?.id;
  const total = useRef(0);
  total.current = dataset?.itemCount ?? 0;
  const text = String(query);
  const window = useMemo(() => windowOf(new URLSearchParams(text)), [text]);
  const itemBytes = useRef(200);
  if (dataset && dataset.itemCount > 0) itemBytes.current = (dataset.stats?.storageBytes ?? 0) / dataset.itemCount || 200;
  const load = useCallback(
    (offset: number, limit: number, signal?: AbortSignal) => {
      const page = withValue(
        withValue(new URLSearchParams(text), 'offset', String(window.offset + offset)),
        'limit',
        String(limit),
      );
      page.set('format', 'json');
      return getJson<readonly JsonObject[]>(`${itemsPath(id ?? '')}?${page}`, signal);
    },
    [id, text, window],
  );
  const [store, setStore] = useState<RecordStore>();
  useEffect(() => {
    if (id === undefined) return;
    const size = pageSize(itemBytes.current);
    const made = recordStore({ items: itemsIn(window, total.current), size, load, onChange: () => redraw((count) => count + 1) });
    setStore(made);
    return () => made.close();
  }, [id, load, window]);
  const items = itemsIn(window, total.current);
  useEffect(() => store?.resize(items, window.desc), [store, items, window]);

  const itemOf = useCallback(
    async (row: number): Promise<number | undefined> => {
      const pages = store?.pages();
      if (store === undefined || pages === undefined) return undefined;
      const page = pages.starts.findLastIndex((start) => start <= row);
      const at = row - (pages.starts[page] ?? 0);
      const first = page * pages.size;
      const count = Math.min(pages.size, pages.items - first);
      const recordsOf = async (some: number): Promise<number> => (await load(first, some)).length;
      const inPage = isOneToOne(new URLSearchParams(text)) ? at : await itemOfRecord(at, count, recordsOf);
      return storedIndex(first + inPage, { ...window, total: total.current });
    },
    [store, load, text, window],
  );
  return { store, itemOf };
}

interface Window {
  readonly offset: number;
  readonly limit: number;
  readonly desc: boolean;
}

function windowOf(query: URLSearchParams): Window {
  const limit = Number(query.get('limit') ?? 0);
  return {
    offset: Number(query.get('offset') ?? 0) || 0,
    limit: limit > 0 ? limit : Number.POSITIVE_INFINITY,
    desc: isOn(query, 'desc'),
  };
}

function itemsIn({ offset, limit }: Window, total: number): number {
  return Math.min(limit, Math.max(0, total - offset));
}
