import type { Window } from '@dataset-items/sources';

/** Positions in storage order, from 0. `to` is exclusive. */
export interface Places {
  readonly from: number;
  readonly to: number;
}

/** The positions that a window selects from a number of items. */
export function placesOf({ offset, limit, desc }: Window, total: number): Places {
  const skipped = Math.min(offset, total);
  const count = Math.min(limit, total - skipped);
  const from = desc ? total - skipped - count : skipped;
  return { from, to: from + count };
}
