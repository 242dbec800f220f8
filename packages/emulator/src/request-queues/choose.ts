import { hash } from 'node:crypto';
import type { KeptQueue } from './kept-queue.js';
import type { Entry, Place } from './order.js';
import { type Placing, RequestNotFoundError, type RequestsPage, type RequestsWindow, type WantedRequest } from './store.js';

/** Its unique key; without one that of the request that is there, or its URL. */
export function keyOfRequest({ uniqueKey, url }: WantedRequest, known?: string): string {
  return typeof uniqueKey === 'string' && uniqueKey !== '' ? uniqueKey : (known ?? url);
}

/** Made of the unique key as clients make it, who know requests by it before they are answered. */
export function requestId(uniqueKey: string): string {
  return hash('sha256', uniqueKey, 'base64').replace(/[+/=]/g, '').slice(0, 15);
}

export function placeOf({ forefront = false }: Placing): Place {
  return forefront ? 'front' : 'back';
}

/** @throws RequestNotFoundError, NotLockedError */
export function lockedBy({ order, locks }: KeptQueue, id: string, { clientKey = '' }: Placing): Entry {
  const entry = order.get(id);
  if (entry === undefined) throw new RequestNotFoundError(id);
  locks.check(id, clientKey);
  return entry;
}

export function firstOf(entries: Iterable<Entry>, limit: number, fits: (entry: Entry) => boolean): Entry[] {
  const first: Entry[] = [];
  if (limit === 0) return first;
  for (const entry of entries) {
    if (fits(entry)) first.push(entry);
    if (first.length === limit) break;
  }
  return first;
}

/** A page of requests. Cursors are numbers of requests, so that they stay valid when a request is deleted. */
export function pageOf(
  queue: KeptQueue,
  { limit, cursor, exclusiveStartId, filter }: RequestsWindow,
): { readonly entries: readonly Entry[] } & Pick<RequestsPage, 'nextCursor'> {
  const start = startOf(queue, cursor, exclusiveStartId);
  const entries: Entry[] = [];
  for (const entry of queue.order.all()) {
    if (entry.number <= start || !fits(entry, queue, filter)) continue;
    if (entries.length === limit) return { entries, nextCursor: String(entries.at(-1)?.number ?? start) };
    entries.push(entry);
  }
  return { entries, nextCursor: undefined };
}

/** The number after which the page begins. */
export function startOf({ order }: KeptQueue, cursor: string | undefined, exclusiveStartId: string | undefined): number {
  if (cursor !== undefined) return Number(cursor);
  if (exclusiveStartId === undefined) return -1;
  return order.get(exclusiveStartId)?.number ?? Number.POSITIVE_INFINITY;
}

export function fits({ id, position }: Entry, { locks }: KeptQueue, filter: RequestsWindow['filter']): boolean {
  if (filter === undefined) return true;
  if (locks.isLocked(id)) return filter.includes('locked');
  return filter.includes('pending') && position !== null;
}

/** Remembers whether requests came from more than one client. */
export function clientsSeen(): { note(clientKey: string | undefined): void; readonly several: boolean } {
  let first: string | undefined;
  let several = false;
  return {
    note(clientKey) {
      if (clientKey === undefined) return;
      first ??= clientKey;
      several ||= clientKey !== first;
    },
    get several() {
      return several;
    },
  };
}
