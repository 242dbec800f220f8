import { createHash } from 'node:crypto';
import { type Locks, requestLocks } from './locks.js';
import { type Change, type Entry, isHandled, type Order } from './order.js';
import {
  type Locked,
  type Placed,
  type Placing,
  type QueuedRequest,
  RequestNotFoundError,
  type RequestsPage,
  type RequestsWindow,
  type StoredRequestQueue,
  type WantedRequest,
} from './store.js';

/** What is done with the requests of a queue, wherever they are kept. */
export type QueueWork = Omit<StoredRequestQueue, 'facts' | 'rename' | 'read'>;

export interface QueueKeeping {
  readonly createdAt: Date;
  /** The requests as they are kept, read when they are asked for first. */
  load(): Promise<{ readonly order: Order; readonly modifiedAt: Date | undefined }>;
  /** Resolves when all of the changes are kept; none or all of them are. */
  keep(changes: readonly Change[]): Promise<void>;
}

/** Made of the unique key as clients make it, who know requests by it before they are answered. */
export function requestId(uniqueKey: string): string {
  return createHash('sha256').update(uniqueKey).digest('base64').replace(/[+/=]/g, '').slice(0, 15);
}

export function queueWork({ createdAt, load, keep }: QueueKeeping): QueueWork {
  const locks = requestLocks();
  const clients = new Set<string>();
  let modifiedAt: Date | undefined;
  let loading: Promise<Order> | undefined;
  const loadNow = async (): Promise<Order> => {
    const loaded = await load();
    modifiedAt = loaded.modifiedAt;
    return loaded.order;
  };
  const opened = ({ clientKey }: Placing = {}): Promise<Order> => {
    if (clientKey !== undefined) clients.add(clientKey);
    loading ??= loadNow().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  // What is asked next must find it, also while it is being kept.
  const change = async (order: Order, changes: readonly Change[]): Promise<void> => {
    for (const one of changes) order.apply(one);
    modifiedAt = new Date();
    if (changes.length > 0) await keep(changes);
  };
  const unlockAll = async (order: Order, ids: readonly string[], place: 'front' | 'back'): Promise<void> => {
    for (const id of ids) locks.release(id);
    await change(
      order,
      ids.map((id) => ({ move: id, place })),
    );
  };
  return {
    async counts() {
      const { total, handled } = await opened();
      return { total, handled, modifiedAt: modifiedAt ?? createdAt, hadMultipleClients: clients.size > 1 };
    },
    async add(requests, placing = {}) {
      const order = await opened(placing);
      const { placed, changes } = additions(order, requests, placing);
      if (changes.length > 0) await change(order, changes);
      return placed;
    },
    async get(id) {
      return (await opened()).get(id)?.request;
    },
    async update({ id, ...given }, placing = {}) {
      const order = await opened(placing);
      const before = order.get(id)?.request;
      const request = { ...before, ...withKey(given as WantedRequest, before?.uniqueKey), id } as QueuedRequest;
      if (isHandled(request)) locks.release(id);
      await change(order, [{ put: request, place: placeOf(placing) }]);
      const wasAlreadyHandled = before !== undefined && isHandled(before);
      return { request, wasAlreadyPresent: before !== undefined, wasAlreadyHandled };
    },
    async delete(keys, placing) {
      const order = await opened(placing);
      const found = keys.flatMap((key) => order.get('id' in key ? key.id : requestId(key.uniqueKey))?.request ?? []);
      for (const { id } of found) locks.release(id);
      await change(
        order,
        found.map(({ id }) => ({ delete: id })),
      );
      return found;
    },
    async head(limit, placing) {
      return firstOf((await opened(placing)).waiting(), limit, () => true);
    },
    async lockHead(limit, milliseconds, placing = {}) {
      const order = await opened(placing);
      const next = firstOf(order.waiting(), limit, ({ id }) => !locks.isLocked(id));
      if (next.length > 0) modifiedAt = new Date();
      return next.map((request): Locked => ({ request, lockExpiresAt: lockFor(locks, request.id, milliseconds, placing) }));
    },
    async hasLocks() {
      return locks.some;
    },
    async prolong(id, milliseconds, placing = {}) {
      const order = await opened(placing);
      checkLocked(order, locks, id, placing);
      const lockExpiresAt = lockFor(locks, id, milliseconds, placing);
      await change(order, placing.forefront ? [{ move: id, place: 'front' }] : []);
      return lockExpiresAt;
    },
    async unlock(id, placing = {}) {
      const order = await opened(placing);
      checkLocked(order, locks, id, placing);
      await unlockAll(order, [id], placeOf(placing));
    },
    async unlockAll({ clientKey = '' } = {}) {
      const held = locks.heldBy(clientKey);
      await unlockAll(await opened(), held, 'back');
      return held.length;
    },
    async list(window) {
      return pageOf(await opened(), locks, window);
    },
  };
}

function additions(
  order: Order,
  requests: readonly WantedRequest[],
  placing: Placing,
): { readonly placed: readonly Placed[]; readonly changes: readonly Change[] } {
  const changes = new Map<string, Change>();
  const place = placeOf(placing);
  const placed = requests.map((given): Placed => {
    const wanted = withKey(given);
    const id = requestId(wanted.uniqueKey);
    const there = order.get(id)?.request;
    const request = there ?? { ...wanted, id };
    const wasAlreadyPresent = there !== undefined || changes.has(id);
    if (!wasAlreadyPresent) changes.set(id, { put: request, place });
    return { request, wasAlreadyPresent, wasAlreadyHandled: there !== undefined && isHandled(there) };
  });
  // At the front the first of them is to be the first.
  const inOrder = [...changes.values()];
  return { placed, changes: place === 'front' ? inOrder.reverse() : inOrder };
}

function withKey(request: WantedRequest, known?: string): WantedRequest & { readonly uniqueKey: string } {
  const { uniqueKey } = request;
  return { ...request, uniqueKey: typeof uniqueKey === 'string' && uniqueKey !== '' ? uniqueKey : (known ?? request.url) };
}

function placeOf({ forefront = false }: Placing): 'front' | 'back' {
  return forefront ? 'front' : 'back';
}

function lockFor(locks: Locks, id: string, milliseconds: number, { clientKey = '' }: Placing): Date {
  return locks.lock(id, clientKey, milliseconds);
}

function checkLocked(order: Order, locks: Locks, id: string, { clientKey = '' }: Placing): void {
  if (order.get(id) === undefined) throw new RequestNotFoundError(id);
  locks.check(id, clientKey);
}

function firstOf(requests: Iterable<QueuedRequest>, limit: number, fits: (request: QueuedRequest) => boolean): QueuedRequest[] {
  const first: QueuedRequest[] = [];
  if (limit === 0) return first;
  for (const request of requests) {
    if (fits(request)) first.push(request);
    if (first.length === limit) break;
  }
  return first;
}

/** Cursors are numbers of requests, so that they last when the request is deleted. */
function pageOf(order: Order, locks: Locks, { limit, cursor, exclusiveStartId, filter }: RequestsWindow): RequestsPage {
  const start = startOf(order, cursor, exclusiveStartId);
  const requests: QueuedRequest[] = [];
  let last: Entry | undefined;
  for (const entry of order.all()) {
    if (entry.number <= start || !fits(entry.request, locks, filter)) continue;
    if (requests.length === limit) return { requests, nextCursor: last && String(last.number) };
    requests.push(entry.request);
    last = entry;
  }
  return { requests, nextCursor: undefined };
}

/** The number after which the page begins. */
function startOf(order: Order, cursor: string | undefined, exclusiveStartId: string | undefined): number {
  if (cursor !== undefined) return Number(cursor);
  if (exclusiveStartId === undefined) return -1;
  return order.get(exclusiveStartId)?.number ?? Number.POSITIVE_INFINITY;
}

function fits(request: QueuedRequest, locks: Locks, filter: RequestsWindow['filter']): boolean {
  if (filter === undefined) return true;
  const isLocked = locks.isLocked(request.id);
  if (isLocked) return filter.includes('locked');
  return filter.includes('pending') && !isHandled(request);
}
