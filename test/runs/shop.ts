import { type Answer, asking } from '../../packages/emulator/src/testing/emulated.js';
import { scratchDirectory } from '../../packages/sources/src/testing/scratch.js';
import { emulate } from '../clients/emulated.js';

export const { path: folder, write } = scratchDirectory();

export const items = [
  {
    url: 'https://example.com/1',
    name: 'Oak "table"',
    price: { amount: 10, unit: 'CZK' },
    reviews: [
      { by: 'a', rating: 5 },
      { by: 'é', rating: 3 },
    ],
    '#debug': 1,
  },
  {
    url: 'https://example.com/2',
    name: '日本, 椅子',
    price: { amount: 7.5 },
    reviews: [{ by: 'b', rating: 4 }],
    pageFunctionResult: [{ title: 'x' }, { title: 'y' }],
  },
  { '#debug': 'only hidden' },
  { url: 'https://example.com/4', errorInfo: { message: 'failed' }, '#error': true },
  {},
  { url: 'https://example.com/6', name: '=1+1 <b>&amp;</b>\nlines', sold: true, price: null },
];
write('items.jsonl', items.map((item) => `${JSON.stringify(item)}\n`).join(''));

/** The script of a child process that prints its variables and pushes the items. */
write(
  'main.mjs',
  `import { readFileSync, writeFileSync } from 'node:fs';
const { env } = process;
const headers = { authorization: 'Bearer ' + env.APIFY_TOKEN, 'content-type': 'application/json' };
const at = env.APIFY_API_BASE_URL + '/v2/';
const record = await fetch(at + 'key-value-stores/' + env.ACTOR_DEFAULT_KEY_VALUE_STORE_ID + '/records/INPUT', { headers });
const input = record.ok ? await record.json() : {};
if (input.wait) await new Promise((resolve) => setTimeout(resolve, input.wait));
const told = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('ACTOR_')));
export const items = input.tell ? [{ told, input, argv: process.argv.slice(2), execArgv: process.execArgv, options: env.NODE_OPTIONS }] : readFileSync('items.jsonl', 'utf8').trim().split('\\n').map(JSON.parse);
const pushed = await fetch(at + 'datasets/' + env.ACTOR_DEFAULT_DATASET_ID + '/items', { method: 'POST', headers, body: JSON.stringify(items) });
if (!pushed.ok) throw new Error(await pushed.text());
process.exitCode = input.exit ?? 0;
`,
);
export const config = write(
  'emulator.json',
  JSON.stringify({
    actors: {
      shop: { command: ['node', 'main.mjs'], builds: { beta: { number: '0.1.234', command: ['node', 'main.mjs', 'beta'] } } },
      fixed: { fixture: { file: 'items.jsonl' } },
      slow: { fixture: { delaySecs: 3600 } },
    },
    tasks: {
      'my-task': { actor: 'shop', input: { from: 'task' }, options: { memoryMbytes: 512, timeoutSecs: 600 } },
      fixed: { actor: 'fixed' },
      slow: { actor: 'slow' },
    },
  }),
);
/** An emulator whose task is a child process, with a token, for all tests of a file. */
export const { url } = await emulate({ config, token: 'secret', runSyncTimeoutSecs: 280, allowPrivateWebhooks: true });
export const plain = asking(fetch, url);
export const ask = (line: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  plain(line, body, { authorization: 'Bearer secret', ...headers });
export const json = { 'content-type': 'application/json' };
export const endpoint = 'run-sync-get-dataset-items';
export const sync = `/v2/actor-tasks/my-task/${endpoint}`;

/** The URL of the items of the last finished run's dataset. */
export async function datasetItems(task: string): Promise<string> {
  const { defaultDatasetId } = (await ask(`GET /v2/actor-tasks/${task}/runs/last?status=SUCCEEDED`)).body.data;
  return `/v2/datasets/${defaultDatasetId}/items`;
}

export const bytesOf = async (path: string): Promise<{ status: number; headers: Headers; bytes: Buffer }> => {
  const response = await fetch(url + path, { headers: { authorization: 'Bearer secret', 'accept-encoding': 'identity' } });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
};

/** Of an RSS channel: it is the address that was asked. */
export const withoutLink = (bytes: Buffer): string => bytes.toString('latin1').replace(/<link>[^<]*<\/link>/, '');
