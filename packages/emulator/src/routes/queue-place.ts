import { RefusedRequestError } from '@dataset-items/http';
import { type Arguments, flag, InvalidParameterError, type Registry, text } from '@dataset-items/query-pipeline';
import { NotLockedError, RequestNotFoundError, type StoredRequestQueue } from '../request-queues/index.js';
import { type Call, notFound } from './route.js';

/** Where a request queue is found: under its own id, or as that of a run. */
export interface QueuePlace {
  readonly path: string;
  /** How its operations begin. */
  readonly operation: string;
  /** `a request queue` */
  readonly what: string;
  /** What tells which one it is. */
  readonly parameters: Registry;
  /** @throws RefusedRequestError where there is none */
  queueOf(call: Call, given: Arguments<Registry>): StoredRequestQueue;
}

export const clientParameters = { clientKey: text('Who asks: a lock is for whoever has the same') } as const;

export const placingParameters = {
  ...clientParameters,
  forefront: flag('To the front of the queue instead of its end'),
} as const;

export const lockingParameters = {
  lockSecs: text('Seconds from now', {
    matches: (given) => /^[0-9]{1,9}(\.[0-9]+)?$/.test(given),
    expected: 'a number of seconds',
  }),
} as const;

/** @throws InvalidParameterError */
export function acceptSeconds(lockSecs: string | undefined): number {
  if (lockSecs === undefined) throw new InvalidParameterError('lockSecs', '', 'a number of seconds');
  return Number(lockSecs);
}

/** What is told of a queue beside its next requests. */
export async function stateOf(queue: StoredRequestQueue): Promise<Record<string, unknown>> {
  const { modifiedAt, hadMultipleClients } = await queue.counts();
  return { queueModifiedAt: modifiedAt, hadMultipleClients };
}

export function reading(queue: StoredRequestQueue): StoredRequestQueue {
  queue.read();
  return queue;
}

/** Tells the client of a lock that it does not have. */
export function refusing<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof NotLockedError) throw new RefusedRequestError('request-not-locked', error.message, { cause: error });
    if (error instanceof RequestNotFoundError) throw notFound('Request');
    throw error;
  });
}
