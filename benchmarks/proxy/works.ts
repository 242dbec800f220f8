/** Requests that are measured at the upstream, through the proxy, and through a proxy with a cache. */
export interface Work {
  readonly name: string;
  readonly summary: string;
  /** Clients that ask at the same time, each one request after the other. */
  readonly clients: number;
  /** Requests of one run, of all clients together. */
  readonly requests: number;
  /** Whether a cache makes a difference. */
  readonly isCached: boolean;
  /** @param items of the dataset `items` */
  path(number: number, items: number): string;
}

const all = (format: string): Work => ({
  name: format,
  summary: `all items as ${format}`,
  clients: 1,
  requests: 1,
  isCached: true,
  path: () => `/v2/datasets/items/items?format=${format}`,
});

export const works: readonly Work[] = [
  {
    name: 'pass-through',
    summary: 'a small response that is passed on, 16 clients',
    clients: 16,
    requests: 2000,
    isCached: false,
    path: () => '/v2/datasets/items',
  },
  {
    name: 'pass-large',
    summary: 'all items in a response that is passed on',
    clients: 1,
    requests: 1,
    isCached: false,
    // With `method` only the upstream can answer it.
    path: () => '/v2/datasets/items/items?format=jsonl&method=GET',
  },
  all('json'),
  all('csv'),
  all('jsonl'),
  {
    name: 'page',
    summary: 'pages of 100 items as csv',
    clients: 1,
    requests: 200,
    isCached: true,
    path: (number, items) => `/v2/datasets/items/items?format=csv&limit=100&offset=${(number * 3779) % Math.max(1, items - 100)}`,
  },
  {
    name: 'clients-64',
    summary: '10,000 items as csv, 64 clients at once',
    clients: 64,
    requests: 64,
    isCached: true,
    path: (number, items) =>
      `/v2/datasets/items/items?format=csv&limit=10000&offset=${(number * 3779) % Math.max(1, items - 10_000)}`,
  },
];
