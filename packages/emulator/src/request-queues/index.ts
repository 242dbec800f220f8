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
