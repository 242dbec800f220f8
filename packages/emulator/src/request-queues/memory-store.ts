import { keptQueues, type QueueShelf } from './kept-queues.js';
import { requestOrder } from './order.js';
import type { RequestQueueStore } from './store.js';

/** Request queues that end with the process. */
export function memoryQueues(): RequestQueueStore {
  return keptQueues({ kept: [], newShelf: async () => memoryShelf(), close: async () => {} });
}

function memoryShelf(): QueueShelf {
  return {
    load: async () => ({ order: requestOrder(), modifiedAt: undefined }),
    async keep() {},
    async keepFacts() {},
    async remove() {},
    async close() {},
  };
}
