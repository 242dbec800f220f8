import type { Item } from '@dataset-items/query-pipeline';
import type { Call } from '../routes/route.js';
import { userId, username } from '../user.js';
import type { Locked, Placed, QueuedRequest, StoredRequestQueue } from './store.js';

/** A request queue as lists show it (schema `RequestQueueShort`, whose `name` is never null). */
export async function presentListedQueue(
  call: Pick<Call, 'origin'>,
  queue: StoredRequestQueue,
): Promise<Record<string, unknown>> {
  const { name, title, ...shown } = await presentQueue(call, queue);
  return { ...shown, name: name ?? '', ...(title !== null && { title }) };
}

/** A request queue as the API shows it. */
export async function presentQueue(
  { origin }: Pick<Call, 'origin'>,
  queue: StoredRequestQueue,
): Promise<Record<string, unknown>> {
  const { id, name = null, title = null, createdAt, accessedAt, actorId = null, runId = null } = queue.facts;
  const { generalAccess = 'FOLLOW_USER_SETTING' } = queue.facts;
  const { total, handled, modifiedAt, hadMultipleClients } = await queue.counts();
  return {
    id,
    name,
    title,
    userId,
    username,
    createdAt,
    modifiedAt,
    accessedAt,
    totalRequestCount: total,
    handledRequestCount: handled,
    pendingRequestCount: total - handled,
    hadMultipleClients,
    actId: actorId,
    actRunId: runId,
    // The emulator has no console; a browser can show the list of requests.
    consoleUrl: `${origin}/v2/request-queues/${id}/requests`,
    generalAccess,
    stats: {},
  };
}

export function presentPlaced({ request, wasAlreadyPresent, wasAlreadyHandled }: Placed): Record<string, unknown> {
  return { requestId: request.id, uniqueKey: request.uniqueKey, wasAlreadyPresent, wasAlreadyHandled };
}

export function presentRefused({ uniqueKey, url, method }: Item): Record<string, unknown> {
  return { uniqueKey, url, method };
}

/** The properties of a request in the head of a queue. */
export function presentNext({ id, uniqueKey, url, method = 'GET', retryCount = 0 }: QueuedRequest): Record<string, unknown> {
  return { id, uniqueKey, url, method, retryCount };
}

export function presentLocked({ request, lockExpiresAt }: Locked): Record<string, unknown> {
  return { ...presentNext(request), lockExpiresAt };
}
