import { RefusedRequestError } from '@dataset-items/http';
import { text } from '@dataset-items/query-pipeline';
import { acceptGeneralAccess } from '../access/general-access.js';
import { enveloped } from '../answers.js';
import { findId } from '../datasets/find-dataset.js';
import { refusal } from '../refusal.js';
import { readJsonObject } from '../request-body.js';
import { findQueue } from '../request-queues/find-queue.js';
import type { WantedQueue } from '../request-queues/index.js';
import { presentListedQueue, presentQueue } from '../request-queues/present.js';
import { getOrCreateNamed } from '../storage/get-or-create.js';
import { NameTakenError } from '../storage/index.js';
import { acceptText, isName, nameRule } from './names.js';
import { listed, pageOf, storageListParameters } from './paging.js';
import { queueRoutes } from './queue-requests.js';
import { type Route, route } from './route.js';

const path = '/v2/request-queues/:queueId';

export const requestQueueRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v2/request-queues',
    operation: 'requestQueues_get',
    summary: 'List request queues, the oldest first',
    does: 'reads',
    parameters: storageListParameters,
    answer: async (call, { unnamed = false, ownership, ...paging }) => {
      const all = call.services.requestQueues.list().filter(listed(unnamed, ownership));
      const page = pageOf(all, paging, (queue) => queue);
      const items = await Promise.all(page.items.map((queue) => presentListedQueue(call, queue)));
      return enveloped({ ...page, items, unnamed });
    },
  }),
  route({
    method: 'POST',
    path: '/v2/request-queues',
    operation: 'requestQueues_post',
    summary: 'Get the request queue with a name, or create it; without a name, create a new one',
    does: 'writes',
    parameters: { name: text('Name of the queue', { matches: isName, expected: nameRule }) },
    takes: { media: 'application/json', summary: 'May contain `title` of a new queue' },
    status: 201,
    answer: async (call, { name }) => {
      const title = acceptText('title', (await readJsonObject(call.request)).title);
      const wanted: WantedQueue = { name, title };
      const { found, isNew } = await getOrCreateNamed(call.services.requestQueues, wanted);
      const headers = { location: `${call.origin}/v2/request-queues/${found.facts.id}` };
      return enveloped(await presentQueue(call, found), { status: isNew ? 201 : 200, headers });
    },
  }),
  route({
    method: 'PUT',
    path,
    operation: 'requestQueue_put',
    summary: 'Change name or title of a request queue',
    does: 'writes',
    takes: { media: 'application/json', summary: '`name`, `title`, `generalAccess`', required: true },
    differs: 'a name cannot be removed',
    answer: async (call) => {
      const queue = findQueue(call.services.requestQueues, call.segment('queueId'));
      const { name, title, generalAccess } = await readJsonObject(call.request);
      const changes = {
        name: acceptText('name', name, nameRule, isName),
        title: acceptText('title', title),
        generalAccess: acceptGeneralAccess(generalAccess),
      };
      await queue.rename(changes).catch((error: unknown) => {
        if (!(error instanceof NameTakenError)) throw error;
        throw new RefusedRequestError(refusal('name-not-unique'), error.message);
      });
      return enveloped(await presentQueue(call, queue));
    },
  }),
  ...queueRoutes({
    path,
    operation: 'requestQueue',
    what: 'a request queue',
    parameters: {},
    queueOf: (call) => findQueue(call.services.requestQueues, call.segment('queueId')),
    idOf: (call) => findId(call.services.requestQueues, call.segment('queueId'), 'Request queue'),
  }),
];
