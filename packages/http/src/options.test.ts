import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@dataset-items/exporter';
import { defineSource, fileSource, itemsSource, type Source } from '@dataset-items/sources';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { RefusedRequestError } from './failure.js';
import { itemsHandler, type ResolveDataset } from './items.js';
import type { LoggedFailure } from './log.js';
import type { ItemsOptions } from './options.js';

const url = 'http://localhost/items';
const items = Array.from({ length: 10 }, (_, n) => ({ n, text: `=${n}` }));
const pages = (headers: Headers) =>
  Object.fromEntries(['offset', 'limit', 'count', 'total'].map((name) => [name, headers.get(`x-apify-pagination-${name}`)]));

function asked(
  query: string,
  options: ItemsOptions = {},
  resolve: ResolveDataset = () => ({ source: itemsSource(items) }),
  init: RequestInit = {},
) {
  const logged: LoggedFailure[] = [];
  const handler = itemsHandler(resolve, { log: (failure) => void logged.push(failure), ...options });
  return handler(new Request(`${url}${query}`, init)).then((response) => ({ response, logged }));
}

describe('options of the handler', () => {
  it('defaults: options of formats and of the library, if the request gives none', async () => {
    const options = { defaults: { safe: true, indent: 0, columns: ['text'], delimiter: ';' } };
    const { response } = await asked('?format=csv&limit=1', options);
    expect(await response.text()).toBe('"text"\r\n"\'=0"\r\n');
    expect(await (await asked('?format=json&limit=1', options)).response.text()).toBe('[{"n":0,"text":"=0"}]');
    const own = await asked('?format=csv&limit=1&delimiter=|&skipHeaderRow=1', { defaults: { delimiter: ';' } });
    expect(await own.response.text()).toBe('"0"|"=0"\r\n');
    expect((await asked('?format=csv&safe=1&strict=1', options)).response.status).toBe(200);
  });

  it('withoutColumns: an empty export as an empty table', async () => {
    const none = () => ({ source: itemsSource([]) });
    expect((await asked('?format=csv', {}, none)).response.status).toBe(400);
    const { response } = await asked('?format=csv', { withoutColumns: 'write' }, none);
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it.each([
    ['', 0, '4', '4', 4],
    ['?limit=0', 0, '4', '4', 4],
    ['?limit=2', 0, '2', '2', 2],
    ['?limit=9&offset=8', 8, '4', '2', 2],
  ])('maxItems bounds the window of "%s", and the headers say so', async (query, offset, limit, count, length) => {
    const { response } = await asked(query, { maxItems: 4 });
    expect(pages(response.headers)).toEqual({ offset: String(offset), limit, count, total: '10' });
    expect(await response.json()).toHaveLength(length);
  });

  it('bigint, onItems and onReport', async () => {
    const read: number[] = [];
    const reports: [Report, string][] = [];
    const options: ItemsOptions = {
      bigint: 'text',
      onItems: (count) => void read.push(count),
      onReport: (report, request) => void reports.push([report, request.url]),
    };
    const resolve = () => ({ source: defineSource({ total: () => 2, items: () => [{ a: 1n }, { a: 2n }] }, { bigint: 'text' }) });
    const { response } = await asked('?format=jsonl', options, resolve);
    expect((await response.text()).trimEnd()).toBe('{"a":"1"}\n{"a":"2"}');
    expect(read.reduce((sum, count) => sum + count)).toBe(2);
    await expect
      .poll(() => reports)
      .toEqual([[expect.objectContaining({ complete: true, recordsWritten: 2 }), `${url}?format=jsonl`]]);
    const large = () => ({ source: defineSource({ items: () => Array.from({ length: 100_000 }, (_, a) => ({ a })) }) });
    await (await asked('', options, large)).response.body?.cancel();
    await expect.poll(() => reports.map(([{ complete }]) => complete)).toEqual([true, false]);
  });

  it('a failure of onReport is logged', async () => {
    const { response, logged } = await asked('', {
      onReport: () => {
        throw new Error('no audit');
      },
    });
    await response.text();
    await expect.poll(() => logged.map(({ error }) => String(error))).toEqual(['Error: no audit']);
  });

  it.each([
    [{ onitems: () => {} }, 'expected a parameter that exists; did you mean `onItems`?'],
    [{ defaults: { save: true } }, 'save: got "true", expected a parameter that exists; did you mean `safe`?'],
    [{ defaults: { indent: 99 } }, 'indent: got "99", expected a whole number from 0 to 10'],
    [{ maxItems: 0 }, 'maxItems: got "0", expected a whole number, 1 or more'],
    [{ timeout: -1 }, 'timeout: got "-1", expected a whole number from 1 to 2147483647'],
    [{ timeout: 2 ** 31 }, 'timeout: got "2147483648", expected a whole number from 1 to 2147483647'],
    [{ onReport: 5 }, 'onReport: got "5", expected a function'],
    [{ withoutColumns: 'empty' }, 'withoutColumns: got "empty", expected one of refuse, write'],
    [{ beyondMaxRecords: 'cut' }, 'beyondMaxRecords: got "cut", expected one of fail, end'],
    [{ maxRecords: '5' }, 'maxRecords: got "5", expected a whole number, 0 or more'],
    [{ bigint: 'string' }, 'bigint: got "string", expected one of refuse, text'],
    [{ formats: 5 }, 'formats: got "5", expected an object'],
    [{ formats: { pdf: {} } }, 'formats/pdf: got "[object Object]", expected a format'],
    [{ columnLabels: { a: 1 } }, 'columnLabels: got "an object", expected an object of texts by name'],
    [{ columnOrder: 'a' }, 'columnOrder: got "a", expected a list of names'],
    [{ signal: 5 }, 'signal: got "5", expected an AbortSignal'],
    [{ status: '201' }, 'status: got "201", expected one of 200, 201'],
    [{ strict: 'yes' }, 'strict: got "yes", expected true or false'],
  ])('%j is refused when the handler is made', (options, message) => {
    expect(() => itemsHandler(() => undefined, options as ItemsOptions)).toThrow(message);
  });
});

describe('resolve', () => {
  it.each<[string, () => unknown]>([
    ['a number', () => 5],
    ['null', () => null],
    ['a list as source', () => ({ source: items })],
    ['no source', () => ({ name: 'x' })],
  ])('%s: a 500 whose log says what was expected', async (_, resolve) => {
    const { response, logged } = await asked('', {}, resolve as ResolveDataset);
    expect(response.status).toBe(500);
    expect(logged.map(({ error }) => String(error))).toEqual([
      expect.stringContaining('resolve: expected a dataset whose `source`'),
    ]);
  });

  it.each([
    ['nonsense', 'undefined'],
    [{ type: 'quota', status: 200 }, '200'],
    [{ type: 'quota', status: 99 }, '99'],
    [{ type: 'quota', status: '402' }, '402'],
  ])('a refusal with %j is a fault of the server', async (refusal, status) => {
    const { response, logged } = await asked('', {}, () => {
      throw new RefusedRequestError(refusal as 'invalid-token', 'no');
    });
    expect(response.status).toBe(500);
    expect(String(logged[0]?.error)).toContain(`got ${status}, expected a whole number from 400 to 599`);
  });

  it('may answer with a Response', async () => {
    const { response } = await asked('', {}, () =>
      Response.json({ moved: true }, { status: 302, headers: { location: '/there' } }),
    );
    expect([response.status, response.headers.get('location')]).toEqual([302, '/there']);
  });

  it.each([
    ['payment-required', 402, 0],
    ['not-acceptable', 406, 0],
    ['unavailable', 503, 1],
    ['timed-out', 504, 1],
  ] as const)('may refuse with %s, a %i', async (type, status, lines) => {
    const { response, logged } = await asked('', {}, () => {
      throw new RefusedRequestError(type, 'Not now', { headers: { 'retry-after': '5' } });
    });
    expect([response.status, await response.json(), response.headers.get('retry-after')]).toEqual([
      status,
      { error: { type, message: 'Not now' } },
      '5',
    ]);
    expect(logged).toHaveLength(lines);
  });
});

describe('a time-out of the server itself', () => {
  const silent: Source = {
    facts: { id: 'x', name: 'x', modifiedAt: undefined },
    total: async () => 5,
    async *read() {
      yield Array.from({ length: 2000 }, (_, n) => ({ n, text: 'lorem ipsum '.repeat(10) }));
      await new Promise(() => {});
    },
  };
  const timeouts: [string, ItemsOptions, () => RequestInit, number, string][] = [
    ['the option', { timeout: 50 }, () => ({}), 504, 'timed-out'],
    ['the signal of the request', {}, () => ({ signal: AbortSignal.timeout(50) }), 504, 'timed-out'],
    ['the signal of the server', { signal: AbortSignal.timeout(50) }, () => ({}), 504, 'timed-out'],
    ['a server that stops', { signal: soon() }, () => ({}), 503, 'unavailable'],
  ];
  it.each(timeouts)('%s: before the first byte it is answered and logged', async (_, options, init, status, type) => {
    const { response, logged } = await asked('?format=csv', options, () => ({ source: silent }), init());
    expect([response.status, await response.json()]).toEqual([status, { error: { type, message: expect.any(String) } }]);
    expect(logged.map(({ status }) => status)).toEqual([status]);
  });

  const timedOut = new DOMException('in vain', 'TimeoutError');
  it.each<[string, ItemsOptions, (signal: AbortSignal) => [ItemsOptions, RequestInit]]>([
    ['the option', { timeout: 50 }, () => [{}, {}]],
    ['the signal of the request', {}, (signal) => [{}, { signal }]],
    ['a server that stops', {}, (signal) => [{ signal }, {}]],
  ])('%s: after it the response is cut off and logged', async (_, options, signalled) => {
    // The time begins to pass when the response is there.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const controller = new AbortController();
    const [given, init] = signalled(controller.signal);
    const { response, logged } = await asked('', { ...options, ...given }, () => ({ source: silent }), init);
    expect(response.status).toBe(200);
    vi.advanceTimersByTime(100);
    controller.abort(timedOut);
    await expect(response.text()).rejects.toThrow(RefusedRequestError);
    expect(logged.map(({ status, error }) => [status, error instanceof RefusedRequestError])).toEqual([[undefined, true]]);
  });

  it('the time-out ends with a complete response', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { response, logged } = await asked('', { timeout: 50 });
    expect(await response.json()).toHaveLength(10);
    vi.advanceTimersByTime(100);
    await new Promise(setImmediate);
    expect(logged).toEqual([]);
  });

  function soon(): AbortSignal {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    return controller.signal;
  }
});

describe('sources that do not know their total', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dataset-items-http-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'items.jsonl');
  const write = (count: number): void =>
    writeFileSync(
      path,
      items
        .slice(0, count)
        .map((item) => `${JSON.stringify(item)}\n`)
        .join(''),
    );

  it('a file is counted, again when it changes, and has an ETag', async () => {
    const resolve = async () => ({ source: await fileSource(path) });
    write(3);
    const first = await asked('?limit=2', {}, resolve);
    expect(pages(first.response.headers)).toEqual({ offset: '0', limit: '2', count: '2', total: '3' });
    expect(await first.response.json()).toEqual(items.slice(0, 2));
    const etag = first.response.headers.get('etag') ?? '';
    const same = await asked('?limit=2', {}, resolve, { headers: { 'if-none-match': etag } });
    expect(same.response.status).toBe(304);
    write(5);
    const second = await asked('?limit=2', {}, resolve, { headers: { 'if-none-match': etag } });
    expect(pages(second.response.headers)).toMatchObject({ total: '5' });
  });

  it.each(['a.json', 'a.csv', 'empty.jsonl'])('%s is counted too', async (name) => {
    const content = { 'a.json': JSON.stringify(items), 'a.csv': 'n\n1\n2\n', 'empty.jsonl': '' }[name] ?? '';
    writeFileSync(join(folder, name), content);
    const source = await fileSource(join(folder, name));
    const { response } = await asked('', {}, () => ({ source }));
    expect(pages(response.headers).total).toBe({ 'a.json': '10', 'a.csv': '2', 'empty.jsonl': '0' }[name]);
  });

  it('a source that can be read once has no Total and no Count', async () => {
    const { response } = await asked('?limit=2', {}, () => ({
      source: itemsSource(
        (function* () {
          yield* items;
        })(),
      ),
    }));
    expect(response.status).toBe(200);
    expect(pages(response.headers)).toEqual({ offset: '0', limit: '2', count: null, total: null });
    expect(await response.json()).toEqual(items.slice(0, 2));
  });
});
