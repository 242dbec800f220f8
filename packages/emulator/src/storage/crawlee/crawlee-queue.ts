import { clientsSeen, keyOfRequest, placeOf, requestId } from '../../request-queues/choose.js';
import { isHandled, type Place } from '../../request-queues/order.js';
import {
  type Head,
  type Locked,
  NotLockedError,
  type Placed,
  type Placing,
  type QueuedRequest,
  RequestNotFoundError,
  type StoredRequestQueue,
  type WantedRequest,
} from '../../request-queues/store.js';
import { makeStorageDirectory } from '../disk.js';
import type { FolderContext, FoundFolder } from './folders.js';
import { foundFacts, keptFacts } from './found-facts.js';
import { type RequestFile, requestFiles } from './request-files.js';

export type CrawleeQueue = StoredRequestQueue & FoundFolder;

export const keptQueues = keptFacts('crawlee-queues');

type Requests = Map<string, RequestFile>;

/** Opens a request queue that Crawlee created, in its directory: one file per request, with locks in the form of Crawlee. */
export async function openCrawleeQueue(directory: string, context: FolderContext): Promise<CrawleeQueue> {
  const found = await foundFacts(directory, { kind: keptQueues, what: 'request queue', more: () => ({}) }, context);
  const files = requestFiles(directory, context.database.fsync !== 'never');
  const clients = clientsSeen();
  /** For each request that was locked through this emulator, the key of the client. */
  const holders = new Map<string, string>();
  /** When this emulator last changed a request. */
  let changedAt: Date | undefined;
  /** The latest order number, without its sign. */
  let last = 0;
  /** Reads the requests and runs work on them, one call after the other. */
  const take = <T>({ clientKey }: Placing, work: (requests: Requests) => Promise<T> | T): Promise<T> => {
    clients.note(clientKey);
    return found.inTurn(async () => {
      const requests = await files.read();
      for (const id of holders.keys()) if (!isLocked(requests.get(id))) holders.delete(id);
      return work(requests);
    });
  };
  /** A new order number: larger than all before, but not in the future, because that would be a lock. Negative at the front. */
  const next = (place: Place): number => {
    last = Math.max(Date.now() - 1, last + 1 / 4096);
    return place === 'front' ? -last : last;
  };
  const write = async (requests: Requests, request: QueuedRequest, orderNo: number | null): Promise<void> => {
    await files.write(request, orderNo);
    requests.set(request.id, { request, orderNo, number: requests.get(request.id)?.number ?? requests.size });
    changedAt = new Date();
  };
  const lock = async (requests: Requests, file: RequestFile, milliseconds: number, placing: Placing): Promise<Date> => {
    const until = Date.now() + milliseconds;
    const isFront = placing.forefront ?? (file.orderNo ?? 0) < 0;
    await write(requests, file.request, isFront ? -until : until);
    holders.set(file.request.id, placing.clientKey ?? '');
    return new Date(until);
  };
  /** @throws RequestNotFoundError, NotLockedError */
  const lockedBy = (requests: Requests, id: string, { clientKey = '' }: Placing): RequestFile => {
    const file = requests.get(id);
    if (file === undefined) throw new RequestNotFoundError(id);
    if (!isLocked(file)) throw new NotLockedError(id, 'nobody has locked it');
    if (holders.get(id) !== clientKey) throw new NotLockedError(id, 'another client has locked it');
    return file;
  };
  const unlock = async (requests: Requests, { request }: RequestFile, place: Place): Promise<void> => {
    await write(requests, request, next(place));
    holders.delete(request.id);
  };
  const add = async (requests: Requests, given: readonly WantedRequest[], placing: Placing): Promise<readonly Placed[]> => {
    const fresh = new Map<string, QueuedRequest>();
    const placed = given.map((one): Placed => {
      const uniqueKey = keyOfRequest(one);
      const id = requestId(uniqueKey);
      const there = requests.get(id);
      const wasAlreadyPresent = there !== undefined || fresh.has(id);
      if (!wasAlreadyPresent) fresh.set(id, { ...one, uniqueKey, id });
      return { request: { id, uniqueKey }, wasAlreadyPresent, wasAlreadyHandled: there?.orderNo === null };
    });
    const place = placeOf(placing);
    await makeStorageDirectory(directory);
    const inOrder = [...fresh.values()];
    const written: string[] = [];
    try {
      for (const request of place === 'front' ? inOrder.reverse() : inOrder) {
        await write(requests, request, isHandled(request) ? null : next(place));
        written.push(request.id);
      }
    } catch (error) {
      // Either all requests are added or none.
      for (const id of written) await files.remove(id);
      throw error;
    }
    return placed;
  };
  const modifiedAt = (): Date => (changedAt !== undefined && changedAt > found.modifiedAt ? changedAt : found.modifiedAt);
  const headOf = <T>(requests: Requests, next: readonly T[]): Head<T> => {
    const hasLocks = [...requests.values()].some(isLocked);
    return { next, modifiedAt: modifiedAt(), hadMultipleClients: clients.several, hasLocks };
  };
  return {
    ...found,
    get place() {
      return found.place;
    },
    get facts() {
      return found.facts;
    },
    counts: () =>
      take({}, (requests) => {
        const handled = [...requests.values()].filter(({ orderNo }) => orderNo === null).length;
        return { total: requests.size, handled, modifiedAt: modifiedAt(), hadMultipleClients: clients.several };
      }),
    add: (given, placing = {}) => take(placing, (requests) => add(requests, given, placing)),
    get: (id) => take({}, (requests) => requests.get(id)?.request),
    update: ({ id, ...given }, placing = {}) =>
      take(placing, async (requests) => {
        const before = requests.get(id);
        const uniqueKey = keyOfRequest(given as WantedRequest, before?.request.uniqueKey);
        const request = { ...before?.request, ...given, uniqueKey, id } as QueuedRequest;
        await makeStorageDirectory(directory);
        await write(requests, request, isHandled(request) ? null : next(placeOf(placing)));
        holders.delete(id);
        return { request, wasAlreadyPresent: before !== undefined, wasAlreadyHandled: before?.orderNo === null };
      }),
    delete: (keys, placing = {}) =>
      take(placing, async (requests) => {
        const ids = keys.map((key) => ('id' in key ? key.id : requestId(key.uniqueKey))).filter((id) => requests.has(id));
        for (const id of ids) await files.remove(id);
        if (ids.length > 0) changedAt = new Date();
        return ids;
      }),
    head: (limit, placing = {}) =>
      take(placing, (requests) => {
        const first = waiting(requests).slice(0, limit);
        return headOf(
          requests,
          first.map(({ request }) => request),
        );
      }),
    lockHead: (limit, milliseconds, placing, present) =>
      take(placing, async (requests) => {
        const free = waiting(requests).filter((file) => !isLocked(file));
        const locked: Locked[] = [];
        for (const file of free.slice(0, limit)) {
          const { clientKey } = placing;
          locked.push({ request: file.request, lockExpiresAt: await lock(requests, file, milliseconds, { clientKey }) });
        }
        return present(headOf(requests, locked));
      }),
    prolong: (id, milliseconds, placing = {}) =>
      take(placing, (requests) => lock(requests, lockedBy(requests, id, placing), milliseconds, placing)),
    unlock: (id, placing = {}) =>
      take(placing, (requests) => unlock(requests, lockedBy(requests, id, placing), placeOf(placing))),
    unlockAll: (placing = {}) =>
      take(placing, async (requests) => {
        const held = [...requests.values()].filter(({ request }) => holders.get(request.id) === (placing.clientKey ?? ''));
        for (const file of held) await unlock(requests, file, 'back');
        return held.length;
      }),
    list: ({ limit, cursor, exclusiveStartId, filter }) =>
      take({}, (requests) => {
        const before = exclusiveStartId === undefined ? -1 : (requests.get(exclusiveStartId)?.number ?? Number.POSITIVE_INFINITY);
        const start = cursor === undefined ? before : Number(cursor);
        const all = [...requests.values()].filter((file) => file.number > start && fits(file, filter));
        const page = all.slice(0, limit);
        const nextCursor = all.length > limit ? String(page.at(-1)?.number ?? start) : undefined;
        return { requests: page.map(({ request }) => request), nextCursor };
      }),
    rename: found.update,
    read: found.read,
  };
}

/** Whether a request is locked: its order number is a time in the future. */
function isLocked(file: RequestFile | undefined): boolean {
  return Math.abs(file?.orderNo ?? 0) > Date.now();
}

/** The requests that are not handled, also locked ones, in the order in which they are to be handled. */
function waiting(requests: Requests): RequestFile[] {
  const all = [...requests.values()].filter(({ orderNo }) => orderNo !== null);
  return all.sort((a, b) => (a.orderNo ?? 0) - (b.orderNo ?? 0) || a.number - b.number);
}

function fits(file: RequestFile, filter: readonly ('locked' | 'pending')[] | undefined): boolean {
  if (filter === undefined) return true;
  return isLocked(file) ? filter.includes('locked') : filter.includes('pending') && file.orderNo !== null;
}
