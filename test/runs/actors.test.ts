import { fileURLToPath } from 'node:url';
import type { ActorSettings } from 'dataset-items/emulator';
import { describe, expect, it } from 'vitest';
import { asking } from '../../packages/emulator/src/testing/emulated.js';
import { emulate } from '../clients/emulated.js';
import { listen } from '../listen.js';
import { site } from './site.js';

const start = `${await listen(site)}/`;
const folderOf = (name: string): string => fileURLToPath(new URL(`../fixtures/actors/${name}`, import.meta.url));
const modes = ['api', 'local'] as const;

/** Declares the same folder as two actors, one for each mode. */
function inBothModes(name: string, commandOf: (mode: 'api' | 'local') => readonly string[]): Record<string, ActorSettings> {
  return Object.fromEntries(modes.map((mode) => [`${name}-${mode}`, { command: commandOf(mode), folder: folderOf(name), mode }]));
}

const node = () => ['node', 'main.mjs'];
const { url } = await emulate({
  actors: {
    ...inBothModes('sdk', node),
    ...inBothModes('cheerio', node),
    ...inBothModes('basic', node),
    ...inBothModes('bash', (mode) => ['bash', `${mode}.sh`]),
  },
});
const ask = asking(fetch, url);
const json = { 'content-type': 'application/json' };

describe.each(modes)('unmodified actors in %s mode', (mode) => {
  it('one of the SDK: input, items, values, a message and a log', async () => {
    const answer = await ask(`POST /v2/acts/sdk-${mode}/run-sync-get-dataset-items?desc=1`, { words: ['kůň', 'oak'] }, json);
    expect([answer.status, answer.text]).toEqual([201, expect.anything()]);
    expect(answer.body).toEqual([
      { word: 'oak', length: 3 },
      { word: 'kůň', length: 3 },
    ]);
    expect(answer.headers.get('x-apify-pagination-total')).toBe('2');
    const last = `/v2/acts/sdk-${mode}/runs/last`;
    const run = (await ask(`GET ${last}`)).body.data;
    expect(run).toMatchObject({ status: 'SUCCEEDED', exitCode: 0, stats: { memMaxBytes: expect.any(Number) } });
    if (mode === 'api') expect(run.statusMessage).toBe('2 words');
    expect((await ask(`GET ${last}/key-value-store/records/OUTPUT`)).body).toEqual({ count: 2 });
    const words = await ask(`GET ${last}/key-value-store/records/words.txt`);
    expect([words.text, words.headers.get('content-type')]).toEqual(['kůň\noak', expect.stringMatching(/^text\/plain/)]);
    expect((await ask(`GET ${last}/log`)).text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z first: kůň$/m);
  });

  it('one of the SDK: a view of its dataset schema', async () => {
    const at = `/v2/acts/sdk-${mode}/run-sync-get-dataset-items`;
    const answer = await ask(`POST ${at}?view=lengths&format=csv&bom=0`, { words: ['oak'] }, json);
    expect([answer.status, answer.text]).toEqual([201, '"length"\r\n"3"\r\n']);
    const total = (await ask('GET /v2/actor-runs')).body.data.total;
    const refused = await ask(`POST ${at}?view=none`, { words: ['oak'] }, json);
    expect([refused.status, refused.body.error.type]).toEqual([400, 'requested-dataset-view-does-not-exist']);
    expect((await ask('GET /v2/actor-runs')).body.data.total).toBe(total);
  });

  it('one of the SDK that fails: its items are stored', async () => {
    const answer = await ask(`POST /v2/acts/sdk-${mode}/run-sync-get-dataset-items`, { words: ['oak'], fail: true }, json);
    const { id, exitCode } = (await ask(`GET /v2/acts/sdk-${mode}/runs/last?status=FAILED`)).body.data;
    const message = `Actor run did not succeed (run ID: ${id}, status: FAILED)`;
    expect([answer.status, answer.body]).toEqual([400, { error: { type: 'run-failed', message } }]);
    expect(exitCode).toBeGreaterThan(0);
    expect((await ask(`GET /v2/actor-runs/${id}/dataset/items`)).body).toEqual([{ word: 'oak', length: 3 }]);
    expect((await ask(`GET /v2/logs/${id}`)).text).toContain('told to fail');
  });

  it('a CheerioCrawler finds every page by its links', async () => {
    const answer = await ask(`POST /v2/acts/cheerio-${mode}/run-sync-get-dataset-items`, { start }, json);
    expect(answer.status).toBe(201);
    const found = (answer.body as unknown as { path: string; title: string }[]).sort((one, other) =>
      one.path < other.path ? -1 : 1,
    );
    expect(found).toEqual([0, 1, 2, 3, 4, 5, 6].map((page) => ({ path: `/${page || ''}`, title: `Page ${page}` })));
    expect((await ask(`GET /v2/acts/cheerio-${mode}/runs/last/key-value-store/records/OUTPUT`)).body).toEqual({
      requestsFinished: 7,
    });
    const { data } = (await ask(`GET /v2/acts/cheerio-${mode}/runs/last/request-queue`)).body;
    if (mode === 'api') expect(data).toMatchObject({ totalRequestCount: 7, handledRequestCount: 7 });
  });

  it('a BasicCrawler over a list', async () => {
    const answer = await ask(`POST /v2/acts/basic-${mode}/run-sync-get-dataset-items?fields=path,title`, { start }, json);
    expect(answer.status).toBe(201);
    const found = (answer.body as unknown as { path: string }[]).map(({ path }) => path).sort();
    expect(found).toEqual(['/', '/1', '/2']);
  });

  it('a bash script', async () => {
    const answer = await ask(`POST /v2/acts/bash-${mode}/run-sync-get-dataset-items`, { a: 'b' }, json);
    expect([answer.status, answer.body]).toEqual([201, [{ n: 1 }, { n: 2 }, { n: 3, input: { a: 'b' } }]]);
    expect((await ask(`POST /v2/acts/bash-${mode}/run-sync`, { a: 1 }, json)).body).toEqual({ done: true });
    expect((await ask(`GET /v2/acts/bash-${mode}/runs/last/log`)).text).toMatch(/Z input: \{"a":1\}\n$/);
  });
});
