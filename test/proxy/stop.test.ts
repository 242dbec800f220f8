import { createProxy } from '@dataset-items/proxy';
import { expect, it } from 'vitest';
import { ask } from '../listen.js';
import { upstreamOf } from './servers.js';

/** An upstream that sends one line, and the other when it is released. */
async function heldUpstream() {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const upstream = await upstreamOf((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' }).write('{"n":1}\n');
    void released.then(() => outgoing.end('{"n":2}\n'));
  });
  return { upstream, release };
}

it.each([
  ['/other', '{"n":1}\n{"n":2}\n'],
  ['/v2/datasets/d/items?format=jsonl', '{"n":1}\n{"n":2}'],
  ['/v2/datasets/d/items?format=csv&bom=0', '"n"\r\n"1"\r\n"2"\r\n'],
])('a proxy that closes lets %s end, and accepts nothing else', async (path, whole) => {
  const { upstream, release } = await heldUpstream();
  const proxy = await createProxy({ upstream: upstream.url, limits: { grace: 600_000 } });
  const { url } = await proxy.listen({ port: 0 });
  const asked = ask(url + path);
  await expect.poll(() => upstream.underWay(), { timeout: 60_000 }).toBe(1);
  const closed = proxy.close();
  await expect(ask(`${url}/_proxy/health`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  release();
  const { status, bytes } = await asked;
  expect([status, bytes.toString()]).toEqual([200, whole]);
  await closed;
});

it('what has not ended after the time that it has is cut off', async () => {
  const { upstream } = await heldUpstream();
  const proxy = await createProxy({ upstream: upstream.url, log: () => {}, limits: { grace: 1 } });
  const { url } = await proxy.listen({ port: 0 });
  const answer = await fetch(`${url}/other`);
  const broken = expect(answer.text()).rejects.toThrow();
  await proxy.close();
  await broken;
  await expect.poll(() => upstream.underWay(), { timeout: 60_000 }).toBe(0);
});
