import { wholeNumber } from '@dataset-items/query-pipeline';
import { enveloped, nothing } from '../answers.js';
import { presentLocked, presentNext, presentQueue } from '../request-queues/present.js';
import type { Head, Locked } from '../request-queues/store.js';
import { acceptSeconds, clientParameters, lockingParameters, type QueuePlace, reading } from './queue-place.js';
import { type Route, route } from './route.js';

const mostNext = 1000;
const mostLocked = 25;

/** Routes of a request queue and of its next requests. */
export function queueHeadRoutes({ path, operation, what, parameters, queueOf, idOf }: QueuePlace): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      operation: `${operation}_get`,
      summary: `Get ${what}`,
      does: 'reads',
      parameters,
      answer: async (call, given) => enveloped(await presentQueue(call, queueOf(call, given))),
    }),
    route({
      method: 'DELETE',
      path,
      operation: `${operation}_delete`,
      summary: `Delete ${what}`,
      does: 'writes',
      parameters,
      status: 204,
      answer: async (call, given) => {
        await call.services.requestQueues.remove(idOf(call, given));
        return nothing();
      },
    }),
    route({
      method: 'GET',
      path: `${path}/head`,
      operation: `${operation}_head_get`,
      summary: `Get the next requests of ${what}, locked or not`,
      does: 'reads',
      parameters: {
        ...parameters,
        ...clientParameters,
        limit: wholeNumber('Largest number of requests; values above 1000 mean 1000', { defaultText: '1000' }),
      },
      answer: async (call, { limit = mostNext, clientKey, ...given }) => {
        const queue = reading(queueOf(call, given));
        const most = Math.min(limit, mostNext);
        const { next, modifiedAt, hadMultipleClients } = await queue.head(most, { clientKey });
        return enveloped({ limit: most, queueModifiedAt: modifiedAt, hadMultipleClients, items: next.map(presentNext) });
      },
    }),
    route({
      method: 'POST',
      path: `${path}/head/lock`,
      operation: `${operation}_head_lock_post`,
      summary: `Lock the next requests of ${what} that are not locked, and get them`,
      does: 'writes',
      parameters: {
        ...parameters,
        ...clientParameters,
        ...lockingParameters,
        limit: wholeNumber('Largest number of requests; values above 25 mean 25', { defaultText: '25' }),
      },
      status: 201,
      answer: async (call, { limit = mostLocked, lockSecs, clientKey, ...given }) => {
        const queue = reading(queueOf(call, given));
        const seconds = acceptSeconds(lockSecs);
        const most = Math.min(limit, mostLocked);
        const present = ({ next, modifiedAt, hadMultipleClients, hasLocks }: Head<Locked>): Response =>
          enveloped(
            {
              limit: most,
              // The API tells whole seconds.
              lockSecs: Math.floor(seconds),
              clientKey,
              queueHasLockedRequests: hasLocks,
              queueModifiedAt: modifiedAt,
              hadMultipleClients,
              items: next.map(presentLocked),
            },
            { status: 201 },
          );
        return queue.lockHead(most, seconds * 1000, { clientKey }, present);
      },
    }),
  ];
}
