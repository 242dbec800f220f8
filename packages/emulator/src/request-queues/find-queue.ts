import { notFound } from '../routes/route.js';
import type { RequestQueueStore, StoredRequestQueue } from './store.js';

/**
 * Finds a request queue by id, `user~name` (any user: there is only one), `~name` or bare name.
 * @throws RefusedRequestError
 */
export function findQueue(queues: RequestQueueStore, wanted: string): StoredRequestQueue {
  const queue = queues.find(wanted) ?? queues.find(wanted.slice(wanted.indexOf('~') + 1));
  if (queue === undefined) throw notFound('Request queue');
  return queue;
}
