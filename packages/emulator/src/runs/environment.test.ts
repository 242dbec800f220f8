import { expect, test } from 'vitest';
import { userId } from '../user.js';
import { linesOf, node, openRuns, toEnd, wanted } from './testing/open-runs.js';

const eventsUrl = /^ws:\/\/127\.0\.0\.1:4040\/_emulator\/events\/[0-9a-f]{32}$/;

const tell = (pattern: string): string => `
  const told = Object.entries(process.env).filter(([name]) => ${pattern}.test(name)).sort();
  for (const [name, value] of told) console.log(name + '=' + value);`;

test('a command in API mode gets variables about its run and the emulator, and about no other run', async () => {
  process.env.APIFY_TOKEN = 'of-somebody-else';
  process.env.CRAWLEE_STORAGE_DIR = '/of/somebody/else';
  process.env.NODE_OPTIONS = '--no-warnings';
  try {
    const schemasOf = async () => ({ default: undefined, pages: undefined });
    const naming = { actor: 'emulator/shop', buildTags: 'latest' };
    const runs = await openRuns({ schemasOf, token: 'secret', baseUrl: () => 'http://127.0.0.1:4040' });
    const env = { MINE: 'x', APIFY_HEADLESS: '0', NODE_OPTIONS: '--no-deprecation' };
    const options = { maxItems: 5, maxTotalChargeUsd: 0.5, memoryMbytes: 512, timeoutSecs: 100 };
    const work = node(tell('/^(APIFY|ACTOR|CRAWLEE)_|^MINE$|^NODE_OPTIONS$|_RUN_ID$/'), { env });
    const run = await toEnd(runs, { ...wanted(work, options), actorTaskId: 'task', naming });
    const lines = await linesOf(runs, run);
    const told = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    const both = (name: string, value: unknown) => ({ [`ACTOR_${name}`]: value, [`APIFY_${name}`]: value });
    const actor = (name: string, value: unknown) => ({ [`ACTOR_${name}`]: value, [`APIFY_ACTOR_${name}`]: value });
    expect(told).toEqual({
      ...actor('ID', 'actor'),
      ...actor('RUN_ID', run.id),
      ...actor('TASK_ID', 'task'),
      ...actor('BUILD_ID', 'build'),
      ...actor('BUILD_NUMBER', '0.0.1'),
      ...both('DEFAULT_DATASET_ID', run.defaultDatasetId),
      ...both('DEFAULT_KEY_VALUE_STORE_ID', run.defaultKeyValueStoreId),
      ...both('DEFAULT_REQUEST_QUEUE_ID', run.defaultRequestQueueId),
      ...both('INPUT_KEY', 'INPUT'),
      ...both('MEMORY_MBYTES', '512'),
      ...both('STARTED_AT', run.startedAt.toISOString()),
      ...both('TIMEOUT_AT', expect.stringMatching(/^\d{4}-.*Z$/)),
      ACTOR_MAX_PAID_DATASET_ITEMS: '5',
      ACTOR_MAX_TOTAL_CHARGE_USD: '0.5',
      APIFY_IS_AT_HOME: '1',
      ACTOR_FULL_NAME: 'emulator/shop',
      ACTOR_BUILD_TAGS: 'latest',
      ACTOR_PERMISSION_LEVEL: 'FULL_PERMISSIONS',
      ACTOR_STORAGES_JSON: JSON.stringify({
        datasets: { default: run.defaultDatasetId, pages: run.datasets?.pages },
        keyValueStores: { default: run.defaultKeyValueStoreId },
        requestQueues: { default: run.defaultRequestQueueId },
      }),
      APIFY_DEDICATED_CPUS: '0.125',
      APIFY_WORKFLOW_KEY: run.id,
      APIFY_API_BASE_URL: 'http://127.0.0.1:4040',
      APIFY_API_PUBLIC_BASE_URL: 'http://127.0.0.1:4040',
      APIFY_CLIENT_BASE_URL: 'http://127.0.0.1:4040',
      APIFY_TOKEN: 'secret',
      APIFY_USER_ID: userId,
      APIFY_USER_IS_PAYING: '0',
      ACTOR_EVENTS_WEBSOCKET_URL: expect.stringMatching(eventsUrl),
      APIFY_ACTOR_EVENTS_WS_URL: expect.stringMatching(eventsUrl),
      APIFY_META_ORIGIN: 'API',
      APIFY_HEADLESS: '0',
      MINE: 'x',
      NODE_OPTIONS: '--no-deprecation --max-old-space-size=512',
      DATASET_ITEMS_RUN_ID: run.id,
    });
    await runs.close();
  } finally {
    delete process.env.APIFY_TOKEN;
    delete process.env.CRAWLEE_STORAGE_DIR;
    delete process.env.NODE_OPTIONS;
  }
});

test('a command in local mode gets the variables of a directory, and none of the platform', async () => {
  const runs = await openRuns();
  const run = await toEnd(runs, wanted(node(tell('/^(APIFY|ACTOR|CRAWLEE)_/'), { mode: 'local' }), { timeoutSecs: 0 }));
  const names = (await linesOf(runs, run)).map((line) => line.slice(0, line.indexOf('=')));
  expect(names).toEqual([
    'ACTOR_MEMORY_MBYTES',
    'ACTOR_STARTED_AT',
    'APIFY_HEADLESS',
    'APIFY_LOCAL_STORAGE_DIR',
    'APIFY_MEMORY_MBYTES',
    'APIFY_META_ORIGIN',
    'APIFY_PURGE_ON_START',
    'APIFY_STARTED_AT',
    'CRAWLEE_PURGE_ON_START',
    'CRAWLEE_STORAGE_DIR',
  ]);
  await runs.close();
});
