import { request as ask, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { RefusedRequestError } from '@dataset-items/http';
import { withoutHopHeaders } from '../hop-headers.js';
import { refusal } from '../refusal.js';

/** The web server of a run that answers a request. */
export interface WebTarget {
  readonly runId: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** The emulator's own token, which the server does not get. */
  readonly token: string | undefined;
  /** Called once, when the answer has ended. */
  released(): void;
  answered(): void;
}

/**
 * Headers that would change how a browser treats the emulator itself, because the server of a run is shown under the same host. Others that
 * matter are replaced by `readableBy` and `withoutScripts`.
 */
const foreign = new Set(['clear-site-data', 'service-worker-allowed', 'strict-transport-security', 'transfer-encoding']);
const bodiless = [204, 205, 304];

/** Sends a request to the web server of a run. @throws RefusedRequestError a 502 if the server does not answer */
export async function forward(request: Request, target: WebTarget): Promise<Response> {
  const { method, body } = request;
  const headers = withoutHopHeaders(Object.fromEntries(request.headers));
  // The emulator does not read the body of a GET.
  if (body === null) for (const name of ['transfer-encoding', 'content-length']) delete headers[name];
  const upload = body === null ? undefined : Readable.fromWeb(body as NodeStream);
  let sent: ClientRequest | undefined;
  try {
    sent = askServer(target, method, headers);
    if (upload === undefined) sent.end();
    else upload.on('error', (error) => sent?.destroy(error)).pipe(sent);
    const answer = await answerTo(sent, request.signal);
    target.answered();
    const response = responseOf(answer, method === 'HEAD');
    answer.once('close', target.released);
    return response;
  } catch (error) {
    sent?.destroy();
    // What the client still sends is read and thrown away, so that it gets to read the answer.
    upload?.destroy();
    target.released();
    throw refusalOf(error, target);
  }
}

/**
 * Passes a request for a web socket on, and then the bytes of both sides.
 * @param take gives the bytes that the client has sent so far; until it is called, others read the socket
 */
export function forwardUpgrade(request: IncomingMessage, socket: Duplex, take: () => Buffer, target: WebTarget): void {
  const { method = 'GET', headers } = request;
  const sent = askServer(target, method, headers);
  let released = false;
  const release = (): void => {
    if (!released) target.released();
    released = true;
  };
  socket.once('close', () => {
    sent.destroy();
    release();
  });
  sent.on('upgrade', (answer, other, first) => {
    target.answered();
    const head = take();
    socket.write(headOf(answer));
    if (first.length > 0) socket.write(first);
    if (head.length > 0) other.write(head);
    other.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.once('close', () => other.destroy());
    other.pipe(socket).pipe(other);
  });
  // The server wants no web socket: its answer is the answer.
  sent.on('response', (answer) => {
    target.answered();
    // What the client still sends is not for this server, and a client that has said all still gets the answer.
    take();
    socket.resume();
    socket.write(headOf(answer, 'Connection: close\r\n'));
    answer.on('error', () => socket.destroy()).pipe(socket);
  });
  sent.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'));
  sent.end();
}

/** Marks requests that were passed on, to find servers that pass them back. */
const via = '1.1 dataset-items-emulator';

/** @throws RefusedRequestError if the request has come from here before */
function askServer({ port, path, token }: WebTarget, method: string, given: IncomingHttpHeaders): ClientRequest {
  if (given.via?.includes(via)) {
    throw new RefusedRequestError(
      refusal('web-server-unavailable'),
      'The server of the run is the emulator itself: another port is needed',
    );
  }
  const { authorization, ...headers } = given;
  const isOwn = token !== undefined && authorization?.includes(token);
  return ask({
    // Servers listen on one of the two addresses of this name, or on both.
    ...{ host: 'localhost', port, path: withoutToken(path, token), agent: false, setHost: false, method },
    headers: { ...headers, ...(!isOwn && authorization && { authorization }), via: [given.via ?? [], via].flat().join(', ') },
  });
}

function withoutToken(path: string, token: string | undefined): string {
  const at = path.indexOf('?');
  if (token === undefined || at === -1) return path;
  const query = new URLSearchParams(path.slice(at));
  if (!query.getAll('token').includes(token)) return path;
  query.delete('token', token);
  return query.size === 0 ? path.slice(0, at) : `${path.slice(0, at)}?${query}`;
}

function answerTo(sent: ClientRequest, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const leave = (): void => void sent.destroy(new Error('the client has left'));
    signal.addEventListener('abort', leave, { once: true });
    sent.on('response', resolve).on('error', reject);
    sent.on('close', () => {
      signal.removeEventListener('abort', leave);
      reject(new Error('it closed the connection without an answer of HTTP'));
    });
    if (signal.aborted) leave();
  });
}

function responseOf(answer: IncomingMessage, isHead: boolean): Response {
  const { statusCode = 502, statusMessage = '' } = answer;
  if (statusCode < 200 || statusCode > 599) throw new Error(`it answered with the status ${statusCode}`);
  const headers = new Headers();
  for (const [name, value] of Object.entries(withoutHopHeaders(answer.headers))) {
    for (const one of [value ?? []].flat()) if (!foreign.has(name)) headers.append(name, one);
  }
  const hasBody = !isHead && !bodiless.includes(statusCode);
  if (!hasBody) answer.resume();
  const init = { status: statusCode, statusText: statusMessage, headers };
  return new Response(hasBody ? (Readable.toWeb(answer) as ReadableStream<Uint8Array>) : null, init);
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage, more = ''): string {
  const lines = Array.from({ length: rawHeaders.length / 2 }, (_, at) => {
    const [name = '', value = ''] = rawHeaders.slice(2 * at);
    // The connection ends with the answer, and its body is not sent in chunks.
    const isDropped = more !== '' && /^(?:connection|keep-alive|transfer-encoding)$/i.test(name);
    return isDropped ? '' : `${name}: ${value}\r\n`;
  });
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join('')}${more}\r\n`;
}

function refusalOf(error: unknown, { runId, port }: WebTarget): unknown {
  if (error instanceof RefusedRequestError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = code === 'ECONNREFUSED' ? `no server listens on its port ${port} (ACTOR_WEB_SERVER_PORT)` : message;
  return new RefusedRequestError(
    refusal('web-server-unavailable'),
    `The web server of the run ${runId} did not answer: ${reason}`,
    {
      cause: error,
    },
  );
}
