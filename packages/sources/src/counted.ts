import type { RawBatch } from './raw-batch.js';

/** Number of remembered counts. The least recently used are forgotten first. */
const MOST = 1000;

const known = new Map<string, Promise<number>>();

/**
 * Counts stored items, including malformed ones, without parsing them. The count is remembered.
 * @param version changes whenever the stored items change
 */
export function countedOnce(version: string, open: () => AsyncIterable<RawBatch>): Promise<number> {
  const before = known.get(version);
  const counting = before ?? countItems(open());
  known.delete(version);
  known.set(version, counting);
  // A failure is not remembered.
  if (before === undefined) counting.catch(() => known.delete(version));
  const [oldest] = known.keys();
  if (known.size > MOST && oldest !== undefined) known.delete(oldest);
  return counting;
}

/** Includes malformed items. */
export async function countItems(batches: AsyncIterable<RawBatch>): Promise<number> {
  let items = 0;
  for await (const batch of batches) items += batch.count();
  return items;
}
