import { createEmulator } from '@dataset-items/emulator';
import { createProxy } from '@dataset-items/proxy';
import { formatNames } from '@dataset-items/serializers';
import { type Item, inspectColumns } from 'dataset-items';
import { afterAll, describe, expect, it } from 'vitest';

const items: Item[] = Array.from({ length: 300 }, (_, n) => ({
  n,
  at: '2026-11-28',
  tags: [{ name: 'a' }, { name: `b${n % 3}` }],
  note: n === 5 ? '<b> "x"' : 'lorem ipsum'.repeat(n % 30),
}));

/** All tests only read. The upstream wants a token. */
const upstream = await createEmulator({ token: 'secret' });
await (await upstream.datasets.create({ name: 'box' })).push(items);
const proxy = await createProxy({ upstream: (await upstream.listen({ port: 0 })).url, log: () => {} });
const { url } = await proxy.listen({ port: 0 });
afterAll(async () => {
  await proxy.close();
  await upstream.close();
});

const ask = (path: string, headers: Record<string, string> = { authorization: 'Bearer secret' }) =>
  fetch(`${url}${path}`, { headers });

describe('the page of a proxy in front of an upstream', () => {
  it.each(['', '?unwind=tags&fields=name', '?offset=10&limit=20&desc=1', '?fields=n,note'])(
    'figures are those of the library, for %j',
    async (query) => {
      const response = await ask(`/_explorer/figures/box${query}`);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual(JSON.parse(JSON.stringify(await inspectColumns(items, query.slice(1)))));
    },
  );

  it('figures of the first items only, as they say', async () => {
    const response = await ask('/_explorer/figures/box?mostItems=10');
    expect(await response.json()).toMatchObject({ items: 10, all: false });
  });

  it.each(
    formatNames.flatMap((format) => ['', '&unwind=tags&limit=3', '&offset=290&desc=1'].map((more) => `format=${format}${more}`)),
  )('the preview is byte for byte the beginning of the download: %s', async (query) => {
    const download = Buffer.from(await (await ask(`/v2/datasets/box/items?${query}`)).arrayBuffer());
    const lines = (await (await ask(`/_explorer/preview/box?${query}`)).text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { base64 = '' } = lines.find(({ kind }) => kind === 'head') ?? {};
    expect(download.length).toBeGreaterThan(0);
    expect(Buffer.from(base64, 'base64').equals(download.subarray(0, 64 * 1024))).toBe(true);
    expect(lines.at(-1)).toMatchObject({ kind: 'end', bytes: download.length });
  });

  it.each(['figures', 'preview'])('%s are requested with the headers of the caller only', async (what) => {
    expect((await ask(`/_explorer/${what}/box`, {})).status).toBe(401);
    expect((await ask(`/_explorer/${what}/none`)).status).toBe(404);
    expect((await ask(`/_explorer/${what}/box?limit=x`)).status).toBe(400);
  });
});
