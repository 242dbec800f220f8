import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer as createRawServer, type Socket } from 'node:net';
import { createProxy, type Proxy as OpenProxy, type ProxyOptions } from '@dataset-items/proxy';
import { onTestFinished } from 'vitest';
import type { Fault } from './fault.js';

export interface Upstream {
  readonly url: string;
  /** `GET /path`, in order. */
  readonly seen: string[];
  /** Requests that it has neither answered nor given up. */
  underWay(): number;
  close(): void;
}

/** A server for the time of a test. */
export async function upstreamOf(listener: RequestListener): Promise<Upstream> {
  const seen: string[] = [];
  let underWay = 0;
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    underWay++;
    outgoing.once('close', () => underWay--);
    listener(incoming, outgoing);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, underWay: () => underWay, close };
}

/** A server that answers with bytes of any kind. @param answer called when a request has come */
export async function rawUpstream(answer: (socket: Socket) => void): Promise<string> {
  return (await openRawUpstream(answer)).url;
}

async function openRawUpstream(answer: (socket: Socket) => void): Promise<{ readonly url: string; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** The upstream of a fault. */
export async function upstreamOfFault(upstream: Fault['upstream']): Promise<Omit<Upstream, 'seen'>> {
  if (typeof upstream === 'function') {
    let tries = 0;
    return upstreamOf(({ url = '' }, outgoing) => upstream(url, outgoing, ++tries));
  }
  const [written, closes] = upstream;
  const opened = await openRawUpstream((socket) => {
    socket.write(written);
    if (closes) socket.end();
  });
  return { ...opened, underWay: () => 0 };
}

/** A proxy for the time of a test; gives its URL. Retries do not wait. */
export async function proxyOf(upstream: string | undefined, options: ProxyOptions = {}): Promise<string> {
  return (await openProxy(upstream, options)).url;
}

/** The same, with the proxy itself. */
export async function openProxy(
  upstream: string | undefined,
  options: ProxyOptions = {},
): Promise<{ readonly url: string; readonly proxy: OpenProxy }> {
  const limits = { retryDelay: 1, grace: 1, ...options.limits };
  const proxy = await createProxy({ upstream, log: () => {}, ...options, limits });
  onTestFinished(() => proxy.close());
  return { url: (await proxy.listen({ port: 0 })).url, proxy };
}

/** Number of connections of this process, at both ends. */
export function socketsOf(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

/** Sends bytes as they are, and gives all that comes until the other end closes. */
export function exchange(url: string, text: string): Promise<string> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let came = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      came += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(came));
    socket.write(text, 'latin1');
  });
}

/** What the proxy is doing. */
export async function underWayAt(url: string): Promise<number> {
  const { requestsUnderWay } = (await (await fetch(`${url}/_proxy/health`)).json()) as { requestsUnderWay: number };
  // This request is one of them.
  return requestsUnderWay - 1;
}
