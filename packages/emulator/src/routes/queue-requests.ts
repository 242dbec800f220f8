import { list, text, wholeNumber } from '@dataset-items/query-pipeline';
import { enveloped } from '../answers.js';
import { readJson } from '../request-body.js';
import { acceptBatch, acceptFilter, acceptKeys, acceptRequest } from '../request-queues/accept.js';
import { presentPlaced, presentRefused } from '../request-queues/present.js';
import { queueHeadRoutes } from './queue-head.js';
import { clientParameters, placingParameters, type QueuePlace, reading } from './queue-place.js';
import { queueRequestRoutes } from './queue-request.js';
import { type Route, route } from './route.js';

const mostListed = 1000;

/** A request queue and its requests, at one place. */
export function queueRoutes(place: QueuePlace): readonly Route[] {
  return [...queueHeadRoutes(place), ...queueRequestsRoutes(place), ...queueRequestRoutes(place)];
}

function queueRequestsRoutes({ path, operation, what, parameters, queueOf }: QueuePlace): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: `${path}/requests`,
      operation: `${operation}_requests_get`,
      summary: `List requests of ${what}, in the order in which they came`,
      parameters: {
        ...parameters,
        ...clientParameters,
        limit: wholeNumber('At most so many; more than 1000 are 1000', { defaultText: '1000' }),
        cursor: text('`nextCursor` of the page before', {
          matches: (given) => /^[0-9]{1,15}$/.test(given),
          expected: 'a cursor that a page gave',
        }),
        exclusiveStartId: text('Id of the last request of the page before'),
        filter: list('`locked`, `pending` (waiting and not locked), or both'),
      },
      answer: async (call, { limit = mostListed, cursor, exclusiveStartId, filter, clientKey: _, ...given }) => {
        const queue = reading(queueOf(call, given));
        const window = { limit: Math.min(limit, mostListed), cursor, exclusiveStartId, filter: acceptFilter(filter) };
        const { requests, nextCursor } = await queue.list(window);
        return enveloped({ limit: window.limit, exclusiveStartId, cursor, nextCursor, items: requests });
      },
    }),
    route({
      method: 'POST',
      path: `${path}/requests`,
      operation: `${operation}_requests_post`,
      summary: `Add a request to ${what}`,
      parameters: { ...parameters, ...placingParameters },
      takes: { media: 'application/json', summary: 'A request: `url`, `uniqueKey` and what else it has', required: true },
      status: 201,
      answer: async (call, { clientKey, forefront, ...given }) => {
        const queue = queueOf(call, given);
        const wanted = acceptRequest(await readJson(call.request));
        const [placed] = await queue.add([wanted], { clientKey, forefront });
        return enveloped(placed && presentPlaced(placed), { status: 201 });
      },
    }),
    route({
      method: 'POST',
      path: `${path}/requests/batch`,
      operation: `${operation}_requests_batch_post`,
      summary: `Add up to 25 requests to ${what}`,
      parameters: { ...parameters, ...placingParameters },
      takes: { media: 'application/json', summary: 'An array of requests', required: true },
      status: 201,
      answer: async (call, { clientKey, forefront, ...given }) => {
        const queue = queueOf(call, given);
        const { taken, refused } = acceptBatch(await readJson(call.request));
        const placed = await queue.add(taken, { clientKey, forefront });
        const answer = { processedRequests: placed.map(presentPlaced), unprocessedRequests: refused.map(presentRefused) };
        return enveloped(answer, { status: 201 });
      },
    }),
    route({
      method: 'DELETE',
      path: `${path}/requests/batch`,
      operation: `${operation}_requests_batch_delete`,
      summary: `Delete up to 25 requests of ${what}`,
      parameters: { ...parameters, ...clientParameters },
      takes: { media: 'application/json', summary: 'An array of objects with `id` or `uniqueKey`', required: true },
      answer: async (call, { clientKey, ...given }) => {
        const keys = acceptKeys(await readJson(call.request));
        await queueOf(call, given).delete(keys, { clientKey });
        return enveloped({ processedRequests: keys, unprocessedRequests: [] });
      },
    }),
    route({
      method: 'POST',
      path: `${path}/requests/unlock`,
      operation: `${operation}_requests_unlock_post`,
      summary: `Unlock all requests of ${what} that the client has locked`,
      parameters: { ...parameters, ...clientParameters },
      answer: async (call, { clientKey, ...given }) =>
        enveloped({ unlockedCount: await queueOf(call, given).unlockAll({ clientKey }) }),
    }),
  ];
}
