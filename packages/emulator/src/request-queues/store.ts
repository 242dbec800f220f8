import type { Item } from '@dataset-items/query-pipeline';
import type { NamedStore } from '../store/named-store.js';
import type { ThingChanges, ThingFacts, WantedThing } from '../store/things.js';

/** A request of a crawler: a JSON object with at least these fields. */
export type QueuedRequest = Item & {
  /** Derived from the unique key, in the same way as in clients. */
  readonly id: string;
  readonly uniqueKey: string;
  readonly url: string;
};

/** A request that may be new. The default of `uniqueKey` is the URL. */
export type WantedRequest = Item & { readonly url: string };

export type RequestQueueFacts = ThingFacts;

/** Counts of the requests of a queue. */
export interface QueueCounts {
  readonly total: number;
  readonly handled: number;
  /** Time of the last change, including changes of locks, or of the creation. */
  readonly modifiedAt: Date;
  /** Whether clients with different keys have used the queue since the emulator was started. */
  readonly hadMultipleClients: boolean;
}

export interface Placed {
  readonly request: Pick<QueuedRequest, 'id' | 'uniqueKey'>;
  readonly wasAlreadyPresent: boolean;
  readonly wasAlreadyHandled: boolean;
}

/** A request that a client has locked, and the time at which the lock expires. */
export interface Locked {
  readonly request: QueuedRequest;
  readonly lockExpiresAt: Date;
}

/** The next requests of a queue, and its state at that moment. */
export interface Head<T> extends Pick<QueueCounts, 'modifiedAt' | 'hadMultipleClients'> {
  readonly next: readonly T[];
  /** Whether any request is locked. */
  readonly hasLocks: boolean;
}

export interface Placing {
  /** Place it before all other requests. Default: after them. */
  readonly forefront?: boolean | undefined;
  /** Key of the calling client. Clients without a key count as one client. */
  readonly clientKey?: string | undefined;
}

export interface RequestsWindow {
  readonly limit: number;
  /** The `nextCursor` of the previous page. */
  readonly cursor?: string | undefined;
  /** The id of the last request of the previous page; an alternative to `cursor`. */
  readonly exclusiveStartId?: string | undefined;
  /** Locked requests, requests that wait and are not locked, or both. Default: all requests, including handled ones. */
  readonly filter?: readonly ('locked' | 'pending')[] | undefined;
}

export interface RequestsPage {
  readonly requests: readonly QueuedRequest[];
  /** `undefined`: there are no more requests. */
  readonly nextCursor: string | undefined;
}

/** A request queue. A change of requests resolves when it is stored. Locks are stored too, but a power failure may lose the latest ones. */
export interface StoredRequestQueue {
  readonly facts: RequestQueueFacts;
  counts(): Promise<QueueCounts>;
  /** Adds all requests or none. A request whose unique key exists already stays unchanged. */
  add(requests: readonly WantedRequest[], placing?: Placing): Promise<readonly Placed[]>;
  get(id: string): Promise<QueuedRequest | undefined>;
  /**
   * Sets fields of a request and moves it to the end of the queue, or to the front. With a `handledAt`, it no longer waits. A request that
   * does not exist is added.
   */
  update(request: WantedRequest & { readonly id: string }, placing?: Placing): Promise<Placed>;
  /** Deletes requests by id or unique key. @returns the ids of those that existed */
  delete(keys: readonly RequestKey[], placing?: Placing): Promise<readonly string[]>;
  /** The next requests, locked or not. */
  head(limit: number, placing?: Placing): Promise<Head<QueuedRequest>>;
  /**
   * Locks the next requests that nobody has locked, for a number of milliseconds.
   * @param present makes the answer, while the locks are being stored
   */
  lockHead<A>(limit: number, milliseconds: number, placing: Placing, present: (head: Head<Locked>) => A): Promise<A>;
  /** @param milliseconds from now @throws NotLockedError, RequestNotFoundError */
  prolong(id: string, milliseconds: number, placing?: Placing): Promise<Date>;
  /** Unlocks a request, and moves it to the end of the queue or to the front. @throws NotLockedError, RequestNotFoundError */
  unlock(id: string, placing?: Placing): Promise<void>;
  /** Unlocks all requests of the client. @returns their number */
  unlockAll(placing?: Placing): Promise<number>;
  list(window: RequestsWindow): Promise<RequestsPage>;
  /** @throws NameTakenError */
  rename(changes: ThingChanges): Promise<void>;
  /** Updates `accessedAt`. */
  read(): void;
}

export type RequestKey = { readonly id: string } | { readonly uniqueKey: string };

export type WantedQueue = WantedThing;

export type RequestQueueStore = NamedStore<StoredRequestQueue, WantedQueue>;

/** The queue has no such request. */
export class RequestNotFoundError extends Error {
  readonly code = 'record-not-found';
  readonly id: string;

  constructor(id: string) {
    super(`Request ${JSON.stringify(id)} was not found`);
    this.name = 'RequestNotFoundError';
    this.id = id;
  }
}

/** The client has not locked the request: nobody has, another client has, or the request was handled. */
export class NotLockedError extends Error {
  readonly code = 'request-not-locked';
  readonly id: string;

  constructor(id: string, reason: string) {
    super(`Request ${JSON.stringify(id)} is not locked by this client: ${reason}`);
    this.name = 'NotLockedError';
    this.id = id;
  }
}
