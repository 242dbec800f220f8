/** Parameters with which an item does not always give one record. A view may have one of them. */
const changesCount = ['unwind', 'skipEmpty', 'skipFailedPages', 'clean', 'simplified', 'view'];

export function isOneToOne(search: URLSearchParams): boolean {
  return !changesCount.some((name) => (search.get(name) ?? '') !== '');
}

/**
 * The item that a record is of, among the items of a page: the number of records of the first items shows it, and each look halves the items
 * that are left.
 * @param at the record among those of the page
 * @param recordsOf number of records that the first `count` items of the page give
 */
export async function itemOfRecord(at: number, items: number, recordsOf: (count: number) => Promise<number>): Promise<number> {
  let [low, high] = [0, items - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((await recordsOf(middle + 1)) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The number of a stored item, from its place in the window. */
export function storedIndex(place: number, { offset, desc, total }: { offset: number; desc: boolean; total: number }): number {
  return desc ? total - 1 - offset - place : offset + place;
}
