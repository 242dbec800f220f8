import { enveloped, nothing } from '../answers.js';
import { readJsonObject } from '../request-body.js';
import { acceptChanges } from '../request-queues/accept.js';
import { presentPlaced } from '../request-queues/present.js';
import {
  acceptSeconds,
  clientParameters,
  lockingParameters,
  placingParameters,
  type QueuePlace,
  reading,
  refusing,
} from './queue-place.js';
import { notFound, type Route, route } from './route.js';

/** Routes of one request of a queue, and of its lock. */
export function queueRequestRoutes({ path, operation, what, parameters, queueOf }: QueuePlace): readonly Route[] {
  const request = `${path}/requests/:requestId`;
  return [
    route({
      method: 'GET',
      path: request,
      operation: `${operation}_request_get`,
      summary: `Get a request of ${what}`,
      does: 'reads',
      parameters,
      answer: async (call, given) => {
        const found = await reading(queueOf(call, given)).get(call.segment('requestId'));
        if (found === undefined) throw notFound('Request');
        return enveloped(found);
      },
    }),
    route({
      method: 'PUT',
      path: request,
      operation: `${operation}_request_put`,
      summary: `Change a request of ${what}, or add it`,
      does: 'writes',
      parameters: { ...parameters, ...placingParameters },
      takes: { media: 'application/json', summary: 'The fields of the request; `handledAt` marks it as handled', required: true },
      answer: async (call, { clientKey, forefront, ...given }) => {
        const queue = queueOf(call, given);
        const id = call.segment('requestId');
        const body = await readJsonObject(call.request);
        const changes = acceptChanges(body, id, (await queue.get(id)) !== undefined);
        return enveloped(presentPlaced(await queue.update(changes, { clientKey, forefront })));
      },
    }),
    route({
      method: 'DELETE',
      path: request,
      operation: `${operation}_request_delete`,
      summary: `Delete a request of ${what}`,
      does: 'writes',
      parameters: { ...parameters, ...clientParameters },
      status: 204,
      answer: async (call, { clientKey, ...given }) => {
        await queueOf(call, given).delete([{ id: call.segment('requestId') }], { clientKey });
        return nothing();
      },
    }),
    route({
      method: 'PUT',
      path: `${request}/lock`,
      operation: `${operation}_request_lock_put`,
      summary: `Prolong the lock of a request of ${what}`,
      does: 'writes',
      parameters: { ...parameters, ...placingParameters, ...lockingParameters },
      answer: async (call, { clientKey, forefront, lockSecs, ...given }) => {
        const milliseconds = acceptSeconds(lockSecs) * 1000;
        const queue = queueOf(call, given);
        const id = call.segment('requestId');
        const lockExpiresAt = await refusing(queue.prolong(id, milliseconds, { clientKey, forefront }));
        return enveloped({ lockExpiresAt });
      },
    }),
    route({
      method: 'DELETE',
      path: `${request}/lock`,
      operation: `${operation}_request_lock_delete`,
      summary: `Unlock a request of ${what}`,
      does: 'writes',
      parameters: { ...parameters, ...placingParameters },
      status: 204,
      answer: async (call, { clientKey, forefront, ...given }) => {
        await refusing(queueOf(call, given).unlock(call.segment('requestId'), { clientKey, forefront }));
        return nothing();
      },
    }),
  ];
}
