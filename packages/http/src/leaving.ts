import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Aborts when the client of a request leaves before its response is sent. A response that waits behind others of its connection has no
 * socket yet and gets no event when the connection closes, so the connection itself is watched.
 */
export function leavingOf(incoming: IncomingMessage, outgoing: ServerResponse): AbortController {
  const leave = new AbortController();
  // An HTTP/2 connection carries many requests, and each one reports its own end.
  const waiting = incoming.httpVersionMajor > 1 ? undefined : waitingOn(incoming.socket);
  const close = (): void => {
    waiting?.delete(close);
    if (!outgoing.writableFinished) leave.abort(new Error('the client closed the connection'));
  };
  waiting?.add(close);
  outgoing.once('close', close);
  if (outgoing.destroyed || (waiting !== undefined && incoming.socket.destroyed)) close();
  return leave;
}

/** Resolves when a response is the next that its connection sends, or the client has left. */
export function turnOf(outgoing: ServerResponse, left: AbortSignal): Promise<void> {
  if (outgoing.socket !== null || left.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const proceed = (): void => {
      outgoing.off('socket', proceed);
      // A `Request` keeps its signal, and so the listeners of the signal, until the request itself is no longer used.
      left.removeEventListener('abort', proceed);
      resolve();
    };
    outgoing.once('socket', proceed);
    left.addEventListener('abort', proceed, { once: true });
  });
}

/** One listener per connection, for any number of waiting requests. */
const connections = new WeakMap<Socket, Set<() => void>>();

function waitingOn(socket: Socket): Set<() => void> {
  const known = connections.get(socket);
  if (known !== undefined) return known;
  const waiting = new Set<() => void>();
  connections.set(socket, waiting);
  socket.once('close', () => {
    for (const close of waiting) close();
  });
  return waiting;
}
