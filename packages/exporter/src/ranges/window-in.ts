import type { Window } from '@dataset-items/sources';

/** The part of a window that is in a range, as a window over the range. `limit` 0: none. @param before number of items in earlier ranges */
export function windowIn({ offset, limit, desc }: Window, before: number): Window {
  if (before >= offset + limit) return { offset: 0, limit: 0, desc };
  const skip = Math.max(0, offset - before);
  return { offset: skip, limit: offset + limit - before - skip, desc };
}
