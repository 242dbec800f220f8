import type { Item } from '@dataset-items/query-pipeline';

/** A request of a crawler: a JSON object with at least these. */
export type QueuedRequest = Item & {
  /** Made of the unique key, as clients make it too. */
  readonly id: string;
  readonly uniqueKey: string;
  readonly url: string;
};

/** A request that may be new; `uniqueKey` is the URL where it is not there. */
export type WantedRequest = Item & { readonly url: string };

export interface RequestQueueFacts {
  /** 17 characters of 0-9A-Za-z, unless whoever created the queue chose another. */
  readonly id: string;
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly createdAt: Date;
  readonly accessedAt: Date;
  readonly actorId?: string | undefined;
  readonly runId?: string | undefined;
}

/** What is known of the requests of a queue. */
export interface QueueCounts {
  readonly total: number;
  readonly handled: number;
  /** Of the last change, locks too, or of the creation. */
  readonly modifiedAt: Date;
  /** Requests came from clients of different keys since the emulator began. */
  readonly hadMultipleClients: boolean;
}

export interface Placed {
  readonly request: QueuedRequest;
  readonly wasAlreadyPresent: boolean;
  readonly wasAlreadyHandled: boolean;
}

/** A request that a client keeps for itself until then. */
export interface Locked {
  readonly request: QueuedRequest;
  readonly lockExpiresAt: Date;
}

export interface Placing {
  /** Before all others instead of after them. */
  readonly forefront?: boolean | undefined;
  /** Who asks; clients without one count as the same. */
  readonly clientKey?: string | undefined;
}

export interface RequestsWindow {
  readonly limit: number;
  /** Where the page before ended: its `nextCursor`. */
  readonly cursor?: string | undefined;
  /** Or the id of its last request. */
  readonly exclusiveStartId?: string | undefined;
  /** Those that are locked, those that wait and are not locked, or both. Default: all, handled ones too. */
  readonly filter?: readonly ('locked' | 'pending')[] | undefined;
}

export interface RequestsPage {
  readonly requests: readonly QueuedRequest[];
  /** `undefined`: there are no more. */
  readonly nextCursor: string | undefined;
}

/** Whatever changes the requests resolves when it is kept; locks are not, and end with the emulator. */
export interface StoredRequestQueue {
  readonly facts: RequestQueueFacts;
  counts(): Promise<QueueCounts>;
  /** All or none are added; those whose unique key is there already stay as they are. */
  add(requests: readonly WantedRequest[], placing?: Placing): Promise<readonly Placed[]>;
  get(id: string): Promise<QueuedRequest | undefined>;
  /**
   * Puts the fields into the request, which goes to the end of the queue, or to the front; with a `handledAt` it leaves it. A request that
   * is not there is added.
   */
  update(request: WantedRequest & { readonly id: string }, placing?: Placing): Promise<Placed>;
  /** The requests that there were, by id or unique key. */
  delete(keys: readonly RequestKey[], placing?: Placing): Promise<readonly QueuedRequest[]>;
  /** The next requests, locked or not. */
  head(limit: number, placing?: Placing): Promise<readonly QueuedRequest[]>;
  /** The next ones that nobody has locked, which the client has then for so many milliseconds. */
  lockHead(limit: number, milliseconds: number, placing?: Placing): Promise<readonly Locked[]>;
  /** Whether any request is locked. */
  hasLocks(): Promise<boolean>;
  /** @param milliseconds from now @throws NotLockedError, RequestNotFoundError */
  prolong(id: string, milliseconds: number, placing?: Placing): Promise<Date>;
  /** The request goes to the end of the queue, or to the front. @throws NotLockedError, RequestNotFoundError */
  unlock(id: string, placing?: Placing): Promise<void>;
  /** All of the client; gives their number. */
  unlockAll(placing?: Placing): Promise<number>;
  list(window: RequestsWindow): Promise<RequestsPage>;
  /** @throws NameTakenError */
  rename(changes: QueueChanges): Promise<void>;
  /** Notes that it was read now: `accessedAt`. */
  read(): void;
}

export type RequestKey = { readonly id: string } | { readonly uniqueKey: string };

export interface QueueChanges {
  readonly name?: string | undefined;
  readonly title?: string | undefined;
}

export interface WantedQueue extends QueueChanges {
  readonly id?: string | undefined;
  readonly actorId?: string | undefined;
  readonly runId?: string | undefined;
}

export interface RequestQueueStore {
  /** Oldest first. */
  list(): readonly StoredRequestQueue[];
  /** An id goes before a name. */
  find(idOrName: string): StoredRequestQueue | undefined;
  /** @throws NameTakenError */
  create(wanted?: WantedQueue): Promise<StoredRequestQueue>;
  /** No error where there is none. */
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}

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

/** The client that asked does not have the request: nobody has, or somebody else, or it was handled. */
export class NotLockedError extends Error {
  readonly code = 'request-not-locked';
  readonly id: string;

  constructor(id: string, reason: string) {
    super(`Request ${JSON.stringify(id)} is not locked by this client: ${reason}`);
    this.name = 'NotLockedError';
    this.id = id;
  }
}
