import { createEmulator } from '@dataset-items/emulator';
import { expect, it, onTestFinished } from 'vitest';
import { ask } from '../listen.js';
import { proxyOf, upstreamOf } from './servers.js';

/** A proxy with an emulator that has the dataset `here`, and an upstream that has `there` and `broken`. */
async function both(first: 'emulator' | 'upstream', token?: string) {
  const emulator = await createEmulator({ token });
  onTestFinished(() => emulator.close());
  for (const name of ['here', 'broken']) await (await emulator.datasets.create({ name })).push([{ at: 'emulator' }]);
  const upstream = await upstreamOf(({ url = '' }, outgoing) => {
    if (url.includes('broken')) return outgoing.writeHead(503).end('busy');
    if (!url.includes('there')) return outgoing.writeHead(404).end('none');
    outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' }).end('{"at":"upstream"}\n');
  });
  const url = await proxyOf(upstream.url, { fallback: { fetch: emulator.fetch, first } });
  const read = async (name: string, headers: Record<string, string> = {}) => {
    const { status, bytes, headers: came } = await ask(`${url}/v2/datasets/${name}/items?format=csv&bom=0`, { headers });
    return [status, bytes.toString().split('\r\n')[1] ?? bytes.toString(), came['x-dataset-items-answered-by']];
  };
  return { url, upstream, read };
}

it('the emulator first: what it has, and all else from the upstream', async () => {
  const { url, upstream, read } = await both('emulator');
  expect(await read('here')).toEqual([200, '"emulator"', 'emulator']);
  expect(upstream.seen).toEqual([]);
  expect(await read('there')).toEqual([200, '"upstream"', 'upstream']);
  expect(await read('none')).toEqual([404, 'none', 'upstream']);
  expect((await ask(`${url}/v2/datasets/here`)).headers['x-dataset-items-answered-by']).toBe('emulator');
  expect((await ask(`${url}/v2/datasets`)).headers['x-dataset-items-answered-by']).toBe('upstream');
});

it('the upstream first: asked once, and only its 2xx count', async () => {
  const { url, upstream, read } = await both('upstream');
  expect(await read('there')).toEqual([200, '"upstream"', 'upstream']);
  expect(await read('here')).toEqual([200, '"emulator"', 'emulator']);
  expect(await read('broken')).toEqual([200, '"emulator"', 'emulator']);
  expect(await read('none')).toEqual([404, 'none', 'upstream']);
  expect(upstream.seen).toHaveLength(4);
  const pushed = await ask(`${url}/v2/datasets/broken/items`, { method: 'POST' });
  expect([pushed.status, pushed.headers['x-dataset-items-answered-by']]).toEqual([503, 'upstream']);
});

it('only the token of the caller opens the emulator, and pages of other origins are not let in', async () => {
  const { read } = await both('emulator', 'right');
  expect(await read('here')).toEqual([404, 'none', 'upstream']);
  expect(await read('here', { authorization: 'Bearer right' })).toEqual([200, '"emulator"', 'emulator']);
  expect(await read('here', { authorization: 'Bearer right', origin: 'http://evil.example' })).toEqual([404, 'none', 'upstream']);
});
