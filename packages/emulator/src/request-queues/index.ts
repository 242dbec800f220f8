export { fileQueues, type QueueFileOptions } from './file-store.js';
export { memoryQueues } from './memory-store.js';
export {
  type Locked,
  NotLockedError,
  type Placed,
  type QueuedRequest,
  type RequestKey,
  RequestNotFoundError,
  type RequestQueueStore,
  type RequestsWindow,
  type StoredRequestQueue,
  type WantedQueue,
  type WantedRequest,
} from './store.js';
