import { useState } from 'preact/hooks';
import { getData } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { countText, quantity } from '../app/words.js';
import { LIVE } from '../dataset/dataset.js';
import { StoreList } from '../emulator/store-list.js';
import { Failure } from '../parts/failure.js';
import { queuePath } from './paths.js';
import type { View, ViewProps } from './view.js';

/** All request queues. */
export const requestQueues: View = {
  path: '/storage/request-queues',
  also: ['/storage/request-queue'],
  title: 'Request queues',
  menu: 'Request queues',
  needs: 'requestQueues',
  Component: () => (
    <StoreList
      title="Request queues"
      path="/v2/request-queues"
      address={queuePath}
      parameter="queueId"
      hint="A crawler makes one when it starts."
    />
  ),
};

/** The requests of a queue. */
export const requestQueue: View = {
  path: queuePath,
  also: ['/storage/request-queue/:queueId'],
  title: 'Request queue',
  needs: 'requestQueues',
  Component: Queue,
};

interface QueueFacts {
  readonly id: string;
  readonly name?: string | null;
  readonly totalRequestCount: number;
  readonly handledRequestCount: number;
  readonly pendingRequestCount: number;
}

interface QueuedRequest {
  readonly id: string;
  readonly url: string;
  readonly uniqueKey: string;
  readonly method?: string;
  readonly retryCount?: number;
  readonly handledAt?: string | null;
}

/** Requests on one page of the list. */
const PAGE = 100;

function Queue({ parts: { queueId = '' } }: ViewProps) {
  const path = `/v2/request-queues/${encodeURIComponent(queueId)}`;
  /** The last requests of the pages before. */
  const [after, setAfter] = useState<readonly string[]>([]);
  const start = after.at(-1);
  const { value, error, reload } = useLoad(
    async (signal) => {
      const queue = await getData<QueueFacts>(path, signal);
      const from = start === undefined ? '' : `&exclusiveStartId=${encodeURIComponent(start)}`;
      return { queue, ...(await getData<{ items: readonly QueuedRequest[] }>(`${path}/requests?limit=${PAGE}${from}`, signal)) };
    },
    [path, start],
    { every: LIVE },
  );
  if (error && !value) return <Failure error={error} retry={reload} title="This queue cannot be shown" />;
  if (!value) return <p role="status">Loading…</p>;
  const { queue, items } = value;
  const last = items.at(-1)?.id;
  return (
    <main>
      <div>
        <nav class="crumbs" aria-label="Where you are">
          <a href="/storage/request-queues">Request queues</a> <span aria-hidden="true">/</span>
        </nav>
        <h1>{queue.name || queue.id}</h1>
        <p class="facts" role="status">
          <strong>{quantity(queue.totalRequestCount, 'request')}</strong>
          <span>{countText(queue.handledRequestCount)} handled</span>
          <span>{countText(queue.pendingRequestCount)} pending</span>
        </p>
      </div>
      <div class="scrolled">
        <table class="list">
          <thead>
            <tr>
              <th scope="col">URL</th>
              <th scope="col">Method</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Retries
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((request) => (
              <tr key={request.id}>
                <th scope="row" title={request.uniqueKey}>
                  {request.url}
                </th>
                <td>{request.method ?? 'GET'}</td>
                <td title={request.handledAt ?? ''}>{request.handledAt ? 'handled' : 'pending'}</td>
                <td class="number">{request.retryCount ?? 0}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="row">
        <button type="button" disabled={after.length === 0} onClick={() => setAfter(after.slice(0, -1))}>
          Previous
        </button>
        <button
          type="button"
          disabled={items.length < PAGE || last === undefined}
          onClick={() => last && setAfter([...after, last])}
        >
          Next
        </button>
      </div>
    </main>
  );
}
