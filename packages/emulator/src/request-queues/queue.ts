import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import type { Cell, Collection } from '../store/collection.js';
import type { Database } from '../store/database.js';
import { damaged } from '../store/errors.js';
import { numberKey } from '../store/kinds.js';
import { recordChanges } from '../store/record-changes.js';
import { type Draft, turnsOn } from '../store/turns.js';
import { clientsSeen, firstOf, keyOfRequest, lockedBy, pageOf, placeOf, requestId } from './choose.js';
import { type KeptQueue, lockEntries, positions, readQueue, requestBodies } from './kept-queue.js';
import { type Entry, isHandled, type Place } from './order.js';
import type {
  Head,
  Locked,
  Placed,
  Placing,
  QueuedRequest,
  RequestQueueFacts,
  StoredRequestQueue,
  WantedRequest,
} from './store.js';

/** Largest number of requests of a queue that are kept in memory too. */
const mostRemembered = 1000;

/** The state of a queue, which changes with its requests. */
export interface QueueState {
  readonly total: number;
  /** Time of the last change, including changes of locks. */
  readonly modifiedAt?: Date | undefined;
}

type QueueCell = Cell<RequestQueueFacts, QueueState>;

export interface OwnQueueOptions {
  readonly database: Database;
  readonly collection: Collection<RequestQueueFacts, QueueState, StoredRequestQueue>;
  readonly warn: (message: string) => void;
}

