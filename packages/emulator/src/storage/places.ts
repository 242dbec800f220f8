import type { Window } from '@dataset-items/sources';

/** Places in the order of storing, from 0 on; `to` is not among them. */
export interface Places {
  readonly from: number;
  readonly to: number;
}

/** The items that a window reads out of so many. */
export function placesOf({ offset, limit, desc }: Window, total: number): Places {
  const skipped = Math.min(offset, total);
  const count = Math.min(limit, total - skipped);
  const from = desc ? total - skipped - count : skipped;
  return { from, to: from + count };
}
