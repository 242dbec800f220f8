import { join } from 'node:path';
import { keptQueues, openCrawleeQueue } from '../storage/crawlee/crawlee-queue.js';
import { openFoundFolders } from '../storage/crawlee/folders.js';
import type { StoreOptions } from '../storage/datasets.js';
import { type Collection, newRecord, openCollection } from '../store/collection.js';
import { namedStore } from '../store/named-store.js';
import { lockEntries, positions, requestBodies } from './kept-queue.js';
import { ownQueue, type QueueState } from './queue.js';
import type { RequestQueueFacts, RequestQueueStore, StoredRequestQueue, WantedQueue } from './store.js';

export type OwnQueues = Collection<RequestQueueFacts, QueueState, StoredRequestQueue>;

/** The queues that the emulator created. */
export function openOwnQueues({ database, warn }: StoreOptions): Promise<OwnQueues> {
  return openCollection<RequestQueueFacts, QueueState, StoredRequestQueue>({
    database,
    kind: 'request-queues',
    what: 'request queue',
    noCounts: { total: 0 },
    warn,
    build: (cell, collection) => ownQueue(cell, { database, collection, warn }),
    async sweep(key) {
      for (const kind of [positions, requestBodies, lockEntries]) await database.clear(kind, `${key}/`);
    },
  });
}

export async function openQueues(options: StoreOptions): Promise<RequestQueueStore & { close(): Promise<void> }> {
  const { database } = options;
  const own = await openOwnQueues(options);
  const { directory, warn } = options;
  const foreign =
    directory === undefined
      ? undefined
      : await openFoundFolders({
          ...{ database, parent: join(directory, 'request_queues'), warn, isFree: own.isFree, place: own.place },
          kept: keptQueues,
          open: openCrawleeQueue,
          kindOf: (names) => (names.length > 0 ? 'theirs' : 'undecided'),
        });
  const store = namedStore<RequestQueueFacts, QueueState, StoredRequestQueue, WantedQueue>({
    database,
    own,
    foreign,
    record: newRecord,
  });
  return {
    ...store,
    async close() {
      await own.close();
      await foreign?.close();
    },
  };
}
