import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkKinds, type OptionKind, optionKinds } from '@dataset-items/query-pipeline';
import { type BodyChunks, bodyChunks } from './chunks.js';
import { completeBytes } from './complete.js';
import { failureResponse } from './failure.js';
import { connectionHeaders } from './hop-by-hop.js';
import { IncomingRequest } from './incoming-request.js';
import { leavingOf, turnOf } from './leaving.js';
import { type Log, logToStandardError } from './log.js';
import { whole } from './whole.js';

export type FetchHandler = (request: Request) => Response | Promise<Response>;

export interface NodeHandlerOptions {
  /** URL at which clients reach the server: `https://example.com`. Default: from `Host`. `X-Forwarded-*` and `Forwarded` are ignored. */
  readonly origin?: string | undefined;
  /** Called when a handler rejects or a response cannot be sent. Default: a line on standard error. */
  readonly log?: Log | undefined;
  /** Directory for temporary files, which large HTTP/1.0 responses need. Default: the system's. */
  readonly temporaryDirectory?: string | undefined;
}

const kinds = {
  origin: optionKinds.text,
  log: optionKinds.function,
  temporaryDirectory: optionKinds.text,
} as const satisfies Record<keyof NodeHandlerOptions, OptionKind>;

/**
 * A web-standard handler as a listener of node:http and of frameworks built on it (Express, Fastify). When a client leaves, the request's
 * signal aborts and the body is cancelled. A body that fails breaks the connection; the handler has to log the error. Pipelined requests of
 * one connection are handled in order. For HTTP/1.0 a body of unknown length is kept until it is complete.
 * @throws InvalidParameterError for an unknown option or a value of another kind
 */
export function toNodeHandler(
  handler: FetchHandler,
  options: NodeHandlerOptions = {},
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return listenerOf((request) => handler(request.standard), options);
}

/**
 * Like `toNodeHandler`; the handler gets the message too. Its request is not an instance of `Request`: do not pass it to `new Request()`.
 */
export function nodeListener(
  handler: (request: Request, incoming: IncomingMessage) => Response | Promise<Response>,
  options: NodeHandlerOptions = {},
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return listenerOf(handler, options);
}

type Handler = (request: IncomingRequest, incoming: IncomingMessage) => Response | Promise<Response>;

function listenerOf(handler: Handler, options: NodeHandlerOptions): ReturnType<typeof nodeListener> {
  checkKinds(kinds, options);
  return (incoming, outgoing) => {
    respond(handler, incoming, outgoing, options).catch((error: unknown) => {
      const { log = logToStandardError } = options;
      log({ error, status: undefined, method: incoming.method, url: undefined });
      outgoing.destroy();
    });
  };
}

async function respond(
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: NodeHandlerOptions,
): Promise<void> {
  const leave = leavingOf(incoming, outgoing);
  const { signal } = leave;
  await turnOf(outgoing, signal);
  if (signal.aborted) return;
  const response = await answer(handler, incoming, options, signal);
  try {
    // The signal may have ended the body already; then there is nothing to cancel.
    if (signal.aborted) return await response.body?.cancel(signal.reason).catch(() => undefined);
    writeHead(response, outgoing);
    const bytes = incoming.method === 'HEAD' ? undefined : completeBytes(response);
    if (bytes !== undefined) return void outgoing.end(bytes);
    const body = incoming.method === 'HEAD' ? undefined : bodyChunks(response);
    if (body !== undefined) return await writeBody(body, outgoing, signal);
    outgoing.end();
    await response.body?.cancel();
  } catch (error) {
    // If the response cannot be sent, the work for it ends too, even if the connection stays open.
    leave.abort(error);
    if (response.body?.locked === false) await response.body.cancel(error).catch(() => undefined);
    throw error;
  }
}

async function answer(
  handler: Handler,
  incoming: IncomingMessage,
  { origin, log, temporaryDirectory }: NodeHandlerOptions,
  signal: AbortSignal,
): Promise<Response> {
  let request: IncomingRequest | undefined;
  try {
    request = new IncomingRequest(incoming, origin, signal);
    const response = await handler(request, incoming);
    if (signal.aborted || incoming.httpVersion !== '1.0' || incoming.method === 'HEAD') return response;
    return await whole(response, { signal, temporaryDirectory });
  } catch (error) {
    // The client has left.
    if (signal.aborted) return new Response(null, { status: 499 });
    return failureResponse(error, { request, log });
  }
}

function writeHead({ status, statusText, headers }: Response, outgoing: ServerResponse): void {
  outgoing.statusCode = status;
  if (statusText !== '') outgoing.statusMessage = statusText;
  for (const [name, value] of headers) {
    if (name === 'set-cookie' || connectionHeaders.has(name)) continue;
    // Values that other layers of a framework have set are kept as well.
    const there = name === 'vary' ? outgoing.getHeader(name) : undefined;
    outgoing.setHeader(name, there === undefined ? value : [there, value].flat().join(', '));
  }
  const cookies = headers.getSetCookie();
  if (cookies.length > 0)
    outgoing.setHeader('set-cookie', [...[outgoing.getHeader('set-cookie') ?? []].flat(), ...cookies].map(String));
}

/** Size in bytes from which a chunk is not copied. A copy of a smaller one costs less than to wait until it was sent. */
const AS_IT_IS = 32 * 1024;

/** Writes a chunk when the socket has room for it. */
async function writeBody(body: BodyChunks, outgoing: ServerResponse, left: AbortSignal): Promise<void> {
  let proceed: () => void = () => {};
  const leave = (): void => {
    proceed();
    body.cancel(left.reason).catch(() => undefined);
  };
  left.addEventListener('abort', leave, { once: true });
  outgoing.on('drain', () => proceed());
  const held = holdBack(outgoing);
  // Middleware that replaces `write`, for example to compress, may keep a chunk, and may not call back.
  const isReplaced = Object.hasOwn(outgoing, 'write');
  /** Resolves when the memory of the chunk may be used again, and the socket has room. */
  const write = (chunk: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      proceed = resolve;
      if (chunk.length >= AS_IT_IS && !isReplaced) outgoing.write(chunk, () => resolve());
      else if (outgoing.write(new Uint8Array(chunk))) resolve();
    });
  for (;;) {
    // The maker of the body has received the error. The client must see a broken connection.
    const next = await body.next().then(
      (chunk) => ({ chunk }),
      () => undefined,
    );
    if (next === undefined) {
      held.send();
      outgoing.destroy();
      return;
    }
    if (next.chunk === undefined || left.aborted) break;
    await write(next.chunk);
  }
  left.removeEventListener('abort', leave);
  held.forget();
  outgoing.end();
}

/**
 * Holds back headers and bytes until the next turn of the event loop, so that most answers are sent in one piece. A body that comes later,
 * such as a followed log, gets its headers sent before it.
 */
function holdBack(outgoing: ServerResponse): { send(): void; forget(): void } {
  // An HTTP/2 response shares its connection with others.
  const socket = outgoing.req.httpVersionMajor > 1 ? null : outgoing.socket;
  socket?.cork();
  const send = (): void => {
    clearImmediate(timer);
    outgoing.flushHeaders();
    socket?.uncork();
  };
  const timer = setImmediate(send);
  // `end()` sends what is held back.
  return { send, forget: () => clearImmediate(timer) };
}
