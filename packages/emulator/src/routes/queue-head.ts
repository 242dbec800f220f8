import { wholeNumber } from '@dataset-items/query-pipeline';
import { enveloped, nothing } from '../answers.js';
import { presentLocked, presentNext, presentQueue } from '../request-queues/present.js';
import { acceptSeconds, clientParameters, lockingParameters, type QueuePlace, reading, stateOf } from './queue-place.js';
import { type Route, route } from './route.js';

const mostNext = 1000;
const mostLocked = 25;

/** A request queue and what comes next in it, at one place. */
export function queueHeadRoutes({ path, operation, what, parameters, queueOf }: QueuePlace): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      operation: `${operation}_get`,
      summary: `Get ${what}`,
      parameters,
      answer: async (call, given) => enveloped(await presentQueue(call, queueOf(call, given))),
    }),
    route({
      method: 'DELETE',
      path,
      operation: `${operation}_delete`,
      summary: `Delete ${what}`,
      parameters,
      status: 204,
      answer: async (call, given) => {
        await call.services.requestQueues.remove(queueOf(call, given).facts.id);
        return nothing();
      },
    }),
    route({
      method: 'GET',
      path: `${path}/head`,
      operation: `${operation}_head_get`,
      summary: `Get the next requests of ${what}, locked or not`,
      parameters: {
        ...parameters,
        ...clientParameters,
        limit: wholeNumber('At most so many; more than 1000 are 1000', { defaultText: '1000' }),
      },
      answer: async (call, { limit = mostNext, clientKey, ...given }) => {
        const queue = reading(queueOf(call, given));
        const most = Math.min(limit, mostNext);
        const next = await queue.head(most, { clientKey });
        return enveloped({ limit: most, ...(await stateOf(queue)), items: next.map(presentNext) });
      },
    }),
    route({
      method: 'POST',
      path: `${path}/head/lock`,
      operation: `${operation}_head_lock_post`,
      summary: `Get the next requests of ${what} that nobody has locked, and lock them`,
      parameters: {
        ...parameters,
        ...clientParameters,
        ...lockingParameters,
        limit: wholeNumber('At most so many; more than 25 are 25', { defaultText: '25' }),
      },
      differs: 'locks end when the emulator does',
      answer: async (call, { limit = mostLocked, lockSecs, clientKey, ...given }) => {
        const queue = reading(queueOf(call, given));
        const seconds = acceptSeconds(lockSecs);
        const most = Math.min(limit, mostLocked);
        const locked = await queue.lockHead(most, seconds * 1000, { clientKey });
        const queueHasLockedRequests = await queue.hasLocks();
        return enveloped({
          limit: most,
          lockSecs: seconds,
          clientKey,
          queueHasLockedRequests,
          ...(await stateOf(queue)),
          items: locked.map(presentLocked),
        });
      },
    }),
  ];
}
