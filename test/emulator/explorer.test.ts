import { getEventListeners } from 'node:events';
import { createEmulator, type EmulatorOptions } from '@dataset-items/emulator';
import { formatNames } from '@dataset-items/serializers';
import { type Item, inspectColumns } from 'dataset-items';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';

const items: Item[] = Array.from({ length: 1000 }, (_, n) => ({
  n,
  url: `https://a.test/${n}`,
  at: '2026-11-28',
  tags: [{ name: 'a' }, { name: `b${n % 3}` }],
  note: n === 5 ? '\u0001 <b> "x"' : 'lorem ipsum'.repeat(n % 7),
}));

async function emulator(options: EmulatorOptions = {}) {
  const made = await createEmulator(options);
  onTestFinished(() => made.close());
  const dataset = await made.datasets.create({ name: 'box' });
  await dataset.push(items);
  const ask = (path: string, init: RequestInit = {}) => made.fetch(new Request(`http://127.0.0.1:4040${path}`, init));
  return { made, ask };
}

/** For tests that only read. */
const shared = await createEmulator();
afterAll(() => shared.close());
await (await shared.datasets.create({ name: 'box' })).push(items);
const ask = (path: string, init: RequestInit = {}) => shared.fetch(new Request(`http://127.0.0.1:4040${path}`, init));

async function preview(response: Response): Promise<{ head: Buffer; lines: { kind: string }[]; end: unknown }> {
  const lines = (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { base64 = '' } = lines.find(({ kind }) => kind === 'head') ?? {};
  return { head: Buffer.from(base64, 'base64'), lines, end: lines.at(-1) };
}

describe('the page of the emulator', () => {
  it('is for navigations; a client of the API gets what it got before', async () => {
    const { ask } = await emulator();
    const page = await ask('/', { headers: { accept: 'text/html,*/*', 'sec-fetch-mode': 'navigate' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await ask('/', { headers: { accept: '*/*' } })).status).toBe(404);
    expect(await (await ask('/_explorer/settings.json')).json()).toMatchObject({ readOnly: false, token: false });
  });

  it('is not among the requests that the emulator records, and neither is what it asks for itself', async () => {
    const { ask } = await emulator();
    await ask('/_explorer/settings.json');
    await ask('/_explorer/figures/box?limit=1');
    const { requests } = (await (await ask('/_emulator/requests')).json()) as { requests: unknown[] };
    expect(requests).toEqual([]);
  });
});

describe('GET /_explorer/figures', () => {
  it.each(['', '?unwind=tags&fields=name', '?offset=10&limit=20&desc=1'])('gives those of the library, for %j', async (query) => {
    const response = await ask(`/_explorer/figures/box${query}`);
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(await inspectColumns(items, query.slice(1)))));
  });

  it('of the first items only, as it says', async () => {
    expect(await (await ask('/_explorer/figures/box?mostItems=10')).json()).toMatchObject({ items: 10, all: false });
  });

  it.each([
    ['/_explorer/figures/none', 404, 'record-not-found'],
    ['/_explorer/figures/box?limit=x', 400, 'invalid-parameter'],
    ['/_explorer/figures/box?mostItems=x', 400, 'invalid-parameter'],
    ['/_explorer/figures/box?view=x', 400, 'requested-dataset-view-does-not-exist'],
    ['/_explorer/preview/none', 404, 'record-not-found'],
    ['/_explorer/preview/box?limit=x', 400, 'invalid-parameter'],
    ['/_explorer/preview/box?format=x', 400, 'invalid-parameter'],
    ['/_explorer/preview/box?view=x', 400, 'requested-dataset-view-does-not-exist'],
  ])('%s: %i %s', async (path, status, type) => {
    const response = await ask(path);
    expect([response.status, ((await response.json()) as { error: { type: string } }).error.type]).toEqual([status, type]);
  });
});

describe('GET /_explorer/preview', () => {
  const queries = ['', '&unwind=tags&limit=3', '&fields=n,note&desc=1', '&bom=1&limit=0', '&attachment=1&offset=990'];
  it.each(formatNames.flatMap((format) => queries.map((query) => `format=${format}${query}`)))(
    'is byte for byte the beginning of the download: %s',
    async (query) => {
      const download = Buffer.from(await (await ask(`/v2/datasets/box/items?${query}`)).arrayBuffer());
      const { head, end } = await preview(await ask(`/_explorer/preview/box?${query}`));
      expect(head.equals(download.subarray(0, 64 * 1024))).toBe(true);
      expect(end).toMatchObject({ kind: 'end', bytes: download.length, report: { itemsRead: expect.any(Number) } });
    },
  );

  it('says what will be replaced and dropped before the download', async () => {
    const { end } = await preview(await ask('/_explorer/preview/box?format=xml&fields=note,missing'));
    expect(end).toMatchObject({
      report: {
        itemsRead: 1000,
        rows: 1000,
        warnings: ['fields: no record has the field missing', expect.stringMatching(/^1 values with characters/)],
      },
    });
  });

  it.each(['format=csv', 'format=nope', 'limit=1'])('lets the signal of the request go when it has ended: %s', async (query) => {
    const leave = new AbortController();
    const request = new Request(`http://127.0.0.1:4040/_explorer/preview/box?${query}`, { signal: leave.signal });
    await (await shared.fetch(request)).text();
    expect(getEventListeners(request.signal, 'abort')).toEqual([]);
  });

  it('ends when its reader leaves', async () => {
    const response = await ask('/_explorer/preview/box?format=csv');
    await expect(response.body?.cancel()).resolves.toBeUndefined();
  });
});

describe('a read-only emulator', () => {
  it('refuses what is not a read, whatever the method, and says so to the page', async () => {
    const { ask, made } = await emulator({ readOnly: true });
    for (const [method, path] of [
      ['POST', '/v2/datasets/box/items'],
      ['DELETE', '/v2/datasets/box'],
      ['GET', '/v2/datasets/box?method=DELETE'],
      ['POST', '/v2/datasets?name=other'],
      ['POST', '/v2/acts/none/runs'],
      ['POST', '/_emulator/reset'],
      ['POST', '/_emulator/fail-next'],
    ]) {
      const response = await ask(path as string, { method: method as string, ...(method === 'POST' && { body: '[{"a":1}]' }) });
      expect([method, path, response.status]).toEqual([method, path, 403]);
      expect(await response.text()).toContain('--read-only');
    }
    expect(made.datasets.list()).toHaveLength(1);
    expect((await ask('/v2/datasets/box/items?limit=1')).status).toBe(200);
    expect(await (await ask('/_explorer/settings.json')).json()).toMatchObject({ readOnly: true });
  });
});
