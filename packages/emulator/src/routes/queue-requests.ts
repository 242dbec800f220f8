import { list, text, wholeNumber } from '@dataset-items/query-pipeline';
import { enveloped } from '../answers.js';
import { readJson } from '../request-body.js';
import { acceptBatch, acceptFilter, acceptKeys, acceptRequest } from '../request-queues/accept.js';
import { presentPlaced, presentRefused } from '../request-queues/present.js';
import { queueHeadRoutes } from './queue-head.js';
import { clientParameters, placingParameters, type QueuePlace, reading } from './queue-place.js';
import { queueRequestRoutes } from './queue-request.js';
import { type Route, route } from './route.js';

const mostListed = 10_000;

/** Every route of a request queue and its requests. */
export function queueRoutes(place: QueuePlace): readonly Route[] {
  return [...queueHeadRoutes(place), ...queueRequestsRoutes(place), ...queueRequestRoutes(place)];
}

function queueRequestsRoutes({ path, operation, what, parameters, queueOf }: QueuePlace): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: `${path}/requests`,
      operation: `${operation}_requests_get`,
      summary: `List requests of ${what}, in the order in which they were added`,
      does: 'reads',
      parameters: {
        ...parameters,
        ...clientParameters,
        limit: wholeNumber('Largest number of requests; values above 10000 mean 10000', { defaultText: '10000' }),
        cursor: text('`nextCursor` of the previous page', {
          matches: (given) => /^[0-9]{1,15}$/.test(given),
          expected: 'the `nextCursor` of a page',
        }),
        exclusiveStartId: text('Id of the last request of the previous page'),
        filter: list('`locked`, `pending` (not handled and not locked), or both'),
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
      does: 'writes',
      parameters: { ...parameters, ...placingParameters },
      takes: { media: 'application/json', summary: 'A request: `url`, `uniqueKey` and other fields', required: true },
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
      does: 'writes',
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
      does: 'writes',
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
      does: 'writes',
      parameters: { ...parameters, ...clientParameters },
      answer: async (call, { clientKey, ...given }) =>
        enveloped({ unlockedCount: await queueOf(call, given).unlockAll({ clientKey }) }),
    }),
  ];
}
