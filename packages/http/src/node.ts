import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { failureResponse, RefusedRequestError } from './failure.js';
import { type Log, logToStandardError } from './log.js';

export type FetchHandler = (request: Request) => Response | Promise<Response>;

export interface NodeHandlerOptions {
  /** `https://example.com`: where clients find the server. Default: what `Host` says; `X-Forwarded-*` and `Forwarded` never count. */
  readonly origin?: string | undefined;
  /** Told of a handler that rejects, and of a response that cannot be sent. Default: a line on standard error. */
  readonly log?: Log | undefined;
}

/**
 * A web-standard handler as a listener of node:http, and a handler of what is built on it (Express, Fastify). A client that leaves
 * aborts the request's signal and cancels the body; a body that fails breaks the connection, and is for its maker to log.
 */
export function toNodeHandler(
  handler: FetchHandler,
  options: NodeHandlerOptions = {},
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    respond(handler, incoming, outgoing, options).catch((error: unknown) => {
      const { log = logToStandardError } = options;
      log({ error, status: undefined, method: incoming.method, url: undefined });
      outgoing.destroy();
    });
  };
}

async function respond(
  handler: FetchHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: NodeHandlerOptions,
): Promise<void> {
  const leave = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) leave.abort(new Error('the client closed the connection'));
  });
  const response = await answer(handler, incoming, options, leave.signal);
  // The signal may have ended the body already, and then it has nothing to cancel.
  if (outgoing.destroyed) return response.body?.cancel(leave.signal.reason).catch(() => undefined);
  writeHead(response, outgoing);
  if (response.body !== null && incoming.method !== 'HEAD') return writeBody(response.body, outgoing);
  outgoing.end();
  await response.body?.cancel();
}

async function answer(
  handler: FetchHandler,
  incoming: IncomingMessage,
  { origin, log }: NodeHandlerOptions,
  signal: AbortSignal,
): Promise<Response> {
  let request: Request | undefined;
  try {
    request = toRequest(incoming, origin, signal);
    return await handler(request);
  } catch (error) {
    return failureResponse(error, { request, log });
  }
}

/** @throws RefusedRequestError */
function toRequest(incoming: IncomingMessage, origin: string | undefined, signal: AbortSignal): Request {
  const { method = 'GET' } = incoming;
  if (['CONNECT', 'TRACE', 'TRACK'].includes(method)) {
    throw new RefusedRequestError('method-not-allowed', `${method} is not allowed here`);
  }
  const url = urlOf(incoming, origin ?? originOf(incoming));
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (name.startsWith(':')) continue;
    for (const line of Array.isArray(value) ? value : [value]) if (line !== undefined) headers.append(name, line);
  }
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal });
  return new Request(url, { method, headers, signal, body: requestBody(incoming), duplex: 'half' });
}

function originOf({ headers, socket }: IncomingMessage): string {
  const host = headers.host ?? headers[':authority'] ?? 'localhost';
  const origin = `${(socket as TLSSocket).encrypted ? 'https' : 'http'}://${host}`;
  // Nothing but a host and a port: no user, path or query that would make another URL of what follows.
  if (!/^[\w.\-[\]:~%]+$/.test(String(host)) || !URL.canParse(origin)) throw badRequest('Host', String(host));
  return origin;
}

function urlOf(incoming: IncomingMessage & { readonly originalUrl?: string }, origin: string): URL {
  // Express takes the path of a mounted handler away.
  const target = incoming.originalUrl ?? incoming.url ?? '/';
  const text = target.startsWith('/') ? `${origin}${target}` : target === '*' ? `${origin}/` : target;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw badRequest('the request target', target);
  return target.startsWith('/') || target === '*' ? url : new URL(`${origin}${url.pathname}${url.search}`);
}

function badRequest(what: string, came: string): RefusedRequestError {
  return new RefusedRequestError('invalid-input', `${what}: got ${JSON.stringify(came.slice(0, 100))}, expected a URL`);
}

/** Begins to read when it is asked: a body that nobody wants is thrown away by the server itself. */
function requestBody(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        chunks ??= incoming.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await chunks?.return?.();
        incoming.resume();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Of the connection, not of the response: node decides on them. */
const connectionHeaders = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

function writeHead({ status, statusText, headers }: Response, outgoing: ServerResponse): void {
  outgoing.statusCode = status;
  if (statusText !== '') outgoing.statusMessage = statusText;
  for (const [name, value] of headers) {
    if (name === 'set-cookie' || connectionHeaders.has(name)) continue;
    // What a framework's other layers say beside ours holds too.
    const there = name === 'vary' ? outgoing.getHeader(name) : undefined;
    outgoing.setHeader(name, there === undefined ? value : [there, value].flat().join(', '));
  }
  const cookies = headers.getSetCookie();
  if (cookies.length > 0)
    outgoing.setHeader('set-cookie', [...[outgoing.getHeader('set-cookie') ?? []].flat(), ...cookies].map(String));
}

/** Takes a chunk when the socket has room for it. */
async function writeBody(body: ReadableStream<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  const reader = body.getReader();
  let proceed: () => void = () => {};
  const left = (): void => {
    proceed();
    reader.cancel(new Error('the client closed the connection')).catch(() => undefined);
  };
  outgoing.once('close', left);
  outgoing.on('drain', () => proceed());
  // What comes late, such as a log that is followed, has its headers now.
  outgoing.flushHeaders();
  for (;;) {
    // What made it fail was told to whoever made the body; the client must see a broken connection.
    const next = await reader.read().catch(() => undefined);
    if (next === undefined) {
      outgoing.destroy();
      return;
    }
    if (next.done || outgoing.destroyed) break;
    if (!outgoing.write(next.value) && !outgoing.destroyed) {
      await new Promise<void>((resolve) => {
        proceed = resolve;
      });
    }
  }
  outgoing.removeListener('close', left);
  outgoing.end();
}
