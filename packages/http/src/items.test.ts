import { createHash } from 'node:crypto';
import { formatNames, formats } from '@dataset-items/serializers';
import { itemsSource, type Source } from '@dataset-items/sources';
import { describe, expect, it } from 'vitest';
import type { Dataset } from './dataset.js';
import { itemsHandler, itemsResponse } from './items.js';
import type { LoggedFailure } from './log.js';
import type { ItemsOptions } from './options.js';

const url = 'http://localhost/v2/datasets/furniture/items';
const items = Array.from({ length: 5 }, (_, n) => ({ n, name: `item ${n}`, tags: ['a', 'b'] }));
const facts = { id: 'a1', name: 'furniture', modifiedAt: new Date('2026-01-31T12:00:00.000Z') };
const dataset: Dataset = {
  source: itemsSource(items, { facts }),
  version: '7',
  views: { names: { fields: ['name'], limit: 2 } },
};
/** A source that knows its total and must not be read. */
const unread: Source = {
  facts,
  total: async () => 5,
  read: () => {
    throw new Error('was read');
  },
};

function get(
  query = '',
  { headers = {}, ...init }: RequestInit = {},
  options: ItemsOptions = {},
  from = dataset,
): Promise<Response> {
  return itemsHandler(() => from, options)(new Request(`${url}${query}`, { ...init, headers }));
}

