import { get } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'vitest';
import { type Fault, items, lines, other, sendItems } from './fault.js';
import { exchange, underWayAt } from './servers.js';

const host = 'Host: 127.0.0.1';

/** Sends bytes, and leaves as soon as they are sent. */
async function sendAndLeave(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  await new Promise<void>((resolve) => void socket.write(text, () => resolve()));
  socket.destroy();
  return 'left';
}

/** The status of the first response. */
async function statusOf(url: string, text: string): Promise<string> {
  return (await exchange(url, text)).slice(9, 12);
}

/** Continue `a client that`. */
export const clientFaults: readonly Fault[] = [
  ...[items, other].map(
    (path): Fault => ({
      name: `leaves within the answer: ${path}`,
      upstream: (_, outgoing) => {
        outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' }).write(lines.repeat(10_000));
      },
      client: (url) =>
        new Promise((resolve) => {
          const asked = get(url + path, { agent: false }, (response) => {
            response.on('error', () => {});
            response.once('data', () => {
              asked.destroy();
              resolve('left');
            });
          });
          asked.on('error', () => {});
        }),
      sees: 'left',
    }),
  ),
  ...[
    ['a header', `GET /x HTTP/1.1\r\n${host}\r\nX-Half`],
    ['a body', `POST /x HTTP/1.1\r\n${host}\r\nContent-Length: 10\r\n\r\nhalf`],
    ['a chunk', `POST /x HTTP/1.1\r\n${host}\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf`],
  ].map(
    ([what, text = '']): Fault => ({
      name: `sends half of ${what}, and leaves`,
      upstream: () => {},
      client: (url) => sendAndLeave(url, text),
      sees: 'left',
    }),
  ),
  {
    name: 'sends half of a header, and waits',
    upstream: () => {},
    limits: { clientTimeout: 100 },
    client: (url) => statusOf(url, `GET /x HTTP/1.1\r\n${host}\r\nX-Half`),
    sees: '408',
  },
  {
    name: 'sends half of a body, and waits',
    upstream: () => {},
    limits: { idleTimeout: 300 },
    client: (url) => exchange(url, `POST /x HTTP/1.1\r\n${host}\r\nContent-Length: 10\r\n\r\nhalf`),
    sees: '',
  },
  {
    name: 'reads nothing',
    inTurn: true,
    upstream: (_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(`{"a":"${'x'.repeat(8_000_000)}"}\n`.repeat(4));
    },
    limits: { idleTimeout: 300 },
    client: async (url) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.write(`GET ${other} HTTP/1.1\r\n${host}\r\n\r\n`);
      // That the proxy has closed the connection is not seen before the bytes are read.
      await expect.poll(() => underWayAt(url)).toBe(1);
      await expect.poll(() => underWayAt(url)).toBe(0);
      let bytes = 0;
      for await (const chunk of socket) bytes += chunk.length;
      return bytes < 32_000_000 ? 'cut off' : 'all';
    },
    sees: 'cut off',
  },
  {
    name: 'pipelines requests',
    upstream: (url, outgoing) => sendItems(outgoing, `{"path":"${url.replace(/\?.*/, '')}"}\n`),
    client: async (url) => {
      const paths = [other, '/v2/datasets/a/items', '/quick', '/v2/datasets/b/items', '/_proxy/health'];
      const close = 'Connection: close\r\n';
      const texts = paths.map((path, at) => `GET ${path} HTTP/1.1\r\n${host}\r\n${at === paths.length - 1 ? close : ''}\r\n`);
      const came = await exchange(url, texts.join(''));
      return [...came.matchAll(/"path": ?"([^"]*)"|"status":"ok"/g)].map(([found, path]) => path ?? found);
    },
    sees: [other, '/v2/datasets/a/items', '/quick', '/v2/datasets/b/items', '"status":"ok"'],
  },
  ...[
    ['a length and chunks', 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'],
  ].map(
    ([what, rest = '']): Fault => ({
      name: `sends ${what}`,
      upstream: (_, outgoing) => void outgoing.end('reached'),
      client: (url) => statusOf(url, `POST /x HTTP/1.1\r\n${host}\r\n${rest}`),
      sees: '400',
    }),
  ),
  {
    name: 'hides a request in the body of another',
    upstream: (url, outgoing) => void outgoing.end(url),
    client: async (url) => {
      const hidden = `GET /hidden HTTP/1.1\r\n${host}\r\n\r\n`;
      const text = `POST /seen HTTP/1.1\r\n${host}\r\nConnection: close\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`;
      return (await exchange(url, text)).match(/\/seen|\/hidden/g);
    },
    sees: ['/seen'],
  },
];
