import type { Batch, Item, Json } from './item.js';
import { withPauses } from './pauses.js';

export interface BatchOptions {
  /** Records per batch. Limits memory when one item gives many, and does not change the result. Default 512. */
  readonly batchSize?: number | undefined;
  /** Awaited between batches and during long work without a record, so that other work can run. */
  readonly pause?: (() => Promise<void> | undefined) | undefined;
  /** Called with every batch of records before it is handed on. */
  readonly onRecords?: ((count: number) => void) | undefined;
}

/** Gives batches of about `size` records when one item can give many. Some are empty, so that the consumer can pause. */
export type Walk<R> = (items: Batch, size: number) => Iterable<readonly R[]>;

/** Walks batches of items. An empty batch stays: the input pauses, and what is held of earlier ones is to be written. */
export async function* inBatches<R>(
  batches: AsyncIterable<Batch>,
  walk: Walk<R>,
  { batchSize = 512, pause, onRecords }: BatchOptions = {},
): AsyncGenerator<readonly R[], void, undefined> {
  for await (const batch of batches) {
    if (batch.length === 0) yield [];
    for (const records of walk(batch, batchSize)) {
      onRecords?.(records.length);
      if (records.length > 0) yield records;
      await pause?.();
    }
  }
}

/** Nothing that an iterable gives is the same. */
const PAUSE = Symbol('pause');

/**
 * Any items as batches, which the receiver owns. Batches of large items are smaller, so that a batch fits into the processor's cache and is
 * freed early. Items in memory are not awaited one by one, because an await costs as much as parsing a small item. When items that come one
 * by one pause, the batch ends.
 */
export async function* toBatches(
  items: Iterable<Item> | AsyncIterable<Item>,
  batchSize = 512,
): AsyncGenerator<Item[], void, undefined> {
  let batch: Item[] = [];
  let most = 1;
  if (Symbol.asyncIterator in items) {
    for await (const item of withPauses(items, PAUSE)) {
      if (item === PAUSE ? batch.length === 0 : batch.push(item) < most) continue;
      yield batch;
      batch = [];
      if (item !== PAUSE) most = batchFor(item, batchSize);
    }
  } else {
    for (const item of items) {
      if (batch.push(item) < most) continue;
      yield batch;
      batch = [];
      most = batchFor(item, batchSize);
    }
  }
  if (batch.length > 0) yield batch;
}

/** Approximate number of values in a batch, and the least number of items. */
const VALUES = 4096;
const LEAST = 16;

/** Number of items for the next batch, estimated from one item. */
function batchFor(item: Item, most: number): number {
  const enough = VALUES / LEAST;
  return Math.min(most, Math.max(LEAST, Math.floor(VALUES / countValues(item, enough))));
}

/** Number of values in an item, at any depth. Counting stops at `enough`. */
function countValues(value: Json, enough: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const key in value) {
    if (count >= enough) break;
    count += countValues((value as Item)[key] as Json, enough - count);
  }
  return count;
}