/** A request queue that the emulator created. */
export function ownQueue(cell: QueueCell, { database, collection, warn }: OwnQueueOptions): StoredRequestQueue {
  const clients = clientsSeen();
  let kept: KeptQueue | undefined;
  const turns = turnsOn(
    database,
    async () => {
      kept ??= await readQueue(database, cell, warn);
    },
    () => {
      kept = undefined;
    },
  );
  /** Runs work on the current state of the queue. */
  const take = <T>(placing: Placing, work: (queue: KeptQueue, draft: Draft) => T): Promise<T> =>
    takeAndPresent(placing, work, (result) => result);
  const takeAndPresent = <T, A>(
    { clientKey }: Placing,
    work: (queue: KeptQueue, draft: Draft) => T,
    present: (result: T) => A,
  ): Promise<A> => {
    clients.note(clientKey);
    return turns.present((draft) => {
      collection.checkThere(cell);
      return work(kept as KeptQueue, draft);
    }, present);
  };
  const keyOf = ({ number }: Pick<Entry, 'number'>): string => `${cell.key}/${numberKey(number)}`;
  const bodyKey = (entry: Entry): string => `${keyOf(entry)}/${entry.id}`;
  const entryOf = ({ order, isWhole }: KeptQueue, id: string): Entry | undefined => {
    const entry = order.get(id);
    // A damaged request may be the one with this id.
    if (entry === undefined && !isWhole) throw damaged(database.name, `a request of the queue ${cell.record.id}`);
    return entry;
  };
  const remember = (entry: Entry, body: QueuedRequest): void => {
    const { bodies } = kept as KeptQueue;
    bodies.delete(entry.number);
    bodies.set(entry.number, body);
    if (bodies.size <= mostRemembered) return;
    const [oldest] = bodies.keys();
    bodies.delete(oldest as number);
  };
  const bodyOf = (draft: Draft, entry: Entry): QueuedRequest => {
    const known = kept?.bodies.get(entry.number);
    if (known !== undefined) return known;
    const body = draft.get(requestBodies, bodyKey(entry));
    if (body === undefined) throw damaged(database.name, `the request ${entry.id} of the queue ${cell.record.id}`);
    remember(entry, body);
    return body;
  };
  const setBody = (draft: Draft, entry: Entry, body: QueuedRequest): void => {
    draft.put(requestBodies, bodyKey(entry), body);
    remember(entry, body);
  };
  let warned = false;
  /** The requests of the entries, without damaged ones. */
  const bodiesOf = (draft: Draft, entries: readonly Entry[]): readonly (readonly [Entry, QueuedRequest])[] =>
    entries.flatMap((entry) => {
      try {
        return [[entry, bodyOf(draft, entry)] as const];
      } catch (error) {
        if (!(error instanceof UnreadableSourceError)) throw error;
        if (!warned) warn(`${error.message}; it is omitted from lists`);
        warned = true;
        return [];
      }
    });
  const changed = ({ order }: KeptQueue, draft: Draft): void =>
    collection.setCounts(draft, cell, { total: order.total, modifiedAt: new Date() });
  const place = (queue: KeptQueue, draft: Draft, id: string, where: Place | 'handled'): Entry => {
    const isNew = queue.order.get(id) === undefined;
    const entry = queue.order.put(id, where);
    if (!isNew || entry.position !== entry.number) draft.put(positions, keyOf(entry), entry.position);
    return entry;
  };
  const storeLocks = ({ locks }: KeptQueue, draft: Draft): void => {
    for (const [number, kept] of locks.takeChanges()) {
      const key = keyOf({ number });
      if (kept === undefined) draft.del(lockEntries, key);
      else draft.put(lockEntries, key, kept);
    }
  };
  const release = (queue: KeptQueue, draft: Draft, entry: Entry): void => {
    queue.locks.release(entry);
    storeLocks(queue, draft);
  };
  const lock = (
    queue: KeptQueue,
    draft: Draft,
    entries: readonly Entry[],
    milliseconds: number,
    { clientKey = '' }: Placing,
  ): Date => {
    const until = Date.now() + milliseconds;
    queue.locks.lock(entries, { clientKey, until });
    storeLocks(queue, draft);
    return new Date(until);
  };
  const unlock = (queue: KeptQueue, draft: Draft, id: string, where: Place): void => {
    const entry = queue.order.get(id);
    if (entry === undefined) return;
    release(queue, draft, entry);
    if (entry.position === null) return;
    place(queue, draft, id, where);
    changed(queue, draft);
  };
  const add = (queue: KeptQueue, draft: Draft, requests: readonly WantedRequest[], placing: Placing): readonly Placed[] => {
    const fresh = new Map<string, QueuedRequest>();
    const placed = requests.map((given): Placed => {
      const uniqueKey = keyOfRequest(given);
      const id = requestId(uniqueKey);
      const there = queue.order.get(id);
      const wasAlreadyPresent = there !== undefined || fresh.has(id);
      if (!wasAlreadyPresent) fresh.set(id, { ...given, uniqueKey, id });
      return { request: { id, uniqueKey }, wasAlreadyPresent, wasAlreadyHandled: there?.position === null };
    });
    // At the front, the first of the new requests must be the first of the queue.
    const inOrder = [...fresh.values()];
    for (const request of placeOf(placing) === 'front' ? inOrder.reverse() : inOrder) {
      const entry = place(queue, draft, request.id, isHandled(request) ? 'handled' : placeOf(placing));
      setBody(draft, entry, request);
    }
    if (fresh.size > 0) changed(queue, draft);
    return placed;
  };
  const modifiedIn = (draft: Draft): Date => collection.countsIn(draft, cell).modifiedAt ?? cell.record.createdAt;
  const headOf = <T>({ locks }: KeptQueue, draft: Draft, next: readonly T[]): Head<T> => {
    return { next, modifiedAt: modifiedIn(draft), hadMultipleClients: clients.several, hasLocks: locks.some };
  };
  return {
    get facts() {
      return cell.record;
    },
    counts: () =>
      take({}, ({ order: { total, handled } }, draft) => {
        return { total, handled, modifiedAt: modifiedIn(draft), hadMultipleClients: clients.several };
      }),
    add: (requests, placing = {}) => take(placing, (queue, draft) => add(queue, draft, requests, placing)),
    get: (id) =>
      take({}, (queue, draft) => {
        const entry = entryOf(queue, id);
        return entry && bodyOf(draft, entry);
      }),
    update: ({ id, ...given }, placing = {}) =>
      take(placing, (queue, draft) => {
        const there = entryOf(queue, id);
        const before = there && bodyOf(draft, there);
        const uniqueKey = keyOfRequest(given as WantedRequest, before?.uniqueKey);
        const request = { ...before, ...given, uniqueKey, id } as QueuedRequest;
        if (there !== undefined && isHandled(request)) release(queue, draft, there);
        const entry = place(queue, draft, id, isHandled(request) ? 'handled' : placeOf(placing));
        setBody(draft, entry, request);
        changed(queue, draft);
        return { request, wasAlreadyPresent: before !== undefined, wasAlreadyHandled: there?.position === null };
      }),
    delete: (keys, placing = {}) =>
      take(placing, (queue, draft) => {
        const found = keys.flatMap((key) => entryOf(queue, 'id' in key ? key.id : requestId(key.uniqueKey)) ?? []);
        for (const entry of found) {
          release(queue, draft, entry);
          queue.order.delete(entry.id);
          queue.bodies.delete(entry.number);
          draft.del(positions, keyOf(entry));
          draft.del(requestBodies, bodyKey(entry));
        }
        if (found.length > 0) changed(queue, draft);
        return found.map(({ id }) => id);
      }),
    head: (limit, placing = {}) =>
      take(placing, (queue, draft) => {
        const first = bodiesOf(
          draft,
          firstOf(queue.order.waiting(), limit, () => true),
        );
        return headOf(
          queue,
          draft,
          first.map(([, request]) => request),
        );
      }),
    lockHead(limit, milliseconds, placing, present) {
      const lockNext = (queue: KeptQueue, draft: Draft): Head<Locked> => {
        const next = bodiesOf(
          draft,
          firstOf(queue.order.waiting(), limit, ({ id }) => !queue.locks.isLocked(id)),
        );
        draft.lazily();
        if (next.length === 0) return headOf(queue, draft, []);
        changed(queue, draft);
        const entries = next.map(([entry]) => entry);
        const lockExpiresAt = lock(queue, draft, entries, milliseconds, placing);
        return headOf(
          queue,
          draft,
          next.map(([, request]): Locked => ({ request, lockExpiresAt })),
        );
      };
      return takeAndPresent(placing, lockNext, present);
    },
    prolong: (id, milliseconds, placing = {}) =>
      take(placing, (queue, draft) => {
        const entry = lockedBy(queue, id, placing);
        if (placing.forefront && entry.position !== null) {
          place(queue, draft, id, 'front');
          changed(queue, draft);
        } else draft.lazily();
        return lock(queue, draft, [entry], milliseconds, placing);
      }),
    unlock: (id, placing = {}) =>
      take(placing, (queue, draft) => {
        lockedBy(queue, id, placing);
        unlock(queue, draft, id, placeOf(placing));
      }),
    unlockAll: (placing = {}) =>
      take(placing, (queue, draft) => {
        const held = queue.locks.heldBy(placing.clientKey ?? '');
        for (const id of held) unlock(queue, draft, id, 'back');
        return held.length;
      }),
    list: (window) =>
      take({}, (queue, draft) => {
        const { entries, nextCursor } = pageOf(queue, window);
        return { requests: bodiesOf(draft, entries).map(([, request]) => request), nextCursor };
      }),
    ...recordChanges(cell, collection),
  };
}
