import type { IncomingMessage } from 'node:http';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { TLSSocket } from 'node:tls';
import { RefusedRequestError } from './failure.js';
import { eachChunkOf, streamOf } from './incoming-body.js';
import { IncomingHeaders } from './incoming-headers.js';

/**
 * A request of node:http with the members of a `Request`. To make a `Request` costs more than many an answer, so it is made only for what needs
 * one: the members that are seldom used, and handlers of others (`standard`).
 */
export class IncomingRequest implements Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;
  readonly duplex = 'half';
  readonly #incoming: IncomingMessage;
  #made: Request | undefined;
  #isTaken = false;

  /** @throws RefusedRequestError */
  constructor(incoming: IncomingMessage, origin: string | undefined, signal: AbortSignal) {
    const { method = 'GET' } = incoming;
    if (refused.has(method)) throw new RefusedRequestError('method-not-allowed', `${method} is not allowed here`);
    this.method = method;
    this.url = urlOf(incoming, origin ?? originOf(incoming)).href;
    this.headers = new IncomingHeaders(incoming);
    this.signal = signal;
    this.#incoming = incoming;
  }

  /** The same as a `Request`. @throws TypeError if the body was read already */
  get standard(): Request {
    if (this.#isTaken) throw new TypeError('The body of the request was read already');
    this.#made ??= this.#make();
    return this.#made;
  }

  #make(): Request {
    const { method, url, headers, signal } = this;
    if (!this.hasBody) return new Request(url, { method, headers: [...headers], signal });
    return new Request(url, { method, headers: [...headers], signal, body: streamOf(this.#incoming), duplex: 'half' });
  }

  /** Whether its method may have a body. Nothing is read. */
  get hasBody(): boolean {
    return mayHaveBody(this.method);
  }

  /** The message, if nothing has asked for its body; the caller reads it. `undefined`: it was taken, or `body` gives it. */
  takeUnread(): IncomingMessage | undefined {
    if (this.#made !== undefined || this.#isTaken) return undefined;
    this.#isTaken = true;
    return this.#incoming;
  }

  get body(): Request['body'] {
    return this.hasBody ? this.standard.body : null;
  }

  get bodyUsed(): Request['bodyUsed'] {
    return this.#isTaken || (this.#made?.bodyUsed ?? false);
  }

  get cache(): Request['cache'] {
    return this.standard.cache;
  }

  get credentials(): Request['credentials'] {
    return this.standard.credentials;
  }

  get destination(): Request['destination'] {
    return this.standard.destination;
  }

  get integrity(): Request['integrity'] {
    return this.standard.integrity;
  }

  get keepalive(): Request['keepalive'] {
    return this.standard.keepalive;
  }

  get mode(): Request['mode'] {
    return this.standard.mode;
  }

  get redirect(): Request['redirect'] {
    return this.standard.redirect;
  }

  get referrer(): Request['referrer'] {
    return this.standard.referrer;
  }

  get referrerPolicy(): Request['referrerPolicy'] {
    return this.standard.referrerPolicy;
  }

  arrayBuffer(): ReturnType<Request['arrayBuffer']> {
    return this.standard.arrayBuffer();
  }

  blob(): ReturnType<Request['blob']> {
    return this.standard.blob();
  }

  clone(): ReturnType<Request['clone']> {
    return this.standard.clone();
  }

  formData(): ReturnType<Request['formData']> {
    return this.standard.formData();
  }

  json(): ReturnType<Request['json']> {
    return this.standard.json();
  }

  text(): ReturnType<Request['text']> {
    return this.standard.text();
  }
}

/** Whether a request may have a body. Nothing is read. */
export function hasBody(request: Request): boolean {
  return request instanceof IncomingRequest ? request.hasBody : request.body !== null;
}

/**
 * Calls `take` with each chunk of the body of a request. What is left after an error of `take` is discarded.
 * @returns whether the chunks came from the connection itself, so that nobody else has their memory unless it listens to the connection too
 * @throws the error of `take`, or the reason why the body is not complete
 */
export async function eachChunk(request: Request, take: (chunk: Uint8Array) => void): Promise<boolean> {
  if (!hasBody(request)) return false;
  const unread = request instanceof IncomingRequest ? request.takeUnread() : undefined;
  if (unread !== undefined) {
    await eachChunkOf(unread, take);
    return true;
  }
  for await (const chunk of request.body as NodeReadableStream<Uint8Array>) take(chunk);
  return false;
}

const refused: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

function mayHaveBody(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** The last origin that was found valid: most requests have the same. */
let valid = '';

function originOf({ headers, socket }: IncomingMessage): string {
  const host = headers.host ?? headers[':authority'] ?? 'localhost';
  const origin = `${(socket as TLSSocket).encrypted ? 'https' : 'http'}://${host}`;
  if (origin === valid) return origin;
  // Only a host and a port: a user, path or query would change the meaning of the rest of the URL.
  if (!/^[\w.\-[\]:~%]+$/.test(String(host)) || !URL.canParse(origin)) throw badRequest('Host', String(host));
  valid = origin;
  return origin;
}

function urlOf(incoming: IncomingMessage & { readonly originalUrl?: string }, origin: string): URL {
  // Express removes the mount path from `url`.
  const target = incoming.originalUrl ?? incoming.url ?? '/';
  const text = target.startsWith('/') ? `${origin}${target}` : target === '*' ? `${origin}/` : target;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw badRequest('the request target', target);
  return target.startsWith('/') || target === '*' ? url : new URL(`${origin}${url.pathname}${url.search}`);
}

function badRequest(what: string, came: string): RefusedRequestError {
  return new RefusedRequestError('invalid-input', `${what}: got ${JSON.stringify(came.slice(0, 100))}, expected a URL`);
}
