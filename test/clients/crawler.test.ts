import { execFile } from 'node:child_process';
import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ApifyClient } from 'apify-client';
import { expect, it } from 'vitest';
import { inDirectory } from '../command/scratch.js';
import { listen } from '../listen.js';
import { emulate } from './emulated.js';

const run = promisify(execFile);
const { url } = await emulate();
const client = new ApifyClient({ baseUrl: url, token: 'any' });
const script = fileURLToPath(new URL('children/crawler.mjs', import.meta.url));
const pages = 60;

/** Each page leads to the next three and to the first again; page 7 fails at the first try, page 9 always. */
function site(): RequestListener {
  const asked = new Map<string, number>();
  return ({ url: path = '/' }, response) => {
    const number = Number(path.slice(1));
    const times = (asked.get(path) ?? 0) + 1;
    asked.set(path, times);
    const fails = number === 9 || (number === 7 && times === 1);
    const next = [1, 2, 3].map((step) => number + step).filter((page) => page < pages);
    const links = next.map((page) => `<a class="${page === number + 1 ? 'first' : 'next'}" href="/${page}">${page}</a>`);
    response.writeHead(fails ? 500 : 200, { 'content-type': 'text/html' });
    response.end(`<title>Page ${number}</title>${links.join('')}<a class="next" href="/0">start</a>`);
  };
}

it.each(['v2', 'v1'])('an unmodified CheerioCrawler crawls a site with its request queue (%s) over the API', (queue) =>
  inDirectory({}, async (cwd) => {
    const start = `${await listen(site())}/0`;
    const dataset = await client.datasets().getOrCreate();
    const store = await client.keyValueStores().getOrCreate();
    const requests = await client.requestQueues().getOrCreate();
    await client.keyValueStore(store.id).setRecord({ key: 'INPUT', value: { start, queue } });
    const env = {
      ...process.env,
      APIFY_IS_AT_HOME: '1',
      APIFY_API_BASE_URL: url,
      APIFY_API_PUBLIC_BASE_URL: url,
      APIFY_TOKEN: 'any',
      ACTOR_DEFAULT_DATASET_ID: dataset.id,
      ACTOR_DEFAULT_KEY_VALUE_STORE_ID: store.id,
      ACTOR_DEFAULT_REQUEST_QUEUE_ID: requests.id,
      ACTOR_MEMORY_MBYTES: '1024',
      APIFY_ACTOR_PRICING_INFO: '{"pricingModel":"FREE"}',
      APIFY_CHARGED_ACTOR_EVENT_COUNTS: '{}',
      APIFY_LOG_LEVEL: 'ERROR',
    };
    await run(process.execPath, [script], { cwd, env, maxBuffer: 100e6 });
    const { items } = await client.dataset(dataset.id).listItems();
    const found = items.map(({ url: page, failed = false, retries }) => [
      Number(new URL(String(page)).pathname.slice(1)),
      failed,
      retries,
    ]);
    expect(found.sort(([a], [b]) => Number(a) - Number(b))).toEqual(
      Array.from({ length: pages }, (_, page) => [page, page === 9, { 7: 1, 9: 2 }[page] ?? 0]),
    );
    expect(await client.requestQueue(requests.id).get()).toMatchObject({
      totalRequestCount: pages,
      handledRequestCount: pages,
      pendingRequestCount: 0,
      hadMultipleClients: false,
    });
    const output = await client.keyValueStore(store.id).getRecord('OUTPUT');
    expect(output?.value).toEqual({ requestsFinished: pages - 1, requestsFailed: 1 });
  }),
);
