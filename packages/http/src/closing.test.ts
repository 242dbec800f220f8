import { getEventListeners } from 'node:events';
import type { Source } from '@dataset-items/sources';
import { describe, expect, it } from 'vitest';
import { itemsHandler } from './items.js';
import type { LoggedFailure } from './log.js';
import type { ItemsOptions } from './options.js';

const url = 'http://localhost/items';

function watched(total: () => Promise<number | undefined> = async () => 300) {
  const events: string[] = [];
  const batch = Array.from({ length: 100 }, (_, n) => ({ n, text: 'lorem ipsum '.repeat(100) }));
  const source: Source = {
    facts: { id: 'x', name: 'x', modifiedAt: undefined, version: '1' },
    total,
    async *read() {
      events.push('opened');
      try {
        for (let count = 0; count < 3; count++) yield batch;
      } finally {
        events.push('left');
      }
    },
    close: () => void events.push('closed'),
  };
  return { source, events };
}

interface Way {
  readonly name: string;
  readonly query?: string;
  readonly init?: RequestInit;
  readonly options?: ItemsOptions;
  readonly total?: () => Promise<number | undefined>;
  readonly status: number;
  /** What is done with the body. */
  readonly body?: 'read' | 'cancelled' | 'left in the middle' | 'aborted';
}

const failing = async (): Promise<number> => {
  throw new Error('no total');
};

const ways: readonly Way[] = [
  { name: 'a body that is read', status: 200, body: 'read' },
  { name: 'a table that is read', query: '?format=csv', status: 200, body: 'read' },
  { name: 'a body that is cancelled before it is read', status: 200, body: 'cancelled' },
  { name: 'a body that is left in the middle', status: 200, body: 'left in the middle' },
  { name: 'a signal that fires while nobody reads', status: 200, body: 'aborted' },
  { name: 'a signal that fires while nobody reads a table', query: '?format=xlsx', status: 200, body: 'aborted' },
  { name: 'HEAD', init: { method: 'HEAD' }, status: 200 },
  { name: '304', init: { headers: { 'if-none-match': '*' } }, status: 304 },
  { name: 'a refused parameter', query: '?limit=x', status: 400 },
  { name: 'an unknown parameter, strict', query: '?limmit=1', options: { strict: true }, status: 400 },
  { name: 'an unknown view', query: '?view=x', status: 400 },
  { name: 'a table without columns', query: '?format=csv&fields=x&omit=x', status: 400 },
  { name: 'a total that fails', total: failing, status: 500 },
  { name: 'a signal that fired before', init: { signal: AbortSignal.abort() }, status: 499 },
  { name: 'a server that stopped', options: { signal: AbortSignal.abort() }, status: 503 },
  { name: 'an option that does not exist', options: { onItem: () => {} } as ItemsOptions, status: 0 },
];

describe('the source of a response is closed once, and its signals are let go', () => {
  it.each(ways)('$name', async ({ query = '', init = {}, options = {}, total, status, body }) => {
    const { source, events } = watched(total);
    const leave = new AbortController();
    const handle = () => itemsHandler(() => ({ source }), { log: () => {}, ...options });
    if (status === 0) return expect(handle).toThrow('onItem: got');
    const request = new Request(`${url}${query}`, { signal: leave.signal, ...init });
    const response = await handle()(request);
    expect(response.status).toBe(status);
    if (body === 'read') await response.arrayBuffer();
    else if (body === 'aborted') leave.abort();
    else if (body === 'cancelled') await response.body?.cancel();
    else if (body === 'left in the middle') {
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.cancel();
    }
    await expect.poll(() => events).toContain('closed');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(events).toEqual([...(events.includes('opened') ? ['opened', 'left'] : []), 'closed']);
    expect(getEventListeners(request.signal, 'abort')).toEqual([]);
  });

  it('also if the client disconnected while items were counted, after the counting', async () => {
    let tell: ((total: number) => void) | undefined;
    const { source, events } = watched(() => new Promise((resolve) => (tell = resolve)));
    const leave = new AbortController();
    const answer = itemsHandler(() => ({ source }))(new Request(url, { signal: leave.signal }));
    await expect.poll(() => tell).toBeDefined();
    leave.abort();
    expect((await answer).status).toBe(499);
    expect(events).toEqual([]);
    tell?.(5);
    await expect.poll(() => events).toEqual(['closed']);
  });

  it('a failure to close is an error of the server', async () => {
    const logged: LoggedFailure[] = [];
    const source = { ...watched().source, close: () => Promise.reject(new Error('not released')) };
    const response = await itemsHandler(() => ({ source }), { log: (it) => void logged.push(it) })(
      new Request(url, { method: 'HEAD' }),
    );
    expect([response.status, logged.map(({ error }) => String(error))]).toEqual([500, ['Error: not released']]);
  });
});
