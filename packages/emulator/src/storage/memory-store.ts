import type { Facts, Item } from '@dataset-items/query-pipeline';
import { type Source, wholeWindow } from '@dataset-items/sources';
import { keptDatasets } from './kept-datasets.js';
import { placesOf } from './places.js';
import type { Shelf } from './shelf.js';
import type { DatasetStore } from './store.js';
import { addTally, emptyTally } from './tally.js';

/** Items read at once. */
const BATCH = 512;

/** Datasets that end with the process. */
export function memoryStore(): DatasetStore {
  return keptDatasets({ kept: [], newShelf: async () => memoryShelf(), close: async () => {} });
}

function memoryShelf(): Shelf {
  const items: Item[] = [];
  const tally = emptyTally();
  const born = Date.now().toString(36);
  let modifiedAt: Date | undefined;
  return {
    tally,
    get modifiedAt() {
      return modifiedAt;
    },
    get version() {
      return `${born}-${items.length}`;
    },
    source: (facts) => itemsSoFar(items, facts),
    async append(pushed) {
      // Copies: whoever pushed an item may go on changing it.
      for (const line of pushed.lines) items.push(JSON.parse(line));
      addTally(tally, pushed.tally);
      modifiedAt = new Date();
    },
    async keep() {},
    note() {},
    async remove() {},
    async close() {},
  };
}

/** Pushes only add to `items`, so that no reader needs a list of its own. */
function itemsSoFar(items: readonly Item[], facts: Facts): Source {
  const total = items.length;
  return {
    facts,
    total: async () => total,
    async *read(window = wholeWindow, signal) {
      const { from, to } = placesOf(window, total);
      for (let [start, end] = [from, to]; start < end; ) {
        signal?.throwIfAborted();
        const size = Math.min(BATCH, end - start);
        yield window.desc ? items.slice(end - size, end).reverse() : items.slice(start, start + size);
        if (window.desc) end -= size;
        else start += size;
      }
    },
  };
}
