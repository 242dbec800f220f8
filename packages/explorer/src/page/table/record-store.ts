import type { JsonObject } from '../query/suggest.js';
import { type Pages, pagesOf, placeOf, rowCount, withPage } from './pages.js';

export interface RecordStore {
  readonly pages: () => Pages;
  readonly rows: () => number;
  /** `undefined`: not loaded. It may have been forgotten, and `want` loads it again. */
  readonly recordAt: (row: number) => JsonObject | undefined;
  /** The rows that are on the screen: their pages are loaded, requests for other pages are aborted. */
  readonly want: (start: number, end: number) => void;
  /** There are more or fewer items. @param isReversed the newest come first, so that every page is another one */
  readonly resize: (items: number, isReversed: boolean) => void;
  readonly error: () => Error | undefined;
  readonly close: () => void;
}

export interface RecordStoreOptions {
  readonly items: number;
  /** Items per page. */
  readonly size: number;
  /** The records of the items from `offset`, at most `limit` of them. */
  readonly load: (offset: number, limit: number, signal: AbortSignal) => Promise<readonly JsonObject[]>;
  /** Called when there is something new to show. */
  readonly onChange: () => void;
  /** Milliseconds that rows are on the screen before they are loaded. Default 60. */
  readonly patience?: number;
}

/** Pages that are kept: more than are on any screen. */
const KEPT = 24;
const AT_ONCE = 3;

/** Loads pages of records as they come on the screen, and forgets those that have not been there for long. */
export function recordStore({ items, size, load, onChange, patience = 60 }: RecordStoreOptions): RecordStore {
  let pages = pagesOf(items, size);
  /** The latest used last. */
  const kept = new Map<number, readonly JsonObject[]>();
  const loading = new Map<number, AbortController>();
  let wanted: readonly number[] = items > 0 ? [0] : [];
  let error: Error | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const loadPage = async (page: number): Promise<void> => {
    const ending = new AbortController();
    loading.set(page, ending);
    try {
      const records = await load(page * size, Math.min(size, pages.items - page * size), ending.signal);
      if (ending.signal.aborted) return;
      error = undefined;
      kept.set(page, records);
      pages = withPage(pages, page, records.length);
      for (const old of kept.keys()) if (kept.size > KEPT && !wanted.includes(old)) kept.delete(old);
      onChange();
    } catch (thrown) {
      if (ending.signal.aborted) return;
      error = thrown instanceof Error ? thrown : new Error(String(thrown));
      wanted = [];
      onChange();
    } finally {
      if (loading.get(page) === ending) loading.delete(page);
      loadWanted();
    }
  };

  const loadWanted = (): void => {
    if (isClosed) return;
    for (const [page, ending] of loading) if (!wanted.includes(page)) ending.abort();
    for (const page of wanted) {
      if (loading.size >= AT_ONCE) return;
      if (!kept.has(page) && !loading.has(page)) void loadPage(page);
    }
  };

  const touch = (page: number): void => {
    const records = kept.get(page);
    if (records === undefined) return;
    kept.delete(page);
    kept.set(page, records);
  };

  loadWanted();
  return {
    pages: () => pages,
    rows: () => rowCount(pages),
    recordAt: (row) => {
      const place = placeOf(pages, row);
      return place && kept.get(place.page)?.[place.at];
    },
    want: (start, end) => {
      const [first, last] = [placeOf(pages, start)?.page, placeOf(pages, Math.max(start, end - 1))?.page];
      if (first === undefined) return;
      wanted = Array.from({ length: (last ?? pages.starts.length - 2) - first + 1 }, (_, at) => first + at);
      wanted.forEach(touch);
      clearTimeout(timer);
      if (wanted.some((page) => !kept.has(page))) timer = setTimeout(loadWanted, patience);
    },
    resize: (count, isReversed) => {
      if (count === pages.items) return;
      const known = new Map(isReversed ? [] : pages.known);
      // The last page may have more items now.
      for (const page of [...kept.keys(), ...known.keys()]) {
        if (!isReversed && (page + 1) * size <= Math.min(count, pages.items)) continue;
        kept.delete(page);
        known.delete(page);
      }
      for (const ending of loading.values()) ending.abort();
      pages = pagesOf(count, size, known);
      onChange();
      loadWanted();
    },
    error: () => error,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      for (const ending of loading.values()) ending.abort();
    },
  };
}
