import type { QueuedRequest } from './store.js';

export type Place = 'front' | 'back';

export interface Entry {
  readonly id: string;
  /** Number in the order in which requests were added. */
  readonly number: number;
  /** Position among the waiting requests, which are sorted by it. `null`: the request was handled. */
  readonly position: number | null;
}

/** All requests, and the order of those that wait. */
export interface Order {
  readonly total: number;
  readonly handled: number;
  get(id: string): Entry | undefined;
  /** Places a request at one end of the queue, or marks it as handled. A new request gets the next number. */
  put(id: string, place: Place | 'handled'): Entry;
  delete(id: string): void;
  /** The waiting requests, the next one first. */
  waiting(): Iterable<Entry>;
  /** All requests, in the order in which they were added. */
  all(): Iterable<Entry>;
}

/** @param known in the order of their numbers */
export function requestOrder(known: readonly Entry[] = []): Order {
  const entries = new Map<string, Entry>();
  // The request that was put at the front last is the first.
  const front = new Set<string>();
  const back = new Set<string>();
  // New requests at the back get the same value as number and position, so that the position need not be stored.
  let [first, next] = [0, (known.at(-1)?.number ?? -1) + 1];
  for (const entry of known) entries.set(entry.id, entry);
  const positioned = known.filter(({ position }) => position !== null).sort((a, b) => positionOf(a) - positionOf(b));
  for (const { id } of positioned.filter((one) => positionOf(one) < 0).reverse()) front.add(id);
  for (const { id } of positioned.filter((one) => positionOf(one) >= 0)) back.add(id);
  if (positioned[0] !== undefined) first = Math.min(first, positionOf(positioned[0]));
  next = Math.max(next, positionOf(positioned.at(-1)) + 1);
  const leave = (id: string): void => {
    front.delete(id);
    back.delete(id);
  };
  const entryOf = (id: string): Entry => entries.get(id) as Entry;
  return {
    get total() {
      return entries.size;
    },
    get handled() {
      return entries.size - front.size - back.size;
    },
    get: (id) => entries.get(id),
    put(id, place) {
      const there = entries.get(id);
      if (there !== undefined) leave(id);
      if (place !== 'handled') (place === 'front' ? front : back).add(id);
      const number = there?.number ?? next++;
      const position = place === 'handled' ? null : place === 'front' ? --first : there === undefined ? number : next++;
      const entry = { id, number, position };
      entries.set(id, entry);
      return entry;
    },
    delete(id) {
      leave(id);
      entries.delete(id);
    },
    *waiting() {
      for (const id of [...front].reverse()) yield entryOf(id);
      for (const id of back) yield entryOf(id);
    },
    all: () => entries.values(),
  };
}

function positionOf(entry: Entry | undefined): number {
  return entry?.position ?? -1;
}

export function isHandled({ handledAt }: QueuedRequest): boolean {
  return handledAt !== undefined && handledAt !== null;
}
