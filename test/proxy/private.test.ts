import type { ProxyOptions } from '@dataset-items/proxy';
import { expect, it } from 'vitest';
import { proxyOf, upstreamOf } from './servers.js';

/** Resolves every name to these addresses. */
const to =
  (...addresses: string[]): NonNullable<ProxyOptions['resolve']> =>
  (_, __, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

const private4 = to('127.0.0.1');

it.each<[what: string, resolve: typeof private4]>([
  ['this machine', private4],
  ['this machine, in IPv6', to('::1')],
  ['an IPv4 address written as IPv6', to('::ffff:127.0.0.1')],
  ['a private network', to('10.0.0.1', '192.168.1.1')],
  ['the addresses of metadata services', to('169.254.169.254')],
])('a public name that resolves to %s is not connected', async (_, resolve) => {
  const upstream = await upstreamOf((__, outgoing) => outgoing.end('{"n":1}'));
  const at = `http://api.example.com:${new URL(upstream.url).port}`;
  const url = await proxyOf(at, { resolve, sources: { page: `${at}/items.jsonl` } });
  for (const path of ['/v2/datasets/d/items', '/v2/datasets/d/items?view=v', '/v2/users/me', '/v2/datasets/page/items']) {
    const answer = await fetch(url + path);
    const body = await answer.text();
    expect([path, answer.status, body]).toEqual([path, 502, expect.stringContaining('is at a private address')]);
    expect(body).not.toMatch(/127\.0\.0\.1|10\.0\.0\.1|169\.254/);
  }
  expect(upstream.seen).toEqual([]);
});
