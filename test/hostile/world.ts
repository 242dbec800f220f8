import { request as nodeRequest } from 'node:http';
import { createEmulator, type Emulator, type EmulatorOptions } from '@dataset-items/emulator';
import { onTestFinished } from 'vitest';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What tests reach into, of whatever came. */
export interface Came {
  readonly id: string;
  readonly items: readonly (Came & { readonly accessedAt: string })[];
  readonly total: number;
  readonly waiting: unknown;
  readonly meta: { readonly origin: string };
  readonly defaultKeyValueStoreId: string;
  readonly itemsPublicUrl: string;
  readonly keysPublicUrl: string;
  readonly recordPublicUrl: string;
}

export interface World {
  readonly emulator: Emulator;
  readonly port: number;
  /** Sends a request over a socket with exactly these headers, including `Host`. */
  ask(line: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<Answer>;
  /** Asks in process, past Host and Origin; gives `data` of the answer, or the whole of it. */
  inside(line: string, body?: unknown): Promise<Came>;
  /** All state that a request may have changed. */
  state(): Promise<unknown>;
}

const actors = {
  shop: { fixture: { output: { done: true } } },
  broken: { fixture: { status: 'FAILED', output: { failed: true } } },
} as const;
const tasks = { daily: { actor: 'shop' } };

/**
 * An emulator that listens during a test, with data in each of its stores.
 * @param at its port; 0: any free port
 */
export async function world(options: EmulatorOptions = {}, at = 0): Promise<World> {
  const emulator = await createEmulator({ actors, tasks, ...options });
  onTestFinished(() => emulator.close());
  const { port } = await emulator.listen({ port: at });
  const access = options.token === undefined ? undefined : { authorization: `Bearer ${options.token}` };
  const inside = async (line: string, body?: unknown): Promise<Came> => {
    const [method = '', path = ''] = line.split(' ');
    const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const init = { method, ...(access && { headers: access }), ...(sent !== undefined && { body: sent }) };
    const response = await emulator.fetch(new Request(`http://127.0.0.1:${port}${path}`, init));
    const text = await response.text();
    if (!response.ok) throw new Error(`${line}: ${response.status} ${text}`);
    const value = text === '' ? undefined : JSON.parse(text);
    return value?.data ?? value;
  };
  await inside('POST /v2/datasets?name=box');
  await inside('POST /v2/datasets/box/items', [{ secret: 'item' }]);
  await inside('POST /v2/key-value-stores?name=shelf');
  await inside('PUT /v2/key-value-stores/shelf/records/note', 'a secret record');
  await inside('POST /v2/request-queues?name=line');
  await inside('POST /v2/request-queues/line/requests', { url: 'http://secret.test/', uniqueKey: 'secret' });
  await inside('POST /v2/actor-tasks/daily/runs?waitForFinish=60');
  await inside('POST /_emulator/fail-next?path=/nothing-that-is-asked-for');
  const state = async () => ({
    datasets: await inside('GET /v2/datasets?unnamed=1'),
    items: await inside('GET /v2/datasets/box/items'),
    stores: (await inside('GET /v2/key-value-stores?unnamed=1')).total,
    keys: (await inside('GET /v2/key-value-stores/shelf/keys')).items,
    queues: (await inside('GET /v2/request-queues?unnamed=1')).items.map(({ accessedAt: _, ...queue }) => queue),
    requests: (await inside('GET /v2/request-queues/line/requests')).items,
    runs: await inside('GET /v2/actor-runs'),
    tasks: await inside('GET /v2/actor-tasks'),
    failures: await inside('GET /_emulator/fail-next'),
  });
  return { emulator, port, ask: asking(port), inside, state: async () => withoutAccess(await state()) };
}

/** The state without the times of the last reading. */
function withoutAccess(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (name, inner) => (name === 'accessedAt' ? undefined : inner)));
}

function asking(port: number): World['ask'] {
  return (line, headers = {}, body) => {
    const [method = '', path = ''] = line.split(' ');
    return new Promise((resolve, reject) => {
      const sent = { host: `127.0.0.1:${port}`, ...headers };
      const request = nodeRequest({ port, host: '127.0.0.1', method, path, headers: sent, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });
  };
}

/** A path with existing ids for its `:names`. */
export function filled(path: string): string {
  const names: Readonly<Record<string, string>> = {
    ':datasetId': 'box',
    ':storeId': 'shelf',
    ':recordKey': 'note',
    ':queueId': 'line',
    ':requestId': 'none',
    ':actorId': 'shop',
    ':actorTaskId': 'daily',
    ':userId': 'emulator',
  };
  return path.replace(/:\w+/g, (name) => names[name] ?? 'none');
}

/** Names of the CORS headers of a response. */
export function corsOf({ headers }: Answer): string[] {
  return Object.keys(headers).filter((name) => name.startsWith('access-control-'));
}
