/**
 * Rows in pages of stored items. A query may make no record or many of an item, so the number of rows of a page is known only when it has
 * been read. Until then it is as large as the pages read so far.
 */
export interface Pages {
  /** Items per page. */
  readonly size: number;
  readonly items: number;
  /** Rows before each page, and of all: one more than there are pages. */
  readonly starts: readonly number[];
  readonly known: ReadonlyMap<number, number>;
}

export function pagesOf(items: number, size: number, known: ReadonlyMap<number, number> = new Map()): Pages {
  const count = Math.ceil(items / size);
  let [rowsRead, itemsRead] = [0, 0];
  for (const [page, rows] of known) {
    rowsRead += rows;
    itemsRead += itemsIn(page, items, size);
  }
  const perItem = itemsRead === 0 ? 1 : rowsRead / itemsRead;
  const starts = [0];
  let row = 0;
  for (let page = 0; page < count; page++) {
    row += known.get(page) ?? Math.round(itemsIn(page, items, size) * perItem);
    starts.push(row);
  }
  return { size, items, starts, known };
}

/** After a page was read. The same pages if it has as many rows as expected. */
export function withPage(pages: Pages, page: number, rows: number): Pages {
  if (pages.known.get(page) === rows) return pages;
  return pagesOf(pages.items, pages.size, new Map(pages.known).set(page, rows));
}

export function rowCount({ starts }: Pages): number {
  return starts.at(-1) ?? 0;
}

export interface PlaceOfRow {
  readonly page: number;
  /** Among the rows of the page. */
  readonly at: number;
}

/** @param row from 0 */
export function placeOf({ starts }: Pages, row: number): PlaceOfRow | undefined {
  if (row < 0 || row >= (starts.at(-1) ?? 0)) return undefined;
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= row) low = middle;
    else high = middle;
  }
  return { page: low, at: row - (starts[low] ?? 0) };
}

/** Items per page, so that a page is about 200 kB of JSON. @param itemBytes average size of an item */
export function pageSize(itemBytes: number): number {
  return Math.max(5, Math.min(200, Math.floor(200_000 / Math.max(1, itemBytes))));
}

function itemsIn(page: number, items: number, size: number): number {
  return Math.min(size, items - page * size);
}
