import { networkInterfaces } from 'node:os';
import { isLoopback } from '@dataset-items/http';
import { ApifyClient } from 'apify-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEmulator } from '../emulator.js';
import { asking } from '../testing/emulated.js';
import { isSignatureOf, signatureOf } from './signature.js';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const outside = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

/** Sockets on the loopback address of this machine, and on another of its addresses if it has one. */
async function listening(token?: string) {
  const emulator = await createEmulator({ token, allowHosts: outside === undefined ? [] : [outside] });
  onTestFinished(() => emulator.close());
  await (await emulator.datasets.create({ name: 'box' })).push([{ a: 1 }]);
  const { port } = await emulator.listen({ port: 0, host: '0.0.0.0' });
  const at = (host: string) => asking(fetch, `http://${host}:${port}`);
  return { loopback: at('127.0.0.1'), other: at(outside ?? '127.0.0.1') };
}

const rows: readonly (readonly [
  what: string,
  line: string,
  headers: Record<string, string>,
  free: { loopback: number | string; other: number | string },
  tokened: number | string,
])[] = [
  ['no token', 'GET /v2/datasets/box', {}, { loopback: 200, other: 'token-not-provided' }, 'token-not-provided'],
  ['an empty token', 'GET /v2/datasets/box?token=', {}, { loopback: 200, other: 'token-not-provided' }, 'token-not-provided'],
  ['the token', 'GET /v2/datasets/box', bearer('secret'), { loopback: 200, other: 200 }, 200],
  ['the token in the query', 'GET /v2/datasets/box?token=secret', {}, { loopback: 200, other: 200 }, 200],
  [
    'another scheme in small letters',
    'GET /v2/datasets/box',
    { authorization: 'bearer  secret ' },
    { loopback: 200, other: 200 },
    200,
  ],
  ['a longer token', 'GET /v2/datasets/box', bearer('secret1'), { loopback: 200, other: 200 }, 'invalid-token'],
  ['a shorter token', 'GET /v2/datasets/box', bearer('secre'), { loopback: 200, other: 200 }, 'invalid-token'],
  [
    'a header that is no token',
    'GET /v2/datasets/box',
    { authorization: 'Basic c2VjcmV0' },
    { loopback: 200, other: 'token-not-provided' },
    'token-not-provided',
  ],
  [
    'what a proxy says',
    'GET /v2/datasets/box',
    { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1' },
    { loopback: 200, other: 'token-not-provided' },
    'token-not-provided',
  ],
  [
    'no token, to see what is not there',
    'GET /v2/datasets/none',
    {},
    { loopback: 404, other: 'token-not-provided' },
    'token-not-provided',
  ],
  ['no token, to write', 'POST /v2/datasets', {}, { loopback: 201, other: 'token-not-provided' }, 'token-not-provided'],
  ['no token, to reset', 'POST /_emulator/reset', {}, { loopback: 204, other: 'token-not-provided' }, 'token-not-provided'],
  [
    'no token, to see requests',
    'GET /_emulator/requests',
    {},
    { loopback: 200, other: 'token-not-provided' },
    'token-not-provided',
  ],
  ['no token, for health', 'GET /_emulator/health', {}, { loopback: 200, other: 200 }, 200],
  ['a signature that is wrong', 'GET /v2/datasets/box/items?signature=x', {}, { loopback: 403, other: 403 }, 403],
  [
    'a token beside a signature that is wrong',
    'GET /v2/datasets/box/items?signature=x',
    bearer('secret'),
    { loopback: 200, other: 200 },
    200,
  ],
];

describe('access on sockets', () => {
  it.each(rows)('%s: %s', async (_, line, headers, free, tokened) => {
    const open = await listening();
    const closed = await listening('secret');
    const came = async (ask: typeof open.loopback) => {
      const { status, body } = await ask(line, undefined, headers);
      return status === 401 ? body.error.type : status;
    };
    expect([await came(open.loopback), await came(closed.loopback), await came(closed.other)]).toEqual([
      free.loopback,
      tokened,
      tokened,
    ]);
    if (outside !== undefined) expect(await came(open.other)).toBe(free.other);
  });

  it.each<[address: string, local: boolean]>([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['::FFFF:127.0.0.1', true],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['127.0.0.1.example.com', false],
    ['fe80::1', false],
    ['', false],
  ])('the address %s is of this machine: %s', (address, local) => expect(isLoopback(address)).toBe(local));
});

describe('signed URLs', () => {
  it('made by the client give access to the items without a token until they expire, and to nothing else', async () => {
    const emulator = await createEmulator({ token: 'secret' });
    onTestFinished(() => emulator.close());
    const dataset = await emulator.datasets.create({ name: 'box' });
    await dataset.push([{ a: 1, b: 2 }, { a: 3 }, { a: 4 }]);
    const { url } = await emulator.listen({ port: 0 });
    const client = new ApifyClient({ baseUrl: url, publicBaseUrl: url, token: 'secret', maxRetries: 0 });
    const lasting = await client.dataset('box').createItemsPublicUrl({ fields: ['a'], limit: 2, desc: true });
    expect(await (await fetch(lasting)).json()).toEqual([{ a: 4 }, { a: 3 }]);
    expect((await fetch(lasting, { method: 'HEAD' })).status).toBe(200);
    const { itemsPublicUrl } = (await client.dataset('box').get()) ?? {};
    expect(await (await fetch(itemsPublicUrl ?? '')).json()).toHaveLength(3);
    const { search } = new URL(lasting);
    for (const [method, path, status] of [
      ['POST', `/v2/datasets/box/items${search}`, 401],
      ['GET', `/v2/datasets/box${search}`, 401],
      ['GET', `/v2/datasets/box/items${search.replace('signature=', 'signature=A')}`, 403],
    ] as const) {
      expect([path, (await fetch(url + path, { method })).status]).toEqual([path, status]);
    }
    await emulator.datasets.create({ name: 'other' });
    expect((await fetch(`${url}/v2/datasets/other/items${search}`)).status).toBe(403);
    const fleeting = await client.dataset('box').createItemsPublicUrl({ expiresInSecs: 0.001 });
    await expect.poll(async () => (await fetch(fleeting)).status).toBe(403);
  });

  it.each<[what: string, signature: string, now: number, valid: boolean]>([
    ['without an end', signatureOf({ id: 'a', secretKey: 'k' }), 1e15, true],
    ['before its end', signatureOf({ id: 'a', secretKey: 'k' }, 1000), 999, true],
    ['at its end', signatureOf({ id: 'a', secretKey: 'k' }, 1000), 1000, false],
    ['for another dataset', signatureOf({ id: 'b', secretKey: 'k' }), 0, false],
    ['with another key', signatureOf({ id: 'a', secretKey: 'l' }), 0, false],
    [
      'with another end',
      Buffer.from(`0.9999.${partsOf(signatureOf({ id: 'a', secretKey: 'k' }, 1000))[2]}`).toString('base64url'),
      0,
      false,
    ],
    ['of another version', Buffer.from('1.0.abc').toString('base64url'), 0, false],
    ['that is no signature', '%%%', 0, false],
    ['that is empty', '', 0, false],
  ])('a signature %s', (_, signature, now, valid) => {
    expect(isSignatureOf({ id: 'a', secretKey: 'k' }, signature, now)).toBe(valid);
  });
});

function partsOf(signature: string): string[] {
  return Buffer.from(signature, 'base64url').toString().split('.');
}
