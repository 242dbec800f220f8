/** A request to the emulator. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: string | Buffer;
}

/** Sends a request and gives the parsed `data` of the answer, if it has one. */
export type Ask = (call: Call) => Promise<Record<string, unknown>>;

/** One way into the emulator. */
export interface EmulatorPath {
  readonly name: string;
  readonly summary: string;
  /** Clients that ask at the same time, each one request after the other. */
  readonly clients: number;
  /** Requests of one run, of all clients together. */
  readonly requests: number;
  /** It is measured with every policy; the others only with `always` and in memory, since they do not wait for the disk. */
  readonly writes: boolean;
  /** Makes what the requests need, and gives the request of each number. */
  prepare(ask: Ask): Promise<(number: number) => Call>;
}

const item = { name: 'Oak table', price: 10.5, currency: 'EUR', tags: ['wood', 'oak'], stock: { shop: 3, store: 12 } };
const items = (count: number, from = 0): string =>
  JSON.stringify(Array.from({ length: count }, (_, index) => ({ ...item, position: from + index })));
const request = (number: number) => ({
  url: `https://example.com/products/${number}`,
  uniqueKey: `https://example.com/products/${number}`,
  method: 'GET',
  userData: { label: 'PRODUCT', depth: number % 7 },
});
const megabyte = Buffer.alloc(2 ** 20, 'a record of one megabyte ');

const pushes = (name: string, clients: number, requests: number, datasets: number): EmulatorPath => ({
  name,
  summary: `push 10 items, ${clients === 1 ? 'one client' : `${clients} clients, ${datasets} datasets`}`,
  clients,
  requests,
  writes: true,
  async prepare(ask) {
    const ids = await Promise.all(Array.from({ length: datasets }, () => made(ask, 'datasets')));
    const body = items(10);
    return (number) => ({ method: 'POST', path: `/v2/datasets/${ids[number % datasets]}/items`, body });
  },
});

const record = (name: string, method: 'GET' | 'PUT', value: Buffer, requests: number): EmulatorPath => ({
  name,
  summary: `${method === 'GET' ? 'get' : 'set'} a record of ${value.length.toLocaleString('en')} bytes`,
  clients: 1,
  requests,
  writes: method === 'PUT',
  async prepare(ask) {
    const path = `/v2/key-value-stores/${await made(ask, 'key-value-stores')}/records`;
    if (method === 'PUT') return (number) => ({ method, path: `${path}/record-${number % 100}`, body: value });
    await ask({ method: 'PUT', path: `${path}/record`, body: value });
    return () => ({ method, path: `${path}/record` });
  },
});

const queue = (
  name: string,
  summary: string,
  { writes, ...more }: Pick<EmulatorPath, 'clients' | 'requests' | 'writes'>,
  call: (path: string, number: number) => Call,
): EmulatorPath => ({
  name,
  summary,
  ...more,
  writes,
  async prepare(ask) {
    const path = `/v2/request-queues/${await made(ask, 'request-queues')}`;
    for (let from = 0; from < 1000; from += 25) {
      const body = JSON.stringify(Array.from({ length: 25 }, (_, index) => request(-1 - from - index)));
      await ask({ method: 'POST', path: `${path}/requests/batch`, body });
    }
    return (number) => call(path, number);
  },
});

/** Everything that is measured. */
export const emulatorPaths: readonly EmulatorPath[] = [
  pushes('push', 1, 200, 1),
  pushes('push-32', 32, 1600, 1),
  pushes('push-32-apart', 32, 1600, 32),
  {
    name: 'page',
    summary: 'get 100 items in the middle of 20,000',
    clients: 1,
    requests: 200,
    writes: false,
    async prepare(ask) {
      const path = `/v2/datasets/${await made(ask, 'datasets')}/items`;
      for (let from = 0; from < 20_000; from += 5000) await ask({ method: 'POST', path, body: items(5000, from) });
      return (number) => ({ method: 'GET', path: `${path}?offset=${5000 + ((number * 37) % 10_000)}&limit=100` });
    },
  },
  record('record-set', 'PUT', megabyte.subarray(0, 200), 200),
  record('record-get', 'GET', megabyte.subarray(0, 200), 400),
  record('record-set-1mb', 'PUT', megabyte, 40),
  record('record-get-1mb', 'GET', megabyte, 100),
  {
    name: 'keys',
    summary: 'list 1,000 keys',
    clients: 1,
    requests: 60,
    writes: false,
    async prepare(ask) {
      const path = `/v2/key-value-stores/${await made(ask, 'key-value-stores')}`;
      const put = (number: number) => ask({ method: 'PUT', path: `${path}/records/record-${number}`, body: 'a value' });
      for (let from = 0; from < 1000; from += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, index) => put(from + index)));
      }
      return () => ({ method: 'GET', path: `${path}/keys` });
    },
  },
  queue('queue-add', 'add a request', { clients: 1, requests: 200, writes: true }, (path, number) => ({
    method: 'POST',
    path: `${path}/requests`,
    body: JSON.stringify(request(number)),
  })),
  queue('queue-batch', 'add 25 requests', { clients: 1, requests: 100, writes: true }, (path, number) => ({
    method: 'POST',
    path: `${path}/requests/batch`,
    body: JSON.stringify(Array.from({ length: 25 }, (_, index) => request(number * 25 + index))),
  })),
  queue('head', 'get the next 100 requests of 1,000', { clients: 1, requests: 200, writes: false }, (path) => ({
    method: 'GET',
    path: `${path}/head?limit=100`,
  })),
  queue('head-and-lock', 'lock the next 25 requests for 10 ms', { clients: 1, requests: 200, writes: true }, (path) => ({
    method: 'POST',
    path: `${path}/head/lock?limit=25&lockSecs=0.01&clientKey=client`,
  })),
  {
    name: 'create',
    summary: 'create a dataset',
    clients: 1,
    requests: 200,
    writes: true,
    prepare: async () => () => ({ method: 'POST', path: '/v2/datasets' }),
  },
];

async function made(ask: Ask, kind: string): Promise<string> {
  return String((await ask({ method: 'POST', path: `/v2/${kind}` })).id);
}
