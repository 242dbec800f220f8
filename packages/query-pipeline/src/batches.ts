import type { Walk } from './compile.js';
import type { Batch, Item } from './item.js';

export interface BatchOptions {
  /** Records per batch; bounds memory where one item gives many, does not change what comes out. Default 512. */
  readonly batchSize?: number | undefined;
  /** Awaited between batches and during long work without a record; lets other work have the thread. */
  readonly pause?: (() => Promise<void> | undefined) | undefined;
}

/** Runs a compiled query over batches. The only async code of this package. */
export async function* transformBatches<R = Item>(
  batches: AsyncIterable<Batch>,
  walk: Walk<R>,
  { batchSize = 512, pause }: BatchOptions = {},
): AsyncGenerator<readonly R[], void, undefined> {
  for await (const batch of batches) {
    for (const records of walk(batch, batchSize)) {
      if (records.length > 0) yield records;
      await pause?.();
    }
  }
}

/** Any items as batches, which are whose they are given to. Those at hand are not awaited one by one: that costs as much as parsing a small item. */
export async function* toBatches(
  items: Iterable<Item> | AsyncIterable<Item>,
  batchSize = 512,
): AsyncGenerator<Item[], void, undefined> {
  let batch: Item[] = [];
  if (Symbol.asyncIterator in items) {
    for await (const item of items) {
      if (batch.push(item) < batchSize) continue;
      yield batch;
      batch = [];
    }
  } else {
    for (const item of items) {
      if (batch.push(item) < batchSize) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
