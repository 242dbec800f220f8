import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type FetchHandler, itemsHandler, toNodeHandler } from '@dataset-items/http';
import type { Batch } from '@dataset-items/query-pipeline';
import type { Source } from '@dataset-items/sources';
import express from 'express';
import { afterAll, describe, expect, test } from 'vitest';
import { leavingOf } from '../../packages/http/src/leaving.js';

/** A source that counts how often it was opened and closed. */
function counted(then: 'endless' | 'silent' | 'short' | 'fails'): { source: Source; count: { opened: number; closed: number } } {
  const count = { opened: 0, closed: 0 };
  const batch: Batch = Array.from({ length: 64 }, (_, n) => ({ n, text: 'lorem ipsum '.repeat(90) }));
  const read = async function* (_window: unknown, signal?: AbortSignal): AsyncGenerator<Batch> {
    count.opened++;
    try {
      yield batch;
      if (then === 'fails') throw new Error('torn');
      while (then === 'endless') yield batch;
      if (then === 'silent')
        await new Promise<never>((_, reject) => {
          if (signal?.aborted) reject(signal.reason);
          signal?.addEventListener('abort', () => reject(signal.reason));
        });
    } finally {
      count.closed++;
    }
  };
  const facts = { id: 'x', name: 'x', modifiedAt: undefined };
  return { source: { facts, total: async () => 1_000_000, read }, count };
}

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function open(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

const silence = { log: () => {} };
const frameworks: Record<string, (handler: FetchHandler) => RequestListener> = {
  'node:http': (handler) => toNodeHandler(handler, silence),
  // A framework before the handler may be slow, and let a later request of the connection overtake an earlier one.
  'a slow framework': (handler) => {
    const listener = toNodeHandler(handler, silence);
    let requests = 0;
    return (incoming, outgoing) => void delay(requests++ === 0 ? 50 : 0).then(() => listener(incoming, outgoing));
  },
  Express: (handler) => {
    const app = express();
    app.use(toNodeHandler(handler, silence));
    return app;
  },
};

const get = (version = '1.1'): string => `GET /items?format=jsonl HTTP/${version}\r\nHost: a\r\nConnection: keep-alive\r\n\r\n`;
const post = 'POST /items HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n{';

interface Client {
  readonly sends: string;
  /** Bytes of responses that it reads before it disconnects. */
  readonly takes: number;
  readonly leaves: (socket: Socket) => void;
}

const ways = {
  closes: (socket: Socket) => void socket.destroy(),
  resets: (socket: Socket) => void socket.resetAndDestroy(),
  'sends its end and closes': (socket: Socket) => void socket.end(() => socket.destroy()),
} as const;

const clients: Record<string, Client> = Object.fromEntries(
  Object.entries(ways).flatMap(([way, leaves]): [string, Client][] => [
    [`asks once, takes something and ${way}`, { sends: get(), takes: 100, leaves }],
    [`asks 10 times in one go, takes something and ${way}`, { sends: get().repeat(10), takes: 100, leaves }],
    [`asks 10 times in one go and ${way}`, { sends: get().repeat(10), takes: 0, leaves }],
    [`asks 300 times in one go and ${way}`, { sends: get().repeat(300), takes: 100, leaves }],
    [`asks, posts half a body behind it and ${way}`, { sends: get() + post, takes: 100, leaves }],
    [`asks over HTTP/1.0 and ${way}`, { sends: get('1.0'), takes: 0, leaves }],
  ]),
);

const talk = async ({ sends, takes, leaves }: Client, port: number): Promise<void> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(sends);
  let taken = 0;
  await new Promise<void>((resolve) => {
    if (takes === 0) setTimeout(resolve, 20);
    socket.on('data', (chunk) => {
      taken += chunk.length;
      if (taken >= takes && takes > 0) resolve();
    });
  });
  socket.pause();
  leaves(socket);
};

const cases = Object.keys(frameworks).flatMap((framework) =>
  (['endless', 'silent'] as const).flatMap((then) =>
    Object.keys(clients).map((client): [string, string, 'endless' | 'silent', string] => [
      `${framework}, ${then} items: a client that ${client}`,
      framework,
      then,
      client,
    ]),
  ),
);

describe('everything that requests opened is closed when the client disconnects', () => {
  test.each(cases)('%s', async (_, framework, then, client) => {
    const { source, count } = counted(then);
    const signals: AbortSignal[] = [];
    let calls = 0;
    const items = itemsHandler(() => ({ source }), silence);
    const handler: FetchHandler = async (request) => {
      calls++;
      signals.push(request.signal);
      return items(request);
    };
    const { server, port } = await open((frameworks[framework] as (typeof frameworks)[string])(handler));
    await talk(clients[client] as Client, port);
    await expect.poll(() => [count.opened - count.closed, signals.filter(({ aborted }) => !aborted).length]).toEqual([0, 0]);
    // Requests that waited behind the first one were never begun.
    expect(calls).toBeLessThanOrEqual(1);
    await expect.poll(() => new Promise((resolve) => server.getConnections((_error, left) => resolve(left)))).toBe(0);
  });
});

test('when a connection closes, all its requests end, also those that wait', async () => {
  const signals: AbortSignal[] = [];
  const { port } = await open((incoming, outgoing) => void signals.push(leavingOf(incoming, outgoing).signal));
  const socket = connect(port, '127.0.0.1', () => socket.write(get().repeat(10)));
  await expect.poll(() => signals.length).toBe(10);
  expect(signals.some(({ aborted }) => aborted)).toBe(false);
  socket.destroy();
  await expect.poll(() => signals.filter(({ aborted }) => aborted).length).toBe(10);
  const late: AbortSignal[] = [];
  let begun = 0;
  const { port: other } = await open((incoming, outgoing) => {
    begun++;
    incoming.socket.once('close', () => setImmediate(() => late.push(leavingOf(incoming, outgoing).signal)));
  });
  const gone = connect(other, '127.0.0.1', () => gone.write(get().repeat(3)));
  await expect.poll(() => begun).toBe(3);
  gone.destroy();
  await expect.poll(() => late.map(({ aborted }) => aborted)).toEqual([true, true, true]);
});

