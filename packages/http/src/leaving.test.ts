import { getEventListeners } from 'node:events';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPause } from '@dataset-items/exporter';
import type { Batch } from '@dataset-items/query-pipeline';
import type { Source } from '@dataset-items/sources';
import { describe, expect, it, onTestFinished } from 'vitest';
import { itemsHandler } from './items.js';
import { leavingOf, turnOf } from './leaving.js';
import type { LoggedFailure } from './log.js';
import { toNodeHandler } from './node.js';
import type { ItemsOptions } from './options.js';
import { ask, serve } from './testing/serve.js';

const url = 'http://localhost/items';

interface Watched {
  readonly source: Source;
  readonly batchesRead: () => number;
  /** When its batches were read, and it goes on to what then happens. */
  readonly atEnd: Promise<void>;
  /** Resolves when the source was closed. */
  readonly closed: Promise<void>;
}

/** A source that gives batches of about 64 kB, and then does something else. */
function watched(batches: number, then: (signal: AbortSignal | undefined) => Promise<void> = async () => {}): Watched {
  let count = 0;
  const [atEnd, end] = event();
  const [closed, close] = event();
  const batch: Batch = Array.from({ length: 64 }, (_, n) => ({ n, text: 'lorem ipsum '.repeat(90) }));
  const read = async function* (_window: unknown, signal?: AbortSignal): AsyncGenerator<Batch> {
    try {
      for (; count < batches; count++) yield batch;
      end();
      await then(signal);
    } finally {
      close();
    }
  };
  const facts = { id: 'x', name: 'x', modifiedAt: undefined };
  return { source: { facts, total: async () => 1_000_000, read }, batchesRead: () => count, atEnd, closed };
}

function event(): [happened: Promise<void>, happens: () => void] {
  let happens: () => void = () => {};
  const happened = new Promise<void>((resolve) => {
    happens = resolve;
  });
  return [happened, happens];
}

const silence = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
const failure = (): Promise<never> => Promise.reject(new Error('torn'));

function handlerOf(source: Source, options: ItemsOptions = {}) {
  const logged: LoggedFailure[] = [];
  const log = (failure: LoggedFailure): void => void logged.push(failure);
  return { handler: itemsHandler(() => ({ source }), { log, ...options }), logged };
}

async function waitFor(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** What an open file is; nothing of one that was closed meanwhile. */
function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

describe('in memory', () => {
  it('a chunk is requested when the previous one was read', async () => {
    const { source, batchesRead, closed } = watched(1000);
    const { body } = await handlerOf(source).handler(new Request(url));
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(batchesRead()).toBeLessThan(5);
    await reader.cancel();
    await closed;
  });

  for (const [name, headers] of [
    ['plain', {}],
    ['gzip', { 'accept-encoding': 'gzip' }],
  ] as const) {
    it(`${name}: a body that is cancelled before it is read closes the source`, async () => {
      const { source, closed } = watched(1000);
      const { handler, logged } = handlerOf(source);
      await (await handler(new Request(url, { headers }))).body?.cancel();
      await closed;
      expect(logged).toEqual([]);
    });

    it(`${name}: a body that is cancelled leaves a source that does not answer`, async () => {
      const { source, atEnd, closed } = watched(10, silence);
      const { handler, logged } = handlerOf(source);
      const reader = ((await handler(new Request(url, { headers }))).body as ReadableStream<Uint8Array>).getReader();
      const reading = (async () => {
        while (!(await reader.read()).done);
      })();
      await atEnd;
      await reader.cancel();
      await Promise.all([closed, reading]);
      expect(logged).toEqual([]);
    });

    it(`${name}: a signal that fires while nobody reads closes the source`, async () => {
      const { source, closed } = watched(1000);
      const { handler, logged } = handlerOf(source);
      const leave = new AbortController();
      const response = await handler(new Request(url, { headers, signal: leave.signal }));
      leave.abort(new Error('enough'));
      await closed;
      await expect(response.text()).rejects.toThrow('enough');
      expect(logged).toEqual([]);
    });

    it(`${name}: a failure after the first byte is an error of the body, logged once without secrets`, async () => {
      const { source, closed } = watched(10, failure);
      const { handler, logged } = handlerOf(source);
      const response = await handler(new Request(`${url}?token=secret`, { headers }));
      expect(response.status).toBe(200);
      await expect(response.arrayBuffer()).rejects.toThrow('torn');
      await closed;
      expect(logged).toEqual([{ error: new Error('torn'), status: undefined, method: 'GET', url }]);
    });
  }

  it.each(['json', 'csv', 'xlsx'])('%s: a failure before the first byte is a 500', async (format) => {
    const { source, closed } = watched(0, failure);
    const { handler, logged } = handlerOf(source);
    const response = await handler(new Request(`${url}?format=${format}`));
    expect([response.status, await response.json()]).toMatchObject([500, { error: { type: 'internal-server-error' } }]);
    await closed;
    expect(logged).toHaveLength(1);
  });

  it.each(['json', 'csv', 'xlsx'])(
    '%s: a client that disconnects before the first byte closes a silent source',
    async (format) => {
      const { source, atEnd, closed } = watched(0, silence);
      const { handler, logged } = handlerOf(source);
      const leave = new AbortController();
      const answer = handler(new Request(`${url}?format=${format}`, { signal: leave.signal }));
      await atEnd;
      leave.abort();
      expect((await answer).status).toBe(499);
      await closed;
      expect(logged).toEqual([]);
    },
  );

  it('so does a client that disconnected before the response, or while items are counted', async () => {
    const { handler } = handlerOf(watched(10).source);
    expect((await handler(new Request(url, { signal: AbortSignal.abort() }))).status).toBe(499);
    const [sought, seeks] = event();
    const total = async (): Promise<never> => {
      seeks();
      return new Promise(() => {});
    };
    const { handler: waiting } = handlerOf({ ...watched(10).source, total });
    const leave = new AbortController();
    const answer = waiting(new Request(url, { signal: leave.signal }));
    await sought;
    leave.abort();
    expect((await answer).status).toBe(499);
  });

  it('a source that ignores the signal blocks nobody', async () => {
    const { source, atEnd } = watched(0, () => new Promise(() => {}));
    const leave = new AbortController();
    const answer = handlerOf(source).handler(new Request(url, { signal: leave.signal }));
    await atEnd;
    leave.abort();
    expect((await answer).status).toBe(499);
  });

  it.runIf(process.platform === 'linux')('the rows of a table are released with the body', async () => {
    const temporaryDirectory = mkdtempSync(join(tmpdir(), 'dataset-items-test-'));
    onTestFinished(() => rmSync(temporaryDirectory, { recursive: true }));
    /** Open files of that directory; they have no name any more. */
    const kept = (): number => readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).startsWith(temporaryDirectory)).length;
    const { source, closed } = watched(50);
    const { handler } = handlerOf(source, { temporaryDirectory, spoolBudget: 1000 });
    const response = await handler(new Request(`${url}?format=csv`));
    await closed;
    expect(kept()).toBe(1);
    await response.body?.cancel();
    expect(kept()).toBe(0);
  });
});

