import { randomBytes } from 'node:crypto';
import {
  request as ask,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { withoutHopHeaders } from '../hop-headers.js';
import { type ProxyWishes, parseUsername } from './username.js';

/** One request that the proxy got. */
export interface ProxiedRequest extends Partial<ProxyWishes> {
  /** ISO 8601. */
  readonly at: string;
  readonly method: string;
  /** `example.com:443` */
  readonly host: string;
  /** `undefined`: it was left to another proxy. */
  readonly status: number | undefined;
}

/** A proxy for the runs of the emulator, on loopback. It sends requests from this machine, whatever groups and countries they ask for. */
export interface EgressProxy {
  /** Access for one run; the password is valid until `close`. */
  open(): Promise<{ readonly port: number; readonly password: string; close(): void }>;
  /** A password that is valid while a run has access. */
  readonly password: string;
  /** The last 1,000 requests, oldest first. */
  requests(): readonly ProxiedRequest[];
  /** Forgets them. */
  clear(): void;
  close(): Promise<void>;
}

export interface EgressOptions {
  /** Another HTTP proxy, as a URL with a user name and a password if it needs them, to which everything is sent. Default: none. */
  readonly upstream?: URL | undefined;
  /** Largest number of connections at the same time. Default 256. */
  readonly connections?: number;
  /** Milliseconds until a connection to a server must be open. Default 30,000. */
  readonly connectTimeout?: number;
}

/** Hosts whose pages show the state of the proxy. */
const statusHost = 'proxy.apify.com';
const mostKept = 1000;

export function egressProxy({ upstream, connections = 256, connectTimeout = 30_000 }: EgressOptions = {}): EgressProxy {
  const passwords = new Set<string>();
  const accountPassword = randomBytes(16).toString('hex');
  const kept: ProxiedRequest[] = [];
  const sockets = new Set<Duplex>();
  let listening: Promise<Server> | undefined;

  const note = ({ method = '' }: IncomingMessage, host: string, status: number | undefined, wishes?: ProxyWishes): void => {
    kept.push({ at: new Date().toISOString(), method, host, status, ...wishes });
    if (kept.length > mostKept) kept.shift();
  };
  /** The wishes of a request from a run, or the refusal. */
  const admit = ({ headers }: IncomingMessage): ProxyWishes | { readonly status: 400 | 407; readonly reason: string } => {
    const [, encoded = ''] = /^Basic (.+)$/i.exec(headers['proxy-authorization'] ?? '') ?? [];
    const [, username = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
    const given = decoded(password);
    if (!passwords.has(given) && !(passwords.size > 0 && given === accountPassword))
      return { status: 407, reason: 'the password is not that of an active run' };
    const wishes = parseUsername(decoded(username));
    return typeof wishes === 'string' ? { status: 400, reason: wishes } : wishes;
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
    const admitted = admit(request);
    const host = url === undefined ? '' : `${url.hostname}:${url.port || 80}`;
    const refuse = (status: number, reason: string): void => {
      note(request, host, status, 'reason' in admitted ? undefined : admitted);
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...challenge(status) }).end(`${reason}\n`);
    };
    if ('reason' in admitted) return refuse(admitted.status, admitted.reason);
    if (url === undefined || url.protocol !== 'http:') return refuse(400, 'got no absolute http: URL, expected one, or CONNECT');
    if (url.hostname === statusHost) {
      note(request, host, 200, admitted);
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ connected: true, connectionError: null, isManInTheMiddle: false }));
      return;
    }
    const headers = withoutProxyHeaders(request.headers);
    const to = upstream ?? url;
    const target = { host: bare(to.hostname), port: Number(to.port || 80), method: request.method };
    const path = upstream === undefined ? url.pathname + url.search : url.href;
    const sent = ask({ ...target, path, headers: { ...headers, host: url.host, ...upstreamHeaders(upstream) }, agent: false });
    sent.setTimeout(connectTimeout, () => {
      if (sent.socket?.connecting) sent.destroy(new Error(`no connection within ${connectTimeout} ms`));
    });
    sent.on('response', (answer) => {
      note(request, host, answer.statusCode, admitted);
      response.writeHead(answer.statusCode ?? 502, withoutHopHeaders(answer.headers));
      answer.on('error', () => response.destroy()).pipe(response);
    });
    sent.on('error', ({ message }) => (response.headersSent ? response.destroy() : refuse(502, `${host}: ${message}`)));
    response.on('close', () => sent.destroy());
    request.on('error', () => sent.destroy()).pipe(sent);
  };
  const onConnect = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const host = request.url ?? '';
    const admitted = admit(request);
    const answer = (status: number, reason: string): void => {
      note(request, host, status, 'reason' in admitted ? undefined : admitted);
      const more = Object.entries(challenge(status)).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(
        `HTTP/1.1 ${status} Refused\r\n${more.join('')}content-length: ${Buffer.byteLength(reason)}\r\nconnection: close\r\n\r\n${reason}`,
      );
    };
    if ('reason' in admitted) return answer(admitted.status, admitted.reason);
    const url = /^[^/]+:\d{1,5}$/.test(host) && URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
    if (url === undefined) return answer(400, `got ${JSON.stringify(host.slice(0, 100))}, expected host:port`);
    const to = upstream ?? url;
    const open = connect({ host: bare(to.hostname), port: Number(to.port || 80) });
    const timer = setTimeout(() => open.destroy(new Error(`no connection within ${connectTimeout} ms`)), connectTimeout);
    const join = (status: number | undefined): void => {
      note(request, host, status, admitted);
      open.pipe(socket).on('close', () => open.destroy());
      socket.pipe(open).on('close', () => socket.destroy());
    };
    let joined = false;
    open.on('connect', () => {
      clearTimeout(timer);
      joined = true;
      const ahead = Object.entries(upstreamHeaders(upstream)).map(([name, value]) => `${name}: ${value}\r\n`);
      // The answer of another proxy is the answer.
      if (upstream !== undefined) open.write(`CONNECT ${host} HTTP/1.1\r\nhost: ${host}\r\n${ahead.join('')}\r\n`);
      else socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) open.write(head);
      join(upstream === undefined ? 200 : undefined);
    });
    open.on('error', ({ message }) => {
      clearTimeout(timer);
      if (joined) socket.destroy();
      else answer(502, `${host}: ${message}`);
    });
    track(open);
  };
  const track = (socket: Duplex): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  const listen = (): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer({ maxHeaderSize: 32_768 }, onRequest);
      server.maxConnections = connections;
      server.on('connect', onConnect).on('connection', (socket: Socket) => track(socket));
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve(server));
    });
  return {
    async open() {
      // Only when a run needs it.
      listening ??= listen();
      const { port } = (await listening).address() as AddressInfo;
      const password = randomBytes(16).toString('hex');
      passwords.add(password);
      return { port, password, close: () => void passwords.delete(password) };
    },
    password: accountPassword,
    requests: () => kept,
    clear() {
      kept.length = 0;
    },
    async close() {
      const server = await listening;
      for (const socket of sockets) socket.destroy();
      server?.close();
    },
  };
}

/** @throws InvalidParameterError */
export function upstreamOf(given: string | undefined): URL | undefined {
  if (given === undefined) return undefined;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol === 'http:') return url;
  throw new InvalidParameterError(
    'egressProxy',
    given,
    '`off`, or the URL of an HTTP proxy, such as http://user:password@host:8000',
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A host without the brackets of an IPv6 address. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function challenge(status: number): Record<string, string> {
  return status === 407 ? { 'proxy-authenticate': 'Basic realm="proxy of the emulator"' } : {};
}

function upstreamHeaders(upstream: URL | undefined): Record<string, string> {
  if (upstream === undefined || upstream.username === '') return {};
  const words = `${decoded(upstream.username)}:${decoded(upstream.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(words).toString('base64')}` };
}

function withoutProxyHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const others = withoutHopHeaders(headers);
  return others;
}