describe('requests of one connection', () => {
  test.each(Object.keys(frameworks))('%s: are answered in their order, each once', async (framework) => {
    let atOnce = 0;
    let most = 0;
    const handler: FetchHandler = async (request) => {
      most = Math.max(most, ++atOnce);
      await delay(5);
      atOnce--;
      return new Response(`<${new URL(request.url).searchParams.get('n')}>`);
    };
    const { port } = await open((frameworks[framework] as (typeof frameworks)[string])(handler));
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    const requests = numbers.map(
      (n) => `GET /?n=${n} HTTP/1.1\r\nHost: a\r\nConnection: ${n === 19 ? 'close' : 'keep-alive'}\r\n\r\n`,
    );
    const text = await everything(port, requests.join(''));
    expect(text.match(/<\d+>/g)).toEqual(numbers.map((n) => `<${n}>`));
    expect(most).toBe(1);
  });

  test('a response that cannot be sent ends its export, also behind another response', async () => {
    let left = 0;
    const handler: FetchHandler = async () => {
      const body = new ReadableStream({ cancel: () => void left++ });
      const headers = new Headers({ 'x-a': 'b' });
      // Node refuses a status text that web-standard responses accept.
      return new Response(body, { headers, statusText: 'ÿ'.repeat(3).replaceAll('ÿ', '\u0080') });
    };
    const refusing = toNodeHandler(handler, silence);
    const { port } = await open((incoming, outgoing) => {
      outgoing.setHeader = () => {
        throw new Error('a header that cannot be sent');
      };
      refusing(incoming, outgoing);
    });
    await everything(port, get().repeat(3));
    await expect.poll(() => left).toBeGreaterThan(0);
  });
});

describe('over HTTP/1.0, where only a length shows that a body is complete', () => {
  const whole = async (then: 'short' | 'fails', request: string) => {
    const { source } = counted(then);
    const { port } = await open(
      toNodeHandler(
        itemsHandler(() => ({ source }), silence),
        silence,
      ),
    );
    return everything(port, request);
  };

  test.each([
    ['jsonl', '/items?format=jsonl'],
    ['csv', '/items?format=csv'],
    ['xlsx', '/items?format=xlsx'],
    ['a body of many chunks', '/items?format=jsonl&unwind=text'],
  ])('%s has its length', async (_, path) => {
    const answer = await whole('short', `GET ${path} HTTP/1.0\r\n\r\n`);
    const [head = '', body = ''] = split(answer);
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(Number(/^content-length: (\d+)$/im.exec(head)?.[1])).toBe(body.length);
    expect(head).not.toMatch(/transfer-encoding/i);
    expect(body.length).toBeGreaterThan(100);
  });

  test('an export that fails half-way is an error', async () => {
    const [head = '', body = ''] = split(await whole('fails', 'GET /items?format=jsonl HTTP/1.0\r\n\r\n'));
    expect(head).toMatch(/^HTTP\/1\.1 500 /);
    expect(body).not.toContain('lorem');
    expect(Number(/^content-length: (\d+)$/im.exec(head)?.[1])).toBe(body.length);
  });

  test('HEAD and responses with a length are not changed', async () => {
    const [head = '', body = ''] = split(await whole('fails', 'HEAD /items?format=jsonl HTTP/1.0\r\n\r\n'));
    expect([head.slice(0, 12), body]).toEqual(['HTTP/1.1 200', '']);
    const { port } = await open(toNodeHandler(() => new Response('abc', { headers: { 'content-length': '3' } })));
    expect(split(await everything(port, 'GET / HTTP/1.0\r\n\r\n'))[1]).toBe('abc');
  });

  test('a body that is too large for memory waits in a file, and is sent unchanged', async () => {
    const size = 5_000_003;
    const bytes = Buffer.from(Array.from({ length: size }, (_, n) => (n * 7 + (n >> 9)) & 0xff));
    const body = (): ReadableStream<Uint8Array> => {
      let at = 0;
      return new ReadableStream({
        pull(controller) {
          if (at >= size) return controller.close();
          controller.enqueue(bytes.subarray(at, at + 333_333));
          at += 333_333;
        },
      });
    };
    const { port } = await open(toNodeHandler(() => new Response(body())));
    const [head = '', came = ''] = split(await everything(port, 'GET / HTTP/1.0\r\n\r\n'));
    expect(head).toContain(`content-length: ${size}`);
    expect(Buffer.from(came, 'latin1').equals(bytes)).toBe(true);
  });

  test('a body without enough space is a 500', async () => {
    const logged: unknown[] = [];
    const options = { temporaryDirectory: '/nowhere', log: ({ error }: { error: unknown }) => void logged.push(error) };
    const { port } = await open(toNodeHandler(() => new Response(new Uint8Array(2_000_000)), options));
    expect(await everything(port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 500 .*"unwritable-output"/s);
    expect(logged).toEqual([expect.objectContaining({ code: 'unwritable-output' })]);
  });
});

/** All bytes until the server closes the connection. */
function everything(port: number, sends: string): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(sends));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

function split(answer: string): [string, string] {
  const end = answer.indexOf('\r\n\r\n');
  return [answer.slice(0, end), answer.slice(end + 4)];
}
