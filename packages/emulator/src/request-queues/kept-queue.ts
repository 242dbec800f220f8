import type { Cell } from '../store/collection.js';
import type { Database } from '../store/database.js';
import { jsonKind } from '../store/kinds.js';
import { type KeptLocks, type Locks, requestLocks } from './locks.js';
import { type Entry, type Order, requestOrder } from './order.js';
import type { QueuedRequest } from './store.js';

/** Requests by the queue's key, the request's number and its id. So the keys alone list the requests. */
export const requestBodies = jsonKind<QueuedRequest>('queue-requests');
/** Positions of waiting requests by the queue's key and the request's number, if the position differs from the number. */
export const positions = jsonKind<number | null>('queue-order');
/** Under the queue's key and a number of their own: locks that were made together. */
export const lockEntries = jsonKind<KeptLocks>('queue-locks');

/** The part of a queue that is in memory: everything except the requests themselves. */
export interface KeptQueue {
  readonly order: Order;
  readonly locks: Locks;
  /** Recently used requests, by number. */
  readonly bodies: Map<number, QueuedRequest>;
  /** No damage was found. */
  readonly isWhole: boolean;
}

export async function readQueue(
  database: Database,
  { key, record, counts }: Cell<{ readonly id: string }, { readonly total: number }>,
  warn: (message: string) => void,
): Promise<KeptQueue> {
  const prefix = `${key}/`;
  const moved = new Map<number, number | null>();
  let isWhole = true;
  for (const { key: at, value } of await database.entries(positions, prefix)) {
    if (value === undefined) isWhole = false;
    else moved.set(numberOf(at, prefix), value);
  }
  const known = (await database.keys(requestBodies, prefix)).flatMap((at): Entry[] => {
    const [, number = '', id = ''] = at.split('/');
    const own = Number.parseInt(number, 36);
    const position = moved.get(own);
    return Number.isNaN(own) || id === '' ? [] : [{ id, number: own, position: position === undefined ? own : position }];
  });
  const locks = requestLocks();
  const byNumber = new Map(known.map(({ number, id }) => [number, id]));
  for (const { key: at, value } of await database.entries(lockEntries, prefix)) {
    if (value !== undefined) locks.restore(numberOf(at, prefix), value, (number) => byNumber.get(number));
  }
  if (known.length < counts.total) isWhole = false;
  if (!isWhole) warn(`${database.name}: requests of the queue ${record.id}, or their order, are damaged`);
  return { order: requestOrder(known), locks, bodies: new Map(), isWhole };
}

function numberOf(key: string, prefix: string): number {
  return Number.parseInt(key.slice(prefix.length), 36);
}