describe('on a socket', () => {
  for (const [name, headers] of [
    ['plain', {}],
    ['gzip', { 'accept-encoding': 'gzip' }],
    ['br', { 'accept-encoding': 'br' }],
  ] as const) {
    it(`${name}: a failure after the first byte breaks the connection`, async () => {
      const { source, closed } = watched(30, failure);
      const { handler, logged } = handlerOf(source);
      const answer = await ask(await serve(toNodeHandler(handler)), { headers });
      expect([answer.status, answer.cut]).toEqual([200, true]);
      await closed;
      expect(logged).toHaveLength(1);
    });

    it(`${name}: a client that hangs up closes a source that does not answer`, async () => {
      const { source, closed } = watched(3, silence);
      const { handler, logged } = handlerOf(source);
      const leave = new AbortController();
      const response = await fetch(await serve(toNodeHandler(handler)), { headers, signal: leave.signal });
      await response.body?.getReader().read();
      leave.abort();
      await closed;
      expect(logged).toEqual([]);
    });
  }

  it('a client that hangs up before the first byte closes it too', async () => {
    const { source, atEnd, closed } = watched(0, silence);
    const { handler, logged } = handlerOf(source);
    const leave = new AbortController();
    const answer = fetch(`${await serve(toNodeHandler(handler))}?format=csv`, { signal: leave.signal });
    void atEnd.then(() => leave.abort());
    await expect(answer).rejects.toThrow();
    await closed;
    expect(logged).toEqual([]);
  });

  it('pipelined requests that had to wait leave nothing on their signals', async () => {
    const signals: AbortSignal[] = [];
    const origin = await serve(async (incoming, outgoing) => {
      const { signal } = leavingOf(incoming, outgoing);
      signals.push(signal);
      await turnOf(outgoing, signal);
      setTimeout(() => outgoing.end(incoming.url), 5);
    });
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`;
    socket.write(`${get('/1')}\r\n${get('/2')}\r\n${get('/3')}Connection: close\r\n\r\n`);
    const came = (await socket.toArray()).join('');
    expect(came.match(/^\/\d/gm)).toEqual(['/1', '/2', '/3']);
    expect(signals.map((signal) => getEventListeners(signal, 'abort'))).toEqual([[], [], []]);
  });

  it('a client that does not read stops its source, and nobody else', async () => {
    const slow = watched(100_000);
    const quick = watched(100);
    const pause = createPause();
    const handler = itemsHandler((request) => ({ source: request.url.includes('slow') ? slow.source : quick.source }), { pause });
    const origin = await serve(toNodeHandler(handler));
    const { port } = new URL(origin);
    const sockets = [1, 2].map(() => connect(Number(port), '127.0.0.1').pause());
    for (const socket of sockets) socket.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await waitFor(() => slow.batchesRead() > 2);
    const answer = await ask(origin);
    expect([answer.status, answer.cut, JSON.parse(answer.bytes.toString()).length]).toEqual([200, false, 6400]);
    // No more than fits into the system's own buffers.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(slow.batchesRead()).toBeLessThan(2000);
    for (const socket of sockets) socket.destroy();
    await slow.closed;
  });
});
