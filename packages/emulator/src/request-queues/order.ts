import type { QueuedRequest } from './store.js';

/** One change of a queue, as its log has it too. */
export type Change =
  | { readonly put: QueuedRequest; readonly place: Place }
  | { readonly move: string; readonly place: Place }
  | { readonly delete: string };

export type Place = 'front' | 'back';

export interface Entry {
  /** In the order in which requests came first. */
  readonly number: number;
  readonly request: QueuedRequest;
}

/** Requests, and the order in which those wait that are not handled. */
export interface Order {
  readonly total: number;
  readonly handled: number;
  get(id: string): Entry | undefined;
  apply(change: Change): void;
  /** Those that wait, the next one first. */
  waiting(): Iterable<QueuedRequest>;
  /** All, in the order in which they came first. */
  all(): Iterable<Entry>;
}

export function requestOrder(): Order {
  const entries = new Map<string, Entry>();
  // What came to the front last is the first.
  const front = new Set<string>();
  const back = new Set<string>();
  let numbers = 0;
  const place = (id: string, at: Place): void => {
    front.delete(id);
    back.delete(id);
    (at === 'front' ? front : back).add(id);
  };
  const leave = (id: string): void => {
    front.delete(id);
    back.delete(id);
  };
  const requestOf = (id: string): QueuedRequest => (entries.get(id) as Entry).request;
  return {
    get total() {
      return entries.size;
    },
    get handled() {
      return entries.size - front.size - back.size;
    },
    get: (id) => entries.get(id),
    apply(change) {
      if ('delete' in change) {
        entries.delete(change.delete);
        leave(change.delete);
      } else if ('move' in change) {
        if (front.has(change.move) || back.has(change.move)) place(change.move, change.place);
      } else {
        const { id } = change.put;
        entries.set(id, { number: entries.get(id)?.number ?? numbers++, request: change.put });
        if (isHandled(change.put)) leave(id);
        else place(id, change.place);
      }
    },
    *waiting() {
      for (const id of [...front].reverse()) yield requestOf(id);
      for (const id of back) yield requestOf(id);
    },
    all: () => entries.values(),
  };
}

export function isHandled({ handledAt }: QueuedRequest): boolean {
  return handledAt !== undefined && handledAt !== null;
}

/** Changes that make the same order of the same requests out of nothing. */
export function* asChanges(order: Order): Generator<Change> {
  for (const { request } of order.all()) if (isHandled(request)) yield { put: request, place: 'back' };
  for (const request of order.waiting()) yield { put: request, place: 'back' };
}