describe('headers of a response with items', () => {
  const pages: readonly [query: string, offset: string, limit: string, count: string, desc: string][] = [
    ['', '0', '999999999999', '5', 'false'],
    ['?limit=0', '0', '999999999999', '5', 'false'],
    ['?limit=2', '0', '2', '2', 'false'],
    ['?offset=4&limit=2&desc=1', '4', '2', '1', 'true'],
    ['?offset=9', '9', '999999999999', '0', 'false'],
    ['?unwind=tags&limit=2', '0', '2', '2', 'false'],
    ['?view=names', '0', '2', '2', 'false'],
    ['?view=names&limit=3&desc=false', '0', '3', '3', 'false'],
  ];
  it.each(pages)('%s: page of %s, %s: %s items, desc %s', async (query, ...expected) => {
    const { headers } = await get(query);
    const told = ['offset', 'limit', 'count', 'desc'].map((name) => headers.get(`x-apify-pagination-${name}`));
    expect(told).toEqual(expected);
    expect(headers.get('x-apify-pagination-total')).toBe('5');
  });

  describe.each(formatNames)('%s', (format) => {
    const file = `dataset_furniture_2026-01-31_12-00-00-000.${formats[format].extension}`;

    it.each([
      ['', null],
      ['&attachment=', null],
      ['&attachment=0', null],
      ['&attachment=false', null],
      ['&attachment=1', `attachment; filename="${file}"`],
      ['&attachment=true', `attachment; filename="${file}"`],
    ])('media type and, with "%s", Content-Disposition %j; HEAD gives the same and reads nothing', async (more, disposition) => {
      const response = await get(`?format=${format}${more}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(formats[format].mediaType);
      expect(response.headers.get('content-disposition')).toBe(disposition);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(10);
      const head = await get(`?format=${format}${more}`, { method: 'HEAD' }, {}, { ...dataset, source: unread });
      expect([head.status, head.body, [...head.headers]]).toEqual([200, null, [...response.headers]]);
    });
  });

  it.each(formatNames)('%s is compressed for a client that accepts it, unless it is compressed already', async (format) => {
    const compressed = formats[format].binary ? null : 'gzip';
    const response = await get(`?format=${format}`, { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe(compressed);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 2).equals(Buffer.of(0x1f, 0x8b))).toBe(compressed !== null);
  });

  it('xlsx is the format that is compressed already', () => {
    expect(formatNames.filter((name) => formats[name].binary)).toEqual(['xlsx']);
  });

  it('attachment=x is refused', async () => {
    expect((await get('?attachment=x')).status).toBe(400);
  });

  it('html may use only its own style', async () => {
    const response = await get('?format=html');
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(await response.text()) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(style).toContain('border-collapse');
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    for (const format of formatNames.filter((name) => name !== 'html')) {
      expect([format, (await get(`?format=${format}`)).headers.get('content-security-policy')]).toEqual([format, null]);
    }
  });

  it('the file name is the name of the dataset, or else its id, or else that of the source', async () => {
    const nameOf = async (more: Partial<Dataset>): Promise<string | undefined> =>
      (await get('?attachment=1', {}, {}, { ...dataset, ...more })).headers
        .get('content-disposition')
        ?.match(/dataset_([^_]*)_/)?.[1];
    expect(await nameOf({ name: 'tables', id: 'b2' })).toBe('tables');
    expect(await nameOf({ id: 'b2' })).toBe('b2');
    expect(await nameOf({ source: itemsSource(items, { facts: { ...facts, name: '' } }) })).toBe('a1');
  });

  it('status 201 if the route sets it', async () => {
    const response = await itemsResponse(new Request(url, { method: 'POST', body: 'x' }), dataset, { status: 201 });
    expect([response.status, await response.json()]).toEqual([201, items]);
  });

  it('pages of any origin may read it, unless cors is off', async () => {
    const { headers } = await get();
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toMatch(/X-Apify-Pagination-Total.*ETag, Content-Disposition/);
    for (const [query, method] of [
      ['', 'GET'],
      ['', 'OPTIONS'],
      ['?limit=x', 'GET'],
    ] as const) {
      const closed = await get(query, { method }, { cors: false });
      expect([...closed.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('methods', () => {
  it('OPTIONS: the preflight request of a browser', async () => {
    const headers = { origin: 'http://a', 'access-control-request-headers': 'authorization, x-a' };
    const response = await get('', { method: 'OPTIONS', headers });
    expect([response.status, response.body]).toEqual([204, null]);
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, HEAD, OPTIONS');
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization, x-a');
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s is not allowed', async (method) => {
    const response = await get('', { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect(await response.json()).toMatchObject({ error: { type: 'method-not-allowed' } });
  });
});

describe('parameters are read as in the API', () => {
  it.each([
    ['?limit=-1', 'invalid-parameter', 'limit'],
    ['?format=pdf', 'invalid-parameter', 'format'],
    ['?fields=a&fields=b', 'invalid-parameter', 'fields'],
    ['?view=x', 'requested-dataset-view-does-not-exist', 'names'],
    ['?format=csv&fields=n&omit=n', 'no-columns-in-exported-dataset', 'column'],
  ])('%s: 400 %s as JSON that names %s', async (query, type, named) => {
    const response = await get(query);
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/json; charset=utf-8']);
    const { error } = (await response.json()) as { error: { type: string; message: string } };
    expect([error.type, error.message]).toEqual([type, expect.stringContaining(named)]);
  });

  it('unknown parameters and options of the library are ignored; a strict handler refuses them, except its own parameters', async () => {
    const query = '?chunkSize=2&indent=0&feedLink=x&limit=1&status=SUCCEEDED';
    expect(await (await get(query)).text()).toBe(`[${JSON.stringify(items[0], null, 2)}]`);
    expect(await (await get('?chunkSize=2', {}, { strict: true })).json()).toMatchObject({
      error: { type: 'invalid-parameter' },
    });
    expect((await get('?status=x&status=y&token=z', {}, { strict: true, ownParameters: ['status'] })).status).toBe(200);
  });

  it('rss links to the request, without its secrets', async () => {
    const feed = await (await get('?format=rss&token=secret1&limit=1&signature=secret2&feedLink=http%3A%2F%2Fevil')).text();
    expect(feed).toContain(`<link>${url}?format=rss&amp;limit=1&amp;feedLink=http%3A%2F%2Fevil</link>`);
    expect(feed).not.toContain('secret');
  });

  it('no dataset: 404', async () => {
    const response = await itemsHandler(() => undefined)(new Request(url));
    expect([response.status, await response.json()]).toEqual([
      404,
      { error: { type: 'record-not-found', message: 'Dataset was not found' } },
    ]);
  });

  it('a source whose total fails, or a resolver that fails: 500, and the log says why', async () => {
    const logged: LoggedFailure[] = [];
    const log = (failure: LoggedFailure): number => logged.push(failure);
    const uncounted = { ...itemsSource(items), total: () => Promise.reject(new Error('no count')) };
    expect((await get('?token=secret', {}, { log }, { source: uncounted })).status).toBe(500);
    const failing = itemsHandler(() => Promise.reject(new Error('no connection')), { log });
    expect((await failing(new Request(url))).status).toBe(500);
    expect(logged.map(({ error, status, url }) => [String(error), status, url])).toEqual([
      ['Error: no count', 500, url],
      ['Error: no connection', 500, url],
    ]);
  });
});

describe('ETag', () => {
  const tagOf = async (query: string, from: Partial<Dataset> = {}, headers: Record<string, string> = {}): Promise<string> =>
    (await get(query, { method: 'HEAD', headers }, {}, { ...dataset, ...from })).headers.get('etag') as string;

  it('is the same for requests that mean the same', async () => {
    const tag = await tagOf('?clean=1&limit=2');
    expect(tag).toMatch(/^"[\w-]+"$/);
    for (const query of ['?limit=2&clean=true', '?clean=1&limit=2&token=x&signature=y&attachment=1&foo=bar&offset=0&omit=']) {
      expect(await tagOf(query)).toBe(tag);
    }
    expect(await tagOf('?view=names')).toBe(await tagOf('?fields=name&limit=2'));
  });

  it('differs by version, query, format, coding and dataset facts', async () => {
    const tags = await Promise.all([
      tagOf(''),
      tagOf('', { version: '8' }),
      tagOf('', { source: { ...unread, facts: { ...facts, name: 'x' } } }),
      tagOf('', { source: { ...unread, facts: { ...facts, modifiedAt: new Date(0) } } }),
      tagOf('?limit=2'),
      tagOf('?fields=n,name'),
      tagOf('?fields=name,n'),
      tagOf('?format=csv'),
      tagOf('?format=rss'),
      tagOf('?format=rss&a=b'),
      tagOf('', {}, { 'accept-encoding': 'gzip' }),
      tagOf('', {}, { 'accept-encoding': 'br' }),
    ]);
    expect(new Set(tags).size).toBe(tags.length);
  });

  it('a client that has the response gets a 304, and nothing is read or counted', async () => {
    const tag = await tagOf('');
    const source: Source = {
      ...unread,
      total: () => {
        throw new Error('was counted');
      },
    };
    const has = ['*', tag, `W/${tag}`, `"x", ${tag}`, `"a,b",W/${tag}`, `"${'x'.repeat(9000)}" , ${tag}`];
    for (const ifNoneMatch of has) {
      for (const method of ['GET', 'HEAD']) {
        const response = await get('', { method, headers: { 'if-none-match': ifNoneMatch } }, {}, { ...dataset, source });
        expect([ifNoneMatch, response.status, response.body]).toEqual([ifNoneMatch, 304, null]);
        expect([response.headers.get('etag'), response.headers.get('vary')]).toEqual([tag, 'Accept-Encoding']);
        expect(response.headers.get('access-control-allow-origin')).toBe('*');
      }
    }
  });

  it('a client with another response gets the items', async () => {
    const tag = await tagOf('');
    for (const ifNoneMatch of ['', '"x"', tag.slice(1, -1), `"x${tag}`, '"*"', `"${tag.slice(1, -1)}-gzip"`]) {
      const response = await get('', { headers: { 'if-none-match': ifNoneMatch } });
      expect([ifNoneMatch, response.status]).toEqual([ifNoneMatch, 200]);
    }
    expect((await get('?limit=x', { headers: { 'if-none-match': '*' } })).status).toBe(400);
  });

  it('is absent if the dataset has no version', async () => {
    const response = await get('', { headers: { 'if-none-match': '*' } }, {}, { source: itemsSource(items) });
    expect([response.status, response.headers.get('etag')]).toEqual([200, null]);
    const versioned = itemsSource(items, { facts: { version: '1' } });
    expect((await get('', {}, {}, { source: versioned })).headers.get('etag')).toMatch(/^"/);
  });
});
