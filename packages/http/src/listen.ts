import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ListenOptions {
  /** Default: 4040 for the emulator, 4041 for the proxy. 0: any free port. */
  readonly port?: number | undefined;
  /** Default 127.0.0.1: only this machine can connect. */
  readonly host?: string | undefined;
}

export interface Listening {
  /** `http://127.0.0.1:4040` */
  readonly url: string;
  readonly port: number;
  readonly host: string;
  /** Accepts no more connections. Open responses have some seconds to end, and are then cut off. May be called twice. */
  close(): Promise<void>;
}

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Times are in milliseconds. */
export interface ListenLimits {
  /** Time that open responses have to end when the server closes. */
  readonly grace: number;
  /** Largest number of bytes of the header of a request. Default: Node's. */
  readonly headerBytes?: number | undefined;
  /** Time until the header of a request is complete. Default 60 s. */
  readonly headerTimeout?: number | undefined;
  /** Time for a whole request; 0: no limit. Default: Node's. */
  readonly requestTimeout?: number | undefined;
  /** Time without any byte after which a response emits `timeout`; 0: never. Default 0. */
  readonly idleTimeout?: number | undefined;
  /** Largest number of connections at the same time. Default: no limit. */
  readonly connections?: number | undefined;
  /** Answers requests to change the protocol, such as those of web sockets; offers of HTTP/2 and TLS are ignored. It ends their sockets before the server closes. Default: none. */
  readonly upgrade?: Upgrade | undefined;
}

/** Longer than clients usually keep an idle connection, because a request that arrives on a closing connection fails. */
const KEEP_ALIVE_MS = 65_000;

/** Starts a server. @throws the system's error when the address is not available: EADDRINUSE, EACCES */
export async function listenOn(
  listener: RequestListener,
  { port, host }: { readonly port: number; readonly host: string },
  { grace, headerBytes, headerTimeout = 60_000, requestTimeout, idleTimeout = 0, connections, upgrade }: ListenLimits,
): Promise<Listening> {
  // Given in any case: without a limit for a whole request, Node has none for its header either.
  const timeouts = {
    headersTimeout: headerTimeout,
    requestTimeout,
    connectionsCheckingInterval: Math.min(30_000, headerTimeout || 30_000),
  };
  // Node 20 does not know this option: what it would decide is decided in `exceptOfHttp`.
  const upgrades = upgrade && { shouldUpgradeCallback: (request: IncomingMessage) => !offersHttp(request) };
  // Loaded here: it slows down loading the library, and exports do not need it.
  const { createServer } = process.getBuiltinModule('node:http');
  const server = createServer({ maxHeaderSize: headerBytes, ...timeouts, ...upgrades }, listener);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.timeout = idleTimeout;
  if (upgrade !== undefined) server.on('upgrade', exceptOfHttp(server, upgrade));
  if (connections !== undefined) server.maxConnections = connections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: given } = server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeIdleConnections();
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    await closed;
    clearTimeout(cut);
  };
  return {
    ...{ url: `http://${shown}:${given}`, port: given, host },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** Whether a request only offers HTTP/2 or TLS, which a server may ignore. */
function offersHttp({ headers }: IncomingMessage): boolean {
  return /^(?:h2c|http\/|tls\/)/i.test(headers.upgrade ?? '');
}

/** Node 20 takes every request with `Upgrade` for one. One that only offers HTTP/2 or TLS is read again without the offer. */
function exceptOfHttp(server: Server, upgrade: Upgrade): Upgrade {
  return (request, socket, head) => {
    const { method, url, httpVersion, headers, rawHeaders } = request;
    if (!offersHttp(request)) return upgrade(request, socket, head);
    const lines = [`${method} ${url} HTTP/${httpVersion}`];
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
      if (!/^(?:connection|upgrade|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`);
    }
    if (/\bclose\b/i.test(headers.connection ?? '')) lines.push('Connection: close');
    socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
    server.emit('connection', socket);
  };
}
