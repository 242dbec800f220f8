import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPause } from '@dataset-items/exporter';
import type { Batch } from '@dataset-items/query-pipeline';
import type { Source } from '@dataset-items/sources';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ItemsOptions, itemsHandler } from './items.js';
import type { LoggedFailure } from './log.js';
import { toNodeHandler } from './node.js';
import { ask, serve } from './testing/serve.js';

const url = 'http://localhost/items';

interface Watched {
  readonly source: Source;
  readonly batchesRead: () => number;
  /** When the source was left. */
  readonly closed: Promise<void>;
}

/** A batch of some 64 kB after the other, and what then happens. */
function watched(batches: number, then: (signal: AbortSignal | undefined) => Promise<void> = async () => {}): Watched {
  let count = 0;
  let close: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const batch: Batch = Array.from({ length: 64 }, (_, n) => ({ n, text: 'lorem ipsum '.repeat(90) }));
  const read = async function* (_window: unknown, signal?: AbortSignal): AsyncGenerator<Batch> {
    try {
      for (; count < batches; count++) yield batch;
      await then(signal);
    } finally {
      close();
    }
  };
  const facts = { id: 'x', name: 'x', modifiedAt: undefined };
  return { source: { facts, total: async () => 1_000_000, read }, batchesRead: () => count, closed };
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

describe('in memory', () => {
  it('a chunk is asked for when the one before was taken', async () => {
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
      const { source, closed } = watched(10, silence);
      const { handler, logged } = handlerOf(source);
      const reader = ((await handler(new Request(url, { headers }))).body as ReadableStream<Uint8Array>).getReader();
      const reading = (async () => {
        while (!(await reader.read()).done);
      })();
      await new Promise((resolve) => setTimeout(resolve, 30));
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

  it.each(['json', 'csv', 'xlsx'])('%s: a client that leaves before the first byte leaves a silent source', async (format) => {
    const { source, closed } = watched(0, silence);
    const { handler, logged } = handlerOf(source);
    const leave = new AbortController();
    const answer = handler(new Request(`${url}?format=${format}`, { signal: leave.signal }));
    setTimeout(() => leave.abort(), 20);
    expect((await answer).status).toBe(499);
    await closed;
    expect(logged).toEqual([]);
  });

  it('so does one that left before it was answered, or while the total is sought', async () => {
    const { handler } = handlerOf(watched(10).source);
    expect((await handler(new Request(url, { signal: AbortSignal.abort() }))).status).toBe(499);
    const { handler: waiting } = handlerOf({ ...watched(10).source, total: () => new Promise(() => {}) });
    const leave = new AbortController();
    const answer = waiting(new Request(url, { signal: leave.signal }));
    setTimeout(() => leave.abort(), 20);
    expect((await answer).status).toBe(499);
  });

  it('a source that hears no signal holds up nobody', async () => {
    const { source } = watched(0, () => new Promise(() => {}));
    const leave = new AbortController();
    const answer = handlerOf(source).handler(new Request(url, { signal: leave.signal }));
    setTimeout(() => leave.abort(), 20);
    expect((await answer).status).toBe(499);
  });

  it.runIf(process.platform === 'linux')('what a table kept is freed with the body', async () => {
    const temporaryDirectory = mkdtempSync(join(tmpdir(), 'dataset-items-test-'));
    onTestFinished(() => rmSync(temporaryDirectory, { recursive: true }));
    const before = readdirSync('/proc/self/fd').length;
    const { source, closed } = watched(50);
    const { handler } = handlerOf(source, { temporaryDirectory, spoolBudget: 1000 });
    const response = await handler(new Request(`${url}?format=csv`));
    await closed;
    expect(readdirSync('/proc/self/fd').length).toBe(before + 1);
    await response.body?.cancel();
    expect(readdirSync('/proc/self/fd').length).toBe(before);
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
    const { source, closed } = watched(0, silence);
    const { handler, logged } = handlerOf(source);
    const leave = new AbortController();
    const answer = fetch(`${await serve(toNodeHandler(handler))}?format=csv`, { signal: leave.signal });
    setTimeout(() => leave.abort(), 50);
    await expect(answer).rejects.toThrow();
    await closed;
    expect(logged).toEqual([]);
  });

  it('a client that does not read holds the source up, and nobody else', async () => {
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
    // No more than the system's own buffers hold.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(slow.batchesRead()).toBeLessThan(2000);
    for (const socket of sockets) socket.destroy();
    await slow.closed;
  });
});
