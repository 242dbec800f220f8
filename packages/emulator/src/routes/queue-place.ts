import { RefusedRequestError } from '@dataset-items/http';
import { type Arguments, flag, InvalidParameterError, type Registry, text } from '@dataset-items/query-pipeline';
import { refusal } from '../refusal.js';
import { NotLockedError, RequestNotFoundError, type StoredRequestQueue } from '../request-queues/index.js';
import { type Call, notFound } from './route.js';

/** Where a request queue is served: under its own id, or below its run. */
export interface QueuePlace {
  readonly path: string;
  /** The start of its operation names. */
  readonly operation: string;
  /** What summaries call it: `a request queue`. */
  readonly what: string;
  /** Query parameters that select it. */
  readonly parameters: Registry;
  /** @throws RefusedRequestError if it does not exist */
  queueOf(call: Call, given: Arguments<Registry>): StoredRequestQueue;
  /** Its id, even if it is damaged. @throws RefusedRequestError where there is none */
  idOf(call: Call, given: Arguments<Registry>): string;
}

export const clientParameters = { clientKey: text('Key of the client; a lock belongs to the client with this key') } as const;

export const placingParameters = {
  ...clientParameters,
  forefront: flag('Place it at the front of the queue instead of the end'),
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

export function reading(queue: StoredRequestQueue): StoredRequestQueue {
  queue.read();
  return queue;
}

/** Refuses a change of a request that the client has not locked, or that is not there. @throws RefusedRequestError */
export function refusing<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof NotLockedError)
      throw new RefusedRequestError(refusal('request-handled-or-locked'), error.message, { cause: error });
    if (error instanceof RequestNotFoundError) throw notFound('Request');
    throw error;
  });
}
